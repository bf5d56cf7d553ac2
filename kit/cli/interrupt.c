/* The handler of SIGINT. A lock-free atomic is all that it touches. */
#define _POSIX_C_SOURCE 200809L /* sigaction */

#include "kit/cli/interrupt.h"

#include <assert.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>

#include "kit/cli/setup.h"

atomic_bool hck_interrupted;

static_assert(ATOMIC_BOOL_LOCK_FREE == 2, "the handler may not take a lock");

static void note_interrupt(int signal_number)
{
    (void)signal_number;
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

void hck_interrupt_catch(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = note_interrupt;
    action.sa_flags = (int)SA_RESETHAND | SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}
