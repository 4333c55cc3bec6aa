/* Answers of the pretended operations. Names are invented by their roles, text holds what breaks
 * layouts: wide characters, combining ones, commas, quotes, line ends, escape sequences. */
#pragma once

#define FAKE_1 "00000000-0000-7000-8000-000000000001"
#define FAKE_A "00000000-0000-7000-8000-00000000000a"
#define FAKE_B "00000000-0000-7000-8000-00000000000b"
#define FAKE_C "00000000-0000-7000-8000-00000000000c"

/* Who is found by a name: Alpha (a), Beta (b), and Twin, twice. */
extern const char fake_names[];
extern const char fake_actors[], fake_actors_2[], fake_actor[], fake_audits[], fake_portfolio[],
    fake_explain[], fake_theirs[];
