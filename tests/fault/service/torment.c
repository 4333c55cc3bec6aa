/* Operations while memory fails: see torment.h. */
#include "torment.h"

#include "../ledger/fault_memory.h"

#include "base/fault.h"

static void arm_heap(int n)
{
    fault_arm_allocation(n);
}

const struct fault torment_heap = { arm_heap, fault_disarm };
const struct fault torment_sqlite = { fault_memory_arm, fault_memory_disarm };

bool torment_explained(int code)
{
    return code == EN_NO_MEMORY || code == EN_IO || code == EN_BUSY;
}

int torment(struct desk *d, const struct fault *f, const char *operation, const char *parameters)
{
    struct slice right = desk_must(d, operation, parameters, NULL, (struct with){ 0 }).text;
    struct arena *whole = d->arena;
    int failures = 0;
    bool struck = true;
    for (int n = 1; struck; n += 1 + n / 8) {
        d->arena = arena_new(1 << 28);
        struct asked a =
            desk_ask(d, operation, parameters, NULL, (struct with){ .fault = f, .n = n });
        struck = a.struck;
        if (a.code == 0 && !slice_eq(a.text, right))
            fail_msg("%s n=%d: %.*s", operation, n, (int)(a.text.len < 900 ? a.text.len : 900),
                     a.text.ptr);
        if (a.code < 0 && !torment_explained(a.code))
            fail_msg("%s n=%d: %d %s (%s)", operation, n, a.code, a.err.message, a.err.origin);
        failures += a.code < 0;
        arena_free(d->arena);
    }
    d->arena = whole;
    return failures;
}
