/* The handler of SIGINT, SIGTERM and SIGHUP. Lock-free atomics are all that it touches. */
#define _POSIX_C_SOURCE 200809L /* sigaction */

#include "kit/cli/interrupt.h"

#include <assert.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>

#include "kit/cli/setup.h"

enum { SIGNAL_STATUS = 128 };

atomic_bool hck_interrupted;
static atomic_int first_signal;

static_assert(ATOMIC_BOOL_LOCK_FREE == 2 && ATOMIC_INT_LOCK_FREE == 2,
              "the handler may not take a lock");
static_assert(SIGNAL_STATUS + SIGINT == EXIT_STATUS_INTERRUPTED, "as the shell says it");

static void note_interrupt(int signal_number)
{
    int none = 0;
    (void)atomic_compare_exchange_strong(&first_signal, &none, signal_number);
    atomic_store(&hck_interrupted, true);
}

int hck_interrupt_status(int status, const char *done)
{
    if (!atomic_load(&hck_interrupted)) {
        return status;
    }
    if (done != NULL) {
        char message[MESSAGE_MAX];
        (void)snprintf(message, sizeof message, "interrupted: %.900s", done);
        hck_setup_fail(0, message);
    }
    return EXIT_STATUS_INTERRUPTED;
}

int hck_interrupt_exit(int status)
{
    int number = atomic_load(&first_signal);
    return status == EXIT_STATUS_INTERRUPTED && number != 0 ? SIGNAL_STATUS + number : status;
}

void hck_interrupt_catch(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action;
    struct sigaction before;
    memset(&action, 0, sizeof action);
    action.sa_handler = note_interrupt;
    action.sa_flags = (int)SA_RESETHAND | SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        (void)sigaction(numbers[i], NULL, &before);
        if (numbers[i] != SIGHUP || before.sa_handler != SIG_IGN) {
            (void)sigaction(numbers[i], &action, NULL);
        }
    }
}
