/* The commands of heapck: one file each, all of this form. They return the exit status. */
#ifndef HCK_KIT_CLI_COMMAND_H
#define HCK_KIT_CLI_COMMAND_H

/* argv[0] stands behind the command's name. */
typedef int (*command_function)(int argc, char *const *argv);

int hck_command_run(int argc, char *const *argv);
int hck_command_replay(int argc, char *const *argv);
int hck_command_record(int argc, char *const *argv);
int hck_command_judge(int argc, char *const *argv);
int hck_command_shrink(int argc, char *const *argv);
int hck_command_export(int argc, char *const *argv);
int hck_command_compare(int argc, char *const *argv);
int hck_command_spec(int argc, char *const *argv);
int hck_command_spec_coverage(int argc, char *const *argv);
int hck_command_selftest(int argc, char *const *argv);
int hck_command_fuzz(int argc, char *const *argv);
int hck_command_map(int argc, char *const *argv);
int hck_command_bench(int argc, char *const *argv);

#endif
