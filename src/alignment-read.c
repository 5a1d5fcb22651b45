/* alignment-read.c - two texts in two languages, cut into sentences */
#include "config.h"

#include "alignment.h"
#include "suitable.h"

#include <stdlib.h>
#include <sys/stat.h>

/* ---- Languages --------------------------------------------------------- */

/* How a side's language is known: from the call, from its file's name, or
 * by a guess; and what its text reads as, whatever was said. */
struct finding {
	bool said;
	char reads_as[TM_LANG_MAX];
	double sure;
	bool other; /* the words are surely those of another language */
};

static bool
find_language(const struct tool *tool, struct side *side, const char *option,
    const char *option_name, struct finding *f, tm_error *err)
{
	char name[80];

	f->sure = tm_lang_guess(tm_buf_str(&side->text), f->reads_as);
	f->said = true;
	if (option != NULL)
		snprintf(side->lang, TM_LANG_MAX, "%s", option);
	else if (!tm_lang_from_path(side->path, side->lang)) {
		f->said = false;
		if (strcmp(f->reads_as, "und") == 0)
			return tm_fail(err, TM_INVALID,
			    "cannot tell the language of '%s': say it with "
			    "--%s",
			    side->path, option_name);
		strcpy(side->lang, f->reads_as);
		remark(tool, "%s: taken for %s; --%s says otherwise",
		    side->path, tm_lang_name(side->lang, name, sizeof name),
		    option_name);
	}
	f->other =
	    tm_lang_is_other(tm_buf_str(&side->text), side->lang, f->reads_as);
	return true;
}

/* A text reads as lang when the guess is of the same language, or cannot be
 * told from it by script and is not sure. */
static bool
reads_as(const struct finding *f, const char *lang)
{
	return tm_lang_same_base(f->reads_as, lang) ||
	       (!f->other && tm_lang_same_script(f->reads_as, lang) &&
		   f->sure < .8) ||
	       f->sure < .3;
}

/* Neither the script nor the words are those of the language it is said to
 * be in. */
static bool
is_other(const struct finding *f, const struct side *side)
{
	return f->other || (!reads_as(f, side->lang) &&
			       !tm_lang_same_script(f->reads_as, side->lang));
}

/* "'x.txt' is said to be German but reads as Arabic" */
static void
add_contradiction(tm_buf *out, const struct side *side, const struct finding *f)
{
	char said[80], is[80];

	tm_buf_printf(out, "%s'%s' is said to be %s but reads as %s",
	    out->n == 0 ? "" : ", and ", side->path,
	    tm_lang_name(side->lang, said, sizeof said),
	    tm_lang_name(f->reads_as, is, sizeof is));
}

static bool
check_languages(const struct tool *tool, const struct reading_options *v,
    const struct side *src, const struct finding *fs, const struct side *tgt,
    const struct finding *ft, tm_error *err)
{
	char a[80], b[80];
	const struct side *sides[2] = { src, tgt };
	const struct finding *found[2] = { fs, ft };
	tm_buf wrong = { 0 };
	bool ok = true;

	if (v->from != NULL && v->to != NULL && strcmp(v->from, v->to) == 0)
		return tm_fail(err, TM_INVALID, "--from and --to are both %s",
		    tm_lang_name(src->lang, a, sizeof a));
	if (strcmp(src->lang, tgt->lang) == 0)
		return tm_fail(err, TM_INVALID,
		    "both texts are %s: '%s' and '%s' (--from and --to name "
		    "the languages)",
		    tm_lang_name(src->lang, a, sizeof a), src->path, tgt->path);
	if (!reads_as(fs, src->lang) && !reads_as(ft, tgt->lang) &&
	    reads_as(fs, tgt->lang) && reads_as(ft, src->lang))
		return tm_fail(err, TM_INVALID,
		    "the sides are swapped: '%s' is said to be %s and '%s' %s, "
		    "but they read the other way round",
		    src->path, tm_lang_name(src->lang, a, sizeof a), tgt->path,
		    tm_lang_name(tgt->lang, b, sizeof b));
	for (int i = 0; i < 2; i++) {
		const struct side *other = sides[1 - i];

		if (!is_other(found[i], sides[i]))
			continue;
		if (!found[1 - i]->other &&
		    tm_lang_same_base(found[i]->reads_as, other->lang))
			return tm_fail(err, TM_INVALID,
			    "both texts read as %s, though '%s' is said to be "
			    "%s",
			    tm_lang_name(found[i]->reads_as, a, sizeof a),
			    sides[i]->path,
			    tm_lang_name(sides[i]->lang, b, sizeof b));
		add_contradiction(&wrong, sides[i], found[i]);
	}
	if (wrong.n > 0 && v->force)
		remark(tool, "%s", wrong.p);
	else if (wrong.n > 0)
		ok = tm_fail(err, TM_INVALID,
		    "%s; --from and --to say what they are, --force aligns "
		    "them all the same",
		    wrong.p);
	tm_buf_release(&wrong);
	return ok;
}

/* ---- Reading ----------------------------------------------------------- */

/*
 * A text of 256 MB takes some 4 GB to align, and is a thousand books; what is
 * larger is most likely no text at all. So is what has no end of a sentence
 * for longer than 16 MB.
 */
#define MOST_BYTES ((size_t)256 << 20)
#define LONGEST ((size_t)16 << 20)

static bool
is_small_enough(const struct side *side, size_t n, tm_error *err)
{
	return n <= MOST_BYTES ||
	       tm_fail(err, TM_LIMIT,
		   "'%s' is larger than %zu MB: align its parts one by one",
		   side->path, MOST_BYTES >> 20);
}

/* Of a file the size is known before it is read. */
static bool
read_side(struct side *side, const struct reading_options *v, tm_error *err)
{
	struct stat st;

	if (strcmp(side->path, "-") != 0 && stat(side->path, &st) == 0 &&
	    S_ISREG(st.st_mode) &&
	    !is_small_enough(side, (size_t)st.st_size, err))
		return false;
	return read_text(side->path, v->encoding, &side->text, NULL, err) &&
	       is_small_enough(side, side->text.n, err) &&
	       (tm_str_trim(tm_buf_str(&side->text)).n > 0 ||
		   tm_fail(err, TM_PARSE,
		       "'%s' has no sentences: nothing to align", side->path));
}

static bool
are_short_enough(const struct side *side, tm_error *err)
{
	for (size_t i = 0; i < side->spans.n; i++)
		if (side->spans.v[i].end - side->spans.v[i].start > LONGEST)
			return tm_fail(err, TM_LIMIT,
			    "sentence %zu of '%s' is longer than %zu MB: is "
			    "that a text?",
			    i + 1, side->path, LONGEST >> 20);
	return true;
}

static bool
cut(struct side *side, const struct reading_options *v, tm_error *err)
{
	tm_segmenter *seg;
	bool in_time;

	if (v->presegmented) {
		tm_segment_lines(tm_buf_str(&side->text), &side->spans);
	} else {
		seg = open_segmenter(side->lang, &v->cutting, err);
		if (seg == NULL)
			return false;
		tm_segment(seg, tm_buf_str(&side->text), &side->spans);
		in_time = tm_segmenter_ok(seg, err);
		tm_segmenter_free(seg);
		if (!in_time)
			return false;
	}
	if (side->spans.n == 0)
		return tm_fail(err, TM_PARSE,
		    "'%s' has no sentences: nothing to align", side->path);
	if (!are_short_enough(side, err))
		return false;
	side_slice(side);
	return true;
}

/*
 * Lines that were broken to fit a page are joined where that is asked for:
 * in both texts, or in the one that looks so, since files of both kinds come
 * together.
 */
static void
find_wrapped(const struct tool *tool, const struct reading_options *v,
    const struct alignment *a, struct reading_options how[2])
{
	const struct side *sides[2] = { &a->src, &a->tgt };
	bool wrapped[2];

	for (int i = 0; i < 2; i++) {
		how[i] = *v;
		wrapped[i] = !v->presegmented && !v->cutting.lines &&
			     is_wrapped(tm_buf_str(&sides[i]->text));
	}
	for (int i = 0; i < 2; i++)
		if (wrapped[i] && !v->cutting.join) {
			remark(tool,
			    "%s: lines seem to be broken within sentences; "
			    "--join-lines joins them",
			    sides[i]->path);
		} else if (v->cutting.join && !wrapped[i] && wrapped[1 - i]) {
			how[i].cutting.join = false;
			remark(tool,
			    "%s: its lines are not joined, as they "
			    "do not look broken",
			    sides[i]->path);
		}
}

bool
alignment_read(const struct tool *tool, const struct reading_options *v,
    struct alignment *a, tm_error *err)
{
	struct reading_options how[2];
	struct finding fs, ft;

	if (!read_side(&a->src, v, err) || !read_side(&a->tgt, v, err))
		return false;
	tell_markup(tool, a->src.path, tm_buf_str(&a->src.text));
	tell_markup(tool, a->tgt.path, tm_buf_str(&a->tgt.text));
	find_wrapped(tool, v, a, how);
	return find_language(tool, &a->src, v->from, "from", &fs, err) &&
	       find_language(tool, &a->tgt, v->to, "to", &ft, err) &&
	       check_languages(tool, v, &a->src, &fs, &a->tgt, &ft, err) &&
	       cut(&a->src, &how[0], err) && cut(&a->tgt, &how[1], err);
}
