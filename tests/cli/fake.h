/* Answers of the pretended operations. Names are invented by their roles, text holds what breaks
 * layouts: wide characters, combining ones, commas, quotes, line ends, escape sequences. */
#pragma once

extern const char fake_actors[], fake_actors_2[], fake_actor[], fake_portfolio[], fake_explain[];
