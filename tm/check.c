/*
 * The checker: which languages, which pairs, which checks; and what has to
 * be remembered from one unit to the next.
 *
 *	unit -> (source, translation) -> tokens of both -> checks -> findings
 *
 * Each check is a function over the two token lists, so the texts are
 * walked once for all of them.
 */
#include "config.h"

#include "tm/check_int.h"

#include <stdlib.h>

static const struct {
	const char *name, *about;
	void (*run)(tm_checker *c);
} checks[] = {
	[TM_CHECK_EMPTY] = { "empty", "a side without text", NULL },
	[TM_CHECK_UNTRANSLATED] = { "untranslated", "a copy of the source",
	    tm_check_untranslated },
	[TM_CHECK_NUMBERS] = { "numbers", "numbers whose values differ",
	    tm_check_numbers },
	[TM_CHECK_CODES] = { "codes", "inline codes and placeholders",
	    tm_check_codes },
	[TM_CHECK_PUNCTUATION] = { "punctuation",
	    "the last sign, and signs of another script",
	    tm_check_punctuation },
	[TM_CHECK_BRACKETS] = { "brackets", "brackets and quotes left open",
	    tm_check_brackets },
	[TM_CHECK_SPACES] = { "spaces", "white space at the edges, or doubled",
	    tm_check_spaces },
	[TM_CHECK_CONTROLS] = { "controls",
	    "control characters and broken encodings", tm_check_controls },
	[TM_CHECK_LENGTH] = { "length", "far shorter or longer than usual",
	    tm_check_length },
	[TM_CHECK_SCRIPT] = { "script", "not in the script of its language",
	    tm_check_script },
	[TM_CHECK_LANGUAGE] = { "language", "in another language", NULL },
	[TM_CHECK_INCONSISTENT] = { "inconsistent",
	    "one source with several translations", tm_check_consistent },
	[TM_CHECK_SAME] = { "same", "several sources with one translation",
	    NULL },
};

const char *
tm_check_name(tm_check_kind kind)
{
	return checks[kind].name;
}

const char *
tm_check_about(tm_check_kind kind)
{
	return checks[kind].about;
}

bool
tm_check_named(tm_str name, tm_check_kind *kind)
{
	for (int k = 0; k < TM_CHECK_COUNT; k++)
		if (tm_str_eq(name, tm_str_of(checks[k].name))) {
			*kind = (tm_check_kind)k;
			return true;
		}
	return false;
}

void
tm_findings_release(tm_findings *findings)
{
	free(findings->v);
	tm_arena_release(&findings->arena);
	*findings = (tm_findings){ 0 };
}

tm_finding *
tm_check_add(tm_checker *c, tm_check_kind kind, const char *fmt, ...)
{
	tm_findings *out = c->out;
	tm_finding *f;
	tm_buf msg = { 0 };
	va_list ap;

	va_start(ap, fmt);
	tm_buf_vprintf(&msg, fmt, ap);
	va_end(ap);
	tm_grow(out->v, out->n, out->cap);
	f = &out->v[out->n++];
	*f = (tm_finding){ .kind = kind,
		.source = c->at_src,
		.target = c->at_tgt,
		.msg = tm_arena_str(&out->arena, tm_buf_str(&msg)).p };
	tm_buf_release(&msg);
	return f;
}

void
tm_check_point(tm_finding *f, const tm_token *source, const tm_token *target)
{
	if (source != NULL) {
		f->source_start = source->start;
		f->source_end = source->end;
	}
	if (target != NULL) {
		f->start = target->start;
		f->end = target->end;
	}
}

/* ---- Languages --------------------------------------------------------- */

static check_lang *
lang_of(tm_checker *c, tm_str tag)
{
	check_lang *l;

	for (size_t i = 0; i < c->n_langs; i++)
		if (tm_str_eq(tag, tm_str_of(c->langs[i]->tag)))
			return c->langs[i];
	l = tm_zalloc(1, sizeof *l);
	snprintf(l->tag, sizeof l->tag, "%.*s", TM_STR_ARG(tag));
	l->an = tm_analyser_new(l->tag);
	tm_check_learn_lang(l);
	if (c->kinds &
	    (TM_CHECK_BIT(TM_CHECK_NUMBERS) | TM_CHECK_BIT(TM_CHECK_CODES)))
		tm_check_learn_words(l);
	tm_grow(c->langs, c->n_langs, c->cap_langs);
	c->langs[c->n_langs++] = l;
	return l;
}

tm_checker *
tm_checker_new(unsigned kinds)
{
	tm_checker *c = tm_zalloc(1, sizeof *c);

	c->kinds = kinds & TM_CHECK_ALL;
	return c;
}

void
tm_checker_free(tm_checker *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->n_langs; i++) {
		tm_analyser_free(c->langs[i]->an);
		free(c->langs[i]->words);
		free(c->langs[i]);
	}
	free(c->langs);
	free(c->lengths);
	tm_check_memory_free(c->memory);
	tm_tokens_release(&c->src.tokens);
	tm_tokens_release(&c->tgt.tokens);
	tm_buf_release(&c->a);
	tm_buf_release(&c->b);
	free(c);
}

/*
 * An analyser remembers every word, so it is made anew after so many bytes of
 * text. Over a million messages (100 MB, "mul") it had 235 MB in the end;
 * with 1 MB it is 8, and the run takes no longer.
 */
#define ANALYSED_MAX ((size_t)1 << 20)

static void
forget_words(tm_checker *c)
{
	for (size_t i = 0; i < c->n_langs; i++) {
		check_lang *l = c->langs[i];

		if (l->analysed < ANALYSED_MAX)
			continue;
		tm_analyser_free(l->an);
		l->an = tm_analyser_new(l->tag);
		l->analysed = 0;
	}
}

/* ---- A unit ------------------------------------------------------------ */

static bool
is_blank(tm_str s)
{
	size_t i = 0;

	while (i < s.n) {
		int32_t ch = tm_text_next(s, &i);

		if (ch < 0 || !(tm_check_is_space(ch) || tm_text_is_unseen(ch)))
			return false;
	}
	return true;
}

static void
set_side(tm_checker *c, check_side *side, const tm_variant *v)
{
	check_lang *lang = lang_of(c, v->lang);

	lang->analysed += v->text.n;
	side->lang = lang;
	side->v = v;
	side->text = v->text;
	tm_analyse(side->lang->an, v->text, &side->tokens);
	side->words = side->numbers = side->codes = 0;
	for (size_t i = 0; i < side->tokens.n; i++) {
		tm_token_kind kind = side->tokens.v[i].kind;

		side->words += kind == TM_WORD;
		side->numbers += kind == TM_NUMBER;
		side->codes += kind == TM_CODE;
	}
	side->columns = tm_text_width(v->text);
}

/* Nothing in the side says that there is a translation to look at. */
static bool
check_empty(tm_checker *c)
{
	bool source = is_blank(c->src.text) && c->src.v->n_codes == 0;
	bool target = is_blank(c->tgt.text) && c->tgt.v->n_codes == 0;

	if (!source && !target)
		return false;
	if (c->kinds & TM_CHECK_BIT(TM_CHECK_EMPTY))
		tm_check_add(c, TM_CHECK_EMPTY, "%s",
		    !target  ? "the source is empty"
		    : source ? "source and translation are empty"
			     : "the translation is empty");
	return true;
}

/* What gettext, GNOME and KDE ask translators to put their names into. */
static bool
is_credits(tm_str source)
{
	static const char *const known[] = { "translator-credits",
		"translator_credits", "Your names", "Your emails" };

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (tm_str_eq(source, tm_str_of(known[i])))
			return true;
	return false;
}

/* The functions that serve two kinds. */
static bool
wanted(const tm_checker *c, int kind)
{
	unsigned bits = TM_CHECK_BIT(kind);

	if (kind == TM_CHECK_SCRIPT)
		bits |= TM_CHECK_BIT(TM_CHECK_LANGUAGE);
	if (kind == TM_CHECK_INCONSISTENT)
		bits |= TM_CHECK_BIT(TM_CHECK_SAME);
	return (c->kinds & bits) != 0;
}

void
tm_check_begin(tm_checker *c, const tm_unit *unit, tm_findings *findings)
{
	findings->n = 0;
	tm_arena_clear(&findings->arena);
	c->out = findings;
	c->unit = unit;
	if (unit->n < 2)
		return;
	forget_words(c);
	c->at_src = tm_unit_source(unit);
	set_side(c, &c->src, &unit->v[c->at_src]);
}

bool
tm_check_pair(tm_checker *c, size_t i)
{
	if (c->unit->n < 2 || i == c->at_src)
		return false;
	c->at_tgt = i;
	set_side(c, &c->tgt, &c->unit->v[i]);
	return true;
}

void
tm_check(tm_checker *c, const tm_unit *unit, tm_findings *findings)
{
	tm_check_begin(c, unit, findings);
	c->n++;
	for (size_t i = 0; i < unit->n; i++) {
		if (!tm_check_pair(c, i) || check_empty(c) ||
		    is_credits(c->src.text) || is_credits(c->tgt.text))
			continue;
		for (int k = 0; k < TM_CHECK_COUNT; k++)
			if (checks[k].run != NULL && wanted(c, k))
				checks[k].run(c);
	}
}
