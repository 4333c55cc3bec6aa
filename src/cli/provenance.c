/* Whose a record is: see provenance.h. */
#include "cli/provenance.h"

enum { SHORT_ID = 6 }; /* the end of an id: its beginning is the time at which it was made */

bool provenance_is_theirs(const struct table_style *style, const struct json *object)
{
    return !style->plain && !style->whole && json_get_bool(object, "theirs", false) &&
           json_get_text(object, "origin").len > 0;
}

bool provenance_is_member(struct slice name)
{
    return slice_is(name, "theirs") || slice_is(name, "origin") || slice_is(name, "origin_name");
}

/* What somebody thinks of another is a report; the rest they state. */
static const char *words(bool french, bool opinion, bool named)
{
    static const char *const all[2][2][2] = {
        { { "from another instance (…", "from " },
          { "reported by another instance (…", "reported by " } },
        { { "d'une autre instance (…", "de " },
          { "rapporté par une autre instance (…", "rapporté par " } },
    };
    return all[french][opinion][named];
}

struct json *provenance_text(const struct table_style *style, const struct json *object)
{
    struct slice name = json_get_text(object, "origin_name"), id = json_get_text(object, "origin");
    bool opinion = slice_is(json_get_text(object, "kind"), "assessment"), named = name.len > 0;
    const char *said = words(style->french, opinion, named);
    size_t cut = id.len > SHORT_ID ? id.len - SHORT_ID : 0;
    struct slice end = slice_make(id.ptr + cut, id.len - cut);
    return json_new_text(
        style->arena, named ? arena_printf(style->arena, "%s" SLICE_FMT, said, SLICE_ARG(name))
                            : arena_printf(style->arena, "%s" SLICE_FMT ")", said, SLICE_ARG(end)));
}
