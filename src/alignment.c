/* alignment.c - write the beads between two texts */
#include "config.h"

#include "alignment.h"

#include <math.h>
#include <stdlib.h>

void
side_release(struct side *side)
{
	tm_buf_release(&side->text);
	tm_spans_release(&side->spans);
	free(side->segments);
	*side = (struct side){ 0 };
}

void
side_slice(struct side *side)
{
	side->segments = tm_zalloc(side->spans.n, sizeof *side->segments);
	for (size_t i = 0; i < side->spans.n; i++) {
		const tm_span *span = &side->spans.v[i];
		char *p = side->text.p + span->start;

		side->segments[i].p = p;
		side->segments[i].n = unwrap(p, span->end - span->start);
	}
}

/* Languages whose sentences follow each other without a space. */
static bool
joins_without_space(const char *lang)
{
	static const char *const langs[] = { "zh", "ja", "th", "lo", "km", "my",
		"yue", "bo" };

	for (size_t i = 0; i < sizeof langs / sizeof langs[0]; i++)
		if (tm_lang_covers(langs[i], lang))
			return true;
	return false;
}

void
side_join(const struct side *side, size_t first, size_t n, tm_buf *out)
{
	tm_buf_clear(out);
	for (size_t i = first; i < first + n; i++) {
		bool apart = i > first &&
			     side->spans.v[i].start > side->spans.v[i - 1].end;

		if (apart && !joins_without_space(side->lang))
			tm_buf_addc(out, ' ');
		tm_buf_add(out, side->segments[i].p, side->segments[i].n);
	}
}

const char *
confidence_grade(double confidence)
{
	return confidence >= .9	  ? "good"
	       : confidence >= .5 ? "middling"
				  : "bad";
}

bool
is_pair(const tm_bead *bead)
{
	return bead->n_src > 0 && bead->n_tgt > 0;
}

tm_str
file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return tm_str_of(slash == NULL ? path : slash + 1);
}

bool
alignment_unit(const struct alignment *a, size_t k, int64_t created,
    const tm_sink *sink, tm_error *err)
{
	const tm_bead *bead = &a->beads.v[k];
	tm_buf src = { 0 }, tgt = { 0 };
	tm_variant v[2] = { 0 };
	tm_unit unit = { .v = v, .n = 2 };
	bool ok;

	side_join(&a->src, bead->src, bead->n_src, &src);
	side_join(&a->tgt, bead->tgt, bead->n_tgt, &tgt);
	v[0].lang = tm_str_of(a->src.lang);
	v[0].text = tm_buf_str(&src);
	v[1].lang = tm_str_of(a->tgt.lang);
	v[1].text = tm_buf_str(&tgt);
	unit.srclang = v[0].lang;
	unit.created = created;
	unit.status = TM_DRAFT;
	/* Four places: more would be noise, and these survive any file. */
	unit.confidence = round(bead->confidence * 1e4) / 1e4;
	unit.document = file_name(a->src.path);
	unit.position = (int64_t)k + 1;
	ok = sink->unit(sink->self, &unit, err);
	tm_buf_release(&src);
	tm_buf_release(&tgt);
	return ok;
}

/* ---- Copies ------------------------------------------------------------ */

/* The first letters but for case. */
static bool
begin_alike(tm_str a, tm_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;

	n = n > 8 ? 8 : n;
	return n > 0 && tm_str_ieq(tm_str_sub(a, 0, n), tm_str_sub(b, 0, n));
}

struct copies {
	struct alignment *a;
	size_t k, n;
	tm_checker *checker;
	tm_findings found;
};

static bool
doubt_copy(void *self, const tm_unit *unit, tm_error *err)
{
	struct copies *c = self;
	tm_bead *bead = &c->a->beads.v[c->k];

	(void)err;
	tm_check(c->checker, unit, &c->found);
	if (c->found.n == 0)
		return true;
	c->n++;
	if (bead->confidence > COPY_SURE)
		bead->confidence = COPY_SURE;
	return true;
}

size_t
alignment_doubt_copies(struct alignment *a)
{
	struct copies c = { .a = a,
		.checker =
		    tm_checker_new(TM_CHECK_BIT(TM_CHECK_UNTRANSLATED)) };
	const tm_sink sink = { &c, doubt_copy, NULL };

	for (; c.k < a->beads.n; c.k++) {
		const tm_bead *b = &a->beads.v[c.k];

		/* What was said to be so (1) is. */
		if (!is_pair(b) || b->confidence == 1 ||
		    !begin_alike(
			a->src.segments[b->src], a->tgt.segments[b->tgt]))
			continue;
		alignment_unit(a, c.k, 0, &sink, NULL);
	}
	tm_checker_free(c.checker);
	tm_findings_release(&c.found);
	return c.n;
}

/* ---- Formats ----------------------------------------------------------- */

static void
write_numbers(FILE *fp, size_t first, size_t n)
{
	fputc('[', fp);
	for (size_t i = 0; i < n; i++)
		fprintf(fp, "%s%zu", i == 0 ? "" : ",", first + i);
	fputc(']', fp);
}

static void
write_ladder(const struct alignment *a, FILE *fp)
{
	for (size_t k = 0; k < a->beads.n; k++) {
		const tm_bead *b = &a->beads.v[k];

		write_numbers(fp, b->src, b->n_src);
		fputc(':', fp);
		write_numbers(fp, b->tgt, b->n_tgt);
		fprintf(fp, ":%.3f\n", b->confidence);
	}
}

/* A tab or a line break would be a new column or row. */
static void
write_cell(FILE *fp, tm_str s)
{
	for (size_t i = 0; i < s.n; i++)
		fputc(strchr("\t\n\r", s.p[i]) != NULL && s.p[i] != '\0'
			  ? ' '
			  : s.p[i],
		    fp);
}

static void
write_tsv(const struct alignment *a, FILE *fp)
{
	tm_buf text = { 0 };

	for (size_t k = 0; k < a->beads.n; k++) {
		const tm_bead *b = &a->beads.v[k];

		side_join(&a->src, b->src, b->n_src, &text);
		write_cell(fp, tm_buf_str(&text));
		fputc('\t', fp);
		side_join(&a->tgt, b->tgt, b->n_tgt, &text);
		write_cell(fp, tm_buf_str(&text));
		fprintf(
		    fp, "\t%.3f\t%zu-%zu\n", b->confidence, b->n_src, b->n_tgt);
	}
	tm_buf_release(&text);
}

static json_t *
json_side(const struct side *side, size_t first, size_t n)
{
	json_t *o = json_object(), *numbers = json_array();
	tm_buf text = { 0 };

	for (size_t i = 0; i < n; i++)
		json_array_append_new(
		    numbers, json_integer((json_int_t)(first + i)));
	side_join(side, first, n, &text);
	json_object_set_new(o, "lang", json_string(side->lang));
	json_object_set_new(o, "segments", numbers);
	json_object_set_new(o, "text", json_of(tm_buf_str(&text)));
	tm_buf_release(&text);
	return o;
}

static void
write_json(const struct alignment *a, FILE *fp)
{
	for (size_t k = 0; k < a->beads.n; k++) {
		const tm_bead *b = &a->beads.v[k];
		json_t *o = json_object();
		char type[48];

		snprintf(type, sizeof type, "%zu-%zu", b->n_src, b->n_tgt);
		json_object_set_new(o, "type", json_string(type));
		json_object_set_new(o, "confidence", json_real(b->confidence));
		json_object_set_new(
		    o, "source", json_side(&a->src, b->src, b->n_src));
		json_object_set_new(
		    o, "target", json_side(&a->tgt, b->tgt, b->n_tgt));
		json_dumpf(o, fp, JSON_COMPACT | JSON_REAL_PRECISION(6));
		fputc('\n', fp);
		json_decref(o);
	}
}

static void
write_sentences(const struct tool *tool, const struct side *side, size_t first,
    size_t n, FILE *fp)
{
	if (n == 0)
		fprintf(fp, "  %s(%s: none)%s\n", style_on(tool, DIM),
		    side->lang, style_off(tool));
	for (size_t i = first; i < first + n; i++) {
		fprintf(fp, "  ");
		print_text(tool, fp, side->segments[i]);
		fputc('\n', fp);
	}
}

/* For people: a line of numbers, then the sentences of both sides. */
static void
write_text(const struct tool *tool, const struct alignment *a, FILE *fp)
{
	for (size_t k = 0; k < a->beads.n; k++) {
		const tm_bead *b = &a->beads.v[k];
		const char *grade = confidence_grade(b->confidence);
		enum style style = grade[0] == 'g'   ? GOOD
				   : grade[0] == 'm' ? MIDDLING
						     : BAD;

		fprintf(fp, "%s%zu. %zu-%zu%s  %s%.1f %%%s\n",
		    style_on(tool, BOLD), k + 1, b->n_src, b->n_tgt,
		    style_off(tool), style_on(tool, style), 100 * b->confidence,
		    style_off(tool));
		write_sentences(tool, &a->src, b->src, b->n_src, fp);
		write_sentences(tool, &a->tgt, b->tgt, b->n_tgt, fp);
		fputc('\n', fp);
	}
}

static bool
write_tmx(const struct alignment *a, const char *path, tm_error *err)
{
	tm_format_options options = { .srclang = a->src.lang };
	tm_writer *w =
	    tm_writer_open(tm_format_named("tmx"), path, &options, err);

	if (w == NULL)
		return false;
	for (size_t k = 0; k < a->beads.n; k++)
		if (is_pair(&a->beads.v[k]) &&
		    !alignment_unit(a, k, 0, tm_writer_sink(w), err)) {
			tm_writer_abandon(w);
			return false;
		}
	return tm_writer_close(w, err);
}

const char *const alignment_formats[] = { "tmx", "tsv", "ladder", "json",
	"html", "text", NULL };

const char *
alignment_format_for(const char *path)
{
	static const char *const endings[][2] = { { ".tmx", "tmx" },
		{ ".tsv", "tsv" }, { ".ladder", "ladder" }, { ".json", "json" },
		{ ".jsonl", "json" }, { ".html", "html" } };

	if (strcmp(path, "-") == 0)
		return "text";
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
		if (tm_str_ends(tm_str_of(path), tm_str_of(endings[i][0])))
			return endings[i][1];
	return NULL;
}

bool
alignment_write(const struct tool *tool, const struct alignment *a,
    const char *path, const char *format, tm_error *err)
{
	struct tool plain = { 0 };
	tm_outfile out;

	if (strcmp(format, "tmx") == 0)
		return write_tmx(a, path, err);
	if (!tm_outfile_open(&out, path, err))
		return false;
	if (strcmp(format, "ladder") == 0)
		write_ladder(a, out.fp);
	else if (strcmp(format, "tsv") == 0)
		write_tsv(a, out.fp);
	else if (strcmp(format, "json") == 0)
		write_json(a, out.fp);
	else if (strcmp(format, "html") == 0)
		alignment_write_html(a, out.fp);
	else
		write_text(strcmp(path, "-") == 0 ? tool : &plain, a, out.fp);
	return tm_outfile_commit(&out, err);
}
