/* The sizes of the working set that the process has asked for. */
#ifndef WM_VM_WORKING_SET_H
#define WM_VM_WORKING_SET_H

/* As before the first call that set them. Called with the lock of impl/vm held. */
void wm_working_set_start_over(void);

#endif
