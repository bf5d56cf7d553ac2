/* The client's mistakes: one function and one exact sentence per kind. Nothing here allocates.
 *
 * A mistake is an answer: the function sets the last error and the caller returns failure. Once the
 * client has asked for termination on corruption, the same function says the sentence on standard
 * error and ends the process with SIGABRT.
 */
#ifndef WM_BASE_CLIENT_ERROR_H
#define WM_BASE_CLIENT_ERROR_H

#define WM_SENTENCE_NOT_A_HEAP "libwinmem: a heap function was given a handle that is not a heap.\n"
#define WM_SENTENCE_NOT_A_BLOCK \
    "libwinmem: a heap function was given a pointer that is not a block of the heap.\n"
#define WM_SENTENCE_ALREADY_FREE \
    "libwinmem: a heap function was given a block that is already free.\n"
#define WM_SENTENCE_UNHANDLED "libwinmem: an exception was raised that no handler takes.\n"
#define WM_SENTENCE_CONTINUED_AGAIN \
    "libwinmem: a handler continued an exception that cannot be continued, twice.\n"

/* From now on a mistake ends the process. There is no way back. */
void wm_client_terminate_on_error(void);

void wm_client_error_not_a_heap(void);   /* ERROR_INVALID_HANDLE */
void wm_client_error_not_a_block(void);  /* ERROR_INVALID_PARAMETER */
void wm_client_error_already_free(void); /* ERROR_INVALID_PARAMETER */

/* These end the process always. */
_Noreturn void wm_client_error_unhandled(void);
_Noreturn void wm_client_error_continued_again(void);

#endif
