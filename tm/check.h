/*
 * check.h - what may be wrong with a translation
 *
 *	tm_checker *c = tm_checker_new(TM_CHECK_ALL);
 *	tm_findings found = { 0 };
 *
 *	tm_check(c, &unit, &found);
 *	for (size_t i = 0; i < found.n; i++)
 *		complain("%s: %s", tm_check_name(found.v[i].kind),
 *		    found.v[i].msg);
 *	tm_findings_release(&found);
 *	tm_checker_free(c);
 *
 * Every translation of a unit is held against its source. Numbers count by
 * value (٣٫٥ is 3.5, twelve is 12), punctuation by meaning (؟ is ?). What
 * people do on purpose is left alone where it can be told: a check that
 * cries wolf is switched off. docs/FORMATS.md says how often each is right.
 *
 * A checker remembers hashes of the first four million pairs and a bounded
 * store of texts, to tell of one source with two translations; later pairs
 * are held against those. It takes 110 MB after a million units of messages
 * and at most 300. It has scratch
 * space: one thread at a time. The same units in the same order give the
 * same findings.
 */
#ifndef TM_CHECK_H
#define TM_CHECK_H

#include "tm/base.h"
#include "tm/unit.h"

TM_BEGIN_DECLS

typedef enum tm_check_kind {
	TM_CHECK_EMPTY,	       /* a side without text */
	TM_CHECK_UNTRANSLATED, /* a copy of the source */
	TM_CHECK_NUMBERS,      /* values that differ */
	TM_CHECK_CODES,	       /* inline codes and placeholders */
	TM_CHECK_PUNCTUATION,  /* the last sign; signs of another script */
	TM_CHECK_BRACKETS,     /* not closed, or more than in the source */
	TM_CHECK_SPACES,       /* at the edges, doubled */
	TM_CHECK_CONTROLS,     /* control characters, broken encoding */
	TM_CHECK_LENGTH,       /* far shorter or longer than others are */
	TM_CHECK_SCRIPT,       /* not in the script of the language */
	TM_CHECK_LANGUAGE,     /* in another language of the same script */
	TM_CHECK_INCONSISTENT, /* one source, several translations */
	TM_CHECK_SAME,	       /* several sources, one translation */
	TM_CHECK_COUNT
} tm_check_kind;

#define TM_CHECK_BIT(kind) (1u << (kind))
#define TM_CHECK_ALL (TM_CHECK_BIT(TM_CHECK_COUNT) - 1)
/* Without what is as often meant as wrong. */
#define TM_CHECK_USUAL (TM_CHECK_ALL & ~TM_CHECK_BIT(TM_CHECK_SAME))

/* "numbers", and what it looks for in a few words. */
const char *tm_check_name(tm_check_kind kind);
const char *tm_check_about(tm_check_kind kind);
/* False when there is no check of that name. */
bool tm_check_named(tm_str name, tm_check_kind *kind);

/*
 * One thing that is wrong. The ranges are bytes of the two texts to look
 * at, empty where there is nothing to point to. other is the text that the
 * last two checks compare with (empty when it is no longer known) and
 * other_place where that was: a line, else the number
 * of the unit in a memory, else which it was of those checked, from 1.
 */
typedef struct tm_finding {
	tm_check_kind kind;
	size_t source, target; /* which variants of the unit */
	size_t source_start, source_end, start, end;
	const char *msg; /* good until findings is used again */
	tm_str other;
	size_t other_place;
} tm_finding;

/* Start with = { 0 }; may be used again. */
typedef struct tm_findings {
	tm_finding *v;
	size_t n, cap;
	tm_arena arena;
} tm_findings;

void tm_findings_release(tm_findings *findings);

typedef struct tm_checker tm_checker;

/* Make a checker for some kinds: bits, or TM_CHECK_ALL. It never fails.
 * The caller frees it. */
tm_checker *tm_checker_new(unsigned kinds);
void tm_checker_free(tm_checker *c);

/*
 * Put what is wrong with unit into findings, in the order of its variants,
 * replacing what was there. A unit of one variant has no translation and is
 * not looked at. Linear in the length of the texts.
 */
void tm_check(tm_checker *c, const tm_unit *unit, tm_findings *findings);

/*
 * Mend what can be mended without knowing the language: control characters
 * are dropped; white space at the edges and doubled spaces follow the
 * source; , ; ? become ، ؛ ؟ after Arabic letters of a language that
 * writes these. Only the kinds of the checker are mended. Returns a unit in
 * findings' arena with what was done as findings, or unit itself when there
 * was nothing to do.
 */
const tm_unit *tm_check_mend(
    tm_checker *c, const tm_unit *unit, tm_findings *findings);

TM_END_DECLS

#endif
