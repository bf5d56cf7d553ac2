/* Golden files. */
#include "tests/kit/report/golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

void check_golden(const char *name, const char *text)
{
    static char golden[1 << 20];
    char path[1000];
    (void)snprintf(path, sizeof path, "%s/%s", GOLDEN_DIR, name);
    if (getenv("HEAPCK_UPDATE_GOLDEN") != NULL) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
        assert_int_equal(fclose(file), 0);
        return;
    }
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fail_msg("%s is missing; HEAPCK_UPDATE_GOLDEN=1 writes it", path);
    }
    size_t length = fread(golden, 1, sizeof golden - 1, file);
    golden[length] = '\0';
    (void)fclose(file);
    assert_string_equal(text, golden);
}
