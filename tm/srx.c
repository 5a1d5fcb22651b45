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
	tm_srx_warn *warn;
	void *ctx;
} srx_file;

struct tm_srx {
	atomic_size_t refs;
	tm_rules *rules;
	struct kept {
		tm_str path, before, after;
		size_t line;
		bool exact;
	} * kept; /* by number of the rule */
	size_t n, cap;
	tm_arena arena;
};

/* ---- Asking ICU -------------------------------------------------------------
 */

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

bool
tm_chars_property(tm_str expr, tm_chars *set)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t n;
	UChar *pattern = to_utf16(expr, &n);
	USet *uset = uset_openPattern(pattern, n, &status);

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
	tm_fail(err, TM_PARSE, "%s at character %d of '%.*s'",
	    u_errorName(status), (int)where.offset - (int)strlen(open),
	    TM_STR_ARG(text));
	return NULL;
}

/* ---- Reading the file
 * --------------------------------------------------------- */

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

		file->cascade = cascade.n > 0 && !is_no(cascade);
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

/* ---- From text to rules
 * --------------------------------------------------------- */

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
		.exact = exact,
	};
}

/* Language patterns match the whole tag, without case. */
static bool
map_fits(const srx_file *file, const struct map *map, const char *tag)
{
	UErrorCode status = U_ZERO_ERROR;
	URegularExpression *regex;
	tm_error err;
	UChar *text;
	int32_t n;
	bool fits;

	if (tm_str_eq(map->pattern, TM_STR(".*")))
		return true;
	regex = open_regex("", map->pattern, "", UREGEX_CASE_INSENSITIVE, &err);
	if (regex == NULL) {
		warn_about(file, map->line, err.msg);
		return false;
	}
	text = to_utf16(tm_str_of(tag), &n);
	uregex_setText(regex, text, n, &status);
	fits = uregex_matches(regex, 0, &status) && U_SUCCESS(status);
	free(text);
	uregex_close(regex);
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
take_file(tm_srx *srx, const char *path, const char *tag, tm_srx_warn *warn,
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
take_builtin(
    tm_srx *srx, const char *tag, tm_srx_warn *warn, void *ctx, tm_error *err)
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

tm_srx *
tm_srx_open(const char *path, const char *tag, tm_srx_warn *warn, void *ctx,
    tm_error *err)
{
	tm_srx *srx = tm_zalloc(1, sizeof *srx);
	tm_chars hidden = { 0 };
	bool ok;

	atomic_init(&srx->refs, 1);
	if (path == NULL)
		invisible(&hidden);
	srx->rules = tm_rules_new(&hidden);
	tm_chars_release(&hidden);
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

bool
tm_srx_is_empty(const tm_srx *srx)
{
	return srx->n == 0;
}

/* ---- Confirming
 * -------------------------------------------------------------------- */

struct tm_srx_check {
	const tm_srx *srx;
	struct pair {
		URegularExpression *before, *after;
		bool tried;
	} * v;
};

tm_srx_check *
tm_srx_check_new(const tm_srx *srx)
{
	tm_srx_check *check = tm_zalloc(1, sizeof *check);

	check->srx = srx;
	check->v = tm_zalloc(srx->n + 1, sizeof *check->v);
	return check;
}

void
tm_srx_check_free(tm_srx_check *check)
{
	if (check == NULL)
		return;
	for (size_t i = 0; i < check->srx->n; i++) {
		uregex_close(check->v[i].before);
		uregex_close(check->v[i].after);
	}
	free(check->v);
	free(check);
}

/* Does regex match text between start and end, as a whole or, with find,
 * at any later start? */
static bool
matches(URegularExpression *regex, tm_str text, size_t start, size_t end,
    bool find_it)
{
	UErrorCode status = U_ZERO_ERROR;
	UText ut = UTEXT_INITIALIZER;
	bool yes;

	utext_openUTF8(&ut, text.p, (int64_t)text.n, &status);
	uregex_setUText(regex, &ut, &status);
	uregex_setRegion64(regex, (int64_t)start, (int64_t)end, &status);
	uregex_useTransparentBounds(regex, true, &status);
	uregex_useAnchoringBounds(regex, find_it || start == 0, &status);
	yes = find_it ? uregex_findNext(regex, &status)
		      : uregex_lookingAt64(regex, -1, &status);
	utext_close(&ut);
	return yes && U_SUCCESS(status);
}

bool
tm_srx_confirm(void *ctx, size_t rule, tm_str text, size_t pos)
{
	tm_srx_check *check = ctx;
	struct pair *pair = &check->v[rule];
	const struct kept *kept = &check->srx->kept[rule];
	size_t start = pos > ICU_REACH ? pos - ICU_REACH : 0;

	if (!pair->tried) {
		UErrorCode status = U_ZERO_ERROR;

		pair->tried = true;
		pair->before = open_regex("(?:", kept->before, ")\\z", 0, NULL);
		pair->after = open_regex("(?:", kept->after, ")", 0, NULL);
		if (pair->before != NULL && pair->after != NULL) {
			uregex_setTimeLimit(pair->before, TIME_LIMIT, &status);
			uregex_setTimeLimit(pair->after, TIME_LIMIT, &status);
		}
	}
	if (pair->before == NULL || pair->after == NULL)
		return false;
	return matches(pair->after, text, pos, text.n, false) &&
	       matches(pair->before, text, start, pos, true);
}
