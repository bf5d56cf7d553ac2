/* A plugin that does not survive being loaded, or does not come back: ACTION says which. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "spec/win32.h"

DWORD GetLastError(void);

DWORD GetLastError(void)
{
    return 0;
}

enum action { CRASH, EXIT, HANG };

__attribute__((constructor)) static void act(void)
{
    switch ((enum action)ACTION) {
    case CRASH:
        (void)raise(SIGSEGV);
        break;
    case EXIT:
        exit(5);
    case HANG:
        for (;;) {
            (void)pause();
        }
    }
}
