/* cmd-segment.c - cut text into segments, one a line */
#include "config.h"

#include "cmd.h"

#include <stdlib.h>

struct values {
	const char *lang, *encoding, *check_srx, *srx_export;
	bool json;
	struct cutting cutting;
};

/* What we announce and cut with: --lang, else the file name, else a guess. */
static bool
choose_language(struct tool *tool, const struct values *values,
    const char *path, tm_str text, char lang[TM_LANG_MAX])
{
	if (values->lang != NULL) {
		snprintf(lang, TM_LANG_MAX, "%s", values->lang);
		return true;
	}
	if (tm_lang_from_path(path, lang))
		return true;
	tm_lang_guess(text, lang);
	if (strcmp(lang, "und") == 0)
		strcpy(lang, "root");
	return false;
}

static void
print_segment(const struct values *values, const char *path, bool name_file,
    tm_str text, const tm_span *span, size_t dropped)
{
	tm_str s = tm_str_sub(text, span->start, span->end);

	if (values->json) {
		json_t *o = json_object();

		if (name_file)
			json_object_set_new(
			    o, "file", json_of(tm_str_of(path)));
		json_object_set_new(o, "text", json_of(s));
		json_object_set_new(o, "start",
		    json_integer((json_int_t)(span->start + dropped)));
		json_object_set_new(
		    o, "end", json_integer((json_int_t)(span->end + dropped)));
		json_object_set_new(
		    o, "paragraph", json_integer((json_int_t)span->paragraph));
		print_json(o);
		return;
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
}

static bool
segment_file(struct tool *tool, const struct values *values, const char *path,
    bool name_file, tm_error *err)
{
	tm_buf text = { 0 };
	tm_spans spans = { 0 };
	tm_segmenter *seg = NULL;
	char lang[TM_LANG_MAX], name[80];
	size_t dropped;
	bool ok = false;

	if (!read_text(path, values->encoding, &text, &dropped, err))
		goto out;
	if (!choose_language(tool, values, path, tm_buf_str(&text), lang) &&
	    text.n > 0)
		remark(tool, "%s: taken for %s; --lang says otherwise", path,
		    tm_lang_name(lang, name, sizeof name));
	seg = open_segmenter(lang, &values->cutting, err);
	if (seg == NULL)
		goto out;
	tm_segment(seg, tm_buf_str(&text), &spans);
	if (!tm_segmenter_ok(seg, err))
		goto out;
	for (size_t i = 0; i < spans.n; i++)
		print_segment(values, path, name_file, tm_buf_str(&text),
		    &spans.v[i], dropped);
	ok = true;
out:
	tm_segmenter_free(seg);
	tm_spans_release(&spans);
	tm_buf_release(&text);
	return ok;
}

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
