/*
 * A filter of system calls (seccomp), written out as the few instructions it is.
 *
 * Invariant: what is not named kills the whole process, and so does a call of another architecture,
 * whose numbers mean other things. It must never allocate: it runs in children of processes with
 * many threads.
 */
#include "base/sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define THIS_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define THIS_ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define THIS_ARCHITECTURE AUDIT_ARCH_RISCV64
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
#define THIS_ARCHITECTURE AUDIT_ARCH_PPC64LE
#elif defined(__s390x__)
#define THIS_ARCHITECTURE AUDIT_ARCH_S390X
#else
#error "name this architecture's AUDIT_ARCH_ constant here"
#endif

#define LOAD(member)     \
    (struct sock_filter) \
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offsetof(struct seccomp_data, member))
#define ANSWER(what) (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, what)
/* The next instruction is skipped when the loaded value is another one. */
#define IS(value) (struct sock_filter) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(value), 0, 1)

int sandbox_enter(const int *calls, size_t count)
{
    struct sock_filter code[2 * SANDBOX_CALLS_MAX + 8];
    struct sock_fprog program = { .filter = code };
    unsigned short n = 0;

    if (count > SANDBOX_CALLS_MAX) {
        return -E2BIG;
    }
    code[n++] = LOAD(arch);
    code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, THIS_ARCHITECTURE, 1, 0);
    code[n++] = ANSWER(SECCOMP_RET_KILL_PROCESS);
    code[n++] = LOAD(nr);
    for (size_t i = 0; i < count; i++) {
        code[n++] = IS(calls[i]);
        code[n++] = ANSWER(SECCOMP_RET_ALLOW);
    }
    code[n++] = ANSWER(SECCOMP_RET_KILL_PROCESS);
    program.len = n;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        return -errno;
    }
    return 0;
}

int sandbox_alone(int descriptor, const char *name)
{
    static const struct rlimit none = { 0, 0 };

    if (descriptor != 0 && dup2(descriptor, 0) < 0) {
        return -errno;
    }
    if (close_range(1, ~0U, 0) != 0) {
        return -errno;
    }
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || setrlimit(RLIMIT_CORE, &none) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return -errno;
    }
    prctl(PR_SET_NAME, name, 0, 0, 0); /* only a name */
    return 0;
}
