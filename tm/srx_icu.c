/*
 * srx_icu.c - what only ICU knows
 *
 * Which characters have a property, how they fold, and whether an
 * expression that the automata can only read as "anything" really matches.
 */
#include "config.h"

#include "tm/segment_rex_int.h"
#include "tm/srx_int.h"

#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/uregex.h>
#include <unicode/uset.h>
#include <unicode/ustring.h>

/* ICU's steps for one look at one rule before it is called a bomb; about
 * 10 ms each. */
#define TIME_LIMIT 50
/* How far before the place an expression is tried by ICU, in bytes. */
#define ICU_REACH 1000

/* ---- Properties -------------------------------------------------------- */

static UChar *
to_utf16(tm_str s, int32_t *n)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar *out = tm_alloc((s.n + 1) * sizeof *out);

	u_strFromUTF8WithSub(
	    out, (int32_t)s.n + 1, n, s.p, (int32_t)s.n, 0xfffd, NULL, &status);
	return out;
}

static void
from_uset(const USet *uset, tm_chars *set)
{
	int32_t n = uset_getItemCount(uset);

	set->n = 0;
	for (int32_t i = 0; i < n; i++) {
		UErrorCode status = U_ZERO_ERROR;
		UChar32 first, last;

		if (uset_getItem(uset, i, &first, &last, NULL, 0, &status) == 0)
			tm_chars_add(set, (uint32_t)first, (uint32_t)last);
	}
}

static UBool U_CALLCONV
add_range(const void *ctx, UChar32 start, UChar32 limit, UCharCategory category)
{
	tm_categories *all = *(tm_categories *const *)ctx;

	tm_grow(all->v, all->n, all->cap);
	all->v[all->n].first = (uint32_t)start;
	all->v[all->n].last = (uint32_t)limit - 1;
	all->v[all->n++].mask = U_MASK(category);
	return true;
}

/* The characters whose category is in mask. */
static void
add_categories(tm_categories *all, uint32_t mask, tm_chars *set)
{
	if (all->n == 0)
		u_enumCharTypes(add_range, &all);
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].mask & mask)
			tm_chars_add(set, all->v[i].first, all->v[i].last);
}

bool
tm_chars_property(tm_str expr, tm_categories *all, tm_chars *set)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar *pattern;
	USet *uset;
	int32_t n;

	/* \p{L}, \p{Lu} */
	if (tm_str_starts(expr, TM_STR("\\p{")) && expr.n <= 6) {
		char name[3] = { expr.p[3], expr.p[4] == '}' ? '\0' : expr.p[4],
			'\0' };
		int32_t mask =
		    u_getPropertyValueEnum(UCHAR_GENERAL_CATEGORY_MASK, name);

		if (mask != UCHAR_INVALID_CODE) {
			add_categories(all, (uint32_t)mask, set);
			return true;
		}
	}
	pattern = to_utf16(expr, &n);
	uset = uset_openPattern(pattern, n, &status);
	free(pattern);
	if (U_FAILURE(status))
		return false;
	from_uset(uset, set);
	uset_close(uset);
	return true;
}

void
tm_chars_fold(tm_chars *set)
{
	USet *uset = uset_openEmpty();

	for (size_t i = 0; i + 1 < set->n; i += 2)
		uset_addRange(
		    uset, (UChar32)set->v[i], (UChar32)set->v[i + 1] - 1);
	uset_closeOver(uset, USET_CASE_INSENSITIVE);
	from_uset(uset, set);
	uset_close(uset);
}

/* ---- Expressions ------------------------------------------------------- */

/* What ICU complains of, in words. */
static const char *
complaint(UErrorCode status)
{
	static const struct {
		UErrorCode status;
		const char *words;
	} v[] = {
		{ U_REGEX_BAD_ESCAPE_SEQUENCE, "an unknown backslash escape" },
		{ U_REGEX_PROPERTY_SYNTAX, "an unknown character property" },
		{ U_REGEX_UNIMPLEMENTED, "something ICU does not support" },
		{ U_REGEX_MISMATCHED_PAREN,
		    "a parenthesis that is not closed or not opened" },
		{ U_REGEX_NUMBER_TOO_BIG, "a number that is too large" },
		{ U_REGEX_BAD_INTERVAL, "a malformed repetition '{n,m}'" },
		{ U_REGEX_MAX_LT_MIN,
		    "a repetition whose second number is the smaller" },
		{ U_REGEX_INVALID_BACK_REF, "a back reference to no group" },
		{ U_REGEX_INVALID_FLAG, "an unknown flag in '(?...)'" },
		{ U_REGEX_LOOK_BEHIND_LIMIT,
		    "a look-behind of unlimited length" },
		{ U_REGEX_MISSING_CLOSE_BRACKET,
		    "a square bracket that is not closed" },
		{ U_REGEX_INVALID_RANGE, "a range that runs backwards" },
		{ U_REGEX_PATTERN_TOO_BIG, "an expression that is too large" },
		{ U_REGEX_INVALID_CAPTURE_GROUP_NAME, "a bad name of a group" },
	};

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		if (v[i].status == status)
			return v[i].words;
	return "no regular expression";
}

/* How often a part of a look-behind may repeat, for ICU: it wants an end.
 * The Java engines of SRX put the same number there. */
#define LOOK_REPEAT 100

/* One parenthesis in another, with room for those that are there. */
enum { GROUPS = 256 };

/* Add what \d \s \w and their capitals are to Java; false for others. */
static bool
add_ascii_class(tm_buf *out, char letter, bool in_set)
{
	static const char *const sets[][2] = { { "d", "0-9" },
		{ "s", "\\u0009-\\u000d\\u0020" }, { "w", "A-Za-z0-9_" } };

	for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
		char small = sets[i][0][0];
		bool not = letter == small - 'a' + 'A';

		if (letter != small && !not )
			continue;
		if (not || !in_set)
			tm_buf_adds(out, not ? "[^" : "[");
		tm_buf_adds(out, sets[i][1]);
		if (not || !in_set)
			tm_buf_addc(out, ']');
		return true;
	}
	return false;
}

/* Inside a look-behind, "*" at s.p[i] -> "{0,100}" and so on. Returns how
 * many bytes were read; 0 when there is no endless repetition. */
static size_t
add_bounded(tm_buf *out, tm_str s, size_t i)
{
	char c = s.p[i], before = i > 0 ? s.p[i - 1] : '\0';
	int n, read = 0;

	if (c == '*') {
		tm_buf_printf(out, "{0,%d}", LOOK_REPEAT);
		return 1;
	}
	/* after a repetition + says how, not how often */
	if (c == '+' && (before == '\0' || strchr("*+?}", before) == NULL)) {
		tm_buf_printf(out, "{1,%d}", LOOK_REPEAT);
		return 1;
	}
	if (c != '{')
		return 0;
	for (n = 0, i++; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && n < 1000;
	     i++, read++)
		n = n * 10 + (s.p[i] - '0');
	if (read == 0 || s.n - i < 2 || s.p[i] != ',' || s.p[i + 1] != '}')
		return 0;
	tm_buf_printf(out, "{%d,%d}", n, n + LOOK_REPEAT);
	return (size_t)read + 3;
}

/*
 * Add an expression as ICU can run it: what is endless in a look-behind gets
 * an end, and Java's classes are spelt out.
 */
static void
add_for_icu(tm_buf *out, tm_str s, bool java)
{
	bool behind[GROUPS] = { false };
	size_t depth = 0, in_set = 0, used;

	for (size_t i = 0; i < s.n; i++) {
		tm_str rest = tm_str_sub(s, i, s.n);
		char c = s.p[i];

		if (c == '\\' && rest.n > 1) {
			if (!java || !add_ascii_class(out, s.p[i + 1], in_set))
				tm_buf_add(out, rest.p, 2);
			i++;
			continue;
		}
		if (in_set > 0 || c == '[') {
			in_set += c == '[';
			in_set -= c == ']';
		} else if (c == '(' && depth + 1 < GROUPS) {
			behind[depth + 1] =
			    behind[depth] ||
			    tm_str_starts(rest, TM_STR("(?<=")) ||
			    tm_str_starts(rest, TM_STR("(?<!"));
			depth++;
		} else if (c == ')' && depth > 0) {
			depth--;
		} else if (behind[depth] &&
			   (used = add_bounded(out, s, i)) > 0) {
			i += used - 1;
			continue;
		}
		tm_buf_addc(out, c);
	}
}

static URegularExpression *
open_regex(
    tm_str text, const char *close, uint32_t flags, bool java, tm_error *err)
{
	UErrorCode status = U_ZERO_ERROR;
	UParseError where = { 0 };
	URegularExpression *regex;
	tm_buf whole = { 0 };
	UChar *pattern;
	int32_t n;

	tm_buf_adds(&whole, "(?:");
	add_for_icu(&whole, text, java);
	tm_buf_adds(&whole, close);
	pattern = to_utf16(tm_buf_str(&whole), &n);
	regex = uregex_open(pattern, n, flags, &where, &status);
	free(pattern);
	tm_buf_release(&whole);
	if (U_SUCCESS(status))
		return regex;
	tm_fail(err, TM_PARSE, "%s at character %d of '%.*s' (ICU: %s)",
	    complaint(status), (int)where.offset - 3, TM_STR_ARG(text),
	    u_errorName(status));
	return NULL;
}

bool
tm_srx_icu_knows(const tm_srx_rule *rule, bool java, tm_error *err)
{
	URegularExpression *before =
	    open_regex(rule->before, ")", 0, java, err);
	URegularExpression *after =
	    before == NULL ? NULL : open_regex(rule->after, ")", 0, java, err);
	bool both = before != NULL && after != NULL;

	uregex_close(before);
	uregex_close(after);
	return both;
}

bool
tm_srx_fits(tm_str pattern, const char *tag, bool *fits, tm_error *err)
{
	UErrorCode status = U_ZERO_ERROR;
	URegularExpression *regex =
	    open_regex(pattern, ")", UREGEX_CASE_INSENSITIVE, false, err);
	UChar *text;
	int32_t n;

	if (regex == NULL)
		return false;
	text = to_utf16(tm_str_of(tag), &n);
	uregex_setTimeLimit(regex, TIME_LIMIT, &status);
	uregex_setText(regex, text, n, &status);
	*fits = uregex_matches(regex, -1, &status) && U_SUCCESS(status);
	free(text);
	uregex_close(regex);
	return U_SUCCESS(status) ||
	       tm_fail(err, TM_LIMIT, "the pattern takes too long: '%.*s'",
		   TM_STR_ARG(pattern));
}

/* ---- Confirming -------------------------------------------------------- */

struct tm_srx_check {
	const tm_srx *srx;
	struct pair {
		URegularExpression *before, *after;
		bool tried;
	} * v;
	tm_error err;
};

tm_srx_check *
tm_srx_check_new(const tm_srx *srx)
{
	tm_srx_check *check = tm_zalloc(1, sizeof *check);

	check->srx = srx;
	check->v = tm_zalloc(srx->n + 1, sizeof *check->v);
	return check;
}

static void
close_pair(struct pair *pair)
{
	uregex_close(pair->before);
	uregex_close(pair->after);
	pair->before = pair->after = NULL;
}

void
tm_srx_check_free(tm_srx_check *check)
{
	if (check == NULL)
		return;
	for (size_t i = 0; i < check->srx->n; i++)
		close_pair(&check->v[i]);
	free(check->v);
	free(check);
}

const tm_error *
tm_srx_check_error(const tm_srx_check *check)
{
	return &check->err;
}

/* Does regex match between start and end: from start, or when search is
 * set up to end from anywhere? */
static bool
matches(URegularExpression *regex, tm_str text, size_t start, size_t end,
    bool search, UErrorCode *status)
{
	UText ut = UTEXT_INITIALIZER;
	bool yes;

	utext_openUTF8(&ut, text.p, (int64_t)text.n, status);
	uregex_setUText(regex, &ut, status);
	uregex_setRegion64(regex, (int64_t)start, (int64_t)end, status);
	uregex_useTransparentBounds(regex, true, status);
	uregex_useAnchoringBounds(regex, search || start == 0, status);
	yes = search ? uregex_findNext(regex, status)
		     : uregex_lookingAt64(regex, -1, status);
	/* a ^ must not take the start of the window for the paragraph's */
	if (yes && search && start > 0)
		yes = uregex_start64(regex, 0, status) > (int64_t)start;
	utext_close(&ut);
	return yes && U_SUCCESS(*status);
}

bool
tm_srx_confirm(void *ctx, size_t rule, tm_str text, size_t pos)
{
	tm_srx_check *check = ctx;
	struct pair *pair = &check->v[rule];
	const struct kept *kept = &check->srx->kept[rule];
	size_t start = pos > ICU_REACH ? pos - ICU_REACH : 0;
	UErrorCode status = U_ZERO_ERROR;
	bool yes;

	if (!pair->tried) {
		pair->tried = true;
		pair->before =
		    open_regex(kept->before, ")\\z", 0, check->srx->java, NULL);
		pair->after =
		    open_regex(kept->after, ")", 0, check->srx->java, NULL);
		if (pair->before == NULL || pair->after == NULL) {
			close_pair(pair);
			return false;
		}
		uregex_setTimeLimit(pair->before, TIME_LIMIT, &status);
		uregex_setTimeLimit(pair->after, TIME_LIMIT, &status);
	}
	if (pair->before == NULL)
		return false;
	yes = matches(pair->after, text, pos, text.n, false, &status) &&
	      matches(pair->before, text, start, pos, true, &status);
	if (U_FAILURE(status)) {
		tm_fail(&check->err, TM_LIMIT,
		    "'%.*s' line %zu: the rule takes too long: '%.*s' '%.*s'",
		    TM_STR_ARG(kept->path), kept->line,
		    TM_STR_ARG(kept->before), TM_STR_ARG(kept->after));
		close_pair(pair);
	}
	return yes && U_SUCCESS(status);
}
