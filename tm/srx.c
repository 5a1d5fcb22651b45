/*
 * srx.c - rules out of SRX files
 *
 * SRX 2.0 has named lists of rules and a map that says which lists a
 * language uses:
 *
 *	<languagerule languagerulename="English">
 *	  <rule break="no"> <beforebreak>\bDr\.</beforebreak>
 *			    <afterbreak>\s</afterbreak> </rule>
 *	...
 *	<languagemap languagepattern="en.*" languagerulename="English"/>
 *
 * With cascade="yes" the lists of all maps that fit follow each other, else
 * the first alone counts. Files in the wild leave out attributes that the
 * schema requires; so do we when we read.
 *
 * The built-in rules are one file a language and default.srx. "ar-SY"
 * takes ar-SY.srx, ar.srx and default.srx, as many as there are, as if they
 * were one file that cascades; so a language inherits, and start-up reads
 * no rules of other languages.
 *
 * An expression goes to the automata of segment_dfa.c. What these cannot
 * say is compiled by ICU too and asked for when the automata would accept
 * it; what ICU cannot compile either is reported and left out.
 */
#include "config.h"

#include "tm/segment_int.h"
#include "tm/xml_int.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>
#include <unicode/uchar.h>
#include <unicode/uregex.h>
#include <unicode/uset.h>
#include <unicode/ustring.h>

/* ICU's steps for one look at one rule before it is called a bomb; about
 * 10 ms each. */
#define TIME_LIMIT 50
/* How far before the place an expression is tried by ICU, in bytes. */
#define ICU_REACH 1000

typedef struct text_rule {
	tm_str before, after;
	size_t line;
	bool breaks;
} text_rule;

typedef struct rule_list {
	tm_str name;
	size_t line;
	text_rule *v;
	size_t n, cap;
} rule_list;

/* A file as it was read. */
typedef struct srx_file {
	const char *path;
	bool cascade, is_srx;
	rule_list *list;
	size_t nlists, caplists;
	struct map {
		tm_str pattern, list;
		size_t line;
	} * map;
	size_t nmaps, capmaps;
	tm_arena arena;
	/* while reading */
	tm_buf text;
	text_rule rule;
	bool in_text;
	tm_segment_warn *warn;
	void *ctx;
} srx_file;

struct tm_srx {
	atomic_size_t refs;
	tm_rules *rules;
	struct kept {
		tm_str path, before, after;
		size_t line;
		bool breaks, exact;
	} * kept; /* by number of the rule */
	size_t n, cap;
	tm_arena arena;
};

/* ---- Asking ICU -------------------------------------------------------- */

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

/* One walk over Unicode for the sets of general categories, which rules use
 * most: ICU takes three times as long for each. */
typedef struct category_walk {
	tm_chars *set;
	uint32_t mask;
} category_walk;

static UBool U_CALLCONV
add_category(
    const void *ctx, UChar32 start, UChar32 limit, UCharCategory category)
{
	const category_walk *walk = ctx;

	if (walk->mask & U_MASK(category))
		tm_chars_add(walk->set, (uint32_t)start, (uint32_t)limit - 1);
	return true;
}

bool
tm_chars_property(tm_str expr, tm_chars *set)
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
		category_walk walk = { set, (uint32_t)mask };

		if (mask != UCHAR_INVALID_CODE) {
			u_enumCharTypes(add_category, &walk);
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

static URegularExpression *
open_regex(const char *open, tm_str text, const char *close, uint32_t flags,
    tm_error *err)
{
	UErrorCode status = U_ZERO_ERROR;
	UParseError where = { 0 };
	URegularExpression *regex;
	tm_buf whole = { 0 };
	UChar *pattern;
	int32_t n;

	tm_buf_adds(&whole, open);
	tm_buf_add(&whole, text.p, text.n);
	tm_buf_adds(&whole, close);
	pattern = to_utf16(tm_buf_str(&whole), &n);
	regex = uregex_open(pattern, n, flags, &where, &status);
	free(pattern);
	tm_buf_release(&whole);
	if (U_SUCCESS(status))
		return regex;
	where.offset -= (int32_t)strlen(open);
	tm_fail(err, TM_PARSE, "%s at character %d of '%.*s' (ICU: %s)",
	    complaint(status), (int)where.offset, TM_STR_ARG(text),
	    u_errorName(status));
	return NULL;
}

/* ---- Reading the file -------------------------------------------------- */

static void
warn_about(const srx_file *file, size_t line, const char *message)
{
	if (file->warn != NULL)
		file->warn(file->ctx, file->path, line, message);
}

static bool
is_no(tm_str s)
{
	s = tm_str_trim(s);
	return tm_str_ieq(s, TM_STR("no")) || tm_str_ieq(s, TM_STR("false"));
}

static bool
on_start(void *self, const tm_xml_tag *tag, tm_error *err)
{
	srx_file *file = self;
	tm_str name = tag->name;

	if (tm_str_eq(name, TM_STR("srx"))) {
		file->is_srx = true;
	} else if (tm_str_eq(name, TM_STR("header"))) {
		tm_str cascade = tm_xml_get(tag, "cascade");

		/* the schema requires it; OmegaT, which cascades, omits it */
		file->cascade = !is_no(cascade);
	} else if (tm_str_eq(name, TM_STR("languagerule"))) {
		tm_grow(file->list, file->nlists, file->caplists);
		file->list[file->nlists++] = (rule_list){
			.name = tm_arena_str(
			    &file->arena, tm_xml_get(tag, "languagerulename")),
		};
	} else if (tm_str_eq(name, TM_STR("rule"))) {
		file->rule = (text_rule){ .line = tag->line,
			.breaks = !is_no(tm_xml_get(tag, "break")) };
	} else if (tm_str_eq(name, TM_STR("beforebreak")) ||
		   tm_str_eq(name, TM_STR("afterbreak"))) {
		tm_buf_clear(&file->text);
		file->in_text = true;
	} else if (tm_str_eq(name, TM_STR("languagemap"))) {
		tm_grow(file->map, file->nmaps, file->capmaps);
		file->map[file->nmaps++] = (struct map){
			.pattern = tm_arena_str(
			    &file->arena, tm_xml_get(tag, "languagepattern")),
			.list = tm_arena_str(
			    &file->arena, tm_xml_get(tag, "languagerulename")),
			.line = tag->line,
		};
	}
	return true;
}

static bool
on_end(void *self, const tm_xml_tag *tag, tm_error *err)
{
	srx_file *file = self;
	tm_str name = tag->name;

	if (tm_str_eq(name, TM_STR("beforebreak"))) {
		file->rule.before =
		    tm_arena_str(&file->arena, tm_buf_str(&file->text));
		file->in_text = false;
	} else if (tm_str_eq(name, TM_STR("afterbreak"))) {
		file->rule.after =
		    tm_arena_str(&file->arena, tm_buf_str(&file->text));
		file->in_text = false;
	} else if (tm_str_eq(name, TM_STR("rule")) && file->nlists > 0) {
		rule_list *list = &file->list[file->nlists - 1];

		tm_grow(list->v, list->n, list->cap);
		list->v[list->n++] = file->rule;
	}
	return true;
}

static bool
on_text(void *self, tm_str text, tm_error *err)
{
	srx_file *file = self;

	if (file->in_text)
		tm_buf_add(&file->text, text.p, text.n);
	return true;
}

static void
release_file(srx_file *file)
{
	for (size_t i = 0; i < file->nlists; i++)
		free(file->list[i].v);
	free(file->list);
	free(file->map);
	tm_buf_release(&file->text);
	tm_arena_release(&file->arena);
}

static bool
on_flaw(void *self, const tm_xml_flaw *flaw, tm_error *err)
{
	warn_about(self, flaw->line, flaw->msg);
	return true;
}

static bool
read_file(srx_file *file, tm_error *err)
{
	static const tm_xml_handler handler = {
		.start = on_start,
		.end = on_end,
		.text = on_text,
		.flaw = on_flaw,
	};

	if (!tm_xml_read(file->path, NULL, &handler, file, err))
		return false;
	if (!file->is_srx)
		return tm_fail(err, TM_PARSE,
		    "'%s' is not an SRX file: it has no <srx>", file->path);
	return true;
}

/* ---- From text to rules ------------------------------------------------ */

/* Can ICU compile both sides? */
static bool
icu_knows(const text_rule *rule, tm_error *err)
{
	URegularExpression *before, *after;

	before = open_regex("(?:", rule->before, ")", 0, err);
	after =
	    before == NULL ? NULL : open_regex("(?:", rule->after, ")", 0, err);
	uregex_close(before);
	uregex_close(after);
	return before != NULL && after != NULL;
}

static void
add_rule(tm_srx *srx, const srx_file *file, const text_rule *rule)
{
	tm_error err;
	bool exact;

	if (!tm_rules_add(srx->rules, rule->breaks, rule->before, rule->after,
		&exact, &err)) {
		tm_error icu = err;

		/* beyond us; ICU may understand it: \X stands for anything */
		if (err.code == TM_LIMIT || !icu_knows(rule, &icu) ||
		    !tm_rules_add(srx->rules, rule->breaks, TM_STR("\\X"),
			TM_STR("\\X"), &exact, &icu)) {
			warn_about(file, rule->line, icu.msg);
			return;
		}
	}
	if (!exact && !icu_knows(rule, &err))
		warn_about(file, rule->line, err.msg);
	tm_grow(srx->kept, srx->n, srx->cap);
	srx->kept[srx->n++] = (struct kept){
		.path = tm_arena_str(&srx->arena, tm_str_of(file->path)),
		.before = tm_arena_str(&srx->arena, rule->before),
		.after = tm_arena_str(&srx->arena, rule->after),
		.line = rule->line,
		.breaks = rule->breaks,
		.exact = exact,
	};
}

/* Language patterns match the whole tag, without case. */
static bool
map_fits(const srx_file *file, const struct map *map, const char *tag)
{
	tm_rules *rules = tm_rules_new(NULL);
	tm_buf pattern = { 0 };
	tm_error err;
	bool exact, fits = false;

	tm_buf_printf(&pattern, "(?i)^(?:%.*s)$", TM_STR_ARG(map->pattern));
	if (!tm_rules_add(rules, true, (tm_str){ NULL, 0 },
		tm_buf_str(&pattern), &exact, &err)) {
		warn_about(file, map->line, err.msg);
	} else {
		tm_run *run;

		tm_rules_finish(rules);
		run = tm_run_new(rules, NULL, NULL);
		fits = tm_run_decide(run, tm_str_of(tag), 0) == 0;
		tm_run_free(run);
	}
	tm_rules_free(rules);
	tm_buf_release(&pattern);
	return fits;
}

/* Add the rules that file has for tag. */
static void
take_rules(tm_srx *srx, const srx_file *file, const char *tag)
{
	for (size_t i = 0; i < file->nmaps; i++) {
		if (!map_fits(file, &file->map[i], tag))
			continue;
		for (size_t j = 0; j < file->nlists; j++) {
			const rule_list *list = &file->list[j];

			if (!tm_str_eq(list->name, file->map[i].list))
				continue;
			for (size_t k = 0; k < list->n; k++)
				add_rule(srx, file, &list->v[k]);
		}
		if (!file->cascade)
			break;
	}
}

static bool
take_file(tm_srx *srx, const char *path, const char *tag, tm_segment_warn *warn,
    void *ctx, tm_error *err)
{
	srx_file file = { .path = path, .warn = warn, .ctx = ctx };
	bool ok = read_file(&file, err);

	if (ok)
		take_rules(srx, &file, tag);
	release_file(&file);
	return ok;
}

static bool
take_builtin(tm_srx *srx, const char *tag, tm_segment_warn *warn, void *ctx,
    tm_error *err)
{
	const char *dir = getenv("TMTOOL_RULES");
	const char *options = strstr(tag, "-x-");
	size_t n = options != NULL ? (size_t)(options - tag) : strlen(tag);
	tm_buf path = { 0 };
	bool ok = true;

	if (dir == NULL || dir[0] == '\0')
		dir = TM_RULESDIR;
	/* ar-Arab-SY, ar-Arab, ar; then what all share */
	while (ok && n > 0) {
		tm_buf_clear(&path);
		tm_buf_printf(&path, "%s/%.*s.srx", dir, (int)n, tag);
		if (access(path.p, F_OK) == 0)
			ok = take_file(srx, path.p, tag, warn, ctx, err);
		do
			n--;
		while (n > 0 && tag[n] != '-');
	}
	if (ok) {
		tm_buf_clear(&path);
		tm_buf_printf(&path, "%s/default.srx", dir);
		ok = take_file(srx, path.p, tag, warn, ctx, err);
	}
	tm_buf_release(&path);
	return ok;
}

/* Marks of direction and the like: rules that are ours look through them. */
static void
invisible(tm_chars *set)
{
	tm_chars_add(set, 0x061c, 0x061c);
	tm_chars_add(set, 0x200e, 0x200f);
	tm_chars_add(set, 0x202a, 0x202e);
	tm_chars_add(set, 0x2060, 0x2060);
	tm_chars_add(set, 0x2066, 0x2069);
	tm_chars_add(set, 0xfeff, 0xfeff);
}

/* Add a rule for each line: no break after the word and its stop. Spaces in
 * it stand for any white space. */
static void
take_abbreviations(tm_srx *srx, const srx_file *file, tm_str lines)
{
	size_t line = 1;

	for (size_t i = 0, end; i < lines.n; i = end + 1, line++) {
		static const char special[] = "\\.[](){}*+?^$|-&/#";
		tm_buf before = { 0 };
		const char *nl = memchr(lines.p + i, '\n', lines.n - i);
		tm_str word;

		end = nl == NULL ? lines.n : (size_t)(nl - lines.p);
		word = tm_str_trim(tm_str_sub(lines, i, end));
		if (word.n > 0 && word.p[word.n - 1] == '.')
			word.n--;
		if (word.n == 0 || word.p[0] == '#')
			continue;
		tm_buf_adds(&before, "(?<![\\p{L}\\p{M}\\p{N}])");
		for (size_t j = 0; j < word.n; j++) {
			if (word.p[j] == ' ') {
				tm_buf_adds(&before, "\\s+");
				continue;
			}
			if (strchr(special, word.p[j]) != NULL)
				tm_buf_addc(&before, '\\');
			tm_buf_addc(&before, word.p[j]);
		}
		tm_buf_adds(&before, "\\.");
		add_rule(srx, file,
		    &(text_rule){
			.before = tm_buf_str(&before), .line = line });
		tm_buf_release(&before);
	}
}

tm_srx *
tm_srx_open(const char *path, const char *tag, tm_str abbreviations,
    tm_segment_warn *warn, void *ctx, tm_error *err)
{
	srx_file own = { .path = "abbreviations", .warn = warn, .ctx = ctx };
	tm_srx *srx = tm_zalloc(1, sizeof *srx);
	tm_chars hidden = { 0 };
	bool ok;

	atomic_init(&srx->refs, 1);
	if (path == NULL)
		invisible(&hidden);
	srx->rules = tm_rules_new(&hidden);
	tm_chars_release(&hidden);
	take_abbreviations(srx, &own, abbreviations);
	ok = path == NULL ? take_builtin(srx, tag, warn, ctx, err)
			  : take_file(srx, path, tag, warn, ctx, err);
	if (!ok) {
		tm_srx_unref(srx);
		return NULL;
	}
	tm_rules_finish(srx->rules);
	return srx;
}

tm_srx *
tm_srx_ref(tm_srx *srx)
{
	atomic_fetch_add(&srx->refs, 1);
	return srx;
}

void
tm_srx_unref(tm_srx *srx)
{
	if (srx == NULL || atomic_fetch_sub(&srx->refs, 1) > 1)
		return;
	tm_rules_free(srx->rules);
	tm_arena_release(&srx->arena);
	free(srx->kept);
	free(srx);
}

const tm_rules *
tm_srx_rules(const tm_srx *srx)
{
	return srx->rules;
}

size_t
tm_srx_first_inexact(const tm_srx *srx)
{
	for (size_t i = 0; i < srx->n; i++)
		if (!srx->kept[i].exact)
			return srx->kept[i].line;
	return 0;
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
		pair->before = open_regex("(?:", kept->before, ")\\z", 0, NULL);
		pair->after = open_regex("(?:", kept->after, ")", 0, NULL);
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

/* ---- For other programs ------------------------------------------------ */

/* Is a file of rules that was read before this rule's, at index k of list,
 * sure to decide whenever it could? */
static bool
is_shadowed(const rule_list *list, size_t k)
{
	for (size_t i = 0; i < k; i++) {
		const text_rule *a = &list->v[i], *b = &list->v[k];

		if ((a->before.n == 0 || tm_str_eq(a->before, b->before)) &&
		    (a->after.n == 0 || tm_str_eq(a->after, b->after)))
			return true;
	}
	return false;
}

static void
check_list(srx_file *file, const rule_list *list)
{
	size_t breaks = 0; /* rules up to the last that breaks */
	bool named = false;
	tm_error err;

	for (size_t i = 0; i < file->nmaps; i++)
		named |= tm_str_eq(file->map[i].list, list->name);
	if (!named) {
		tm_fail(&err, TM_PARSE, "no language map names '%.*s'",
		    TM_STR_ARG(list->name));
		warn_about(file, list->line, err.msg);
	}
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].breaks)
			breaks = i + 1;
	for (size_t i = 0; i < list->n; i++) {
		const text_rule *rule = &list->v[i];

		if (!icu_knows(rule, &err))
			warn_about(file, rule->line, err.msg);
		else if (is_shadowed(list, i))
			warn_about(file, rule->line,
			    "this rule never decides: one before it always "
			    "matches where it would");
		else if (i >= breaks && !file->cascade)
			warn_about(file, rule->line,
			    "this rule changes nothing: no rule after it "
			    "breaks");
	}
}

typedef struct counter {
	tm_segment_warn *warn;
	void *ctx;
	size_t n;
} counter;

static void
count_warning(void *ctx, const char *path, size_t line, const char *message)
{
	counter *c = ctx;

	c->n++;
	if (c->warn != NULL)
		c->warn(c->ctx, path, line, message);
}

bool
tm_segment_check_srx(const char *path, tm_segment_warn *warn, void *ctx,
    size_t *problems, tm_error *err)
{
	counter count = { warn, ctx, 0 };
	srx_file file = { .path = path, .warn = count_warning, .ctx = &count };
	bool ok = read_file(&file, err);

	for (size_t i = 0; ok && i < file.nlists; i++)
		check_list(&file, &file.list[i]);
	for (size_t i = 0; ok && i < file.nmaps; i++) {
		const struct map *map = &file.map[i];
		text_rule as_rule = { .before = map->pattern };
		bool found = false;
		tm_error bad;

		if (!icu_knows(&as_rule, &bad))
			warn_about(&file, map->line, bad.msg);
		for (size_t j = 0; j < file.nlists; j++)
			found |= tm_str_eq(file.list[j].name, map->list);
		if (found)
			continue;
		tm_fail(&bad, TM_PARSE, "there is no list of rules '%.*s'",
		    TM_STR_ARG(map->list));
		warn_about(&file, map->line, bad.msg);
	}
	release_file(&file);
	if (problems != NULL)
		*problems = count.n;
	return ok;
}

/*
 * Add an expression so that it means the same elsewhere: Java's \s, unlike
 * ICU's, knows no space beyond ASCII.
 */
static void
add_portable(tm_buf *out, tm_str s)
{
	static const char spaces[] = "\\s\\u0085\\u00a0\\u1680\\u2000-\\u200a"
				     "\\u2028\\u2029\\u202f\\u205f\\u3000";
	tm_buf plain = { 0 };
	int in_set = 0;

	for (size_t i = 0; i < s.n; i++) {
		bool escaped = s.p[i] == '\\' && i + 1 < s.n;

		if (escaped && (s.p[i + 1] == 's' || s.p[i + 1] == 'S')) {
			bool not = s.p[++i] == 'S';

			if (not || in_set == 0)
				tm_buf_adds(&plain, not ? "[^" : "[");
			tm_buf_adds(&plain, spaces);
			if (not || in_set == 0)
				tm_buf_addc(&plain, ']');
			continue;
		}
		tm_buf_addc(&plain, s.p[i]);
		if (escaped)
			tm_buf_addc(&plain, s.p[++i]);
		else
			in_set += (s.p[i] == '[') - (s.p[i] == ']');
	}
	tm_xml_add_text(out, tm_buf_str(&plain));
	tm_buf_release(&plain);
}

bool
tm_segment_export_srx(const char *lang, tm_buf *out, tm_error *err)
{
	tm_srx *srx =
	    tm_srx_open(NULL, lang, (tm_str){ NULL, 0 }, NULL, NULL, err);

	tm_buf pattern = { 0 };

	if (srx == NULL)
		return false;
	tm_buf_adds(out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<srx xmlns=\"http://www.lisa.org/srx20\" version=\"2.0\">\n"
	    "<header segmentsubflows=\"yes\" cascade=\"no\">\n"
	    "<formathandle type=\"start\" include=\"no\"/>\n"
	    "<formathandle type=\"end\" include=\"yes\"/>\n"
	    "<formathandle type=\"isolated\" include=\"no\"/>\n"
	    "</header>\n<body>\n<languagerules>\n<languagerule");
	tm_xml_add_attr(out, "languagerulename", tm_str_of(lang));
	tm_buf_adds(out, ">\n");
	for (size_t i = 0; i < srx->n; i++) {
		const struct kept *kept = &srx->kept[i];

		tm_buf_printf(out, "<rule break=\"%s\">\n<beforebreak>",
		    kept->breaks ? "yes" : "no");
		add_portable(out, kept->before);
		tm_buf_adds(out, "</beforebreak>\n<afterbreak>");
		add_portable(out, kept->after);
		tm_buf_adds(out, "</afterbreak>\n</rule>\n");
	}
	tm_buf_printf(&pattern, "%s.*", lang);
	tm_buf_adds(
	    out, "</languagerule>\n</languagerules>\n<maprules>\n<languagemap");
	tm_xml_add_attr(out, "languagepattern", tm_buf_str(&pattern));
	tm_xml_add_attr(out, "languagerulename", tm_str_of(lang));
	tm_buf_adds(out, "/>\n</maprules>\n</body>\n</srx>\n");
	tm_buf_release(&pattern);
	tm_srx_unref(srx);
	return true;
}
