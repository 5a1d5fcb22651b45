/*
 * Mends that need no understanding.
 *
 * A new text is built next to the old one, with a map of where each inline
 * code goes: a code keeps its place between the same two characters.
 */
#include "config.h"

#include "tm/check_int.h"

#include <stdlib.h>

struct mending {
	tm_checker *c;
	tm_arena *arena;
	tm_buf text;
	tm_variant v; /* the new one */
	size_t next;  /* the first code that is not placed yet */
	size_t controls, signs, spaces;
};

/* Codes that stood before offset i of the old text stand at the end of the
 * new one. */
static void
place_codes(struct mending *m, const tm_variant *old, size_t i)
{
	while (m->next < old->n_codes && old->codes[m->next].at <= i)
		m->v.codes[m->next++].at = m->text.n;
}

static bool
wants(const struct mending *m, tm_check_kind kind)
{
	return (m->c->kinds & TM_CHECK_BIT(kind)) != 0;
}

static void
copy_mended(struct mending *m, const tm_variant *old, size_t start, size_t end,
    bool single)
{
	const check_lang *lang = m->c->tgt.lang;
	tm_str s = old->text;
	int32_t before = 0;

	for (size_t i = start, after; i < end; i = after) {
		const char *sign;
		int32_t ch;

		after = i;
		ch = tm_text_next(s, &after);
		place_codes(m, old, i);
		if (wants(m, TM_CHECK_CONTROLS) && tm_check_is_control(ch) &&
		    ch != 0xfffd) {
			m->controls++;
			continue;
		}
		if (single && ch == ' ' && before == ' ' &&
		    wants(m, TM_CHECK_SPACES)) {
			m->spaces++;
			continue;
		}
		sign = wants(m, TM_CHECK_PUNCTUATION)
			   ? tm_check_better_sign(lang, s, i, after, before, ch)
			   : NULL;
		if (sign != NULL) {
			m->signs++;
			tm_buf_adds(&m->text, sign);
		} else {
			tm_buf_add(&m->text, s.p + i, after - i);
		}
		before = ch;
	}
}

static void
tell(struct mending *m)
{
	if (m->controls > 0)
		tm_check_add(m->c, TM_CHECK_CONTROLS,
		    "%zu control character%s left out", m->controls,
		    m->controls == 1 ? " was" : "s were");
	if (m->spaces > 0)
		tm_check_add(m->c, TM_CHECK_SPACES,
		    "white space was made as in the source");
	if (m->signs > 0)
		tm_check_add(m->c, TM_CHECK_PUNCTUATION,
		    "%zu sign%s put as the language writes %s", m->signs,
		    m->signs == 1 ? " was" : "s were",
		    m->signs == 1 ? "it" : "them");
}

/* True when old was mended into m->v. */
static bool
mend_once(struct mending *m, const tm_variant *old)
{
	tm_str a = m->c->src.text, b = old->text;
	size_t before = tm_check_leading_space(b), after = 0, end = b.n;
	size_t done = m->controls + m->signs + m->spaces;
	bool edges = false;

	m->next = 0;
	tm_buf_clear(&m->text);
	m->v = *old;
	m->v.codes =
	    tm_arena_zalloc(m->arena, old->n_codes, sizeof *m->v.codes);
	if (old->n_codes > 0)
		memcpy(
		    m->v.codes, old->codes, old->n_codes * sizeof *m->v.codes);
	if (before < b.n && wants(m, TM_CHECK_SPACES)) {
		size_t a_before = tm_check_leading_space(a);
		size_t a_after = tm_check_trailing_space(a);

		after = tm_check_trailing_space(b);
		edges = (before == 0) != (a_before == 0) ||
			(after == 0) != (a_after == 0);
		if ((before == 0) != (a_before == 0))
			tm_buf_add(&m->text, a.p, a_before);
		else
			tm_buf_add(&m->text, b.p, before);
		end = b.n - after;
		copy_mended(
		    m, old, before, end, tm_check_double_space(a) == a.n);
		if ((after == 0) != (a_after == 0))
			tm_buf_add(&m->text, a.p + a.n - a_after, a_after);
		else
			tm_buf_add(&m->text, b.p + end, after);
		m->spaces += edges;
	} else {
		copy_mended(m, old, 0, b.n, false);
	}
	place_codes(m, old, b.n);
	m->v.text = tm_arena_str(m->arena, tm_buf_str(&m->text));
	return m->controls + m->signs + m->spaces > done;
}

/* One mend makes room for another: behind a control that is left out there
 * is white space at the edge. */
static bool
mend_variant(struct mending *m)
{
	tm_variant last;

	m->controls = m->signs = m->spaces = 0;
	if (!mend_once(m, m->c->tgt.v))
		return false;
	do
		last = m->v;
	while (mend_once(m, &last));
	return true;
}

const tm_unit *
tm_check_mend(tm_checker *c, const tm_unit *unit, tm_findings *findings)
{
	struct mending m = { .c = c, .arena = &findings->arena };
	tm_unit *mended = NULL;

	tm_check_begin(c, unit, findings);
	for (size_t i = 0; i < unit->n; i++) {
		if (!tm_check_pair(c, i) || !mend_variant(&m))
			continue;
		if (mended == NULL)
			mended = tm_unit_copy(m.arena, unit);
		mended->v[i].text = m.v.text;
		for (size_t k = 0; k < m.v.n_codes; k++)
			mended->v[i].codes[k].at = m.v.codes[k].at;
		tell(&m);
	}
	tm_buf_release(&m.text);
	return mended == NULL ? unit : mended;
}
