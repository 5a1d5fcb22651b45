/*
 * Is it valid TMX 1.4b? What the DTD says, as a table, and what it cannot
 * say: dates, numbers, pairs of codes.
 *
 *	<header srclang="ar">	has no creationtool: add creationtool="..."
 *
 * It hears the start and the end of every element, before the reader does
 * anything with it, and tells through the reader's sink. What makes the
 * reader itself complain (a tuv without language, say) is left to it.
 */
#include "config.h"

#include "tm/format/tmx_int.h"

#include <stdlib.h>

/* An element: where it may stand, what it must and may have. Names stand
 * between spaces. */
typedef struct rule {
	const char *name, *parents, *must, *may;
} rule;

#define CHANGES " creationdate creationid changedate changeid "
#define USE " usagecount lastusagedate creationtool creationtoolversion "

static const rule rules[] = {
	{ "tmx", "", " version ", "" },
	{ "header", " tmx ",
	    " creationtool creationtoolversion segtype o-tmf adminlang srclang "
	    "datatype ",
	    " o-encoding" CHANGES },
	{ "body", " tmx ", "", "" },
	{ "note", " header tu tuv ", "", " o-encoding xml:lang lang " },
	{ "prop", " header tu tuv ", " type ", " o-encoding xml:lang lang " },
	{ "ude", " header ", " name ", " base " },
	{ "map", " ude ", " unicode ", " code ent subst " },
	{ "tu", " body ", "",
	    " tuid o-encoding datatype segtype o-tmf srclang" CHANGES USE },
	{ "tuv", " tu ", "",
	    " xml:lang lang o-encoding datatype o-tmf" CHANGES USE },
	{ "seg", " tuv ", "", "" },
	{ "bpt", " seg hi sub ", " i ", " x type " },
	{ "ept", " seg hi sub ", " i ", "" },
	{ "it", " seg hi sub ", " pos ", " x type " },
	{ "ph", " seg hi sub ", "", " x assoc type " },
	{ "ut", " seg hi sub ", "", " x " },
	{ "hi", " seg hi sub ", "", " x type " },
	{ "sub", " bpt ept it ph ut ", "", " datatype type " },
};
#define N_RULES (sizeof rules / sizeof rules[0])

static const rule *
rule_of(tm_str name)
{
	for (size_t i = 0; i < N_RULES; i++)
		if (tm_str_eq(name, tm_str_of(rules[i].name)))
			return &rules[i];
	return NULL;
}

static bool
has_word(const char *words, tm_str word)
{
	for (const char *p = words; (p = strchr(p, ' ')) != NULL; p++)
		if (strncmp(p + 1, word.p, word.n) == 0 && p[1 + word.n] == ' ')
			return true;
	return false;
}

struct tmx_valid {
	tm_findings *told;
	const rule *open[TMX_DEPTH_MAX];
	size_t n;
	size_t tuvs;   /* of the unit */
	bool old;      /* before TMX 1.3 */
	bool has_seg;  /* the variant */
	bool met_tuv;  /* no note or prop of the unit may follow */
	int pairs[64]; /* i of the bpt of the segment that are open */
	size_t n_pairs;
	bool many_pairs;
};

tmx_valid *
tmx_valid_new(const char *path, const tm_sink *sink)
{
	tmx_valid *v = tm_zalloc(1, sizeof *v);

	v->told = tm_findings_new(path, sink);
	return v;
}

void
tmx_valid_free(tmx_valid *v)
{
	if (v == NULL)
		return;
	tm_findings_free(v->told);
	free(v);
}

/* ---- Attributes -------------------------------------------------------- */

static void
check_must(tmx_valid *v, const rule *r, const tm_xml_tag *tag)
{
	for (const char *p = r->must; *p == ' ' && p[1] != '\0';) {
		size_t n = strcspn(p + 1, " ");
		char name[32];

		snprintf(name, sizeof name, "%.*s", (int)n, p + 1);
		if (tm_xml_get(tag, name).p == NULL)
			tm_findings_tell(v->told, tag->line, tm_str_of(name),
			    "<%s> has no %s, which TMX wants: add %s=\"%s\"",
			    r->name, name, name,
			    strcmp(name, "segtype") == 0     ? "sentence"
			    : strcmp(name, "datatype") == 0  ? "plaintext"
			    : strcmp(name, "adminlang") == 0 ? "en"
			    : strcmp(name, "srclang") == 0   ? "*all*"
			    : strcmp(name, "version") == 0   ? "1.4"
			    : strcmp(name, "i") == 0	     ? "1"
			    : strcmp(name, "pos") == 0	     ? "begin"
							     : "...");
		p += n + 1;
	}
}

static bool
is_number(tm_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

/* YYYYMMDDThhmmssZ, and nothing else. The reader understands more. */
static bool
is_exact_date(tm_str s)
{
	int64_t seconds;

	return s.n == 16 && s.p[8] == 'T' && s.p[15] == 'Z' &&
	       is_number(tm_str_sub(s, 0, 8)) &&
	       is_number(tm_str_sub(s, 9, 15)) && tm_date_parse(s, &seconds);
}

/* The values an attribute may have; NULL: any. */
static const char *
values_of(tm_str name)
{
	static const char *const values[][2] = {
		{ "segtype", " block paragraph sentence phrase " },
		{ "pos", " begin end " },
		{ "assoc", " p f b " },
	};

	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		if (tm_str_eq(name, tm_str_of(values[i][0])))
			return values[i][1];
	return NULL;
}

static void
check_value(tmx_valid *v, const rule *r, const tm_xml_attr *a, size_t line)
{
	const char *values = values_of(a->name);
	int64_t seconds;

	if (values != NULL && !has_word(values, a->value))
		tm_findings_tell(v->told, line, a->name,
		    "<%s> has %.*s=\"%.*s\": it must be one of %.*s", r->name,
		    TM_STR_ARG(a->name), TM_STR_ARG(a->value),
		    (int)strlen(values) - 2, values + 1);
	else if (tm_str_ends(a->name, TM_STR("date")) &&
		 !is_exact_date(a->value) && tm_date_parse(a->value, &seconds))
		tm_findings_tell(v->told, line, a->name,
		    "<%s> has %.*s=\"%.*s\": write a date as 20261122T080000Z",
		    r->name, TM_STR_ARG(a->name), TM_STR_ARG(a->value));
	else if ((tm_str_eq(a->name, TM_STR("usagecount")) ||
		     tm_str_eq(a->name, TM_STR("i")) ||
		     tm_str_eq(a->name, TM_STR("x"))) &&
		 !is_number(a->value))
		tm_findings_tell(v->told, line, a->name,
		    "<%s> has %.*s=\"%.*s\", which is not a number", r->name,
		    TM_STR_ARG(a->name), TM_STR_ARG(a->value));
	else if (tm_str_eq(a->name, TM_STR("lang")) && !v->old)
		tm_findings_tell(v->told, line, a->name,
		    "<%s> has lang=\"%.*s\": since TMX 1.3 it is xml:lang",
		    r->name, TM_STR_ARG(a->value));
	else if (tm_str_ends(a->name, TM_STR("lang")) &&
		 memchr(a->value.p, '_', a->value.n) != NULL)
		tm_findings_tell(v->told, line, a->name,
		    "<%s> has %.*s=\"%.*s\": write - instead of _", r->name,
		    TM_STR_ARG(a->name), TM_STR_ARG(a->value));
}

static void
check_attributes(tmx_valid *v, const rule *r, const tm_xml_tag *tag)
{
	check_must(v, r, tag);
	for (size_t i = 0; i < tag->n; i++) {
		const tm_xml_attr *a = &tag->attr[i];

		if (has_word(r->must, a->name) || has_word(r->may, a->name))
			check_value(v, r, a, tag->line);
		else if (!tm_str_starts(a->name, TM_STR("xml")) &&
			 strstr(r->parents, "seg") == NULL)
			tm_findings_tell(v->told, tag->line, a->name,
			    "<%s> has no attribute '%.*s' in TMX: take it out, "
			    "or make it a <prop>",
			    r->name, TM_STR_ARG(a->name));
	}
}

/* ---- Codes that belong together ---------------------------------------- */

static void
open_pair(tmx_valid *v, const tm_xml_tag *tag)
{
	int i =
	    atoi(tm_xml_get(tag, "i").p == NULL ? "0" : tm_xml_get(tag, "i").p);

	for (size_t k = 0; k < v->n_pairs; k++)
		if (v->pairs[k] == i) {
			tm_findings_tell(v->told, tag->line, TM_STR(""),
			    "<bpt> has the i=\"%d\" of another <bpt> of the "
			    "segment: give each its own",
			    i);
			return;
		}
	if (v->n_pairs == 64)
		v->many_pairs = true;
	else
		v->pairs[v->n_pairs++] = i;
}

static void
close_pair(tmx_valid *v, const tm_xml_tag *tag)
{
	int i =
	    atoi(tm_xml_get(tag, "i").p == NULL ? "0" : tm_xml_get(tag, "i").p);

	for (size_t k = 0; k < v->n_pairs; k++)
		if (v->pairs[k] == i) {
			v->pairs[k] = v->pairs[--v->n_pairs];
			return;
		}
	if (!v->many_pairs)
		tm_findings_tell(v->told, tag->line, TM_STR(""),
		    "<ept> closes i=\"%d\", which no <bpt> of the segment "
		    "opens: make it an <it pos=\"end\">",
		    i);
}

/* ---- Events ------------------------------------------------------------ */

static void
check_place(tmx_valid *v, const rule *r, const tm_xml_tag *tag)
{
	const rule *parent = v->n > 0 ? v->open[v->n - 1] : NULL;

	if (parent == NULL && v->n > 0)
		return; /* within what TMX does not know */
	if (parent != NULL && !has_word(r->parents, tm_str_of(parent->name)))
		tm_findings_tell(v->told, tag->line, tm_str_of(parent->name),
		    "<%s> may not stand in <%s>", r->name, parent->name);
	else if (parent != NULL && strcmp(parent->name, "tu") == 0 &&
		 v->met_tuv && strcmp(r->name, "tuv") != 0)
		tm_findings_tell(v->told, tag->line, TM_STR(""),
		    "<%s> stands behind a <tuv>: TMX wants it before the first",
		    r->name);
	else if (parent != NULL && strcmp(parent->name, "tuv") == 0 &&
		 v->has_seg)
		tm_findings_tell(v->told, tag->line, TM_STR(""),
		    "<%s> stands behind the <seg>: TMX wants it before",
		    r->name);
}

void
tmx_valid_start(tmx_valid *v, const tm_xml_tag *tag)
{
	const rule *r = rule_of(tag->name);

	if (r != NULL) {
		check_place(v, r, tag);
		check_attributes(v, r, tag);
		if (strcmp(r->name, "tmx") == 0) {
			tm_str version = tm_xml_get(tag, "version");

			v->old = tm_str_eq(version, TM_STR("1.1")) ||
				 tm_str_eq(version, TM_STR("1.2"));
		} else if (strcmp(r->name, "tu") == 0) {
			v->tuvs = 0;
			v->met_tuv = false;
		} else if (strcmp(r->name, "tuv") == 0) {
			v->tuvs++;
			v->met_tuv = true;
			v->has_seg = false;
		} else if (strcmp(r->name, "seg") == 0) {
			v->has_seg = true;
			v->n_pairs = 0;
			v->many_pairs = false;
		} else if (strcmp(r->name, "bpt") == 0) {
			open_pair(v, tag);
		} else if (strcmp(r->name, "ept") == 0) {
			close_pair(v, tag);
		}
	}
	if (v->n < TMX_DEPTH_MAX)
		v->open[v->n] = r;
	v->n += v->n < TMX_DEPTH_MAX;
}

void
tmx_valid_end(tmx_valid *v, const tm_xml_tag *tag)
{
	const rule *r = v->n > 0 ? v->open[--v->n] : NULL;

	if (r == NULL)
		return;
	if (strcmp(r->name, "seg") == 0 && v->n_pairs > 0)
		tm_findings_tell(v->told, tag->line, TM_STR(""),
		    "<bpt> opens i=\"%d\", which no <ept> of the segment "
		    "closes: make it an <it pos=\"begin\">",
		    v->pairs[0]);
	if (strcmp(r->name, "tu") == 0 && v->tuvs == 1)
		tm_findings_tell(v->told, tag->line, TM_STR(""),
		    "<tu> has one <tuv>: there is no translation");
}
