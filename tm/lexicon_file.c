/*
 * Word lists of the user's: lines with tabs, or TBX.
 *
 *	en <TAB> ar			<conceptEntry id="c5">
 *	# of the project		 <langSec xml:lang="en">
 *	pit <TAB> حفرة			  <termSec><term>pit</term></termSec>
 *	stage <TAB> مرحلة <TAB> 2	 </langSec>
 *					 <langSec xml:lang="ar"> ...
 *
 * The dialects of TBX name the same three things otherwise: an entry
 * (termEntry, conceptEntry), a language in it (langSet, langSec, langGroup)
 * and a term; the names do not clash, so one reader takes all.
 */
#include "config.h"

#include "tm/lexicon_int.h"

#include <math.h>
#include <stdlib.h>

#include "tm/input_int.h"
#include "tm/lang.h"
#include "tm/xml_int.h"

#define MAX_LIST ((size_t)1 << 30)
/* A glossary's entry has a dozen; the product of both sides is taken. */
#define MAX_TERMS 64

static void complain(const tm_lexicon_complaints *to, size_t line,
    const char *fmt, ...) TM_PRINTF(3, 4);

static void
complain(const tm_lexicon_complaints *to, size_t line, const char *fmt, ...)
{
	tm_buf msg = { 0 };
	va_list ap;

	if (to->bad == NULL)
		return;
	va_start(ap, fmt);
	tm_buf_vprintf(&msg, fmt, ap);
	va_end(ap);
	to->bad(to->self, line, msg.p);
	tm_buf_release(&msg);
}

/* ---- Lines ------------------------------------------------------------- */

#define MAX_CELLS 4

/* The cells of line; more than MAX_CELLS count as so many. */
static size_t
split(tm_str line, tm_str cell[MAX_CELLS])
{
	size_t n = 0;

	while (n < MAX_CELLS) {
		const char *tab =
		    line.n == 0 ? NULL : memchr(line.p, '\t', line.n);
		size_t k = tab == NULL ? line.n : (size_t)(tab - line.p);

		cell[n++] = tm_str_trim(tm_str_sub(line, 0, k));
		if (tab == NULL)
			break;
		line = tm_str_sub(line, k + 1, line.n);
	}
	return n;
}

static bool
is_weight(tm_str cell, double *weight)
{
	char digits[40], *end;

	if (cell.n == 0) {
		*weight = 1;
		return true;
	}
	if (cell.n >= sizeof digits)
		return false;
	memcpy(digits, cell.p, cell.n);
	digits[cell.n] = '\0';
	*weight = strtod(digits, &end);
	return end == digits + cell.n && *weight > 0 && *weight <= 1e6;
}

/* Is cell a tag of a language that lang is, too? */
static bool
names(tm_str cell, const char *lang)
{
	char tag[TM_LANG_MAX], canon[TM_LANG_MAX];

	if (cell.n == 0 || cell.n >= sizeof tag)
		return false;
	memcpy(tag, cell.p, cell.n);
	tag[cell.n] = '\0';
	return tm_lang_canon(tag, canon, NULL) &&
	       tm_lang_same_base(canon, lang);
}

struct list {
	tm_lexicon *lex;
	const tm_lexicon_complaints *to;
	size_t line, *pairs;
	bool turned; /* the target language comes first */
	bool begun;
};

static void
read_line(struct list *l, tm_str line)
{
	tm_str cell[MAX_CELLS];
	double weight = 1;
	size_t n, bad;

	if (!tm_text_is_utf8(line, &bad)) {
		complain(l->to, l->line, "byte %zu is not UTF-8", bad + 1);
		return;
	}
	if (tm_str_trim(line).n == 0 || line.p[0] == '#')
		return;
	n = split(line, cell);
	if (!l->begun && n == 2 && names(cell[0], l->lex->from_lang) &&
	    names(cell[1], l->lex->to_lang)) {
		l->begun = true;
		return;
	}
	if (!l->begun && n == 2 && names(cell[0], l->lex->to_lang) &&
	    names(cell[1], l->lex->from_lang)) {
		l->begun = l->turned = true;
		return;
	}
	l->begun = true;
	if (n < 2)
		complain(l->to, l->line, "no tab between two words");
	else if (n >= MAX_CELLS)
		complain(l->to, l->line,
		    "more than three columns: source, target and weight");
	else if (cell[0].n == 0 || cell[1].n == 0)
		complain(l->to, l->line, "an empty %s",
		    cell[0].n == 0 ? "source" : "target");
	else if (n == 3 && !is_weight(cell[2], &weight))
		complain(l->to, l->line,
		    "'%.*s' is no weight: a number above 0, a million at most",
		    cell[2].n > 60 ? 60 : (int)cell[2].n, cell[2].p);
	else
		*l->pairs += tm_lexicon_pair(l->lex, TM_LEX_DICT,
		    cell[l->turned], cell[!l->turned], weight, true);
}

bool
tm_lexicon_read_tsv(tm_lexicon *lex, const char *name, tm_str text,
    const tm_lexicon_complaints *to, size_t *pairs, tm_error *err)
{
	struct list l = { .lex = lex, .to = to, .pairs = pairs };

	if (text.n > 0 && memchr(text.p, '\0', text.n) != NULL)
		return tm_fail(err, TM_PARSE,
		    "'%s' is no word list: it has a NUL byte", name);
	if (tm_str_starts(text, TM_STR("\xef\xbb\xbf")))
		text = tm_str_sub(text, 3, text.n);
	while (text.n > 0) {
		const char *nl = memchr(text.p, '\n', text.n);
		size_t n = nl == NULL ? text.n : (size_t)(nl - text.p);

		l.line++;
		read_line(&l,
		    tm_str_sub(text, 0, n - (n > 0 && text.p[n - 1] == '\r')));
		text = tm_str_sub(text, n + (nl != NULL), text.n);
	}
	return true;
}

/* ---- TBX --------------------------------------------------------------- */

/* The terms of an entry in one language. */
struct terms {
	tm_buf text;
	size_t end[MAX_TERMS], n;
};

struct tbx {
	tm_lexicon *lex;
	const tm_lexicon_complaints *to;
	size_t *pairs, line;
	size_t depth;
	size_t term; /* the depth of <term> + 1 when in one, or 0 */
	int side;    /* of the language: 0, 1, -1 neither */
	struct terms terms[2];
	tm_buf one;
};

static bool
is_one_of(tm_str name, const char *names)
{
	while (*names != '\0') {
		size_t n = strcspn(names, " ");

		if (n == name.n && memcmp(name.p, names, n) == 0)
			return true;
		names += n + (names[n] == ' ');
	}
	return false;
}

static int
side_of(const struct tbx *x, tm_str lang)
{
	return names(lang, x->lex->from_lang) ? 0
	       : names(lang, x->lex->to_lang) ? 1
					      : -1;
}

static bool
start(void *self, const tm_xml_tag *tag, tm_error *err)
{
	struct tbx *x = self;
	tm_str lang;

	x->line = tag->line;
	if (x->depth == 0 && !is_one_of(tag->name, "martif tbx TBX"))
		return tm_fail(err, TM_PARSE,
		    "<%.*s> is not TBX, which begins with <martif> or <tbx>",
		    tag->name.n > 60 ? 60 : (int)tag->name.n, tag->name.p);
	x->depth++;
	if (x->term != 0)
		return true;
	if (is_one_of(tag->name, "termEntry conceptEntry")) {
		x->side = -1;
		for (int d = 0; d < 2; d++) {
			tm_buf_clear(&x->terms[d].text);
			x->terms[d].n = 0;
		}
	} else if (is_one_of(tag->name, "langSet langSec langGroup")) {
		lang = tm_xml_get(tag, "xml:lang");
		if (lang.p == NULL)
			lang = tm_xml_get(tag, "lang");
		if (lang.p == NULL)
			complain(x->to, tag->line,
			    "<%.*s> does not say its language",
			    TM_STR_ARG(tag->name));
		x->side = lang.p == NULL ? -1 : side_of(x, lang);
	} else if (is_one_of(tag->name, "term") && x->side >= 0) {
		x->term = x->depth;
		tm_buf_clear(&x->one);
	}
	return true;
}

static bool
text(void *self, tm_str s, tm_error *err)
{
	struct tbx *x = self;

	(void)err;
	if (x->term != 0)
		tm_buf_add(&x->one, s.p, s.n);
	return true;
}

/* A term stands in its entry from end[k - 1] to end[k]. */
static tm_str
term_at(const struct terms *t, size_t k)
{
	size_t from = k == 0 ? 0 : t->end[k - 1];

	return tm_str_sub(tm_buf_str(&t->text), from, t->end[k]);
}

static void
end_term(struct tbx *x)
{
	struct terms *t = &x->terms[x->side];
	tm_str term = tm_str_trim(tm_buf_str(&x->one));

	if (term.n == 0)
		complain(x->to, x->line, "an empty <term>");
	else if (t->n == MAX_TERMS)
		complain(x->to, x->line,
		    "more than %d terms of an entry in one language",
		    MAX_TERMS);
	else {
		tm_buf_add(&t->text, term.p, term.n);
		t->end[t->n++] = t->text.n;
	}
}

static void
end_entry(struct tbx *x)
{
	const struct terms *a = &x->terms[0], *b = &x->terms[1];

	for (size_t i = 0; i < a->n; i++)
		for (size_t j = 0; j < b->n; j++)
			*x->pairs += tm_lexicon_pair(x->lex, TM_LEX_DICT,
			    term_at(a, i), term_at(b, j), 1, true);
	x->terms[0].n = x->terms[1].n = 0;
}

static bool
end(void *self, const tm_xml_tag *tag, tm_error *err)
{
	struct tbx *x = self;

	(void)err;
	x->line = tag->line;
	if (x->term == x->depth && x->term != 0) {
		end_term(x);
		x->term = 0;
	} else if (x->term == 0 &&
		   is_one_of(tag->name, "langSet langSec langGroup")) {
		x->side = -1;
	} else if (x->term == 0 &&
		   is_one_of(tag->name, "termEntry conceptEntry")) {
		end_entry(x);
	}
	x->depth -= x->depth > 0;
	return true;
}

static bool
flaw(void *self, const tm_xml_flaw *f, tm_error *err)
{
	struct tbx *x = self;

	(void)err;
	complain(x->to, f->line, "%s", f->msg);
	return true;
}

bool
tm_lexicon_read_tbx(tm_lexicon *lex, const char *name, tm_str bytes,
    const tm_lexicon_complaints *to, size_t *pairs, tm_error *err)
{
	static const tm_xml_handler handler = { start, end, text, flaw };
	struct tbx x = { .lex = lex, .to = to, .pairs = pairs, .side = -1 };
	bool ok = tm_xml_parse(name, bytes, NULL, &handler, &x, err);

	tm_buf_release(&x.terms[0].text);
	tm_buf_release(&x.terms[1].text);
	tm_buf_release(&x.one);
	return ok;
}

/* ---- Either ------------------------------------------------------------ */

static bool
is_utf16(tm_str bytes)
{
	return tm_str_starts(bytes, TM_STR("\xff\xfe")) ||
	       tm_str_starts(bytes, TM_STR("\xfe\xff"));
}

/* XML begins with "<"; but "<b>" may also be a word, with its translation
 * behind a tab. */
static bool
is_xml(tm_str text)
{
	const char *nl;
	size_t n;

	if (tm_str_starts(text, TM_STR("\xef\xbb\xbf")))
		text = tm_str_sub(text, 3, text.n);
	text = tm_str_trim(text);
	if (text.n == 0 || text.p[0] != '<')
		return false;
	nl = memchr(text.p, '\n', text.n);
	n = nl == NULL ? text.n : (size_t)(nl - text.p);
	return memchr(text.p, '\t', n) == NULL;
}

bool
tm_lexicon_add_file(tm_lexicon *lex, const char *path,
    void (*bad)(void *self, size_t line, const char *msg), void *self,
    size_t *pairs, tm_error *err)
{
	tm_lexicon_complaints to = { bad, self };
	tm_buf bytes = { 0 }, decoded = { 0 };
	tm_str text;
	bool ok = tm_input_read_all(path, MAX_LIST, "split it", &bytes, err);

	*pairs = 0;
	text = tm_buf_str(&bytes);
	/* XML says its encoding itself. */
	if (ok && is_utf16(text) &&
	    (ok = tm_text_decode(path, text, NULL, &decoded, err)))
		text = tm_buf_str(&decoded);
	if (ok && is_xml(text))
		ok = tm_lexicon_read_tbx(
		    lex, path, tm_buf_str(&bytes), &to, pairs, err);
	else if (ok)
		ok = tm_lexicon_read_tsv(lex, path, text, &to, pairs, err);
	tm_lexicon_settle(lex);
	tm_buf_release(&bytes);
	tm_buf_release(&decoded);
	return ok;
}
