/* Examples of use, shown in help and the man page; a test runs each through the parser. */
#pragma once

struct example {
    const char *verb;
    const char *line; /* without "entente " */
    const char *en, *fr;
};
extern const struct example examples[]; /* verb NULL ends */
