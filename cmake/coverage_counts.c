/* What ran of a coverage build is written down at the end of a process. These ends would lose it:
 * _exit, which every child of a fork here ends with, and the signals by which libwinmem lets a
 * process die. The linker puts these in their places (--wrap). A process that is killed from
 * outside or dies of a fault that nobody catches still loses what it counted. */
#include <signal.h>
#include <stdlib.h>

extern void __gcov_dump(void);
extern void __gcov_reset(void);
_Noreturn void __real__exit(int status);
_Noreturn void __real_abort(void);
int __real_raise(int number);

_Noreturn void __wrap__exit(int status);
_Noreturn void __wrap_abort(void);
int __wrap_raise(int number);

/* Counted again from zero, so that more can be written down later. */
static void write_down(void)
{
    __gcov_dump();
    __gcov_reset();
}

_Noreturn void __wrap__exit(int status)
{
    write_down();
    __real__exit(status);
}

_Noreturn void __wrap_abort(void)
{
    write_down();
    __real_abort();
}

int __wrap_raise(int number)
{
    write_down();
    return __real_raise(number);
}
