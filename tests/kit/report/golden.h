/* Comparing with a file of tests/golden. HEAPCK_UPDATE_GOLDEN=1 writes the files instead. */
#ifndef HCK_TESTS_KIT_REPORT_GOLDEN_H
#define HCK_TESTS_KIT_REPORT_GOLDEN_H

/* Fails the test where `text` is not what tests/golden/<name> holds. */
void check_golden(const char *name, const char *text);

#endif
