/*
 * cmd.h - what a command is, and what commands share
 *
 * A command is one file, cmd-NAME.c, with one const struct cmd; main.c has
 * the table. Text goes to standard output, complaints to standard error.
 */
#ifndef SRC_CMD_H
#define SRC_CMD_H

#include <jansson.h>

#include "opts.h"

/* Exit status. */
enum {
	EXIT_DONE = 0,	 /* done */
	EXIT_NO = 1,	 /* the answer is no */
	EXIT_CANNOT = 2, /* could not run */
	EXIT_CALL = 64	 /* wrong call */
};

/* What every command is given. */
struct tool {
	bool quiet;	   /* no summaries, no progress */
	const char *color; /* "auto", "always", "never" */
	bool out_color;	   /* whether to colour standard output */
	bool out_isolate;  /* whether it is a terminal, for bidi isolates */
	const struct cmd *cmd;
};

struct cmd {
	const char *name;
	const char *summary;  /* one line, for "tmtool --help" */
	const char *operands; /* "SRC TGT" */
	const char *about;    /* what --help says below the usage */
	const struct opt *opts;
	size_t size;	      /* of the struct its options fill */
	const void *defaults; /* of such a struct; NULL: all zero */
	int least, most;      /* operands; most -1: any number */
	bool takes_text;      /* and they are no names of files */
	const char *surplus;  /* what one too many may have been for, or NULL */
	int (*run)(struct tool *tool, const void *values, char **args, int n);
};

extern const struct cmd cmd_concordance;
extern const struct cmd cmd_backup, cmd_edit, cmd_history, cmd_list, cmd_undo;
extern const struct cmd cmd_align, cmd_check, cmd_clean, cmd_confirm,
    cmd_convert, cmd_delete, cmd_eval, cmd_export, cmd_import, cmd_info,
    cmd_lookup, cmd_segment, cmd_train;

/* NULL past the last. */
const struct cmd *cmd_at(size_t k);
const struct cmd *cmd_named(const char *name);

/* ---- Saying things ----------------------------------------------------- */

/* Add "1 pair", "2 pairs" to out. */
void count_of(tm_buf *out, size_t n, const char *what);

/* "tmtool: ..." on standard error. */
void complain(const char *fmt, ...) TM_PRINTF(1, 2);
/* Complain about err and return the exit status for it. */
int give_up(const tm_error *err);
/* A wrong call: complain, name --help, return EXIT_CALL. */
int wrong_call(struct tool *tool, const char *fmt, ...) TM_PRINTF(2, 3);
/* From here on this thread's complaints and remarks go to the end of said,
 * where another thread has its turn to speak; NULL: to standard error. */
void hold_messages(tm_buf *said);
/* On standard error unless --quiet. */
void remark(const struct tool *tool, const char *fmt, ...) TM_PRINTF(2, 3);
/* False, with a complaint, when what was printed could not be written. */
bool flush_output(void);

/* ---- Threads ----------------------------------------------------------- */

/*
 * Call work(self, k) for each k below n, from so many threads (0: as many as
 * there are processors), and come back when all is done. Which thread does
 * what is chance.
 */
void in_threads(
    size_t n, int threads, void (*work)(void *self, size_t k), void *self);
/* How many threads that are. */
size_t threads_for(int threads);

/* ---- Ctrl-C ------------------------------------------------------------ */

/* From here on Ctrl-C only sets a flag, so that a command can leave things
 * whole; a second one ends the program at once. */
void watch_interrupts(void);
bool interrupted(void);
/* By which signal; 0: by none. */
int interrupt_signal(void);
/* It is dealt with: go on as if it had not been. */
void forget_interrupt(void);
/* End as Ctrl-C would have. */
_Noreturn void die_of_interrupt(void);

/* ---- Progress: on a terminal, from the second second on ---------------- */

/* Since some moment. */
double seconds(void);

struct progress {
	const char *label;
	double start, shown;
	bool on, printed;
};

void progress_start(
    struct progress *p, const struct tool *tool, const char *label);
/* done: a share from 0 to 1, or less than 0 and count says how many. */
void progress_tell(struct progress *p, double done, size_t count);
void progress_end(struct progress *p);

/* Show how far long work with store is, and end it at Ctrl-C. One memory at a
 * time is watched so. */
void watch_memory(const struct tool *tool, tm_store *store);

/* ---- Input ------------------------------------------------------------- */

/* Read path ("-": standard input) as UTF-8 into out. *dropped, which may be
 * NULL, gets the bytes of a UTF-8 byte order mark that was left out. */
bool read_text(const char *path, const char *encoding, tm_buf *out,
    size_t *dropped, tm_error *err);

/* The same for bytes that were read already; name is for messages. */
bool decode_text(const char *name, tm_str bytes, const char *encoding,
    tm_buf *out, size_t *dropped, tm_error *err);

/* The byte order mark of UTF-8. */
#define BOM "\xef\xbb\xbf"

/* Are both there, and one file? */
bool is_same_file(const char *a, const char *b);

/* Does an SQLite file begin at path? A memory is one. */
bool is_database(const char *path);

/* False, with err set, when writing to path would take the place of the
 * memory, or of any memory of ours. memory may be NULL. */
bool may_write(const char *path, const char *memory, tm_error *err);

/* ---- Cutting ----------------------------------------------------------- */

/* How a text is to be cut: the same options wherever texts are. */
struct cutting {
	const char *srx, *srx_regex, *abbreviations;
	bool lines, join, whole_quotes, colons, semicolons, clauses;
};

extern const char *const srx_regexes[];

/* A segmenter for lang; rules of an SRX file that cannot be used are
 * complained about. The caller frees it. */
tm_segmenter *open_segmenter(
    const char *lang, const struct cutting *cutting, tm_error *err);

/* Tells what is wrong in a file of rules; ctx is not used. */
void complain_of_rule(
    void *ctx, const char *path, size_t line, const char *message);

/* Make white space with a line break in it one space, in place; returns the
 * new length. For segments of wrapped text. */
size_t unwrap(char *p, size_t n);

/* Rows of an option table for a struct cutting at type.cutting. */
/* clang-format off */
#define OPT_CUTTING(type)                                                      \
	{ 0, "srx", "FILE", OPT_STRING, offsetof(type, cutting.srx),           \
	    .help = "cut by the rules of this SRX 2.0 file", .files = true },  \
	{ 0, "srx-regex", "WHOSE", OPT_CHOICE,                                 \
	    offsetof(type, cutting.srx_regex), .choices = srx_regexes,         \
	    .help = "its expressions are: icu, java (default: as it says)" },  \
	{ 0, "abbreviations", "FILE", OPT_STRING,                              \
	    offsetof(type, cutting.abbreviations),                             \
	    .help = "words whose full stop ends nothing, one a line",          \
	    .files = true },                                                   \
	{ 0, "lines", NULL, OPT_FLAG, offsetof(type, cutting.lines),           \
	    .help = "a line is a segment" },                                   \
	{ 0, "join-lines", NULL, OPT_FLAG, offsetof(type, cutting.join),       \
	    .help = "only an empty line ends a paragraph" },                   \
	{ 0, "keep-quotes", NULL, OPT_FLAG,                                    \
	    offsetof(type, cutting.whole_quotes),                              \
	    .help = "no cut inside quotation marks" },                         \
	{ 0, "colons", NULL, OPT_FLAG, offsetof(type, cutting.colons),         \
	    .help = "cut after colons, too" },                                 \
	{ 0, "semicolons", NULL, OPT_FLAG, offsetof(type, cutting.semicolons), \
	    .help = "cut after semicolons, too" },                             \
	{ 0, "clauses", NULL, OPT_FLAG, offsetof(type, cutting.clauses),       \
	    .help = "cut between clauses, too" }
/* clang-format on */

/* ---- The memory -------------------------------------------------------- */

/* Where a file lies, below the folder of whose it is where it does: what a
 * memory that is passed on says of it is nobody's name. NULL: nowhere. The
 * caller frees it. */
char *path_known(const char *path);

/* -m, else TMTOOL_MEMORY, else $XDG_DATA_HOME/tmtool/default.tm. The
 * caller frees the result. Where nobody has a home the program ends with a
 * complaint: a memory must not turn up wherever it was called. */
char *memory_path(const char *option);
/* The same, but NULL where there is no home: for what can do without. */
char *memory_path_if_any(const char *option);

/*
 * Open a memory; what is then done to it is signed, for the history, with
 * who is at work (TMTOOL_USER, else the user's name), the command, and
 * about: a file, say, or NULL.
 */
tm_store *open_memory(const struct tool *tool, const char *path,
    tm_store_mode mode, const char *about, tm_error *err);
/*
 * Open a memory to read it. Who may not write beside it knows nothing of those
 * who may, and finds out that what was read was changed under it (TM_BUSY)
 * when it has been printed. So what such a user's command prints is kept back
 * until it went well; where give_up() has let it end for that reason it is
 * run again, for some seconds.
 */
tm_store *open_to_read(
    const struct tool *tool, const char *path, tm_error *err);
/* For give_up(): shall it? */
bool try_again(void);
/* After a command: is it to be run again? */
bool must_run_again(void);
/* Print what was kept back, if anything was. */
void print_kept_back(void);
/* Where standard output goes in the end. */
int output_fd(void);

/*
 * Does none of the n memories described have a unit in from, or none in to
 * (each may be NULL; regions stand in for each other)? Says so then, and
 * which languages there are.
 */
bool lacks_languages(const struct tool *tool, const tm_store_info *info,
    size_t n, const char *from, const char *to);
/* Sign what is done from now on with another about. */
void sign_memory(const struct tool *tool, tm_store *store, const char *about);
/* Who is at work; "" when that is not known. */
const char *user_name(void);

/* A date as 2026-11-22T12:00:00Z; "" when it is 0. */
const char *date_text(int64_t at, char out[32]);

/* Seconds since 1970; SOURCE_DATE_EPOCH where that is set. One that is no
 * number is complained about, and time goes on. */
int64_t now(void);

#define OPT_MEMORY(type)                                                    \
	{                                                                   \
		'm', "memory", "FILE", OPT_STRING, offsetof(type, memory),  \
		    .help =                                                 \
			"the memory (TMTOOL_MEMORY, else the default one)", \
		    .files = true                                           \
	}
#define OPT_ENCODING(type)                                                   \
	{                                                                    \
		0, "encoding", "NAME", OPT_STRING, offsetof(type, encoding), \
		    .help =                                                  \
			"encoding of the input (UTF-8, or as its mark says)" \
	}

/* ---- Output ------------------------------------------------------------ */

/* Isolates: left to right, by its first strong character, and the end. */
#define LRI "\xe2\x81\xa6"
#define FSI "\xe2\x81\xa8"
#define PDI "\xe2\x81\xa9"

enum style { PLAIN, DIM, BOLD, GOOD, MIDDLING, BAD, DELETED, INSERTED };

/* Turn a style on and off; nothing without colours. */
const char *style_on(const struct tool *tool, enum style style);
const char *style_off(const struct tool *tool);

/* Print text to fp, on a terminal in a bidi isolate of its own direction and
 * with control characters made visible. */
void print_text(const struct tool *tool, FILE *fp, tm_str text);
/* The same without the isolate. */
void print_visible(const struct tool *tool, FILE *fp, tm_str text);
/* Write what is in buf to fp as it is; it may be empty. */
void print_buf(FILE *fp, const tm_buf *buf);

/* How wide the terminal is that standard output goes to; 0: it is none, or
 * nobody knows. */
size_t terminal_columns(const struct tool *tool);

/* Text as HTML has it. */
void print_escaped(FILE *fp, tm_str text);

/* For programs: what is done is told as JSON objects, and not in words. */
#define OPT_JSON(type)                                           \
	{                                                        \
		0, "json", NULL, OPT_FLAG, offsetof(type, json), \
		    .help = "say what was done as a JSON object" \
	}

/* Print root on a line of its own, and free it. */
void print_json(json_t *root);
json_t *json_of(tm_str text);
/* Set name of object o to a number. */
void json_count(json_t *o, const char *name, int64_t n);

#endif
