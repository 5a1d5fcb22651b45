/* alignment-read.c - two texts in two languages, cut into sentences */
#include "config.h"

#include "alignment.h"

#include <stdlib.h>

/* ---- Languages --------------------------------------------------------- */

/* How a side's language is known: from the call, from its file's name, or
 * by a guess; and what its text reads as, whatever was said. */
struct finding {
	bool said;
	char reads_as[TM_LANG_MAX];
	double sure;
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
	return true;
}

/* A text reads as lang when the guess is of the same language, or cannot be
 * told from it by script and is not sure. */
static bool
reads_as(const struct finding *f, const char *lang)
{
	return tm_lang_same_base(f->reads_as, lang) ||
	       (tm_lang_same_script(f->reads_as, lang) && f->sure < .8) ||
	       f->sure < .3;
}

static bool
check_languages(const struct tool *tool, const struct side *src,
    const struct finding *fs, const struct side *tgt, const struct finding *ft,
    tm_error *err)
{
	char a[80], b[80];
	const struct side *sides[2] = { src, tgt };
	const struct finding *found[2] = { fs, ft };

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

		if (reads_as(found[i], sides[i]->lang) ||
		    tm_lang_same_script(found[i]->reads_as, sides[i]->lang))
			continue;
		tm_lang_name(found[i]->reads_as, a, sizeof a);
		tm_lang_name(sides[i]->lang, b, sizeof b);
		if (tm_lang_same_base(found[i]->reads_as, other->lang))
			return tm_fail(err, TM_INVALID,
			    "both texts read as %s, though '%s' is said to be "
			    "%s",
			    a, sides[i]->path, b);
		remark(tool, "%s: is said to be %s but reads as %s",
		    sides[i]->path, b, a);
	}
	return true;
}

/* ---- Reading ----------------------------------------------------------- */

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
	side_slice(side);
	return true;
}

bool
alignment_read(const struct tool *tool, const struct reading_options *v,
    struct alignment *a, tm_error *err)
{
	struct finding fs, ft;

	return read_text(a->src.path, v->encoding, &a->src.text, NULL, err) &&
	       read_text(a->tgt.path, v->encoding, &a->tgt.text, NULL, err) &&
	       find_language(tool, &a->src, v->from, "from", &fs, err) &&
	       find_language(tool, &a->tgt, v->to, "to", &ft, err) &&
	       check_languages(tool, &a->src, &fs, &a->tgt, &ft, err) &&
	       cut(&a->src, v, err) && cut(&a->tgt, v, err);
}
