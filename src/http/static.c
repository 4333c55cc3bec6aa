/*
 * Finding the embedded file for a path; see static.h.
 */
#include "http/static.h"

static const struct static_file *exact(const struct static_file *files, size_t count,
                                       struct slice path)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = slice_compare(slice_of(files[middle].path), path);
        if (order == 0) {
            return &files[middle];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

/* "/en/partners/0190" is a route of the browser; "/assets/gone.js" is a missing file. */
static bool has_extension(struct slice path)
{
    for (size_t i = path.len; i > 0 && path.ptr[i - 1] != '/'; i--) {
        if (path.ptr[i - 1] == '.') {
            return true;
        }
    }
    return false;
}

const struct static_file *static_find(const struct static_file *files, size_t count,
                                      struct slice path)
{
    const struct static_file *found = exact(files, count, path);
    if (!found && !has_extension(path)) {
        found = exact(files, count, S("/index.html"));
    }
    return found;
}
