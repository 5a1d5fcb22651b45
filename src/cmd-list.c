/* cmd-list.c - the units a filter lets pass */
#include "config.h"

#include "choose.h"
#include "cmd.h"

#include <stdlib.h>

struct values {
	struct choice choice;
	const char *memory, *sort;
	int most;
	bool json, count;
};

/* A unit that is to be printed when all are known. */
struct ranked {
	int64_t id;
	double sure;
};

struct listing {
	const struct values *v;
	size_t n;
	bool enough;
	bool sorted;
	struct ranked *ranked;
	size_t n_ranked, cap;
};

static const char *const orders[] = { "number", "confidence", NULL };

/* As a field of TSV: no tab, no line break. */
static void
print_field(tm_str text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '\t' || c == '\n' || c == '\r' || c == '\0')
			c = ' ';
		putchar(c);
	}
}

/* id, status, the confidence where it is the order, then language and text
 * of each variant, the source first. */
static void
print_row(const tm_unit *u, bool sure)
{
	size_t source = tm_unit_source(u);

	printf("%lld\t%s", (long long)u->id, status_names[u->status]);
	if (sure && u->confidence >= 0)
		printf("\t%.3f", u->confidence);
	else if (sure)
		printf("\t-");
	for (size_t i = 0; i < u->n; i++) {
		const tm_variant *v = &u->v[i == 0	  ? source
					    : i <= source ? i - 1
							  : i];

		putchar('\t');
		print_field(v->lang);
		putchar('\t');
		print_field(v->text);
	}
	putchar('\n');
}

static void
set_text(json_t *o, const char *name, tm_str text)
{
	if (text.n > 0)
		json_object_set_new(o, name, json_of(text));
}

static void
set_date(json_t *o, const char *name, int64_t at)
{
	char when[32];

	if (at != 0)
		json_object_set_new(o, name, json_string(date_text(at, when)));
}

static void
set_meta(json_t *o, const tm_meta *meta, size_t n)
{
	static const char *const kinds[] = { "props", "notes", "attributes" };

	for (size_t i = 0; i < n; i++) {
		const char *kind = kinds[meta[i].kind];
		json_t *list = json_object_get(o, kind), *m = json_object();

		if (list == NULL) {
			list = json_array();
			json_object_set_new(o, kind, list);
		}
		set_text(m, "type", meta[i].type);
		set_text(m, "lang", meta[i].lang);
		json_object_set_new(m, "value", json_of(meta[i].value));
		json_array_append_new(list, m);
	}
}

static json_t *
json_of_variant(const tm_variant *v)
{
	json_t *o = json_object(), *codes;

	json_object_set_new(o, "lang", json_of(v->lang));
	json_object_set_new(o, "text", json_of(v->text));
	if (v->n_codes > 0) {
		codes = json_array();
		for (size_t i = 0; i < v->n_codes; i++)
			json_array_append_new(
			    codes, json_pack("{s:I,s:o}", "at",
				       (json_int_t)v->codes[i].at, "xml",
				       json_of(v->codes[i].xml)));
		json_object_set_new(o, "codes", codes);
	}
	set_date(o, "created", v->created);
	set_date(o, "changed", v->changed);
	set_text(o, "author", v->author);
	set_text(o, "changer", v->changer);
	set_meta(o, v->meta, v->n_meta);
	return o;
}

/* Where else it stands. */
static void
set_places(json_t *o, const tm_unit *u)
{
	json_t *places = json_array();

	for (size_t i = 0; i < u->n_also; i++) {
		json_t *place = json_object();

		set_text(place, "document", u->also[i].document);
		if (u->also[i].position > 0)
			json_object_set_new(place, "position",
			    json_integer((json_int_t)u->also[i].position));
		json_array_append_new(places, place);
	}
	if (u->n_also > 0)
		json_object_set_new(o, "also", places);
	else
		json_decref(places);
}

static void
print_object(const tm_unit *u)
{
	json_t *o = json_object(), *variants = json_array();

	json_object_set_new(o, "unit", json_integer((json_int_t)u->id));
	json_object_set_new(o, "status", json_string(status_names[u->status]));
	if (u->confidence >= 0)
		json_object_set_new(o, "confidence", json_real(u->confidence));
	set_text(o, "tuid", u->tuid);
	set_text(o, "srclang", u->srclang);
	set_text(o, "document", u->document);
	if (u->position > 0)
		json_object_set_new(
		    o, "position", json_integer((json_int_t)u->position));
	set_places(o, u);
	set_text(o, "file", u->file);
	set_date(o, "created", u->created);
	set_date(o, "changed", u->changed);
	set_text(o, "author", u->author);
	set_text(o, "changer", u->changer);
	set_meta(o, u->meta, u->n_meta);
	for (size_t i = 0; i < u->n; i++)
		json_array_append_new(variants, json_of_variant(&u->v[i]));
	json_object_set_new(o, "variants", variants);
	print_json(o);
}

static bool
list_unit(void *self, const tm_unit *u, tm_error *err)
{
	struct listing *l = self;

	if (interrupted())
		return tm_fail(err, TM_IO, "interrupted");
	l->n++;
	if (l->v->json && !l->v->count)
		print_object(u);
	else if (!l->v->count)
		print_row(u, l->sorted);
	l->enough = l->v->most > 0 && l->n >= (size_t)l->v->most;
	return !l->enough && !ferror(stdout);
}

/* The least sure first, then those of which nobody knows. */
static int
by_confidence(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	double p = x->sure < 0 ? 2 : x->sure, q = y->sure < 0 ? 2 : y->sure;

	if (p != q)
		return p < q ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static bool
rank(void *self, const tm_unit *u, tm_error *err)
{
	struct listing *l = self;

	if (interrupted())
		return tm_fail(err, TM_IO, "interrupted");
	tm_grow(l->ranked, l->n_ranked, l->cap);
	l->ranked[l->n_ranked++] = (struct ranked){ u->id, u->confidence };
	return true;
}

static bool
list_sorted(
    struct listing *l, tm_store *store, const tm_filter *filter, tm_error *err)
{
	const tm_sink sink = { l, rank, NULL };
	tm_arena arena = { 0 };
	bool ok = tm_store_walk(store, filter, &sink, err);

	if (ok && l->n_ranked > 1)
		qsort(l->ranked, l->n_ranked, sizeof *l->ranked, by_confidence);
	for (size_t i = 0; ok && !l->enough && i < l->n_ranked; i++) {
		const tm_unit *u;

		tm_arena_clear(&arena);
		ok = tm_store_get(store, l->ranked[i].id, &arena, &u, err) &&
		     (list_unit(l, u, err) || l->enough);
	}
	tm_arena_release(&arena);
	free(l->ranked);
	return ok;
}

/* Of those that are named, what passes the filter. */
struct naming {
	struct listing *l;
	const tm_filter *filter;
};

static bool
list_passing(void *self, const tm_unit *u, tm_error *err)
{
	struct naming *naming = self;

	return !tm_filter_passes(naming->filter, u) ||
	       list_unit(naming->l, u, err);
}

static int
run(struct tool *tool, const void *given, char **args, int n)
{
	const struct values *v = given;
	struct listing l = { .v = v };
	tm_sink sink = { &l, list_unit, NULL };
	tm_filter filter;
	struct naming naming = { &l, &filter };
	tm_store *store;
	tm_error err = { 0 };
	char *memory;
	int status = EXIT_DONE;

	if (!choice_filter(&v->choice, &filter, &err) ||
	    !are_unit_words(args, n, &err))
		return wrong_call(tool, "%s", err.msg);
	l.sorted = v->sort != NULL && strcmp(v->sort, "confidence") == 0;
	if (l.sorted && n > 0)
		return wrong_call(tool, "units that are named have an order");
	watch_interrupts();
	memory = memory_path(v->memory);
	store = open_to_read(tool, memory, &err);
	if (store == NULL ||
	    !(n > 0 ? each_named_unit(
			  store, args, n, list_passing, &naming, &err) ||
			  l.enough || ferror(stdout)
		: l.sorted ? list_sorted(&l, store, &filter, &err)
			   : tm_store_walk(store, &filter, &sink, &err) ||
				 l.enough || ferror(stdout)))
		status = give_up(&err);
	else if (v->count)
		printf("%zu\n", l.n);
	if (status == EXIT_DONE && l.n == 0)
		status = EXIT_NO;
	tm_store_close(store);
	free(memory);
	return status;
}

static const struct opt opts[] = {
	OPT_UNITS(struct values),
	{ 0, "sort", "ORDER", OPT_CHOICE, offsetof(struct values, sort),
	    .help = "number, or confidence, which is printed: the least first",
	    .choices = orders },
	{ 0, "top", "N", OPT_INT, offsetof(struct values, most),
	    .help = "at most so many (all)", .min = 1, .max = 1000000000 },
	{ 0, "count", NULL, OPT_FLAG, offsetof(struct values, count),
	    .help = "only say how many there are" },
	{ 0, "json", NULL, OPT_FLAG, offsetof(struct values, json),
	    .help = "one JSON object a line, with all that is known" },
	OPT_MEMORY(struct values),
	{ 0 },
};

const struct cmd cmd_list = {
	.name = "list",
	.summary = "print units of the memory",
	.operands = "[UNIT...]",
	.about =
	    "Print the units that the options describe, or those with these\n"
	    "numbers: number, status, then language and text of each side,\n"
	    "with tabs between.",
	.opts = opts,
	.size = sizeof(struct values),
	.most = -1,
	.run = run,
};
