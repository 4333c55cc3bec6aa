/* For recurrence_judge.py: reads lines "RULE START FROM UNTIL MOST", writes the days, or "error".
 */
#include "base/buf.h"
#include "base/when.h"
#include "format/recurrence.h"

#include <stdio.h>
#include <stdlib.h>

static int64_t day(struct slice text)
{
    struct when w;
    return when_parse(text, &w) ? when_first_ms(w) : 0;
}

int main(void)
{
    char line[1024];
    while (fgets(line, sizeof line, stdin)) {
        struct arena *a = arena_new(1 << 22);
        struct slice rest = slice_trim(slice_of(line));
        struct slice rule = slice_cut(&rest, ' '), start = slice_cut(&rest, ' ');
        struct slice from = slice_cut(&rest, ' '), until = slice_cut(&rest, ' ');
        struct occurrences o;
        int64_t most = 0;
        slice_to_int64(rest, &most);
        int code =
            recurrence_expand(rule, day(start), day(from), day(until), (size_t)most, a, NULL, &o);
        for (size_t i = 0; code == 0 && i < o.count; i++) {
            char text[32];
            when_format_ms(o.days[i], false, text);
            printf("%.10s%s", text, i + 1 < o.count ? " " : "");
        }
        puts(code == 0 ? o.cut ? " cut" : "" : code == EN_TOO_LARGE ? "too large" : "error");
        arena_free(a);
    }
    return 0;
}
