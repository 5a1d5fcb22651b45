/*
 * Parallel text: two files with as many lines, of which the n-th of one
 * translates the n-th of the other.
 *
 *	news.ar		news.en
 *	مرحبا		Hello
 *
 * One path stands for both: the other one has the other language where
 * this one has its own, in front of ".txt" or at the end ("news.ar",
 * "news.ar.txt", "news_ar.txt").
 */
#include "config.h"

#include "tm/format_int.h"

#include <stdlib.h>

/* Where the language stands in the name of the file: the last place where
 * it is a word of its own, before a dot or at the end. */
static bool
find_tag(const char *path, const char *tag, size_t *at)
{
	const char *slash = strrchr(path, '/');
	size_t start = slash == NULL ? 0 : (size_t)(slash - path) + 1;
	size_t end = strlen(path), n = strlen(tag);

	for (size_t i = end; i-- > start + 1;) {
		tm_str rest = { path + i, end - i };

		if (rest.n < n ||
		    !tm_str_ieq(tm_str_sub(rest, 0, n), tm_str_of(tag)))
			continue;
		if (strchr("._-", path[i - 1]) != NULL &&
		    (rest.n == n || rest.p[n] == '.')) {
			*at = i;
			return true;
		}
	}
	return false;
}

/* The two paths; false when path has neither language in its name. */
static bool
both_paths(const char *path, const char *from, const char *to, tm_buf *source,
    tm_buf *target, tm_error *err)
{
	const char *have[2] = { from, to };

	for (int i = 0; i < 2; i++) {
		tm_buf *own = i == 0 ? source : target;
		tm_buf *other = i == 0 ? target : source;
		size_t at;

		if (!find_tag(path, have[i], &at))
			continue;
		tm_buf_adds(own, path);
		tm_buf_add(other, path, at);
		tm_buf_adds(other, have[1 - i]);
		tm_buf_adds(other, path + at + strlen(have[i]));
		return true;
	}
	return tm_fail(err, TM_INVALID,
	    "'%s' names neither '%s' nor '%s': call the two files like "
	    "news.%s and news.%s",
	    path, from, to, from, to);
}

bool
tm_format_halves(
    const char *a, const char *b, char from[TM_LANG_MAX], char to[TM_LANG_MAX])
{
	size_t start = 0, n = strlen(a), m = strlen(b), tail = 0;
	tm_str tag[2];

	while (a[start] != '\0' && a[start] == b[start])
		start++;
	while (tail < n - start && tail < m - start &&
	       a[n - 1 - tail] == b[m - 1 - tail])
		tail++;
	/* The tags may share letters: ar and az. */
	while (start > 0 && strchr("._-/", a[start - 1]) == NULL)
		start--;
	while (tail > 0 && a[n - tail] != '.')
		tail--;
	if (start == 0 || a[start - 1] == '/')
		return false;
	tag[0] = (tm_str){ a + start, n - tail - start };
	tag[1] = (tm_str){ b + start, m - tail - start };
	return tm_format_language(tag[0], from) &&
	       tm_format_language(tag[1], to) && strcmp(from, to) != 0;
}

/* ---- Reading ----------------------------------------------------------- */

static bool
read_both(tm_lines *a, tm_lines *b, const tm_pair *pair, const char *path,
    const tm_sink *sink, tm_error *err)
{
	tm_str s, t;

	for (;;) {
		bool more = tm_lines_next(a, &s, err);

		if (a->failed)
			return false;
		if (tm_lines_next(b, &t, err) != more && !b->failed)
			return tm_fail(err, TM_PARSE,
			    "'%s' and '%s' do not have as many lines: the "
			    "%s ends after %zu",
			    a->path, b->path, more ? "second" : "first",
			    more ? b->line : a->line);
		if (b->failed || !more)
			return !b->failed;
		if (a->bad || b->bad) {
			tm_sink_warn(sink, path, a->line, true,
			    "this line is not UTF-8 and was skipped");
			continue;
		}
		if (tm_str_trim(s).n == 0 && tm_str_trim(t).n == 0)
			continue;
		if (!tm_pair_send(pair, s, t, sink, path, a->line, err))
			return false;
	}
}

static bool
read_text(const char *path, const tm_format_options *options,
    const tm_sink *sink, tm_error *err)
{
	tm_buf source = { 0 }, target = { 0 };
	tm_lines a = { 0 }, b = { 0 };
	tm_pair pair;
	bool ok;

	ok = tm_pair_of(&pair, path, options, err) &&
	     both_paths(
		 path, options->from, options->to, &source, &target, err) &&
	     tm_lines_open(&a, source.p, options->encoding, err) &&
	     tm_lines_open(&b, target.p, options->encoding, err) &&
	     read_both(&a, &b, &pair, path, sink, err);
	tm_lines_close(&a);
	tm_lines_close(&b);
	tm_buf_release(&source);
	tm_buf_release(&target);
	return ok;
}

/* ---- Writing ----------------------------------------------------------- */

static const char breaks[] =
    "line breaks inside of segments were written as spaces";
static const char no_codes[] = "inline codes were left out";
static const char one_sided[] = "units without one of the two languages";

/* The second file; the first is the writer's own. */
typedef struct second {
	tm_outfile out;
	bool swapped; /* the writer's own is the target */
} second;

static bool
begin_text(tm_writer *w, tm_error *err)
{
	tm_buf source = { 0 }, target = { 0 };
	second *s;
	bool ok;

	if (w->options.from == NULL || w->options.to == NULL)
		return tm_fail(err, TM_INVALID,
		    "parallel text is of two languages: name them with "
		    "--from and --to");
	if (!both_paths(
		w->path, w->options.from, w->options.to, &source, &target, err))
		return false;
	s = w->state = tm_arena_zalloc(&w->arena, 1, sizeof *s);
	s->swapped = strcmp(source.p, w->path) != 0;
	w->second =
	    tm_arena_str(&w->arena, tm_buf_str(s->swapped ? &source : &target))
		.p;
	ok = tm_outfile_open(&s->out, w->second, err);
	tm_buf_release(&source);
	tm_buf_release(&target);
	return ok;
}

static void
add_line(tm_writer *w, const tm_variant *v, tm_buf *out)
{
	tm_str s = v->text;

	for (size_t i = 0; i < s.n; i++) {
		bool end = s.p[i] == '\n' || s.p[i] == '\r';

		if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue;
		tm_writer_lost(w, breaks, end);
		tm_buf_addc(out, end ? ' ' : s.p[i]);
	}
	tm_buf_addc(out, '\n');
	tm_writer_lost(w, no_codes, v->n_codes);
}

static void
add_pair(tm_writer *w, const tm_variant *source, const tm_variant *target)
{
	second *s = w->state;
	tm_buf other = { 0 };

	if (source == NULL || target == NULL) {
		tm_writer_lost(w, one_sided, 1);
		return;
	}
	add_line(w, s->swapped ? target : source, &w->buf);
	add_line(w, s->swapped ? source : target, &other);
	fwrite(other.p, 1, other.n, s->out.fp);
	tm_buf_release(&other);
}

static bool
write_unit(tm_writer *w, const tm_unit *u, tm_error *err)
{
	tm_writer_bare(w, u, false, NULL);
	return tm_writer_pairs(w, u, add_pair);
}

static bool
end_text(tm_writer *w, tm_error *err)
{
	second *s = w->state;

	return tm_outfile_commit(&s->out, err);
}

static void
drop_text(tm_writer *w)
{
	second *s = w->state;

	if (s != NULL && s->out.fp != NULL) /* not committed */
		tm_outfile_abandon(&s->out);
}

/* Only by name: any file may be one of two. */
static int
bid(const char *path, tm_str head)
{
	return 0;
}

const struct tm_format tm_format_text = { "text", bid, read_text, begin_text,
	write_unit, end_text, drop_text };
