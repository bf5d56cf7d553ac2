/* heapck spec: the clause table, for people and programs. */
#include <string.h>

#include "kit/cli/command.h"
#include "kit/cli/setup.h"
#include "kit/closest.h"
#include "kit/report/escape.h"

static const struct {
    enum clause_exempt_from what;
    const char *name;
} exemptions[] = {
    {EXEMPT_JUDGE, "judge"},
    {EXEMPT_TRACE, "trace"},
    {EXEMPT_MUTANT, "mutant"},
};

enum { EXEMPTION_COUNT = sizeof exemptions / sizeof exemptions[0] };

static int list_clauses(const struct command_line *line)
{
    const char *glob = line->positional.count > 1 ? line->positional.items[1] : "*";
    bool found = false;
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        const struct clause *clause = hck_clause_get((enum clause_id)i);
        if (hck_clause_glob(glob, clause->id)) {
            (void)printf("%-70s %s\n", clause->id, hck_clause_basis_name(clause->basis));
            found = true;
        }
    }
    if (!found) {
        char message[MESSAGE_MAX];
        char meant[2 * CLOSEST_LENGTH_MAX];
        hck_selection_suggest(glob, meant, sizeof meant);
        (void)snprintf(message, sizeof message, "no clause matches '%.600s'%s", glob, meant);
        hck_options_complain(line, message);
        return EXIT_STATUS_USAGE;
    }
    return EXIT_STATUS_CONFORMS;
}

static int show_clause(const struct command_line *line)
{
    if (line->positional.count < 2) {
        hck_options_complain(line, "show: the id of a clause is missing");
        return EXIT_STATUS_USAGE;
    }
    enum clause_id id = hck_setup_clause(line, line->positional.items[1]);
    if (id == CLAUSE_NONE) {
        return EXIT_STATUS_USAGE;
    }
    const struct clause *clause = hck_clause_get(id);
    (void)printf("%s\nbasis: %s\nsource: %s\n\n", clause->id, hck_clause_basis_name(clause->basis),
                 clause->source);
    hck_report_wrap(clause->statement, "    ", stdout);
    for (size_t i = 0; i < EXEMPTION_COUNT; i++) {
        const char *reason = hck_clause_exemption(id, exemptions[i].what);
        if (reason != NULL) {
            (void)printf("\nno %s: %s\n", exemptions[i].name, reason);
        }
    }
    return EXIT_STATUS_CONFORMS;
}

static void print_markdown(void)
{
    const char *family = "";
    (void)printf("# The clauses\n\n%u clauses. Made by `heapck spec markdown`.\n",
                 (unsigned)CLAUSE_COUNT);
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        const struct clause *clause = hck_clause_get((enum clause_id)i);
        if (strcmp(clause->family, family) != 0) {
            family = clause->family;
            (void)printf("\n## %s\n\n", family);
        }
        (void)printf("- **`%s`** (%s): %s *%s.*\n", clause->id,
                     hck_clause_basis_name(clause->basis), clause->statement, clause->source);
    }
}

static void print_json_text(const char *key, const char *value)
{
    (void)printf("\"%s\": \"", key);
    hck_report_escape_json(value, stdout);
    (void)printf("\"");
}

static void print_json_clause(enum clause_id id)
{
    const struct clause *clause = hck_clause_get(id);
    bool first = true;
    (void)printf("    {");
    print_json_text("id", clause->id);
    (void)printf(", ");
    print_json_text("family", clause->family);
    (void)printf(", ");
    print_json_text("basis", hck_clause_basis_name(clause->basis));
    (void)printf(",\n     ");
    print_json_text("statement", clause->statement);
    (void)printf(",\n     ");
    print_json_text("source", clause->source);
    (void)printf(",\n     \"exempt\": {");
    for (size_t i = 0; i < EXEMPTION_COUNT; i++) {
        const char *reason = hck_clause_exemption(id, exemptions[i].what);
        if (reason != NULL) {
            (void)printf("%s", first ? "" : ", ");
            print_json_text(exemptions[i].name, reason);
            first = false;
        }
    }
    (void)printf("}}");
}

static void print_json(void)
{
    (void)printf("{\n  \"heapck_spec\": 1,\n  \"clauses\": [");
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        (void)printf(i == 0 ? "\n" : ",\n");
        print_json_clause((enum clause_id)i);
    }
    (void)printf("\n  ]\n}\n");
}

static int run_spec(const struct command_line *line)
{
    const char *what = line->positional.count > 0 ? line->positional.items[0] : "list";
    if (strcmp(what, "list") == 0) {
        return list_clauses(line);
    }
    if (strcmp(what, "show") == 0) {
        return show_clause(line);
    }
    bool is_markdown = strcmp(what, "markdown") == 0;
    char message[MESSAGE_MAX];
    if (!is_markdown && strcmp(what, "json") != 0) {
        (void)snprintf(message, sizeof message,
                       "expected list, show, coverage, markdown or json, found '%.800s'", what);
        hck_options_complain(line, message);
        return EXIT_STATUS_USAGE;
    }
    if (line->positional.count > 1) {
        (void)snprintf(message, sizeof message, "one argument too many: '%.800s'",
                       line->positional.items[1]);
        hck_options_complain(line, message);
        return EXIT_STATUS_USAGE;
    }
    if (is_markdown) {
        print_markdown();
    } else {
        print_json();
    }
    return EXIT_STATUS_CONFORMS;
}

int hck_command_spec(int argc, char *const *argv)
{
    if (argc > 0 && strcmp(argv[0], "coverage") == 0) {
        return hck_command_spec_coverage(argc - 1, argv + 1);
    }
    static const struct option_row rows[] = {ROW_END};
    struct command_line line = {
        .name = "spec",
        .usage = "[list [GLOB] | show ID | coverage [--html FILE] | markdown | json]",
        .summary =
            "Lists the clauses, shows one, or prints them all as Markdown or JSON. 'coverage'\n"
            "names every clause that lacks a judge, a trace or a mutant without a reason, and "
            "writes\n"
            "a page of what is judged how often: see 'heapck spec coverage --help'.",
        .rows = rows,
        .positional_max = 2,
    };
    int status = hck_options_read(&line, argc, argv);
    return status == OPTIONS_GO_ON ? run_spec(&line) : status;
}
