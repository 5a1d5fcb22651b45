/*
 * store_grow.c - texts become a segment: each goes into the builder of its
 * language, with a label that tells what of its unit a search must know
 *
 *	unit 17, en "Save", ar, aligned	->	builder of en: 17, 1, "Save"
 *						label 1: "0 -d- en ar"
 */
#include "config.h"

#include "tm/codes.h"
#include "tm/lang.h"
#include "tm/store_segment_int.h"

#include <stdlib.h>

/* ---- Labels ------------------------------------------------------------ */

uint16_t
tm_label_number(struct tm_labels *l, tm_str text)
{
	size_t at;

	if (2 * (l->n + 1) > l->n_slots) {
		l->n_slots = l->n_slots == 0 ? 64 : 2 * l->n_slots;
		free(l->slots);
		l->slots = tm_zalloc(l->n_slots, sizeof *l->slots);
		for (size_t i = 0; i < l->n; i++) {
			at = tm_str_quick_hash(l->v[i]) & (l->n_slots - 1);
			while (l->slots[at] != 0)
				at = (at + 1) & (l->n_slots - 1);
			l->slots[at] = (uint32_t)i + 1;
		}
	}
	at = tm_str_quick_hash(text) & (l->n_slots - 1);
	for (; l->slots[at] != 0; at = (at + 1) & (l->n_slots - 1))
		if (tm_str_eq(l->v[l->slots[at] - 1], text))
			return (uint16_t)(l->slots[at] - 1);
	if (l->n >= TM_MOST_LABELS)
		return TM_MOST_LABELS;
	tm_grow(l->v, l->n, l->cap);
	l->v[l->n++] = tm_arena_str(&l->arena, text);
	l->slots[at] = (uint32_t)l->n;
	return (uint16_t)(l->n - 1);
}

void
tm_labels_release(struct tm_labels *l)
{
	tm_arena_release(&l->arena);
	free(l->v);
	free(l->slots);
}

/* ---- Units into builders ----------------------------------------------- */

/* The number of the language that lang is of; it gets a builder. */
static size_t
lang_for(tm_growing *g, tm_str lang)
{
	char base[TM_LANG_MAX];
	struct tm_growing_lang *l;
	size_t i = 0;

	tm_lang_base(lang, base);
	while (i < g->n_langs && strcmp(g->langs[i].base, base) != 0)
		i++;
	if (i == g->n_langs) {
		tm_grow(g->langs, g->n_langs, g->cap_langs);
		l = &g->langs[g->n_langs++];
		*l = (struct tm_growing_lang){ .builder = NULL };
		memcpy(l->base, base, sizeof base);
		l->builder = tm_fuzzy_builder_new(base);
	}
	return i;
}

static void
add_row(tm_growing *g, size_t lang, int64_t id, uint16_t nr, tm_str text)
{
	tm_fuzzy_builder *b = g->langs[lang].builder;

	g->bytes += text.n;
	if (g->crew != NULL)
		tm_crew_give(g->crew, lang, b, id, nr, text);
	else
		tm_fuzzy_builder_add(b, id, nr, text);
}

void
tm_growing_add(tm_growing *g, const tm_texts *t)
{
	tm_buf *text = &g->label;
	bool draft = t->status == TM_DRAFT && t->aligned;

	if (t->status == TM_REJECTED)
		return;
	for (size_t i = 0; i < t->n; i++) {
		size_t lang = lang_for(g, t->v[i].lang);
		uint16_t number;

		tm_buf_clear(text);
		/* Not all printed: it is done for every text there is. */
		if (i >= 10)
			tm_buf_printf(text, "%zu", i / 10);
		tm_buf_addc(text, (char)('0' + i % 10));
		tm_buf_addc(text, ' ');
		tm_buf_addc(text, t->codes ? 'c' : '-');
		tm_buf_addc(text, draft ? 'd' : '-');
		tm_buf_addc(text, t->machine ? 'm' : '-');
		tm_buf_addc(text, ' ');
		tm_buf_add(text, t->v[i].lang.p, t->v[i].lang.n);
		for (size_t j = 0; j < t->n; j++) {
			if (j == i)
				continue;
			tm_buf_addc(text, ' ');
			tm_buf_add(text, t->v[j].lang.p, t->v[j].lang.n);
		}
		number = tm_label_number(&g->labels, tm_buf_str(text));
		add_row(g, lang, t->id, number, t->v[i].text);
		tm_buf_clear(text);
		/* With its codes by their numbers it is another row. */
		if (t->codes && tm_codes_by_number(t->v[i].text, text))
			add_row(g, lang, t->id, number, tm_buf_str(text));
	}
	g->units++;
}

/* Units on their way into a growing. */
typedef struct coming {
	tm_growing *g;
	tm_watch *watch; /* NULL: they are few */
	int64_t lo, hi;
	size_t n;
} coming;

enum {
	TOLD = 1024, /* units from one word to the watcher to the next */
	FEW = 20000  /* take a tenth of a second: nobody is told */
};

static bool
add_unit(void *self, const tm_texts *t)
{
	coming *c = self;

	tm_growing_add(c->g, t);
	return ++c->n % TOLD != 0 ||
	       tm_watch_tell(c->watch, TM_INDEX_MADE,
		   (double)(t->id - c->lo) / (double)(c->hi - c->lo));
}

bool
tm_growing_read(
    tm_growing *g, tm_store *store, int64_t lo, int64_t hi, tm_error *err)
{
	coming c = { g, hi - lo > FEW ? &store->watch : NULL, lo, hi, 0 };

	tm_segment_free(g->seg);
	g->seg = NULL;
	/* Refused, it is no failure of the store. */
	tm_fail(err, TM_INVALID,
	    "the index of '%s' was not finished: interrupted", store->path);
	return tm_store_each_text(store, lo, hi, add_unit, &c, err);
}

void
tm_growing_finish(tm_growing *g)
{
	tm_crew_end(g->crew, true);
	g->crew = NULL;
}

bool
tm_growing_read_many(
    tm_growing *g, tm_store *store, int64_t lo, int64_t hi, tm_error *err)
{
	bool ok;

	g->crew = tm_crew_new();
	ok = tm_growing_read(g, store, lo, hi, err);
	tm_growing_finish(g);
	return ok;
}

void
tm_growing_clear(tm_growing *g)
{
	tm_segment_free(g->seg);
	for (size_t i = 0; i < g->n_langs; i++)
		tm_fuzzy_builder_free(g->langs[i].builder);
	free(g->langs);
	tm_labels_release(&g->labels);
	tm_buf_release(&g->label);
	*g = (tm_growing){ 0 };
}
