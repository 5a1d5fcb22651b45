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
 * An expression goes to the automata of segment_rules.c. What these cannot
 * say is compiled by ICU too and asked for when the automata would accept
 * it; what ICU cannot compile either is reported and left out.
 */
#include "config.h"

#include "tm/srx_int.h"

#include <stdlib.h>
#include <unistd.h>

/* What Okapi adds to SRX. */
#define OKAPI "http://okapi.sf.net/srx-extensions"

/* ---- Reading the file -------------------------------------------------- */

void
tm_srx_warn(const tm_srx_file *file, size_t line, const char *message)
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
is_yes(tm_str s)
{
	return tm_str_ieq(tm_str_trim(s), TM_STR("yes"));
}

static void
handle_codes(tm_srx_codes *codes, const tm_xml_tag *tag)
{
	tm_str type = tm_str_trim(tm_xml_get(tag, "type"));
	tm_str include = tm_xml_get(tag, "include");

	if (include.p == NULL)
		return;
	if (tm_str_eq(type, TM_STR("start")))
		codes->start = is_yes(include);
	else if (tm_str_eq(type, TM_STR("end")))
		codes->end = is_yes(include);
	else if (tm_str_eq(type, TM_STR("isolated")))
		codes->isolated = is_yes(include);
}

static bool
on_start(void *self, const tm_xml_tag *tag, tm_error *err)
{
	tm_srx_file *file = self;
	tm_str name = tag->name;

	if (tm_str_eq(name, TM_STR("srx"))) {
		file->cascade = true;
		file->codes = TM_SRX_CODES;
		file->is_srx = true;
		file->first =
		    tm_str_starts(tm_xml_get(tag, "version"), TM_STR("1."));
	} else if (tm_str_eq(name, TM_STR("header"))) {
		tm_str cascade = tm_xml_get(tag, "cascade");

		/* The schema of 2.0 requires it; OmegaT, which cascades,
		 * omits it. Version 1 knew no cascade. */
		file->header = tag->line;
		file->has_cascade = cascade.p != NULL;
		file->has_subflows =
		    tm_xml_get(tag, "segmentsubflows").p != NULL;
		file->cascade =
		    cascade.p != NULL ? !is_no(cascade) : !file->first;
	} else if (tm_str_eq(name, TM_STR("formathandle"))) {
		handle_codes(&file->codes, tag);
	} else if (tm_str_eq(name, TM_STR("options")) &&
		   tm_str_eq(tag->ns, TM_STR(OKAPI))) {
		file->java = is_yes(tm_xml_get(tag, "useJavaRegex"));
		file->sentences = is_yes(tm_xml_get(tag, "useIcu4jBreakRules"));
	} else if (tm_str_eq(name, TM_STR("rangeRule"))) {
		tm_buf_clear(&file->text);
		file->in_text = true;
	} else if (tm_str_eq(name, TM_STR("languagerule"))) {
		tm_grow(file->list, file->nlists, file->caplists);
		file->list[file->nlists++] = (tm_srx_list){
			.line = tag->line,
			.name = tm_arena_str(
			    &file->arena, tm_xml_get(tag, "languagerulename")),
		};
	} else if (tm_str_eq(name, TM_STR("rule"))) {
		file->rule = (tm_srx_rule){ .line = tag->line,
			.breaks = !is_no(tm_xml_get(tag, "break")) };
	} else if (tm_str_eq(name, TM_STR("beforebreak")) ||
		   tm_str_eq(name, TM_STR("afterbreak"))) {
		tm_buf_clear(&file->text);
		file->in_text = true;
	} else if (tm_str_eq(name, TM_STR("maprule"))) {
		file->nmaprules++;
	} else if (tm_str_eq(name, TM_STR("languagemap"))) {
		/* version 1 offers several maps by name; the first counts */
		if (file->nmaprules > 1)
			return true;
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
	tm_srx_file *file = self;
	tm_str name = tag->name;

	if (tm_str_eq(name, TM_STR("beforebreak"))) {
		tm_str text = tm_buf_str(&file->text);

		/* Okapi's mark for "no codes here": we see none anyway */
		if (tm_str_ends(text, TM_STR("[noauto]")))
			text.n -= strlen("[noauto]");
		file->rule.before = tm_arena_str(&file->arena, text);
		file->in_text = false;
	} else if (tm_str_eq(name, TM_STR("afterbreak"))) {
		file->rule.after =
		    tm_arena_str(&file->arena, tm_buf_str(&file->text));
		file->in_text = false;
	} else if (tm_str_eq(name, TM_STR("rangeRule"))) {
		if (tm_str_trim(tm_buf_str(&file->text)).n > 0)
			file->range = tag->line;
		file->in_text = false;
	} else if (tm_str_eq(name, TM_STR("rule")) && file->nlists > 0) {
		tm_srx_list *list = &file->list[file->nlists - 1];

		tm_grow(list->v, list->n, list->cap);
		list->v[list->n++] = file->rule;
	}
	return true;
}

static bool
on_text(void *self, tm_str text, tm_error *err)
{
	tm_srx_file *file = self;

	if (file->in_text)
		tm_buf_add(&file->text, text.p, text.n);
	return true;
}

void
tm_srx_release(tm_srx_file *file)
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
	tm_srx_warn(self, flaw->line, flaw->msg);
	return true;
}

bool
tm_srx_read(tm_srx_file *file, tm_error *err)
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

bool
tm_srx_add(tm_rules *rules, const tm_srx_rule *rule, bool java, bool *exact,
    tm_error *err)
{
	if (tm_rules_add(
		rules, rule->breaks, rule->before, rule->after, exact, err))
		return *exact || tm_srx_icu_knows(rule, java, err);
	/* beyond us; ICU may understand it: \X stands for anything */
	return err->code != TM_LIMIT && tm_srx_icu_knows(rule, java, err) &&
	       tm_rules_add(rules, rule->breaks, TM_STR("\\X"), TM_STR("\\X"),
		   exact, err);
}

static void
add_rule(tm_srx *srx, const tm_srx_file *file, const tm_srx_rule *rule)
{
	tm_error err;
	bool exact;

	if (!tm_srx_add(srx->rules, rule, srx->java, &exact, &err))
		tm_srx_warn(file, rule->line, err.msg);
	/* numbers are those of srx->rules, which may have a rule by now that
	 * nobody will confirm */
	if (srx->n == tm_rules_count(srx->rules))
		return;
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

/* Most patterns are "en.*", ".*" or "ar": letters, and then perhaps anything.
 * *fits is set when this one is; ICU takes milliseconds to get ready. */
static bool
is_prefix_pattern(tm_str pattern, tm_str tag, bool *fits)
{
	bool open = tm_str_ends(pattern, TM_STR(".*"));

	if (open)
		pattern.n -= 2;
	for (size_t i = 0; i < pattern.n; i++) {
		char c = pattern.p[i];

		if ((c < '0' || c > '9') && c != '-' && c != '_' &&
		    ((c | 32) < 'a' || (c | 32) > 'z'))
			return false;
	}
	*fits = pattern.n <= tag.n && (open || pattern.n == tag.n) &&
		tm_str_ieq(pattern, tm_str_sub(tag, 0, pattern.n));
	return true;
}

static bool
map_fits(const tm_srx_file *file, const struct map *map, const char *tag)
{
	tm_error err;
	bool fits = false;

	if (!is_prefix_pattern(map->pattern, tm_str_of(tag), &fits) &&
	    !tm_srx_fits(map->pattern, tag, &fits, &err))
		tm_srx_warn(file, map->line, err.msg);
	return fits;
}

/* Add the rules that file has for tag. */
static void
take_rules(tm_srx *srx, const tm_srx_file *file, const char *tag)
{
	for (size_t i = 0; i < file->nmaps; i++) {
		if (!map_fits(file, &file->map[i], tag))
			continue;
		for (size_t j = 0; j < file->nlists; j++) {
			const tm_srx_list *list = &file->list[j];

			if (!tm_str_eq(list->name, file->map[i].list))
				continue;
			for (size_t k = 0; k < list->n; k++)
				add_rule(srx, file, &list->v[k]);
		}
		if (!file->cascade)
			break;
	}
}

/* Where the built-in rules are. */
static const char *
rules_dir(void)
{
	const char *dir = getenv("TMTOOL_RULES");

	return dir == NULL || dir[0] == '\0' ? TM_RULESDIR : dir;
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
take_abbreviations(tm_srx *srx, const tm_srx_file *file, tm_str lines)
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
		    &(tm_srx_rule){
			.before = tm_buf_str(&before), .line = line });
		tm_buf_release(&before);
	}
}

/* Read a built-in file and add what it has for tag. */
static bool
take_file(tm_srx *srx, const tm_buf *path, const char *tag,
    const tm_srx_wish *wish, tm_error *err)
{
	tm_srx_file file = {
		.path = path->p, .warn = wish->warn, .ctx = wish->ctx
	};
	bool ok = tm_srx_read(&file, err);

	if (ok)
		take_rules(srx, &file, tag);
	tm_srx_release(&file);
	return ok;
}

/* Languages that are cut by the file of another. */
static tm_str
file_of(const char *lang, size_t n)
{
	static const char *const same[][2] = { { "nb", "no" }, { "nn", "no" },
		{ "bs", "hr" }, { "ms", "id" } };
	tm_str name = { lang, n };

	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
		if (tm_str_eq(name, tm_str_of(same[i][0])))
			return tm_str_of(same[i][1]);
	return name;
}

static bool
take_builtin(tm_srx *srx, const tm_srx_wish *wish, tm_error *err)
{
	const char *dir = rules_dir();
	size_t n = strlen(wish->lang);
	tm_buf path = { 0 };
	bool ok = true;

	/* ar-Arab-SY, ar-Arab, ar; then what all share */
	while (ok && n > 0) {
		tm_str name = file_of(wish->lang, n);

		tm_buf_clear(&path);
		tm_buf_printf(&path, "%s/%.*s.srx", dir, (int)name.n, name.p);
		if (access(path.p, F_OK) == 0)
			ok = take_file(srx, &path, wish->lang, wish, err);
		do
			n--;
		while (n > 0 && wish->lang[n] != '-');
	}
	if (ok) {
		tm_buf_clear(&path);
		tm_buf_printf(&path, "%s/default.srx", dir);
		ok = take_file(srx, &path, wish->lang, wish, err);
	}
	tm_buf_release(&path);
	return ok;
}

/* What is put before the rules, whosever they are. */
static bool
take_wishes(tm_srx *srx, const tm_srx_wish *wish, tm_error *err)
{
	tm_srx_file own = {
		.path = "abbreviations", .warn = wish->warn, .ctx = wish->ctx
	};
	tm_buf path = { 0 }, tag = { 0 };
	bool ok = true;

	take_abbreviations(srx, &own, wish->abbreviations);
	if (wish->beyond[0] != '\0') {
		tm_buf_printf(&path, "%s/beyond.srx", rules_dir());
		tm_buf_printf(&tag, "%s-x%s", wish->lang, wish->beyond);
		ok = take_file(srx, &path, tag.p, wish, err);
	}
	tm_buf_release(&path);
	tm_buf_release(&tag);
	return ok;
}

/* The Unicode boundaries and what is wished beside them. */
static bool
is_root(const tm_srx_wish *wish)
{
	return wish->path == NULL && strcmp(wish->lang, "root") == 0;
}

tm_srx *
tm_srx_open(const tm_srx_wish *wish, tm_error *err)
{
	tm_srx_file file = {
		.path = wish->path, .warn = wish->warn, .ctx = wish->ctx
	};
	tm_srx *srx = NULL;
	tm_chars hidden = { 0 };
	bool ok = false;

	if (wish->path == NULL)
		invisible(&hidden);
	else if (!tm_srx_read(&file, err))
		goto out;
	srx = tm_zalloc(1, sizeof *srx);
	atomic_init(&srx->refs, 1);
	srx->sentences = file.sentences || is_root(wish);
	srx->codes = wish->path != NULL ? file.codes : TM_SRX_CODES;
	srx->java = wish->path != NULL &&
		    (wish->regex == TM_REGEX_FILE
			    ? file.java
			    : wish->regex == TM_REGEX_JAVA);
	srx->rules = tm_rules_new(&hidden, srx->java);
	if (!take_wishes(srx, wish, err))
		goto out;
	if (wish->path != NULL)
		take_rules(srx, &file, wish->lang);
	else if (!is_root(wish) && !take_builtin(srx, wish, err))
		goto out;
	tm_rules_finish(srx->rules);
	ok = true;
out:
	if (!ok) {
		tm_srx_unref(srx);
		srx = NULL;
	}
	tm_chars_release(&hidden);
	tm_srx_release(&file);
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
tm_srx_sentences(const tm_srx *srx)
{
	return srx->sentences;
}

size_t
tm_srx_first_inexact(const tm_srx *srx)
{
	for (size_t i = 0; i < srx->n; i++)
		if (!srx->kept[i].exact)
			return srx->kept[i].line;
	return 0;
}
