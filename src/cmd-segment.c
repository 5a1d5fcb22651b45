/* cmd-segment.c - cut text into segments, one a line */
#include "config.h"

#include "cmd.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

struct values {
	const char *lang, *encoding, *check_srx, *srx_export;
	bool json;
	struct cutting cutting;
};

/* One text on its way to the segmenter. */
struct text {
	struct tool *tool;
	const struct values *values;
	const char *path, *name; /* as given, and for messages */
	bool name_file;
	FILE *fp;
	size_t dropped; /* bytes of a byte order mark */
	size_t at;	/* of piece in the file */
	size_t line;	/* where piece begins */
	tm_buf piece;
	bool last; /* nothing comes after piece */
};

/* ---- Reading --------------------------------------------------------- */

enum { PIECE = 1 << 18 };

static bool
open_text(struct text *t, tm_error *err)
{
	struct stat st;

	if (strcmp(t->path, "-") == 0) {
		t->name = "standard input";
		t->fp = stdin;
		return true;
	}
	t->fp = fopen(t->path, "r");
	if (t->fp == NULL)
		return tm_fail(err, TM_IO, "cannot open '%s': %s", t->name,
		    strerror(errno));
	if (fstat(fileno(t->fp), &st) == 0 && S_ISDIR(st.st_mode))
		return tm_fail(
		    err, TM_IO, "'%s' is a directory, not a file", t->name);
	return true;
}

/* Add to piece what comes next. */
static bool
read_more(struct text *t, tm_error *err)
{
	size_t got;

	tm_buf_reserve(&t->piece, PIECE);
	got = fread(t->piece.p + t->piece.n, 1, PIECE, t->fp);
	t->piece.n += got;
	if (ferror(t->fp))
		return tm_fail(err, TM_IO, "cannot read '%s': %s", t->name,
		    strerror(errno));
	t->last = got < PIECE;
	return true;
}

/* How many bytes at the end of s are the beginning of a character. */
static size_t
cut_character(tm_str s)
{
	for (size_t back = 1; back <= 3 && back <= s.n; back++) {
		unsigned char c = (unsigned char)s.p[s.n - back];

		if (c >= 0xc0)
			return back < (c >= 0xf0      ? 4u
					  : c >= 0xe0 ? 3u
						      : 2u)
				   ? back
				   : 0;
		if (c < 0x80)
			return 0;
	}
	return 0;
}

/* Is the first n bytes of piece text? *lines gets its line breaks. */
static bool
check_piece(const struct text *t, size_t n, size_t *lines, tm_error *err)
{
	tm_str s = { t->piece.p, n };
	const char *nul = memchr(s.p, 0, n);
	size_t bad = n;

	if (nul != NULL)
		bad = (size_t)(nul - s.p);
	else
		tm_text_is_utf8(s, &bad);
	*lines = 0;
	for (const char *p = s.p, *end = s.p + bad;
	     p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		++*lines;
	return bad == n ||
	       tm_fail(err, TM_PARSE,
		   "'%s' line %zu: byte 0x%02x at offset %zu is no UTF-8 text; "
		   "--encoding NAME converts it",
		   t->name, t->line + *lines, (unsigned char)s.p[bad],
		   t->at + bad);
}

/* Can piece, the beginning of the file, be cut as it comes? Else it is in
 * another encoding, or the message wants the whole text. */
static bool
is_plain(const struct text *t)
{
	tm_str s = tm_buf_str(&t->piece);
	size_t lines;

	return t->values->encoding == NULL &&
	       check_piece(
		   t, s.n - (t->last ? 0 : cut_character(s)), &lines, NULL);
}

/* ---- Cutting --------------------------------------------------------- */

/* What we cut with: --lang, else the file name, else a guess. */
static void
choose_language(const struct text *t, tm_str beginning, char lang[TM_LANG_MAX])
{
	char name[80];

	if (t->values->lang != NULL) {
		snprintf(lang, TM_LANG_MAX, "%s", t->values->lang);
		return;
	}
	if (tm_lang_from_path(t->path, lang))
		return;
	tm_lang_guess(beginning, lang);
	if (strcmp(lang, "und") == 0)
		strcpy(lang, "root");
	if (beginning.n > 0)
		remark(t->tool, "%s: taken for %s; --lang says otherwise",
		    t->path, tm_lang_name(lang, name, sizeof name));
}

static bool
print_segment(void *ctx, tm_str s, const tm_span *span, tm_error *err)
{
	const struct text *t = ctx;

	if (t->values->json) {
		json_t *o = json_object();

		if (t->name_file)
			json_object_set_new(
			    o, "file", json_of(tm_str_of(t->path)));
		json_object_set_new(o, "text", json_of(s));
		json_object_set_new(o, "start",
		    json_integer((json_int_t)(span->start + t->dropped)));
		json_object_set_new(o, "end",
		    json_integer((json_int_t)(span->end + t->dropped)));
		json_object_set_new(
		    o, "paragraph", json_integer((json_int_t)span->paragraph));
		print_json(o);
		return true;
	}
	if (memchr(s.p, '\n', s.n) != NULL) {
		tm_buf line = { 0 };

		tm_buf_add(&line, s.p, s.n);
		fwrite(line.p, 1, unwrap(line.p, line.n), stdout);
		tm_buf_release(&line);
	} else {
		fwrite(s.p, 1, s.n, stdout);
	}
	fputc('\n', stdout);
	return !ferror(stdout) ||
	       tm_fail(err, TM_IO, "cannot write to standard output: %s",
		   strerror(errno));
}

/* Cut piece and all that comes after it, a piece at a time. */
static bool
cut_as_it_comes(struct text *t, tm_segmenter *seg, tm_error *err)
{
	for (;;) {
		tm_str s = tm_buf_str(&t->piece);
		size_t tail = t->last ? 0 : cut_character(s), lines;

		if (!check_piece(t, s.n - tail, &lines, err) ||
		    !tm_segment_feed(seg, tm_str_sub(s, 0, s.n - tail), t->last,
			print_segment, t, err))
			return false;
		if (t->last)
			return true;
		t->at += s.n - tail;
		t->line += lines;
		memmove(t->piece.p, s.p + s.n - tail, tail);
		t->piece.n = tail;
		if (!read_more(t, err))
			return false;
	}
}

static bool
cut_text(struct text *t, tm_error *err)
{
	bool plain = is_plain(t), ok;
	tm_buf whole = { 0 };
	tm_segmenter *seg;
	char lang[TM_LANG_MAX];

	while (!plain && !t->last)
		if (!read_more(t, err))
			return false;
	if (!plain && !decode_text(t->name, tm_buf_str(&t->piece),
			  t->values->encoding, &whole, &t->dropped, err))
		return false;
	if (plain && tm_str_starts(tm_buf_str(&t->piece), TM_STR(BOM))) {
		t->dropped = t->at = 3;
		t->piece.n -= 3;
		memmove(t->piece.p, t->piece.p + 3, t->piece.n);
	}
	choose_language(t, tm_buf_str(plain ? &t->piece : &whole), lang);
	seg = open_segmenter(lang, &t->values->cutting, err);
	ok = seg != NULL &&
	     (plain ? cut_as_it_comes(t, seg, err)
		    : tm_segment_feed(seg, tm_buf_str(&whole), true,
			  print_segment, t, err)) &&
	     tm_segmenter_ok(seg, err);
	tm_segmenter_free(seg);
	tm_buf_release(&whole);
	return ok;
}

static bool
segment_file(struct tool *tool, const struct values *values, const char *path,
    bool name_file, tm_error *err)
{
	struct text t = { .tool = tool,
		.values = values,
		.path = path,
		.name = path,
		.name_file = name_file,
		.line = 1 };
	bool ok = open_text(&t, err) && read_more(&t, err) && cut_text(&t, err);

	if (t.fp != NULL && t.fp != stdin)
		fclose(t.fp);
	tm_buf_release(&t.piece);
	return ok;
}

/* ---- The command ----------------------------------------------------- */

static int
check_srx(const char *path)
{
	size_t problems;
	tm_error err;

	if (!tm_segment_check_srx(
		path, complain_of_rule, NULL, &problems, &err))
		return give_up(&err);
	return problems == 0 ? EXIT_DONE : EXIT_NO;
}

static int
export_srx(const char *lang)
{
	tm_buf srx = { 0 };
	tm_error err;
	bool ok = tm_segment_export_srx(lang, &srx, &err);

	if (ok)
		fwrite(srx.p, 1, srx.n, stdout);
	tm_buf_release(&srx);
	return ok ? EXIT_DONE : give_up(&err);
}

static int
run(struct tool *tool, const void *v, char **args, int n)
{
	const struct values *values = v;
	int status = EXIT_DONE;

	if ((values->check_srx != NULL || values->srx_export != NULL) && n > 0)
		return wrong_call(
		    tool, "'%s' is one argument too many", args[0]);
	if (values->check_srx != NULL)
		return check_srx(values->check_srx);
	if (values->srx_export != NULL)
		return export_srx(values->srx_export);
	/* One bad file does not hide the others. */
	for (int i = 0; i < n || (n == 0 && i == 0); i++) {
		const char *path = n == 0 ? "-" : args[i];
		tm_error err;

		if (!segment_file(tool, values, path, n > 1, &err))
			status = give_up(&err);
	}
	return status;
}

static const struct opt opts[] = {
	{ 'l', "lang", "LANG", OPT_LANG, offsetof(struct values, lang),
	    .help = "language of the text; root: plain Unicode rules" },
	{ 0, "json", NULL, OPT_FLAG, offsetof(struct values, json),
	    .help = "one JSON object a line: text, start, end, paragraph" },
	OPT_CUTTING(struct values),
	OPT_ENCODING(struct values),
	{ 0, "check-srx", "FILE", OPT_STRING,
	    offsetof(struct values, check_srx),
	    .help = "only say what is wrong with this SRX file",
	    .files = true },
	{ 0, "srx-export", "LANG", OPT_LANG,
	    offsetof(struct values, srx_export),
	    .help = "only print the built-in rules for LANG as SRX" },
	{ 0 },
};

const struct cmd cmd_segment = {
	.name = "segment",
	.summary = "cut text into sentences, one a line",
	.operands = "[FILE...]",
	.about =
	    "Cut text into segments as a translator would and print one "
	    "a line.\nWithout FILE, or where it is -, read standard input.",
	.opts = opts,
	.size = sizeof(struct values),
	.most = -1,
	.run = run,
};
