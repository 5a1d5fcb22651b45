/*
 * srx_tools.c - what is wrong with an SRX file, and our rules as one
 */
#include "config.h"

#include "tm/srx_int.h"

#include <stdlib.h>

/* ---- What is wrong ------------------------------------------------------ */

/* Is a file of rules that was read before this rule's, at index k of list,
 * sure to decide whenever it could? */
static bool
is_shadowed(const tm_srx_list *list, size_t k)
{
	for (size_t i = 0; i < k; i++) {
		const tm_srx_rule *a = &list->v[i], *b = &list->v[k];

		if ((a->before.n == 0 || tm_str_eq(a->before, b->before)) &&
		    (a->after.n == 0 || tm_str_eq(a->after, b->after)))
			return true;
	}
	return false;
}

static void
check_list(tm_srx_file *file, const tm_srx_list *list)
{
	size_t breaks = 0; /* rules up to the last that breaks */
	bool named = false;
	tm_error err;

	for (size_t i = 0; i < file->nmaps; i++)
		named |= tm_str_eq(file->map[i].list, list->name);
	if (!named) {
		tm_fail(&err, TM_PARSE, "no language map names '%.*s'",
		    TM_STR_ARG(list->name));
		tm_srx_warn(file, list->line, err.msg);
	}
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].breaks)
			breaks = i + 1;
	for (size_t i = 0; i < list->n; i++) {
		const tm_srx_rule *rule = &list->v[i];

		if (!tm_srx_icu_knows(rule, &err))
			tm_srx_warn(file, rule->line, err.msg);
		else if (is_shadowed(list, i))
			tm_srx_warn(file, rule->line,
			    "this rule never decides: one before it always "
			    "matches where it would");
		else if (i >= breaks && !file->cascade)
			tm_srx_warn(file, rule->line,
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
	tm_srx_file file = {
		.path = path, .warn = count_warning, .ctx = &count
	};
	bool ok = tm_srx_read(&file, err);

	for (size_t i = 0; ok && i < file.nlists; i++)
		check_list(&file, &file.list[i]);
	for (size_t i = 0; ok && i < file.nmaps; i++) {
		const struct map *map = &file.map[i];
		tm_srx_rule as_rule = { .before = map->pattern };
		bool found = false;
		tm_error bad;

		if (!tm_srx_icu_knows(&as_rule, &bad))
			tm_srx_warn(&file, map->line, bad.msg);
		for (size_t j = 0; j < file.nlists; j++)
			found |= tm_str_eq(file.list[j].name, map->list);
		if (found)
			continue;
		tm_fail(&bad, TM_PARSE, "there is no list of rules '%.*s'",
		    TM_STR_ARG(map->list));
		tm_srx_warn(&file, map->line, bad.msg);
	}
	tm_srx_release(&file);
	if (problems != NULL)
		*problems = count.n;
	return ok;
}

/* ---- For other programs ------------------------------------------------ */

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
