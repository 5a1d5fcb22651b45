/* align-tell.c - what came of aligning a pair of files */
#include "config.h"

#include "align-tell.h"

#include <math.h>
#include <stdlib.h>

/* ---- Are these translations? ------------------------------------------- */

/*
 * A wrong refusal costs work, a wrong pair of texts is seen by who reads the
 * warning: docs/ALIGNER.md tells how often right texts come below STRANGERS
 * (hardly ever) and DOUBTFUL.
 */
#define STRANGERS .2
#define DOUBTFUL .5

/* How much the words agree, and whether the order matters. */
static void
tell_evidence(const tm_beads *beads, tm_buf *out)
{
	if (beads->words < 1.1)
		tm_buf_adds(out, "the words of their pairs agree no better "
				 "than those of sentences put together at "
				 "random");
	else
		tm_buf_printf(out,
		    "the words of their pairs agree only %.1f times as well "
		    "as those of sentences put together at random",
		    beads->words);
	if (beads->any_order)
		tm_buf_adds(out, ", and the sentences would go together as "
				 "well in another order");
	tm_buf_printf(
	    out, " (%.0f %% likely to be translations)", 100 * beads->related);
}

/* Sentences are counted from 1 for people. */
static void
tell_range(tm_buf *out, size_t first, size_t n)
{
	if (n == 1)
		tm_buf_printf(out, "%zu", first + 1);
	else
		tm_buf_printf(out, "%zu to %zu", first + 1, first + n);
}

#define MOST_MOVED 5

/* Which sentences stand elsewhere? */
static void
tell_moved(const struct alignment *a, tm_buf *out)
{
	const tm_beads *beads = &a->beads;

	tm_buf_adds(out, "the paragraphs are in another order: ");
	for (size_t k = 0; k < beads->n_moved && k < MOST_MOVED; k++) {
		const tm_bead *b = &beads->moved[k];
		const char *is = b->n_src == 1 ? "is" : "are";

		tm_buf_adds(out, k > 0		 ? ", "
				 : b->n_src == 1 ? "sentence "
						 : "sentences ");
		tell_range(out, b->src, b->n_src);
		if (k == 0)
			tm_buf_printf(out, " of '%s' %s ", a->src.path, is);
		else
			tm_buf_printf(out, " %s ", is);
		tell_range(out, b->tgt, b->n_tgt);
		if (k == 0)
			tm_buf_printf(out, " of '%s'", a->tgt.path);
	}
	if (beads->n_moved > MOST_MOVED)
		tm_buf_printf(
		    out, ", and %zu more", beads->n_moved - MOST_MOVED);
}

/* More than the largest pair holds on a side. */
#define MUCH_LONGER 8

/* An extract beside its book, or a file that was cut off? */
static void
tell_lengths(const struct tool *tool, const struct alignment *a)
{
	const struct side *longer = &a->src, *other = &a->tgt;

	if (longer->spans.n < other->spans.n) {
		longer = &a->tgt;
		other = &a->src;
	}
	if (other->spans.n == 0 ||
	    longer->spans.n < MUCH_LONGER * other->spans.n)
		return;
	remark(tool,
	    "'%s' has %.0f times as many sentences as '%s': is that only a "
	    "part of it?",
	    longer->path, (double)longer->spans.n / (double)other->spans.n,
	    other->path);
}

bool
align_are_translations(const struct tool *tool, const struct alignment *a)
{
	double p = a->beads.related;
	tm_buf why = { 0 };

	tell_lengths(tool, a);
	if (a->beads.n_moved > 0) {
		tell_moved(a, &why);
		if (p < STRANGERS)
			complain("%s", why.p);
		else
			remark(tool,
			    "%s; what has moved is not paired: put it "
			    "in the same order",
			    why.p);
	} else if (p < STRANGERS) {
		tell_evidence(&a->beads, &why);
		complain("these texts do not seem to be translations of each "
			 "other: '%s' and '%s': %s",
		    a->src.path, a->tgt.path, why.p);
	} else if (p < DOUBTFUL) {
		tell_evidence(&a->beads, &why);
		remark(tool, "are these the right files? %c%s",
		    why.p[0] - 'a' + 'A', why.p + 1);
	}
	tm_buf_release(&why);
	return p >= STRANGERS;
}

/* ---- The summary ------------------------------------------------------- */

/* "15 1-1, 3 1-2, 1 1-0": the commonest first. */
static void
list_types(const tm_beads *beads, tm_buf *out)
{
	struct type {
		size_t src, tgt, n;
	} *types = NULL, swap;
	size_t n = 0, cap = 0, i;

	for (size_t k = 0; k < beads->n; k++) {
		const tm_bead *b = &beads->v[k];

		for (i = 0; i < n; i++)
			if (types[i].src == b->n_src &&
			    types[i].tgt == b->n_tgt)
				break;
		if (i == n) {
			tm_grow(types, n, cap);
			types[n++] = (struct type){ b->n_src, b->n_tgt, 0 };
		}
		for (types[i].n++; i > 0 && types[i].n > types[i - 1].n; i--) {
			swap = types[i];
			types[i] = types[i - 1];
			types[i - 1] = swap;
		}
	}
	for (i = 0; i < n; i++)
		tm_buf_printf(out, "%s%zu %zu-%zu", i == 0 ? "" : ", ",
		    types[i].n, types[i].src, types[i].tgt);
	free(types);
}

void
align_count(
    const struct align_values *v, const struct alignment *a, struct outcome *o)
{
	for (size_t k = 0; k < a->beads.n; k++) {
		double p = a->beads.v[k].confidence;

		if (!is_pair(&a->beads.v[k]))
			continue;
		o->pairs++;
		if (p < v->review_below) {
			o->doubtful++;
		} else {
			o->sure++;
			o->wrong += 1 - p;
		}
	}
}

/* Which they are, and how to see them. */
static void
name_doubtful(const struct tool *tool, const struct align_values *v,
    const struct outcome *o)
{
	tm_buf ids = { 0 };

	for (size_t i = 0; i < o->n_review && i < MOST_NAMED; i++)
		tm_buf_printf(&ids, " %lld", (long long)o->review[i]);
	if (o->n_review > MOST_NAMED)
		tm_buf_adds(&ids, " ...");
	if (o->n_review > 0)
		remark(tool,
		    "to review: unit%s%s (tmtool list --sort confidence "
		    "--unsure %g --status draft --document '%s'%s%s)",
		    o->n_review == 1 ? "" : "s", ids.p, v->review_below,
		    o->document, v->memory == NULL ? "" : " -m ",
		    v->memory == NULL ? "" : v->memory);
	tm_buf_release(&ids);
}

void
align_summarise(const struct tool *tool, const struct align_values *v,
    const struct alignment *a, const struct outcome *o, const char *memory)
{
	char from[80], to[80];
	tm_buf text = { 0 };

	remark(tool, "%s: %zu sentence%s; %s: %zu sentence%s",
	    tm_lang_name(a->src.lang, from, sizeof from), a->src.spans.n,
	    a->src.spans.n == 1 ? "" : "s",
	    tm_lang_name(a->tgt.lang, to, sizeof to), a->tgt.spans.n,
	    a->tgt.spans.n == 1 ? "" : "s");
	count_of(&text, a->beads.n, "bead");
	tm_buf_adds(&text, ": ");
	list_types(&a->beads, &text);
	remark(tool, "%s", text.p);
	tm_buf_clear(&text);
	count_of(&text, o->pairs, "pair");
	if (o->sure > 0 && o->wrong < .5)
		tm_buf_printf(
		    &text, "; expect none wrong among the %zu", o->sure);
	else if (o->sure > 0)
		tm_buf_printf(&text, "; expect about %.0f wrong among the %zu",
		    o->wrong, o->sure);
	else
		tm_buf_adds(&text, "; none is");
	remark(tool, "%s marked sure (%.4g %% and above); %zu want%s review",
	    text.p, 100 * v->review_below, o->doubtful,
	    o->doubtful == 1 ? "s" : "");
	if (o->copies > 0)
		remark(tool,
		    "%zu pair%s the same text on both sides, as if not "
		    "translated: marked as doubtful",
		    o->copies, o->copies == 1 ? " has" : "s have");
	tm_buf_clear(&text);
	if (o->kept.confirmed > 0)
		tm_buf_printf(&text, ", %zu reviewed kept", o->kept.confirmed);
	if (o->kept.removed > 0)
		tm_buf_printf(&text, ", %zu removed that %s no pair any more",
		    o->kept.removed, o->kept.removed == 1 ? "is" : "are");
	if (o->kept.aside > 0)
		tm_buf_printf(&text,
		    ", %zu reviewed left alone whose text%s changed",
		    o->kept.aside, o->kept.aside == 1 ? "" : "s");
	if (o->kept.strange > 0)
		tm_buf_printf(&text,
		    ", %zu left alone of other texts in files of these names",
		    o->kept.strange);
	if (o->stored)
		remark(tool, "%s: %zu added, %zu there already%s", memory,
		    o->kept.added, o->kept.known, text.n == 0 ? "" : text.p);
	name_doubtful(tool, v, o);
	if (v->output != NULL && strcmp(v->output, "-") != 0)
		remark(tool, "%s: written as %s", v->output, v->format);
	tm_buf_release(&text);
}

static json_t *
json_numbers(size_t first, size_t n)
{
	json_t *v = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(v, json_integer((json_int_t)(first + i)));
	return v;
}

static json_t *
json_moved(const tm_beads *beads)
{
	json_t *v = json_array();

	for (size_t k = 0; k < beads->n_moved; k++) {
		const tm_bead *b = &beads->moved[k];
		json_t *o = json_object();

		json_object_set_new(
		    o, "source", json_numbers(b->src, b->n_src));
		json_object_set_new(
		    o, "target", json_numbers(b->tgt, b->n_tgt));
		json_array_append_new(v, o);
	}
	return v;
}

void
align_print_json(const struct align_values *v, const struct alignment *a,
    const struct outcome *o, const tm_error *failed)
{
	json_t *j = json_object();

	json_object_set_new(j, "source", json_of(tm_str_of(a->src.path)));
	json_object_set_new(j, "target", json_of(tm_str_of(a->tgt.path)));
	if (failed != NULL) {
		json_object_set_new(
		    j, "error", json_of(tm_str_of(failed->msg)));
		print_json(j);
		return;
	}
	json_object_set_new(j, "source_lang", json_string(a->src.lang));
	json_object_set_new(j, "target_lang", json_string(a->tgt.lang));
#define SET(name, n) json_object_set_new(j, name, json_integer((json_int_t)(n)))
	SET("source_sentences", a->src.spans.n);
	SET("target_sentences", a->tgt.spans.n);
	SET("beads", a->beads.n);
	SET("pairs", o->pairs);
	SET("sure", o->sure);
	SET("want_review", o->doubtful);
	SET("copies", o->copies);
	SET("added", o->kept.added);
	SET("there_already", o->kept.known);
	SET("reviewed_kept", o->kept.confirmed);
	SET("removed", o->kept.removed);
	SET("reviewed_left", o->kept.aside);
	SET("others_left", o->kept.strange);
#undef SET
	json_object_set_new(
	    j, "expected_wrong", json_real(floor(o->wrong * 1e3 + .5) / 1e3));
	json_object_set_new(j, "moved", json_moved(&a->beads));
	json_object_set_new(j, "translations", json_boolean(!o->strangers));
	json_object_set_new(j, "stored", json_boolean(o->stored));
	json_object_set_new(j, "output",
	    v->output == NULL ? json_null() : json_of(tm_str_of(v->output)));
	print_json(j);
}

void
align_print_json_skipped(
    const struct align_values *v, const struct alignment *a)
{
	json_t *j = json_object();

	json_object_set_new(j, "source", json_of(tm_str_of(a->src.path)));
	json_object_set_new(j, "target", json_of(tm_str_of(a->tgt.path)));
	json_object_set_new(j, "output", json_of(tm_str_of(v->output)));
	json_object_set_new(j, "skipped", json_true());
	print_json(j);
}
