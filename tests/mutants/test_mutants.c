/* The table of mutants is complete and honest: every clause that can be broken has a mutant, every
 * mutant names a clause that exists, and every name loads. Whether the oracle reports them is the
 * kill table's business (heapck selftest). */
#define _GNU_SOURCE /* setenv */

#include "spec/clause.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct mutant {
    const char *name;
    enum clause_id clause;
};

/* A clause that does not exist does not compile. */
static const struct mutant mutants[] = {
#define MUTANT(name, family, topic, guarantee, text) \
    {#name, CLAUSE_##family##_##topic##_##guarantee},
#include "tests/mutants/mutants.def"
#undef MUTANT
};

enum { MUTANTS = sizeof mutants / sizeof mutants[0] };

static bool has_mutant(enum clause_id clause)
{
    for (unsigned i = 0; i < MUTANTS; i++) {
        if (mutants[i].clause == clause) {
            return true;
        }
    }
    return false;
}

static void every_clause_that_can_be_broken_has_a_mutant(void **state)
{
    (void)state;
    unsigned wrong = 0;
    for (int i = 0; i < CLAUSE_COUNT; i++) {
        enum clause_id id = (enum clause_id)i;
        const struct clause *clause = hck_clause_get(id);
        bool is_exempt = hck_clause_exemption(id, EXEMPT_MUTANT) != NULL;
        bool is_judged = clause->basis == BASIS_DOCUMENTED || clause->basis == BASIS_OBSERVED;
        if (is_judged && has_mutant(id) == is_exempt) {
            print_error("%s %s\n", clause->id,
                        is_exempt ? "has a mutant and is exempt from it" : "has no mutant");
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void mutants_are_in_the_order_of_the_clauses(void **state)
{
    (void)state;
    for (unsigned i = 1; i < MUTANTS; i++) {
        if (mutants[i].clause < mutants[i - 1].clause) {
            fail_msg("%s stands behind %s", mutants[i].name, mutants[i - 1].name);
        }
    }
}

static void no_two_mutants_have_the_same_name(void **state)
{
    (void)state;
    for (unsigned i = 0; i < MUTANTS; i++) {
        for (unsigned k = i + 1; k < MUTANTS; k++) {
            assert_string_not_equal(mutants[i].name, mutants[k].name);
        }
    }
}

/* Loads the toy in a process of its own, with HEAPCK_MUTANT set unless `name` is NULL; its exit
 * status, or -1 where it did not exit. */
static int load(const char *name)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (name == NULL) {
            (void)unsetenv("HEAPCK_MUTANT");
        } else {
            (void)setenv("HEAPCK_MUTANT", name, 1);
        }
        (void)freopen("/dev/null", "w", stderr);
        _exit(dlopen(TOY_LIBRARY, RTLD_NOW | RTLD_LOCAL) != NULL ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void every_mutant_and_the_correct_toy_load(void **state)
{
    (void)state;
    assert_int_equal(load(NULL), 0);
    assert_int_equal(load(""), 0);
    for (unsigned i = 0; i < MUTANTS; i++) {
        if (load(mutants[i].name) != 0) {
            fail_msg("%s does not load", mutants[i].name);
        }
    }
}

static void a_name_that_is_no_mutant_does_not_load_the_correct_toy(void **state)
{
    (void)state;
    assert_int_equal(load("heap_size_never_return"), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_clause_that_can_be_broken_has_a_mutant),
        cmocka_unit_test(mutants_are_in_the_order_of_the_clauses),
        cmocka_unit_test(no_two_mutants_have_the_same_name),
        cmocka_unit_test(every_mutant_and_the_correct_toy_load),
        cmocka_unit_test(a_name_that_is_no_mutant_does_not_load_the_correct_toy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
