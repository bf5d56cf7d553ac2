/* heapck: judges memory allocators against the documented Win32 semantics. */
#include <signal.h>
#include <string.h>

#include "kit/cli/command.h"
#include "kit/cli/interrupt.h"
#include "kit/cli/setup.h"
#include "kit/closest.h"

#ifdef HEAPCK_SANITIZED
/* A fault on an alternate stack that is left by a jump makes AddressSanitizer read the list of
 * mappings to find the other stack, which takes ten times as long as the rest of a trace. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "use_sigaltstack=0";
}
#endif

static int command_help(int argc, char *const *argv);
static int command_version(int argc, char *const *argv);

static const struct command {
    const char *name;
    const char *summary;
    command_function run;
} commands[] = {
    {"run", "run traces on a target and judge every call", hck_command_run},
    {"fuzz", "make up traces, guided by what they reach, for as long as one likes",
     hck_command_fuzz},
    {"replay", "run one trace and show each call with what was seen", hck_command_replay},
    {"record", "run one trace and write a log, to be judged elsewhere", hck_command_record},
    {"judge", "judge logs", hck_command_judge},
    {"shrink", "make a violating trace as small as it can be", hck_command_shrink},
    {"export", "make a standalone C program of a violation", hck_command_export},
    {"compare", "run the same traces on several targets, side by side", hck_command_compare},
    {"spec", "list, show and measure the clauses", hck_command_spec},
    {"selftest", "check that every wrong target of tests/mutants is caught", hck_command_selftest},
    {"map", "draw the address space of a process", hck_command_map},
    {"bench", "measure the oracle, fuzz inputs, or an agent's pipe", hck_command_bench},
    {"help", "show this, or the help of a command", command_help},
    {"version", "show the version", command_version},
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static void print_commands(FILE *stream)
{
    (void)fprintf(stream, "usage: heapck COMMAND [options] [arguments]\n\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        (void)fprintf(stream, "  %-9s  %s\n", commands[i].name, commands[i].summary);
    }
    (void)fprintf(stream,
                  "\n'heapck COMMAND --help' shows the options of a command.\n"
                  "\nexit status, of every command:\n"
                  "    0  conforms, or what was asked for is done\n"
                  "    1  violated: a clause that --expect does not list, or one that it\n"
                  "       lists and that no longer is; selftest: a mutant survived; spec\n"
                  "       coverage: something is missing\n"
                  "    2  usage: an unknown command, option, value, clause or target; a file\n"
                  "       that is missing or malformed; a selection that is empty; a place\n"
                  "       that cannot be written; shrink, export: the trace conforms\n"
                  "    3  nothing can be said: the target does not load, start or answer; not\n"
                  "       one call was judged; a trace with threads hung once and not again;\n"
                  "       the report could not be written whole\n"
                  "  130  interrupted by Ctrl-C; what was judged until then is reported;\n"
                  "       by SIGTERM 143, by SIGHUP 129\n");
}

static int complain_unknown(const char *name)
{
    struct closest closest = hck_closest_begin(name, strlen(name));
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        hck_closest_offer(&closest, commands[i].name);
    }
    const char *meant = hck_closest_end(&closest);
    (void)fprintf(stderr, "heapck: unknown command '%s'%s%s%s (see 'heapck help')\n", name,
                  meant != NULL ? ", did you mean '" : "", meant != NULL ? meant : "",
                  meant != NULL ? "'?" : "");
    return EXIT_STATUS_USAGE;
}

static int command_help(int argc, char *const *argv)
{
    static char help[] = "--help";
    static char *const ask[] = {help};
    const struct command *command = argc > 0 ? find_command(argv[0]) : NULL;
    if (argc == 0 || strcmp(argv[0], "--help") == 0 ||
        (command != NULL && command->run == command_help)) {
        print_commands(stdout);
        return EXIT_STATUS_CONFORMS;
    }
    return command != NULL ? command->run(1, ask) : complain_unknown(argv[0]);
}

static int command_version(int argc, char *const *argv)
{
    static const struct option_row rows[] = {ROW_END};
    struct command_line line = {"version", "", "Shows the version.", rows, NULL,
                                0,         0,  {.count = 0}};
    int status = hck_options_read(&line, argc, argv);
    if (status != OPTIONS_GO_ON) {
        return status;
    }
    (void)printf("heapck %s\n", HEAPCK_VERSION);
    return EXIT_STATUS_CONFORMS;
}

int main(int argc, char **argv)
{
    /* A child or a reader that goes away is an error value of write, not the end of this process.
     */
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); /* as is a file that may not grow */
    if (argc < 2) {
        print_commands(stderr);
        return EXIT_STATUS_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        name = "help";
    } else if (strcmp(name, "--version") == 0) {
        name = "version";
    }
    const struct command *command = find_command(name);
    if (command == NULL) {
        return complain_unknown(name);
    }
    return hck_interrupt_exit(hck_setup_finish(command->run(argc - 2, argv + 2)));
}
