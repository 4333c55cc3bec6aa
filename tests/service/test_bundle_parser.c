/* The process that parses foreign bundles opens nothing, connects to nothing and starts nothing. */
#include "service/bundle_parser.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* The signal that ends a confined process which does this; 0 when none does. */
static int confined(void (*act)(int fd))
{
    int ends[2], status = 0;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    pid_t child = fork();
    if (child == 0) {
        if (bundle_parser_confine(ends[1]) < 0)
            syscall(SYS_exit_group, 9);
        act(ends[1]);
        syscall(SYS_exit_group, 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    close(ends[0]);
    close(ends[1]);
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) != 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void act_answer(int fd)
{
    syscall(SYS_write, fd, "x", 1);
}

static void act_open(int fd)
{
    (void)fd;
    syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY);
}

static void act_connect(int fd)
{
    (void)fd;
    syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
}

static void act_fork(int fd)
{
    (void)fd;
    syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static void act_run(int fd)
{
    (void)fd;
    static char program[] = "/bin/true";
    char *words[] = { program, NULL };
    syscall(SYS_execve, program, words, words + 1);
}

static void act_signal(int fd)
{
    (void)fd;
    syscall(SYS_kill, getppid(), 0);
}

static void the_parser_s_process_answers_and_does_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(confined(act_answer), 0);
    assert_int_equal(confined(act_open), SIGSYS);
    assert_int_equal(confined(act_connect), SIGSYS);
    assert_int_equal(confined(act_fork), SIGSYS);
    assert_int_equal(confined(act_run), SIGSYS);
    assert_int_equal(confined(act_signal), SIGSYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parser_s_process_answers_and_does_nothing_else),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
