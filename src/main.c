/* main.c - tmtool: which command is it? */
#include "config.h"

#include "cmd.h"

#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static const struct cmd *const cmds[] = { &cmd_align, &cmd_train, &cmd_segment,
	&cmd_lookup, &cmd_concordance, &cmd_import, &cmd_export, &cmd_list,
	&cmd_edit, &cmd_confirm, &cmd_delete, &cmd_undo, &cmd_history,
	&cmd_backup, &cmd_info, &cmd_convert, &cmd_check, &cmd_clean,
	&cmd_eval };

static const char *const color_choices[] = { "auto", "always", "never", NULL };

static const struct opt common_opts[] = {
	{ 'q', "quiet", NULL, OPT_FLAG, offsetof(struct tool, quiet),
	    .help = "no summary and no progress" },
	{ 0, "color", "WHEN", OPT_CHOICE, offsetof(struct tool, color),
	    .help = "auto, always or never; auto heeds NO_COLOR",
	    .choices = color_choices },
	{ 'h', "help", NULL, OPT_HELP, 0, .help = "this text" },
	{ 0 },
};

const struct cmd *
cmd_at(size_t k)
{
	return k < sizeof cmds / sizeof cmds[0] ? cmds[k] : NULL;
}

const struct cmd *
cmd_named(const char *name)
{
	for (size_t k = 0; cmd_at(k) != NULL; k++)
		if (strcmp(cmd_at(k)->name, name) == 0)
			return cmd_at(k);
	return NULL;
}

/* ---- Help -------------------------------------------------------------- */

static void
print_overview(FILE *fp)
{
	fputs("Usage: tmtool COMMAND [OPTION...] [ARGUMENT...]\n"
	      "Align translated texts, keep the pairs, find them again.\n\n"
	      "Commands:\n",
	    fp);
	for (size_t k = 0; cmd_at(k) != NULL; k++)
		fprintf(
		    fp, "  %-11s  %s\n", cmd_at(k)->name, cmd_at(k)->summary);
	fputs("\nOptions:\n"
	      "      --version             print the version\n"
	      "  -h, --help                this text\n\n"
	      "'tmtool COMMAND --help' tells more of a command, "
	      "'man tmtool' of them all.\n",
	    fp);
}

static void
print_help(FILE *fp, const struct cmd *cmd)
{
	fprintf(fp, "Usage: tmtool %s [OPTION...] %s\n%s\n\nOptions:\n",
	    cmd->name, cmd->operands, cmd->about);
	opts_print(fp, cmd->opts);
	opts_print(fp, common_opts);
}

/* ---- Completion: the tables again, for the shells' scripts ------------- */

static void
complete_options(const struct opt *opts)
{
	for (; opts->name != NULL; opts++) {
		printf("--%s\t%s\n", opts->name, opts->help);
		if (opts->letter != 0)
			printf("-%c\t%s\n", opts->letter, opts->help);
	}
}

static bool
complete_value(const struct opt *opts, const char *word)
{
	for (; opts->name != NULL; opts++) {
		bool this = (strncmp(word, "--", 2) == 0 &&
				strcmp(word + 2, opts->name) == 0) ||
			    (opts->letter != 0 && word[0] == '-' &&
				word[1] == opts->letter && word[2] == '\0');

		if (!this || opts->arg == NULL)
			continue;
		if (opts->choices != NULL)
			for (const char *const *c = opts->choices; *c != NULL;
			     c++)
				printf("%s\n", *c);
		else if (opts->files)
			puts(":files");
		return true;
	}
	return false;
}

/*
 * tmtool --complete [WORD...]: print what may come after the words, each
 * line a candidate, a tab and what it means; ":files" asks for file names.
 */
static int
complete(char **words, int n)
{
	const struct cmd *cmd = n > 0 ? cmd_named(words[0]) : NULL;

	if (cmd == NULL) {
		for (size_t k = 0; cmd_at(k) != NULL; k++)
			printf("%s\t%s\n", cmd_at(k)->name, cmd_at(k)->summary);
		puts("--help\tthis text\n--version\tprint the version");
		return EXIT_DONE;
	}
	if (n > 1 && (complete_value(cmd->opts, words[n - 1]) ||
			 complete_value(common_opts, words[n - 1])))
		return EXIT_DONE;
	complete_options(cmd->opts);
	complete_options(common_opts);
	if (cmd->most != 0)
		puts(":files");
	return EXIT_DONE;
}

/* ---- Which command ----------------------------------------------------- */

static int
no_such_command(struct tool *tool, const char *name)
{
	const struct cmd *near = NULL;

	for (size_t k = 0; cmd_at(k) != NULL; k++)
		if (opts_distance(name, cmd_at(k)->name) <= 2)
			near = cmd_at(k);
	if (near != NULL)
		return wrong_call(tool,
		    "there is no command '%s'; did you mean '%s'?", name,
		    near->name);
	return wrong_call(tool, "there is no command '%s'", name);
}

static void
settle_output(struct tool *tool)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	tool->out_isolate = isatty(STDOUT_FILENO);
	if (tool->color == NULL || strcmp(tool->color, "auto") == 0)
		tool->out_color = tool->out_isolate &&
				  (no_color == NULL || no_color[0] == '\0') &&
				  (term == NULL || strcmp(term, "dumb") != 0);
	else
		tool->out_color = strcmp(tool->color, "always") == 0;
}

static int
run(struct tool *tool, int argc, char **argv)
{
	const struct cmd *cmd = tool->cmd;
	void *values = tm_zalloc(1, cmd->size);
	tm_arena strings = { 0 };
	bool help = false;
	tm_error err;
	int first, n, status;

	if (cmd->defaults != NULL)
		memcpy(values, cmd->defaults, cmd->size);
	if (!opts_parse(cmd->opts, values, common_opts, tool, argc, argv,
		&strings, &first, &help, &err)) {
		status = wrong_call(tool, "%s%s", err.msg,
		    cmd->takes_text &&
			    strstr(err.msg, "there is no option") != NULL &&
			    strchr(err.msg, '?') == NULL
			? "; -- goes before a text that begins "
			  "with -"
			: "");
		goto out;
	}
	n = argc - first;
	if (help) {
		print_help(stdout, cmd);
		status = EXIT_DONE;
	} else if (n < cmd->least) {
		status =
		    wrong_call(tool, "%s needs %s", cmd->name, cmd->operands);
	} else if (cmd->most >= 0 && n > cmd->most) {
		status = wrong_call(tool, "'%s' is one argument too many%s",
		    argv[first + cmd->most],
		    cmd->surplus != NULL ? cmd->surplus : "");
	} else {
		settle_output(tool);
		do
			status = cmd->run(tool, values, argv + first, n);
		while (must_run_again());
		print_kept_back();
	}
	/* A command that could not write has said so. */
	if (!(ferror(stdout) && status == EXIT_CANNOT) && !flush_output() &&
	    status != EXIT_CALL)
		status = EXIT_CANNOT;
out:
	tm_arena_release(&strings);
	free(values);
	return status;
}

int
main(int argc, char **argv)
{
	struct tool tool = { 0 };
	const char *name = argc > 1 ? argv[1] : NULL;

	/* A file that may not grow is a failed write, to be told and tidied
	 * up after. */
	signal(SIGXFSZ, SIG_IGN);
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C"); /* numbers in files and JSON */
	if (name == NULL) {
		print_overview(stderr);
		return EXIT_CALL;
	}
	if (strcmp(name, "--version") == 0) {
		printf("tmtool %s\n", tm_version());
		return flush_output() ? EXIT_DONE : EXIT_CANNOT;
	}
	if (strcmp(name, "--complete") == 0)
		return complete(argv + 2, argc - 2);
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 ||
	    (strcmp(name, "help") == 0 && argc == 2)) {
		print_overview(stdout);
		return flush_output() ? EXIT_DONE : EXIT_CANNOT;
	}
	if (strcmp(name, "help") == 0) {
		tool.cmd = cmd_named(argv[2]);
		if (tool.cmd == NULL)
			return no_such_command(&tool, argv[2]);
		print_help(stdout, tool.cmd);
		return flush_output() ? EXIT_DONE : EXIT_CANNOT;
	}
	if (name[0] == '-')
		return wrong_call(&tool, "there is no option '%s'", name);
	tool.cmd = cmd_named(name);
	if (tool.cmd == NULL)
		return no_such_command(&tool, name);
	return run(&tool, argc - 1, argv + 1);
}
