/* lookup-ask.c - questions that somebody types */
#include "config.h"

#include "lookup.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef HAVE_LIBEDIT
#include <editline/readline.h>
#endif

#define PROMPT "lookup> "

#ifdef HAVE_LIBEDIT
enum { MOST_HISTORY = 1000 };

/* $XDG_STATE_HOME/tmtool/lookup; NULL when there is no home. The caller
 * frees it. */
static char *
history_path(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	tm_buf path = { 0 };

	if (state != NULL && state[0] == '/')
		tm_buf_adds(&path, state);
	else if (home != NULL && home[0] == '/')
		tm_buf_printf(&path, "%s/.local/state", home);
	else
		return NULL;
	tm_buf_adds(&path, "/tmtool");
	/* A history that cannot be kept is no reason to complain. */
	for (char *p = path.p + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		mkdir(path.p, 0700);
		*p = '/';
	}
	mkdir(path.p, 0700);
	tm_buf_adds(&path, "/lookup");
	return path.p;
}
#endif

/* What somebody types, to be freed; NULL at the end. */
static char *
next_line(void)
{
#ifdef HAVE_LIBEDIT
	char *line = readline(PROMPT);

	if (line != NULL && line[0] != '\0')
		add_history(line);
	return line;
#else
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	fputs(PROMPT, stdout);
	fflush(stdout);
	n = getline(&line, &cap, stdin);
	if (n < 0) {
		free(line);
		return NULL;
	}
	if (n > 0 && line[n - 1] == '\n')
		line[n - 1] = '\0';
	return line;
#endif
}

static bool
answer(struct looker *l, const char *line, struct lookup_tally *tally,
    tm_error *err)
{
	struct lookup_reply reply = { 0 };
	struct lookup_ask ask = { .text = tm_str_of(line) };
	bool ok;

	if (!tm_text_is_utf8(ask.text, NULL)) {
		complain("this is not UTF-8 text");
		return true;
	}
	ok = looker_ask(l, &ask, &reply, err);
	/* Who is tired of waiting for an answer asks another question. */
	if (!ok && interrupted() && interrupt_signal() == SIGINT) {
		complain("%s", err->msg);
		ok = true;
	} else if (ok) {
		tally->queries++;
		tally->answered += reply.answered;
		if (reply.complaints.n > 0)
			complain("%s", reply.complaints.p);
		print_buf(stdout, &reply.out);
		if (reply.out.n == 0)
			puts("     no match");
		fflush(stdout);
	}
	lookup_reply_release(&reply);
	return ok;
}

static void
help(void)
{
	puts("Type or paste a text: its matches in the memory are shown, best\n"
	     "first, with what each difference costs. Up and Down bring back\n"
	     "what was asked, Ctrl-C takes back what is typed, Ctrl-D ends.\n"
	     "Options are given when lookup is called: --min 50 shows more,\n"
	     "--help has all.");
}

/* Ctrl-C takes back what was typed; what else ends a program ends this. */
static bool
interrupted_at_prompt(void)
{
	if (!interrupted() || interrupt_signal() != SIGINT)
		return false;
	forget_interrupt();
	clearerr(stdin);
	return true;
}

bool
lookup_interactive(struct looker *l, struct lookup_tally *tally, tm_error *err)
{
	bool ok = true;
	char *line;
#ifdef HAVE_LIBEDIT
	char *history = history_path();

	using_history();
	stifle_history(MOST_HISTORY);
	if (history != NULL)
		read_history(history);
#endif
	remark(l->plan->tool, "? for help; Ctrl-D ends");
	while (ok) {
		tm_str text;

		interrupted_at_prompt(); /* while it looked */
		if (interrupted())
			break;
		line = next_line();
		if (line == NULL && interrupted_at_prompt()) {
			putchar('\n');
			continue;
		}
		if (line == NULL)
			break;
		text = tm_str_trim(tm_str_of(line));

		if (tm_str_eq(text, TM_STR("?")))
			help();
		else if (text.n > 0)
			ok = answer(l, line, tally, err);
		free(line);
	}
	putchar('\n');
#ifdef HAVE_LIBEDIT
	if (history != NULL)
		write_history(history);
	free(history);
#endif
	return ok;
}
