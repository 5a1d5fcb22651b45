/*
 * tokens.c - text to words, numbers, codes and punctuation
 *
 * The walk (scan.c) goes over the text once. Most of the work for a word,
 * folding and stemming, is done the first time the word is seen and remembered
 * under its bytes:
 *
 *	"والكِتابُ" -> fold "والكتاب" (NFKC, case, marks)
 *		   -> key  "كتاب"    (Snowball, then letters folded)
 */
#include "config.h"

#include "tm/text_int.h"

#include <stdlib.h>

#include <libstemmer.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

/* ---- Words: folded and stemmed once ------------------------------------ */

typedef struct known_word {
	uint64_t hash;
	tm_str raw, fold, plain, stem, root;
	tm_str key; /* p is NULL: nobody asked for it yet */
} known_word;

struct tm_analyser {
	char lang[4];		    /* the base; "" for long ones */
	struct sb_stemmer *stemmer; /* NULL: words stay whole */
	known_word *table;	    /* open addressing, a power of two */
	size_t n, size;
	tm_arena arena;
	tm_buf fold, key, plain;
};

/* Enough for what is frequent in a large memory; beyond it we start afresh,
 * so that no input makes an analyser grow without end. With half a million
 * words, 110 MB each, the analysers of an import were half of its memory,
 * and it was no faster: who indexes knows each word it has seen. */
enum { FIRST_WORDS = 1 << 10, MOST_WORDS = 1 << 15 };

tm_analyser *
tm_analyser_new(const char *lang)
{
	tm_analyser *an = tm_zalloc(1, sizeof *an);
	char *base = an->lang;
	size_t n = strcspn(lang, "-");

	if (n < sizeof an->lang)
		memcpy(base, lang, n);
	if (strcmp(base, "nb") == 0 || strcmp(base, "nn") == 0)
		strcpy(base, "no");
	if (base[0] != '\0')
		an->stemmer = sb_stemmer_new(base, "UTF_8");
	return an;
}

void
tm_analyser_free(tm_analyser *an)
{
	if (an == NULL)
		return;
	sb_stemmer_delete(an->stemmer);
	free(an->table);
	tm_arena_release(&an->arena);
	tm_buf_release(&an->fold);
	tm_buf_release(&an->key);
	tm_buf_release(&an->plain);
	free(an);
}

static known_word *
slot_of(known_word *table, size_t size, uint64_t hash, tm_str raw)
{
	size_t i = hash & (size - 1);

	while (table[i].raw.p != NULL &&
	       (table[i].hash != hash || !tm_str_eq(table[i].raw, raw)))
		i = (i + 1) & (size - 1);
	return &table[i];
}

static void
grow_words(tm_analyser *an)
{
	size_t size = an->size * 2;
	known_word *table;

	if (an->n >= MOST_WORDS) {
		memset(an->table, 0, an->size * sizeof *an->table);
		tm_arena_clear(&an->arena);
		an->n = 0;
		return;
	}
	table = tm_zalloc(size, sizeof *table);
	for (size_t i = 0; i < an->size; i++) {
		known_word *w = &an->table[i];

		if (w->raw.p != NULL)
			*slot_of(table, size, w->hash, w->raw) = *w;
	}
	free(an->table);
	an->table = table;
	an->size = size;
}

static void
stem_into(tm_analyser *an, tm_str fold, tm_buf *out)
{
	tm_str stem = fold;
	int32_t i = 0, n;

	if (an->stemmer != NULL && fold.n < 256) {
		const sb_symbol *s = sb_stemmer_stem(
		    an->stemmer, (const sb_symbol *)fold.p, (int)fold.n);

		if (s != NULL && sb_stemmer_length(an->stemmer) > 0)
			stem = (tm_str){ (const char *)s,
				(size_t)sb_stemmer_length(an->stemmer) };
	}
	n = (int32_t)stem.n;
	while (i < n) {
		UChar32 c;

		U8_NEXT(stem.p, i, n, c);
		tm_text_add_char(out, c < 0 ? 0xfffd : tm_text_plain_arabic(c));
	}
}

#define AL "\xd8\xa7\xd9\x84"

/*
 * What a word nearly always ends in whose plain form ends so. The h of Arabic
 * stands for ta marbuta. French has all its participles in -ée.
 */
static const struct ending {
	const char *lang, *plain, *is;
} endings[] = {
	{ "", "ه", "ة" },
	{ "fr", "ee", "ée" },
	{ "fr", "ees", "ées" },
	{ "fr", "erent", "èrent" },
	{ "fr", "iere", "ière" },
	{ "fr", "ieres", "ières" },
	{ "es", "cion", "ción" },
	{ "es", "logia", "logía" },
};

/* The ending that a plain form has; NULL: none of these. */
static const struct ending *
find_ending(const char *lang, tm_str plain)
{
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
		if ((endings[i].lang[0] == '\0' ||
			strcmp(endings[i].lang, lang) == 0) &&
		    tm_str_ends(plain, tm_str_of(endings[i].plain)))
			return &endings[i];
	return NULL;
}

/*
 * The stem of a plain form. Two spellings of a word have one plain form,
 * and so must have one stem, which the stemmer would not give them: it
 * takes another ending off المدرسه than off المدرسة, and none off traitee.
 * So endings are put back; and since without its hamza إلغاء seems to have
 * an article, الإلغاء loses two. docs/FUZZY.md says what it costs.
 */
static void
stem_plain(tm_analyser *an, tm_str plain, tm_buf *out)
{
	const struct ending *e = find_ending(an->lang, plain);
	tm_buf *word = &an->plain;
	size_t start = out->n;

	tm_buf_clear(word);
	tm_buf_add(word, plain.p, plain.n);
	if (e != NULL) {
		word->n -= strlen(e->plain);
		tm_buf_adds(word, e->is);
	}
	stem_into(an, tm_buf_str(word), out);
	if (out->n - start >= 5 * strlen("ا") &&
	    memcmp(out->p + start, AL, strlen(AL)) == 0) {
		out->n -= strlen(AL);
		memmove(out->p + start, out->p + start + strlen(AL),
		    out->n - start);
	}
}

/* What forms of a word share, which has this plain form and stem. */
static tm_str
find_root(tm_analyser *an, tm_str plain, tm_str stem, tm_arena *arena)
{
	if (strcmp(an->lang, "ar") != 0)
		return stem;
	tm_buf_clear(&an->key);
	return tm_text_root(plain, &an->key)
		   ? tm_arena_str(arena, tm_buf_str(&an->key))
		   : stem;
}

/*
 * The plain form and its stem, in arena; false, and nothing set, where they are
 * the fold and its stem.
 */
static bool
find_plain(tm_analyser *an, tm_str raw, tm_str fold, tm_arena *arena,
    tm_str *plain, tm_str *stem)
{
	tm_buf_clear(&an->plain);
	if (tm_text_plain(raw, fold, &an->plain))
		*plain = tm_arena_str(arena, tm_buf_str(&an->plain));
	else if (find_ending(an->lang, fold) != NULL)
		*plain = fold;
	else
		return false;
	tm_buf_clear(&an->key);
	stem_plain(an, *plain, &an->key);
	*stem = tm_arena_str(arena, tm_buf_str(&an->key));
	return true;
}

static void
fold_into(tm_str raw, tm_buf *fold)
{
	tm_buf_clear(fold);
	tm_text_fold_chars(raw, fold);
	if (fold->n == 0) /* nothing but marks */
		tm_buf_add(fold, raw.p, raw.n);
}

static tm_str
keep_stem(tm_analyser *an, tm_str fold)
{
	tm_buf_clear(&an->key);
	stem_into(an, fold, &an->key);
	return tm_arena_str(&an->arena, tm_buf_str(&an->key));
}

static void
know_word(tm_analyser *an, tm_str raw, uint64_t hash, known_word *w)
{
	fold_into(raw, &an->fold);
	w->hash = hash;
	w->raw = tm_arena_str(&an->arena, raw);
	w->fold = tm_arena_str(&an->arena, tm_buf_str(&an->fold));
	w->key = (tm_str){ NULL, 0 };
	if (!find_plain(an, w->raw, w->fold, &an->arena, &w->plain, &w->stem)) {
		w->plain = w->fold;
		w->key = w->stem = keep_stem(an, w->fold);
	}
	w->root = find_root(an, w->plain, w->stem, &an->arena);
}

static known_word *
word_of(tm_analyser *an, tm_str raw)
{
	uint64_t hash = tm_str_quick_hash(raw);
	known_word *w;

	/* Not before: who indexes a unit asks for no forms that are kept. */
	if (an->table == NULL) {
		an->size = FIRST_WORDS;
		an->table = tm_zalloc(an->size, sizeof *an->table);
	}
	w = slot_of(an->table, an->size, hash, raw);
	if (w->raw.p != NULL)
		return w;
	if (an->n * 2 >= an->size) {
		grow_words(an);
		w = slot_of(an->table, an->size, hash, raw);
	}
	know_word(an, raw, hash, w);
	an->n++;
	return w;
}

/* ---- Numbers by value -------------------------------------------------- */

/*
 * The value of digits and separators s, as a string: 12,000 and 12.000 and
 * ١٢٬٠٠٠ are "12000", 3.50 and ٣٫٥ are "3.5", 007 is "7". A single
 * separator with three digits behind it groups, unless the number begins
 * with 0; several of one kind group, or it is no number but a version
 * ("1.2.10"), which stays as it stands.
 */
static void
add_value(tm_str s, tm_buf *out)
{
	size_t dots = 0, commas = 0, last = s.n, decimal = s.n, i;
	bool groups_of_three = true;

	for (i = 0; i < s.n; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '9')
			continue;
		if (last < s.n && i - last != 4)
			groups_of_three = false;
		dots += s.p[i] == '.';
		commas += s.p[i] == ',';
		if (s.p[i] == 'd')
			decimal = i;
		last = i;
	}
	if (decimal == s.n && last < s.n && s.p[last] != '\'') {
		size_t same = s.p[last] == '.' ? dots : commas;
		size_t other = dots + commas - same;

		if (s.n - last - 1 != 3)
			groups_of_three = false;
		if (same > 1 && (other > 0 || !groups_of_three)) {
			tm_buf_add(out, s.p, s.n);
			return;
		}
		if (same == 1 &&
		    (other > 0 || s.n - last - 1 != 3 || s.p[0] == '0'))
			decimal = last;
	}
	for (i = 0; i + 1 < decimal && s.p[i] == '0'; i++)
		;
	for (; i < decimal; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9')
			tm_buf_addc(out, s.p[i]);
	while (s.n > decimal + 1 && s.p[s.n - 1] == '0')
		s.n--;
	if (s.n > decimal + 1) {
		tm_buf_addc(out, '.');
		tm_buf_add(out, s.p + decimal + 1, s.n - decimal - 1);
	}
}

/* ---- The walk ---------------------------------------------------------- */

typedef struct walk {
	tm_analyser *an;
	tm_str text;
	tm_tokens *out;
	enum forms { NO_FORMS, FORMS_TO_MATCH, ALL_FORMS } forms; /* of words */
} walk;

static void
add_token(walk *w, tm_token_kind kind, size_t start, size_t end, tm_str fold,
    tm_str key, bool capital)
{
	tm_tokens *out = w->out;

	fold = tm_arena_str(&out->arena, fold);
	key = tm_arena_str(&out->arena, key);
	tm_grow(out->v, out->n, out->cap);
	out->v[out->n++] = (tm_token){ kind, capital, (uint32_t)start,
		(uint32_t)end, fold, key, fold, key, key };
}

/* Does a sign for a key of the keyboard stand in it? */
static bool
is_accelerated(tm_str raw)
{
	return memchr(raw.p, '&', raw.n) != NULL ||
	       memchr(raw.p, '_', raw.n) != NULL;
}

/* A word without them, in *out where it has any. */
static tm_str
without_accelerators(tm_str raw, tm_buf *out)
{
	if (!is_accelerated(raw))
		return raw;
	for (size_t i = 0; i < raw.n; i++)
		if (raw.p[i] != '&' && raw.p[i] != '_')
			tm_buf_addc(out, raw.p[i]);
	return tm_buf_str(out);
}

static bool
is_capital(tm_str text, size_t i)
{
	UChar32 c = tm_text_next(text, &i);

	if (c == '&' || c == '_')
		c = tm_text_peek(text, i);
	return c > 0 && u_isupper(c);
}

/* Give a token that is a word its forms. */
static void
set_forms(tm_analyser *an, tm_str text, tm_arena *arena, tm_token *t, bool all)
{
	tm_buf bare = { 0 };
	known_word *known = word_of(an,
	    without_accelerators(tm_str_sub(text, t->start, t->end), &bare));

	tm_buf_release(&bare);
	t->plain = tm_arena_str(arena, known->plain);
	if (!all) {
		t->root = tm_arena_str(arena, known->root);
		return;
	}
	if (known->key.p == NULL)
		known->key = keep_stem(an, known->fold);
	t->capital = is_capital(text, t->start);
	t->fold = known->fold.p == known->plain.p
		      ? t->plain
		      : tm_arena_str(arena, known->fold);
	t->stem = tm_arena_str(arena, known->stem);
	t->key = known->key.p == known->stem.p
		     ? t->stem
		     : tm_arena_str(arena, known->key);
	t->root = known->root.p == known->stem.p
		      ? t->stem
		      : tm_arena_str(arena, known->root);
}

static void
add_word(walk *w, size_t start, size_t end)
{
	tm_tokens *out = w->out;
	tm_token *t;

	tm_grow(out->v, out->n, out->cap);
	t = &out->v[out->n++];
	*t = (tm_token){
		.kind = TM_WORD, .start = (uint32_t)start, .end = (uint32_t)end
	};
	if (w->forms != NO_FORMS)
		set_forms(
		    w->an, w->text, &out->arena, t, w->forms == ALL_FORMS);
}

static void
add_number(walk *w, size_t start, size_t end)
{
	tm_buf *digits = &w->an->fold, *value = &w->an->key;

	tm_buf_clear(digits);
	tm_buf_clear(value);
	for (size_t i = start; i < end;) {
		UChar32 c = tm_text_next(w->text, &i);

		tm_buf_addc(digits, u_isdigit(c)
					? (char)('0' + u_charDigitValue(c))
					: tm_number_separator(c));
	}
	add_value(tm_buf_str(digits), value);
	for (size_t k = 0; k < digits->n; k++)
		if (digits->p[k] == 'd')
			digits->p[k] = '.';
		else if (digits->p[k] == '\'')
			digits->p[k] = ',';
	add_token(w, TM_NUMBER, start, end, tm_buf_str(digits),
	    tm_buf_str(value), false);
}

/* Inline codes that are tags share one key; what else a program puts into a
 * text, and is read there, another. */
static void
add_code(walk *w, size_t start, size_t end)
{
	tm_str raw = tm_str_sub(w->text, start, end);
	tm_token *t;
	bool tag;

	tm_buf_clear(&w->an->fold);
	tag = tm_code_fold(raw, &w->an->fold);
	add_token(w, TM_CODE, start, end, raw, raw, false);
	t = &w->out->v[w->out->n - 1];
	if (!tm_str_eq(raw, tm_buf_str(&w->an->fold)))
		t->plain =
		    tm_arena_str(&w->out->arena, tm_buf_str(&w->an->fold));
	t->stem = t->root = tag ? TM_STR(TM_KEY_OF_TAGS) : TM_STR("");
}

/* ---- Punctuation ------------------------------------------------------- */

/* One sign for those that translate each other. */
static UChar32
punctuation_class(UChar32 c)
{
	switch (c) {
	case 0x61f: /* ؟ */
	case 0xff1f:
	case 0xbf: /* ¿ */
	case 0x37e:
		return '?';
	case 0xff01:
	case 0xa1: /* ¡ */
		return '!';
	case 0x60c: /* ، */
	case 0x3001:
	case 0xff0c:
		return ',';
	case 0x61b: /* ؛ */
	case 0xff1b:
		return ';';
	case 0xff1a:
		return ':';
	case 0x6d4: /* ۔ */
	case 0x3002:
	case 0x964: /* danda */
		return '.';
	case ')':
	case 0xff08:
	case 0xff09:
		return '(';
	case ']':
	case 0x3010:
	case 0x3011:
		return '[';
	case 0xab: /* « » */
	case 0xbb:
	case 0x201c: /* “ ” */
	case 0x201d:
	case 0x201e:
	case 0x201f:
	case 0x300c: /* corner brackets */
	case 0x300d:
	case 0x300e:
	case 0x300f:
	case 0x300a:
	case 0x300b:
		return '"';
	case 0x2018: /* ‘ ’ */
	case 0x2019:
	case 0x201a:
	case 0x2039:
	case 0x203a:
		return '\'';
	case 0x66a: /* ٪ */
	case 0xff05:
		return '%';
	case 0x2013:
	case 0x2014:
	case 0x2015:
		return 0x2014;
	case 0x2022:
	case 0xb7:
		return '*';
	case 0x2010:
	case 0x2011:
	case 0x2212:
		return '-';
	default:
		return c;
	}
}

static void
add_punctuation(walk *w, size_t start, size_t end, UChar32 c)
{
	tm_str raw = tm_str_sub(w->text, start, end);
	char class[4];
	int32_t n = 0;

	if (c < 0) {
		add_token(w, TM_PUNCT, start, end, raw, raw, false);
		return;
	}
	c = punctuation_class(c);
	U8_APPEND_UNSAFE((uint8_t *)class, n, c);
	add_token(
	    w, TM_PUNCT, start, end, raw, (tm_str){ class, (size_t)n }, false);
}

static void
analyse(tm_analyser *an, tm_str text, tm_tokens *tokens, enum forms forms)
{
	walk w = { an, text, tokens, forms };
	tm_scanned t;
	size_t i = 0;

	tokens->n = 0;
	tm_arena_clear(&tokens->arena);
	while (tm_scan(text, &i, &t))
		switch (t.kind) {
		case TM_WORD:
			add_word(&w, t.start, t.end);
			break;
		case TM_NUMBER:
			add_number(&w, t.start, t.end);
			break;
		case TM_CODE:
			add_code(&w, t.start, t.end);
			break;
		case TM_PUNCT:
			add_punctuation(&w, t.start, t.end, t.c);
		}
}

void
tm_analyse(tm_analyser *an, tm_str text, tm_tokens *tokens)
{
	analyse(an, text, tokens, ALL_FORMS);
}

void
tm_analyse_to_match(tm_analyser *an, tm_str text, tm_tokens *tokens)
{
	analyse(an, text, tokens, FORMS_TO_MATCH);
}

void
tm_analyse_bare(tm_analyser *an, tm_str text, tm_tokens *tokens)
{
	analyse(an, text, tokens, NO_FORMS);
}

void
tm_analyse_word(tm_analyser *an, tm_str text, tm_tokens *tokens, size_t i)
{
	tm_token *t = &tokens->v[i];
	tm_arena *arena = &tokens->arena;
	tm_buf bare = { 0 };
	tm_str raw =
	    without_accelerators(tm_str_sub(text, t->start, t->end), &bare);

	/* Stemmed once: most words of Arabic have a plain form of their own.
	 * Nothing is kept for the next time, as there is none. */
	fold_into(raw, &an->fold);
	if (!find_plain(
		an, raw, tm_buf_str(&an->fold), arena, &t->plain, &t->stem)) {
		tm_buf_clear(&an->key);
		stem_into(an, tm_buf_str(&an->fold), &an->key);
		t->plain = tm_arena_str(arena, tm_buf_str(&an->fold));
		t->stem = tm_arena_str(arena, tm_buf_str(&an->key));
	} else if (t->plain.p == tm_buf_str(&an->fold).p) {
		t->plain = tm_arena_str(arena, t->plain);
	}
	t->root = find_root(an, t->plain, t->stem, arena);
	tm_buf_release(&bare);
}

void
tm_tokens_release(tm_tokens *tokens)
{
	free(tokens->v);
	tm_arena_release(&tokens->arena);
	*tokens = (tm_tokens){ 0 };
}
