/*
 * Which words a lexicon will be asked for.
 *
 * A dictionary has 200,000 words where an article has 300, and to cut a
 * phrase into tokens costs more than all else in reading it. So phrases are
 * looked at in runs of letters first, and most runs need no tokens:
 *
 *	"The Schools"	-> the: in no text; schools -> school: wanted
 *	"مُدرِّسة"		-> مدرسه -> مدرس: wanted
 *	"l'école"	-> not so plain: ask the analyser
 *
 * A run is plain when it is all ASCII letters or all Arabic letters and
 * vowel marks; its fold is then what the analyser would make of it. The
 * answer may be yes for a phrase that has no wanted word, never no for one
 * that has.
 */
#include "config.h"

#include "tm/lexicon_int.h"
#include "tm/threads_int.h"

#include <stdlib.h>

/* Longer runs are left to the analyser. */
#define MAX_RUN 128

/* ---- What is wanted ------------------------------------------------------ */

/* A hash of n bytes, below the bits of tm_lexicon.beginnings. */
static size_t
hash_beginning(const char *p, size_t n)
{
	uint64_t h = 0;

	memcpy(&h, p, n);
	return (size_t)(h * UINT64_C(0x9e3779b97f4a7c15) >> 50);
}

/* The bytes of three letters, when s begins with three of one kind. */
static size_t
three_letters(tm_str s)
{
	size_t n = s.n > 0 && (s.p[0] & 0x80) != 0 ? 6 : 3;

	return s.n < n ? 0 : n;
}

static void
want(tm_lexicon *lex, tm_str stem)
{
	size_t n = three_letters(stem), bit;

	tm_vocab_add(&lex->wanted, stem);
	if (n == 0)
		return;
	bit = hash_beginning(stem.p, n);
	lex->beginnings[bit / 64] |= UINT64_C(1) << bit % 64;
}

/*
 * A text of which each thread takes some sentences; the stems of a piece in the
 * order in which they come, so that they come together as they would in one.
 */
#define PIECE 1000

struct wanting {
	const tm_str *text;
	size_t n;
	tm_vocab *stems; /* by piece */
	tm_analyser *an[TM_MAX_THREADS];
};

static void
stem_piece(void *self, size_t k, unsigned thread)
{
	struct wanting *w = self;
	size_t end = (k + 1) * PIECE < w->n ? (k + 1) * PIECE : w->n;
	tm_tokens tokens = { 0 };
	tm_buf key = { 0 };

	if (w->an[thread] == NULL)
		w->an[thread] = tm_analyser_new("und");
	for (size_t i = k * PIECE; i < end; i++) {
		tm_analyse(w->an[thread], w->text[i], &tokens);
		for (size_t t = 0; t < tokens.n; t++) {
			if (tokens.v[t].kind != TM_WORD)
				continue;
			tm_light_stem(tm_word_core(tokens.v[t].fold), &key);
			tm_vocab_add(&w->stems[k], tm_buf_str(&key));
		}
	}
	tm_tokens_release(&tokens);
	tm_buf_release(&key);
}

void
tm_lexicon_limit(tm_lexicon *lex, const tm_str *text, size_t n)
{
	size_t pieces = (n + PIECE - 1) / PIECE;
	struct wanting w = { .text = text, .n = n };

	lex->limited = true;
	w.stems = tm_zalloc(pieces + 1, sizeof *w.stems);
	tm_run_jobs(pieces, 0, stem_piece, &w);
	for (size_t k = 0; k < pieces; k++) {
		for (size_t i = 0; i < w.stems[k].n; i++)
			want(lex, w.stems[k].v[i]);
		tm_vocab_release(&w.stems[k]);
	}
	for (size_t k = 0; k < TM_MAX_THREADS; k++)
		tm_analyser_free(w.an[k]);
	free(w.stems);
}

bool
tm_lexicon_wants_key(const tm_lexicon *lex, tm_str key)
{
	return !lex->limited || key.n == 0 || key.p[0] != 'w' ||
	       tm_vocab_find(&lex->wanted, tm_str_sub(key, 1, key.n)) !=
		   TM_NO_WORD;
}

/* ---- Phrases ------------------------------------------------------------- */

/*
 * False when no wanted stem begins as that of a plain word must. A stem of
 * three letters or more begins with the word or, in Arabic, behind a prefix
 * of three letters at most. letters has the forms that spellings share.
 */
static bool
may_be_wanted(const tm_lexicon *lex, tm_str letters)
{
	size_t n = three_letters(letters);
	size_t last = n == 6 ? 3 * 2 : 0;

	if (n == 0)
		return true;
	for (size_t i = 0; i <= last && i + n <= letters.n; i += 2) {
		size_t bit = hash_beginning(letters.p + i, n);

		if ((lex->beginnings[bit / 64] >> bit % 64 & 1) != 0)
			return true;
	}
	return false;
}

/* True when the text has the word. fold is the token, core its core. */
static bool
wants_word(tm_lexicon *lex, tm_str fold, tm_str core)
{
	tm_light_stem(core, &lex->key);
	return tm_vocab_find(&lex->wanted, tm_buf_str(&lex->key)) !=
		   TM_NO_WORD &&
	       tm_lexicon_counts(lex, false, fold);
}

/* A number may be part of a longer one that the run does not show. */
static bool
wants_tokens(tm_lexicon *lex, tm_str run)
{
	tm_tokens *tokens = &lex->from_tokens;

	tm_analyse(lex->from_an, run, tokens);
	for (size_t i = 0; i < tokens->n; i++) {
		tm_str fold = tokens->v[i].fold;

		if (tokens->v[i].kind == TM_NUMBER ||
		    (tokens->v[i].kind == TM_WORD &&
			wants_word(lex, fold, tm_word_core(fold))))
			return true;
	}
	return false;
}

struct run {
	size_t end;
	enum { EMPTY = 0, LATIN = 1, ARABIC = 2, OTHER = 4 } kind;
	char fold[MAX_RUN];
	size_t n;
};

static void
run_add(struct run *run, int kind, const char *letter, size_t n)
{
	run->kind |= (unsigned)kind;
	if (run->n + n > MAX_RUN) {
		run->kind |= OTHER;
		return;
	}
	for (size_t i = 0; i < n; i++)
		run->fold[run->n++] = letter[i];
}

/* Add the character of two bytes at p, U+0600 to U+067F. Returns false for
 * a comma, semicolon or question mark. */
static bool
run_add_arabic(struct run *run, const char *p)
{
	unsigned code =
	    ((unsigned char)p[0] & 0x1fu) << 6 | ((unsigned char)p[1] & 0x3fu);

	if (code == 0x60c || code == 0x61b || code == 0x61f)
		return false;
	if ((code >= 0x621 && code <= 0x63a) ||
	    (code >= 0x641 && code <= 0x64a))
		run_add(run, ARABIC, tm_arabic_letter(p), 2);
	else if (code != 0x640 && (code < 0x64b || code > 0x652))
		run->kind |= OTHER;
	return true;
}

/* Read letters, and what may stand between letters, from start on. */
static void
read_run(struct run *run, tm_str s, size_t start)
{
	size_t i = start;

	run->kind = EMPTY;
	run->n = 0;
	for (; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		char small = (char)(c | 0x20);

		if (c < 0x80 && small >= 'a' && small <= 'z') {
			run_add(run, LATIN, &small, 1);
		} else if ((c == 0xd8 || c == 0xd9) && i + 1 < s.n) {
			if (!run_add_arabic(run, s.p + i))
				break;
			i++;
		} else if (c >= 0x80 || c == '\'' || c == '&' || c == '_') {
			run->kind |= OTHER;
		} else {
			break;
		}
	}
	run->end = i;
}

bool
tm_lexicon_wants(tm_lexicon *lex, tm_str phrase)
{
	struct run run;
	size_t i = 0;

	if (!lex->limited)
		return true;
	while (i < phrase.n) {
		char c = phrase.p[i];

		/* Numbers and codes can reach over several runs. */
		if ((c >= '0' && c <= '9') || c == '%')
			return true;
		read_run(&run, phrase, i);
		if (run.end == i) {
			i += (c & 0x80) != 0 ? 2 : 1;
			continue;
		}
		if (run.n > 0 && (run.kind == LATIN || run.kind == ARABIC)) {
			tm_str fold = { run.fold, run.n };

			if (may_be_wanted(lex, fold) &&
			    wants_word(lex, fold, fold))
				return true;
		} else if (wants_tokens(lex, tm_str_sub(phrase, i, run.end))) {
			return true;
		}
		i = run.end;
	}
	return false;
}
