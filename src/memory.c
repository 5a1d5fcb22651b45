/*
 * memory.c - the memory a command works with
 *
 * Where it is and who is at work; what is shown while it takes long; and how
 * a command reads one that somebody else writes to.
 */
#include "config.h"

#include "cmd.h"

#include <pwd.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

/* ---- Where it is -------------------------------------------------------- */

char *
memory_path_if_any(const char *option)
{
	const char *env = getenv("TMTOOL_MEMORY"), *base;
	tm_buf path = { 0 };

	if (option == NULL && env != NULL && env[0] != '\0')
		option = env;
	if (option != NULL)
		return tm_strdup(option);
	base = getenv("XDG_DATA_HOME");
	if (base != NULL && base[0] == '/') {
		tm_buf_adds(&path, base);
	} else {
		base = getenv("HOME");
		if (base == NULL || base[0] != '/')
			return NULL;
		tm_buf_printf(&path, "%s/.local/share", base);
	}
	tm_buf_adds(&path, "/tmtool/default.tm");
	return path.p;
}

char *
memory_path(const char *option)
{
	char *path = memory_path_if_any(option);

	if (path == NULL) {
		complain("neither HOME nor XDG_DATA_HOME says where the "
			 "default memory is: name one with -m or "
			 "TMTOOL_MEMORY");
		exit(EXIT_CANNOT);
	}
	return path;
}

const char *
user_name(void)
{
	static const char *const names[] = { "TMTOOL_USER", "USER", "LOGNAME" };
	const struct passwd *user;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *name = getenv(names[i]);

		if (name != NULL && name[0] != '\0' &&
		    tm_text_is_utf8(tm_str_of(name), NULL))
			return name;
	}
	user = getpwuid(getuid());
	return user == NULL ? "" : user->pw_name;
}

char *
path_known(const char *path)
{
	char *whole = strcmp(path, "-") == 0 ? NULL : realpath(path, NULL);
	char *home =
	    getenv("HOME") == NULL ? NULL : realpath(getenv("HOME"), NULL);
	size_t n = home == NULL ? 0 : strlen(home);

	if (whole != NULL && n > 1 && strncmp(whole, home, n) == 0 &&
	    whole[n] == '/') {
		memmove(whole + 1, whole + n, strlen(whole + n) + 1);
		whole[0] = '~';
	}
	free(home);
	return whole;
}

/* ---- While it takes long ------------------------------------------------ */

/* The work of a memory that is watched. */
static struct {
	const struct tool *tool;
	struct progress progress;
	double last;	/* what was told: less than that is a new beginning */
	double refused; /* when it was first told to stop; 0: not yet */
} watching;

/* Some work cannot be stopped at once. Nothing is lost then by leaving: what
 * is being made has no name yet. */
enum { PATIENCE = 1 };

static bool
tell_memory(void *self, const char *what, double done)
{
	struct progress *p = &watching.progress;

	(void)self;
	if (interrupted()) {
		progress_end(p);
		if (watching.refused == 0)
			watching.refused = seconds();
		else if (seconds() - watching.refused > PATIENCE)
			die_of_interrupt();
		return false;
	}
	watching.refused = 0;
	if (p->label == NULL || strcmp(p->label, what) != 0 ||
	    done < watching.last) {
		progress_end(p);
		progress_start(p, watching.tool, what);
	}
	watching.last = done;
	progress_tell(p, done, 0);
	if (done >= 1)
		progress_end(p);
	return true;
}

void
watch_memory(const struct tool *tool, tm_store *store)
{
	watching.tool = tool;
	tm_store_watch(store, tell_memory, NULL);
}

/* ---- Opening ------------------------------------------------------------ */

void
sign_memory(const struct tool *tool, tm_store *store, const char *about)
{
	tm_store_sign(store, user_name(), tool->cmd->name, about, now());
}

tm_store *
open_memory(const struct tool *tool, const char *path, tm_store_mode mode,
    const char *about, tm_error *err)
{
	tm_store *store = tm_store_open(path, mode, err);

	if (store != NULL) {
		sign_memory(tool, store, about);
		watch_memory(tool, store);
	}
	return store;
}

/* ---- Reading what others write to -------------------------------------- */

/* A command whose output is kept back. */
static struct {
	FILE *fp; /* NULL: it is not */
	int out;  /* where it will go */
	double since;
	bool again;
} keeping;

enum { LONG_ENOUGH = 10 }; /* seconds, as long as one waits for a lock */

/* May others write to it while this user may not? */
static bool
is_closed(const char *path)
{
	char *folder = tm_strdup(path), *slash = strrchr(folder, '/');
	struct statvfs fs;
	bool closed;

	if (slash != NULL)
		slash[slash == folder] = '\0';
	closed = access(path, W_OK) != 0 ||
		 access(slash == NULL ? "." : folder, W_OK | X_OK) != 0;
	free(folder);
	return closed &&
	       !(statvfs(path, &fs) == 0 && (fs.f_flag & ST_RDONLY) != 0);
}

static void
keep_back(void)
{
	if (keeping.fp != NULL)
		return;
	keeping.fp = tmpfile();
	keeping.out = keeping.fp == NULL ? -1 : dup(STDOUT_FILENO);
	fflush(stdout);
	if (keeping.out >= 0 &&
	    dup2(fileno(keeping.fp), STDOUT_FILENO) == STDOUT_FILENO)
		return;
	/* Then it goes as it comes, and is not tried again. */
	if (keeping.out >= 0)
		close(keeping.out);
	if (keeping.fp != NULL)
		fclose(keeping.fp);
	keeping.fp = NULL;
}

bool
try_again(void)
{
	double t = seconds();

	if (keeping.fp == NULL || interrupted())
		return false;
	if (keeping.since == 0)
		keeping.since = t;
	keeping.again = t - keeping.since < LONG_ENOUGH;
	return keeping.again;
}

bool
must_run_again(void)
{
	const struct timespec pause = { .tv_nsec = 50000000 };

	if (!keeping.again)
		return false;
	keeping.again = false;
	fflush(stdout);
	rewind(keeping.fp);
	if (ftruncate(fileno(keeping.fp), 0) != 0)
		return false;
	nanosleep(&pause, NULL);
	return !interrupted();
}

void
print_kept_back(void)
{
	char buf[BUFSIZ];
	size_t n;

	if (keeping.fp == NULL)
		return;
	fflush(stdout);
	dup2(keeping.out, STDOUT_FILENO);
	close(keeping.out);
	rewind(keeping.fp);
	while ((n = fread(buf, 1, sizeof buf, keeping.fp)) > 0)
		fwrite(buf, 1, n, stdout);
	fclose(keeping.fp);
	keeping.fp = NULL;
}

int
output_fd(void)
{
	return keeping.fp != NULL ? keeping.out : STDOUT_FILENO;
}

tm_store *
open_to_read(const struct tool *tool, const char *path, tm_error *err)
{
	tm_store *store;

	if (is_closed(path))
		keep_back();
	store = tm_store_open(path, TM_READ, err);
	if (store != NULL)
		watch_memory(tool, store);
	return store;
}

/* ---- Languages --------------------------------------------------------- */

static bool
has_language(const tm_store_info *info, const char *lang)
{
	char tag[TM_LANG_MAX];

	for (size_t i = 0; i < info->n_langs; i++) {
		snprintf(
		    tag, sizeof tag, "%.*s", TM_STR_ARG(info->langs[i].lang));
		if (tm_lang_same_base(lang, tag) || tm_lang_covers(lang, tag))
			return true;
	}
	return false;
}

enum { MOST_TOLD = 12 };

/* Which languages there are. */
static void
tell_languages(const struct tool *tool, const tm_store_info *info, size_t n)
{
	tm_buf all = { 0 };
	size_t told = 0;
	char tag[TM_LANG_MAX], name[80], item[TM_LANG_MAX + 90];

	for (size_t m = 0; m < n; m++)
		for (size_t i = 0; i < info[m].n_langs; i++) {
			snprintf(tag, sizeof tag, "%.*s",
			    TM_STR_ARG(info[m].langs[i].lang));
			snprintf(item, sizeof item, "%s (%s)",
			    tm_lang_name(tag, name, sizeof name), tag);
			if (all.n > 0 && strstr(all.p, item) != NULL)
				continue;
			if (told++ < MOST_TOLD)
				tm_buf_printf(
				    &all, "%s%s", all.n == 0 ? "" : ", ", item);
		}
	if (told == 0)
		remark(tool, "there is no unit in %s",
		    n == 1 ? "the memory" : "the memories");
	else
		remark(tool, "there are units in %s%s", all.p,
		    told > MOST_TOLD ? ", ..." : "");
	tm_buf_release(&all);
}

bool
lacks_languages(const struct tool *tool, const tm_store_info *info, size_t n,
    const char *from, const char *to)
{
	const char *langs[2] = { from, to };
	bool lacks = false;
	char name[80];

	for (int k = 0; k < 2; k++) {
		bool has = langs[k] == NULL;

		for (size_t i = 0; i < n && !has; i++)
			has = has_language(&info[i], langs[k]);
		if (!has)
			remark(tool, "no unit of the memory is in %s (%s)",
			    tm_lang_name(langs[k], name, sizeof name),
			    langs[k]);
		lacks |= !has;
	}
	if (lacks)
		tell_languages(tool, info, n);
	return lacks;
}
