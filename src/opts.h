/*
 * opts.h - option tables
 *
 * One table a command is the master copy of its options: it gives parsing,
 * --help and completion, and a test compares the man page with it. Values
 * go into a struct of the command's own:
 *
 *	struct values { const char *lang; bool json; };
 *
 *	static const struct opt opts[] = {
 *		{ 'l', "lang", "LANG", OPT_LANG, offsetof(struct values, lang),
 *		    .help = "language of the text" },
 *		{ 0, "json", NULL, OPT_FLAG, offsetof(struct values, json),
 *		    .help = "one JSON object a line" },
 *		{ 0 }
 *	};
 */
#ifndef SRC_OPTS_H
#define SRC_OPTS_H

#include "tm/tm.h"

enum opt_type {
	OPT_FLAG,   /* bool: set to true */
	OPT_OFF,    /* bool: set to false */
	OPT_STRING, /* const char * */
	OPT_LIST,   /* struct opt_list: may be given several times */
	OPT_LANG,   /* const char *: a language tag, made canonical */
	OPT_INT,    /* int, from min to max */
	OPT_SHARE,  /* double, from 0 to 1 */
	OPT_CHOICE, /* const char *: one of choices */
	OPT_HELP    /* print the help and stop */
};

#define OPT_LIST_MAX 32

struct opt_list {
	const char *v[OPT_LIST_MAX];
	size_t n;
};

struct opt {
	char letter; /* 0: none */
	const char *name;
	const char *arg; /* what its value is called; NULL for flags */
	enum opt_type type;
	size_t at; /* offset of the value */
	const char *help;
	int min, max;		    /* OPT_INT */
	const char *const *choices; /* OPT_CHOICE, NULL at the end */
	bool files;		    /* its value is a file: for completion */
};

/* How many letters differ (Levenshtein), for "did you mean"; 32 where a name
 * is longer. */
size_t opts_distance(const char *a, const char *b);

/*
 * Parse argv[1..argc) by two tables (each ends with a nameless option; the
 * values of opts go to values, those of common to common_values) and leave
 * the operands in argv[*first..argc). Options and operands may be mixed;
 * "--" ends the options. On a wrong call sets err to what is wrong.
 * *help is set when help was asked for. Values point into argv or into
 * strings.
 */
bool opts_parse(const struct opt *opts, void *values, const struct opt *common,
    void *common_values, int argc, char **argv, tm_arena *strings, int *first,
    bool *help, tm_error *err);

/* The rows of --help. */
void opts_print(FILE *fp, const struct opt *opts);

#endif
