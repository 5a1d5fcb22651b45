/*
 * What can be said of a translation as a whole: that it is the source
 * again, is not in its language, is far too short or too long.
 */
#include "config.h"

#include "tm/check_int.h"

#include <math.h>
#include <stdlib.h>

/* ---- Script and language ----------------------------------------------- */

static bool
is_in_script(const check_lang *lang, int32_t ch)
{
	int script = tm_text_script(ch);

	for (int i = 0; i < lang->n_scripts; i++)
		if (lang->scripts[i] == script)
			return true;
	return false;
}

/* A word that could be translated: letters, in lower case where there is
 * case, so that names (OmegaT, NASA, Paris) are left alone. The first of a
 * sentence may begin with a capital letter. */
static bool
is_plain_word(const check_side *side, const tm_token *t, bool first)
{
	tm_str raw = tm_str_sub(side->text, t->start, t->end);
	size_t n = 0;

	if (t->kind != TM_WORD || (t->capital && !first))
		return false;
	for (size_t i = 0; i < raw.n;) {
		int32_t ch = tm_text_next(raw, &i);

		if (ch < 0x41 || ch == '_' ||
		    (ch >= 'A' && ch <= 'Z' && !(first && n == 0)))
			return false;
		n++;
	}
	return n >= 3;
}

/* A word that stands in a path, an address or an option: "./configure",
 * "a.b", "--help", "x@y". */
static bool
is_technical(const check_side *side, const tm_token *t)
{
	char before = t->start > 0 ? side->text.p[t->start - 1] : ' ';
	char after = t->end < side->text.n ? side->text.p[t->end] : ' ';
	char next = t->end + 1 < side->text.n ? side->text.p[t->end + 1] : ' ';

	if (strchr("/\\-@_=.$#:~%&+0123456789", before) != NULL)
		return before != '-' || t->start < 2 ||
		       side->text.p[t->start - 2] <= ' ' ||
		       side->text.p[t->start - 2] == '-';
	return strchr("/\\@_=$#~(0123456789", after) != NULL ||
	       (strchr(".:-", after) != NULL && next > ' ');
}

/* How many words of a side could be translated. A first word with a capital
 * letter is one only beside two others: "Open the file", not "Git commit". */
static size_t
count_plain(const check_side *side)
{
	const tm_token *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < side->tokens.n; i++) {
		const tm_token *t = &side->tokens.v[i];

		if (first == NULL && t->kind == TM_WORD)
			first = t;
		n += is_plain_word(side, t, false) && !is_technical(side, t);
	}
	if (n >= 2 && first->capital && is_plain_word(side, first, true) &&
	    !is_technical(side, first))
		n++;
	return n;
}

/* So many foreign words are no name and no command. Two were too few: "git
 * commit", "et al". */
#define FOREIGN_WORDS 3

/*
 * No word of the translation is in the script of its language, or so few that
 * they are names in a foreign sentence: for one of them eight plain words of
 * others. Text that nobody translates (commands, names, addresses) has few
 * plain words. In 34,000 pairs of news and 100,000 messages that costs no
 * false alarm, and Persian in the place of English is told of 87 times in 100
 * instead of 74.
 */
#define FOREIGN_SHARE 8

static bool
check_alphabet(tm_checker *c)
{
	const check_side *t = &c->tgt;
	size_t native = 0, plain;

	if (t->lang->n_scripts == 0)
		return false;
	for (size_t i = 0; i < t->tokens.n; i++)
		native += t->tokens.v[i].kind == TM_WORD &&
			  is_in_script(t->lang,
			      tm_text_peek(t->text, t->tokens.v[i].start));
	plain = count_plain(t); /* its own may be among them */
	if (plain < FOREIGN_WORDS + native ||
	    plain < native * (FOREIGN_SHARE + 1))
		return false;
	tm_check_add(c, TM_CHECK_SCRIPT,
	    native == 0 ? "no word of the translation is in the script of '%s'"
			: "hardly a word of the translation is in the script "
			  "of '%s'",
	    t->lang->tag);
	return true;
}

/* Latin letters that look like Cyrillic or Greek ones, within a word. */
static void
check_lookalikes(tm_checker *c)
{
	static const char latin[] = "aceopxyABEKMHOPCTXi";
	const check_side *t = &c->tgt;

	if (t->lang->n_scripts == 0)
		return;
	for (size_t i = 0; i + 1 < t->tokens.n; i++) {
		const tm_token *a = &t->tokens.v[i], *b = a + 1, *strange;
		int32_t x, y;
		tm_finding *f;

		if (a->kind != TM_WORD || b->kind != TM_WORD ||
		    a->end != b->start)
			continue;
		x = tm_text_peek(t->text, a->start);
		y = tm_text_peek(t->text, b->start);
		if ((x < 0x250) == (y < 0x250) || x >= 0x530 || y >= 0x530 ||
		    x == '&' || y == '&' || x == '_' || y == '_')
			continue;
		strange = is_in_script(t->lang, x) ? b : a;
		if (strange->end - strange->start > 2 ||
		    (strange == a ? a->capital : false) ||
		    tm_text_peek(t->text, strange->start) >= 0x250 ||
		    strspn(t->text.p + strange->start, latin) <
			strange->end - strange->start)
			continue;
		f = tm_check_add(c, TM_CHECK_SCRIPT,
		    "'%.*s' is written with letters of two alphabets that look "
		    "alike",
		    (int)(b->end - a->start), t->text.p + a->start);
		f->start = a->start;
		f->end = b->end;
		return;
	}
}

/* A guess as sure as this is right in 99 of 100; see check_language. */
#define SURE .75

/*
 * The language of the whole text, where it is another than it should be
 * and has the same script. Guessing counts the commonest words, so a text
 * has to have some.
 */
static void
check_language(tm_checker *c)
{
	char guess[TM_LANG_MAX], own[TM_LANG_MAX];
	const check_side *t = &c->tgt;
	double sure;

	if (t->words < 6 || t->lang->n_scripts == 0)
		return;
	sure = tm_lang_guess(t->text, guess);
	if (sure < SURE || tm_lang_same_base(guess, t->lang->tag) ||
	    !tm_lang_same_script(guess, t->lang->tag))
		return;
	/* Only what we could have told the language for. */
	tm_lang_guess(c->src.text, own);
	if (!tm_lang_same_base(guess, c->src.lang->tag) && sure < .85)
		return;
	tm_check_add(c, TM_CHECK_LANGUAGE,
	    "the translation looks like '%s', not '%s'", guess, t->lang->tag);
}

void
tm_check_script(tm_checker *c)
{
	unsigned kinds = c->kinds;

	if (kinds & TM_CHECK_BIT(TM_CHECK_SCRIPT)) {
		if (check_alphabet(c))
			return;
		check_lookalikes(c);
	}
	if (kinds & TM_CHECK_BIT(TM_CHECK_LANGUAGE))
		check_language(c);
}

/* ---- A copy of the source ---------------------------------------------- */

/* Text of fewer plain words is often the same in two languages: "Monitor",
 * "OK", "e-mail: %s". */
#define COPIED_WORDS 3

void
tm_check_untranslated(tm_checker *c)
{
	if (tm_lang_same_base(c->src.lang->tag, c->tgt.lang->tag))
		return;
	tm_buf_clear(&c->a);
	tm_buf_clear(&c->b);
	tm_text_fold(c->src.text, &c->a);
	tm_text_fold(c->tgt.text, &c->b);
	if (!tm_str_eq(
		tm_str_trim(tm_buf_str(&c->a)), tm_str_trim(tm_buf_str(&c->b))))
		return;
	if (count_plain(&c->tgt) >= COPIED_WORDS)
		tm_check_add(c, TM_CHECK_UNTRANSLATED,
		    "the translation is a copy of the source");
}

/* ---- Length ------------------------------------------------------------ */

/*
 * The logarithm of the ratio of lengths, in columns, of a pair of languages
 * so far: mean and variance as Welford computes them, one unit at a time,
 * begun with a prior of PRIOR units of ratio 1 and deviation SPREAD.
 */
struct check_lengths {
	const check_lang *src, *tgt;
	double n, mean, m2;
};

#define PRIOR 50
#define SPREAD .35

/* How far out is told, in deviations, and the least columns of the longer
 * side: short texts vary at will. */
#define FAR 5
#define COLUMNS 20

static struct check_lengths *
lengths_of(tm_checker *c)
{
	struct check_lengths *l;

	for (size_t i = 0; i < c->n_lengths; i++)
		if (c->lengths[i].src == c->src.lang &&
		    c->lengths[i].tgt == c->tgt.lang)
			return &c->lengths[i];
	tm_grow(c->lengths, c->n_lengths, c->cap_lengths);
	l = &c->lengths[c->n_lengths++];
	*l = (struct check_lengths){ c->src.lang, c->tgt.lang, PRIOR, 0,
		PRIOR * SPREAD * SPREAD };
	return l;
}

void
tm_check_length(tm_checker *c)
{
	double a = (double)c->src.columns, b = (double)c->tgt.columns;
	struct check_lengths *l = lengths_of(c);
	double ratio, d, sigma, z;

	if (a < 1 || b < 1)
		return;
	/* Ten columns are a word or two, which may come or go. */
	ratio = log((b + 10) / (a + 10));
	sigma = sqrt(l->m2 / l->n);
	d = ratio - l->mean;
	z = d / sigma;
	if (fabs(z) > FAR && (a >= COLUMNS || b >= COLUMNS))
		tm_check_add(c, TM_CHECK_LENGTH,
		    "%zu columns for %zu in the source: far %s than others",
		    c->tgt.columns, c->src.columns,
		    z > 0 ? "longer" : "shorter");
	/* What is told of does not become the rule. */
	d = d > 3 * sigma ? 3 * sigma : d < -3 * sigma ? -3 * sigma : d;
	l->n++;
	l->m2 += d * d * (l->n - 1) / l->n;
	l->mean += d / l->n;
}
