/* heapck export: one violation as a C program that needs nothing of heapck. */
#include <string.h>

#include "kit/cli/command.h"
#include "kit/cli/interrupt.h"
#include "kit/cli/output.h"
#include "kit/cli/violating.h"
#include "kit/export/export.h"

static int export_program(struct violating *violating)
{
    const struct witness *witness = &violating->witness;
    struct output output;
    if (!witness->has_expectation) {
        return hck_setup_fail(EXIT_STATUS_BROKEN,
                              "the violation has no expectation that a program could check");
    }
    if (hck_violating_has_to_meet(violating)) {
        return hck_setup_fail(EXIT_STATUS_BROKEN,
                              "no program was written: the calls have to meet in time, and do not "
                              "violate one after the other");
    }
    if (!hck_output_open(&output, violating->output_path)) {
        return EXIT_STATUS_USAGE;
    }
    struct export_source source = {
        .trace = violating->trace,
        .call_index = witness->call_index,
        .clause = witness->finding.clause,
        .expectation = &witness->expectation,
        .path = strcmp(violating->output_path, "-") == 0 ? NULL : violating->output_path,
        .target = violating->setup.target,
        .results = violating->results,
        .status = witness->status,
        .sentence = witness->sentence,
    };
    (void)hck_export_c(&source, output.stream);
    return hck_output_close(&output) ? EXIT_STATUS_CONFORMS : EXIT_STATUS_BROKEN;
}

int hck_command_export(int argc, char *const *argv)
{
    struct violating violating = {.setup = SETUP_DEFAULTS};
    const struct option_row rows[] = {
        ROW_TARGET(violating.setup),
        ROW_PROFILE(violating.setup),
        {OPTION_TEXT, "-o", "FILE", "the program that is written; - for standard output",
         &violating.output_path},
        ROW_CLAUSE(violating),
        ROW_LIMIT(violating.setup),
        ROW_END,
    };
    struct command_line line = {
        .name = "export",
        .usage = "FILE --target T -o repro.c [--clause ID] [--profile P] [--limit S]",
        .summary =
            "Runs a trace on a target that violates a clause with it, and writes a C program\n"
            "that makes the same calls and checks the same expectation: it exits 0 where an\n"
            "implementation conforms, 1 where it violates, 2 where it could not be run.\n"
            "Exit status 0: the program was written; 2: the trace conforms on this target;\n"
            "3: it violates only where calls of its threads meet in time, which no program\n"
            "promises.",
        .rows = rows,
        .positional_name = "FILE",
        .positional_min = 1,
        .positional_max = 1,
    };
    int status = hck_options_read(&line, argc, argv);
    if (status == OPTIONS_GO_ON) {
        hck_interrupt_catch();
        status = hck_violating_find(&violating, &line);
        if (status == 0) {
            status = export_program(&violating);
        }
    }
    hck_violating_free(&violating);
    return status;
}
