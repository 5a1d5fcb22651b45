/*
 * Is it valid XLIFF? What the schemas of 1.2 and 2.x say of attributes that
 * must be there, of ids that must differ and of states, as tables. It hears
 * every start tag before the reader does, and tells through its sink.
 */
#include "config.h"

#include "tm/format/xliff_int.h"

#include <stdlib.h>

/* The attributes that an element must have, between spaces. */
static const struct {
	const char *name, *must;
} must_1[] = {
	{ "xliff", "version" },
	{ "file", "original source-language datatype" },
	{ "trans-unit", "id" },
	{ "g", "id" },
	{ "x", "id" },
	{ "bx", "id" },
	{ "ex", "id" },
	{ "ph", "id" },
	{ "bpt", "id" },
	{ "ept", "id" },
	{ "it", "id pos" },
	{ "mrk", "mtype" },
}, must_2[] = {
	{ "xliff", "version srcLang" },
	{ "file", "id" },
	{ "unit", "id" },
	{ "data", "id" },
	{ "ph", "id" },
	{ "pc", "id" },
	{ "sc", "id" },
	{ "mrk", "id" },
	{ "sm", "id" },
};

static const char states_1[] =
    " final needs-adaptation needs-l10n needs-review-adaptation "
    "needs-review-l10n needs-review-translation needs-translation new "
    "signed-off translated ";
static const char states_2[] = " initial translated reviewed final ";

struct xliff_valid {
	tm_findings *told;
	bool two;      /* XLIFF 2 */
	uint64_t *ids; /* of the units of the file, open addressed */
	size_t n, size;
};

xliff_valid *
xliff_valid_new(const char *path, const tm_sink *sink)
{
	xliff_valid *v = tm_zalloc(1, sizeof *v);

	v->told = tm_findings_new(path, sink);
	return v;
}

void
xliff_valid_free(xliff_valid *v)
{
	if (v == NULL)
		return;
	tm_findings_free(v->told);
	free(v->ids);
	free(v);
}

static void
check_must(xliff_valid *v, const char *must, const tm_xml_tag *tag)
{
	while (*must != '\0') {
		size_t n = strcspn(must, " ");
		char name[32];

		snprintf(name, sizeof name, "%.*s", (int)n, must);
		if (tm_xml_get(tag, name).p == NULL)
			tm_findings_tell(v->told, tag->line, tag->name,
			    "<%.*s> has no %s, which XLIFF %s wants: add "
			    "%s=\"...\"",
			    TM_STR_ARG(tag->name), name, v->two ? "2" : "1.2",
			    name);
		must += n + (must[n] == ' ');
	}
}

/* False when the id was there before. */
static bool
add_id(xliff_valid *v, uint64_t id)
{
	size_t i;

	if (v->n * 2 >= v->size) {
		uint64_t *old = v->ids;
		size_t size = v->size;

		v->size = size == 0 ? 1024 : size * 2;
		v->ids = tm_zalloc(v->size, sizeof *v->ids);
		v->n = 0;
		for (i = 0; i < size; i++)
			if (old[i] != 0)
				add_id(v, old[i]);
		free(old);
	}
	id += id == 0;
	for (i = id & (v->size - 1); v->ids[i] != 0;
	     i = (i + 1) & (v->size - 1))
		if (v->ids[i] == id)
			return false;
	v->ids[i] = id;
	v->n++;
	return true;
}

static void
check_unit(xliff_valid *v, const tm_xml_tag *tag)
{
	tm_str id = tm_xml_get(tag, "id");

	if (id.p != NULL && !add_id(v, tm_str_hash(id)))
		tm_findings_tell(v->told, tag->line, tag->name,
		    "id=\"%.*s\" is that of an earlier unit of the file: give "
		    "each its own",
		    TM_STR_ARG(id));
}

static void
check_state(xliff_valid *v, const tm_xml_tag *tag)
{
	const char *states = v->two ? states_2 : states_1;
	tm_str state = tm_xml_get(tag, "state");
	char word[48];

	if (state.p == NULL || tm_str_starts(state, TM_STR("x-")))
		return;
	snprintf(word, sizeof word, " %.*s ", TM_STR_ARG(state));
	if (strstr(states, word) == NULL)
		tm_findings_tell(v->told, tag->line, tag->name,
		    "state=\"%.*s\" is none of XLIFF %s: it must be one of "
		    "%.*s",
		    TM_STR_ARG(state), v->two ? "2" : "1.2",
		    (int)strlen(states) - 2, states + 1);
}

void
xliff_valid_start(xliff_valid *v, const tm_xml_tag *tag)
{
	tm_str name = tag->name;

	if (tm_str_eq(name, TM_STR("xliff")))
		v->two = tm_str_starts(tm_xml_get(tag, "version"), TM_STR("2"));
	if (tm_str_eq(name, TM_STR("file")) && v->n > 0) {
		memset(v->ids, 0, v->size * sizeof *v->ids);
		v->n = 0;
	}
	if (tm_str_eq(name, TM_STR("trans-unit")) ||
	    tm_str_eq(name, TM_STR("unit")))
		check_unit(v, tag);
	if (tm_str_eq(name, v->two ? TM_STR("segment") : TM_STR("target")))
		check_state(v, tag);
	if (v->two) {
		for (size_t i = 0; i < sizeof must_2 / sizeof must_2[0]; i++)
			if (tm_str_eq(name, tm_str_of(must_2[i].name)))
				check_must(v, must_2[i].must, tag);
		return;
	}
	for (size_t i = 0; i < sizeof must_1 / sizeof must_1[0]; i++)
		if (tm_str_eq(name, tm_str_of(must_1[i].name)))
			check_must(v, must_1[i].must, tag);
}
