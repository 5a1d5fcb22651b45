#include "config.h"

#include "tm/unit.h"

#include "tm/lang.h"

static tm_meta *
copy_meta(tm_arena *arena, const tm_meta *meta, size_t n)
{
	tm_meta *copy = tm_arena_zalloc(arena, n, sizeof *copy);

	for (size_t i = 0; i < n; i++) {
		copy[i].kind = meta[i].kind;
		copy[i].type = tm_arena_str(arena, meta[i].type);
		copy[i].lang = tm_arena_str(arena, meta[i].lang);
		copy[i].value = tm_arena_str(arena, meta[i].value);
	}
	return copy;
}

static tm_variant
copy_variant(tm_arena *arena, const tm_variant *v)
{
	tm_variant copy = *v;

	copy.lang = tm_arena_str(arena, v->lang);
	copy.text = tm_arena_str(arena, v->text);
	copy.author = tm_arena_str(arena, v->author);
	copy.changer = tm_arena_str(arena, v->changer);
	copy.meta = copy_meta(arena, v->meta, v->n_meta);
	copy.codes = tm_arena_zalloc(arena, v->n_codes, sizeof *copy.codes);
	for (size_t i = 0; i < v->n_codes; i++) {
		copy.codes[i].at = v->codes[i].at;
		copy.codes[i].xml = tm_arena_str(arena, v->codes[i].xml);
	}
	return copy;
}

tm_unit *
tm_unit_copy(tm_arena *arena, const tm_unit *unit)
{
	tm_unit *copy = tm_arena_alloc(arena, sizeof *copy);

	*copy = *unit;
	copy->tuid = tm_arena_str(arena, unit->tuid);
	copy->srclang = tm_arena_str(arena, unit->srclang);
	copy->author = tm_arena_str(arena, unit->author);
	copy->changer = tm_arena_str(arena, unit->changer);
	copy->document = tm_arena_str(arena, unit->document);
	copy->file = tm_arena_str(arena, unit->file);
	copy->path = tm_arena_str(arena, unit->path);
	copy->also = tm_arena_zalloc(arena, unit->n_also, sizeof *copy->also);
	for (size_t i = 0; i < unit->n_also; i++) {
		copy->also[i].document =
		    tm_arena_str(arena, unit->also[i].document);
		copy->also[i].path = tm_arena_str(arena, unit->also[i].path);
		copy->also[i].position = unit->also[i].position;
	}
	copy->meta = copy_meta(arena, unit->meta, unit->n_meta);
	copy->v = tm_arena_zalloc(arena, unit->n, sizeof *copy->v);
	for (size_t i = 0; i < unit->n; i++)
		copy->v[i] = copy_variant(arena, &unit->v[i]);
	return copy;
}

bool
tm_unit_show_place(tm_unit *unit,
    bool (*fits)(const void *self, const tm_stand *place), const void *self)
{
	tm_stand first = { unit->document, unit->path, unit->position };

	if (fits(self, &first))
		return true;
	for (size_t i = 0; i < unit->n_also; i++) {
		tm_stand *other = &unit->also[i];

		if (!fits(self, other))
			continue;
		unit->document = other->document;
		unit->path = other->path;
		unit->position = other->position;
		*other = first;
		return true;
	}
	return false;
}

/* A tag as tm_lang_covers() wants it; one that is too long covers nothing. */
static const char *
tag_of(tm_str lang, char out[TM_LANG_MAX])
{
	size_t n = lang.n < TM_LANG_MAX ? lang.n : 0;

	if (n > 0)
		memcpy(out, lang.p, n);
	out[n] = '\0';
	return out;
}

tm_str
tm_meta_prop(const tm_meta *meta, size_t n, tm_str name)
{
	for (size_t i = 0; i < n; i++) {
		tm_str type = meta[i].type;

		if (meta[i].kind != TM_PROP)
			continue;
		if (type.n > 2 &&
		    tm_str_ieq(tm_str_sub(type, 0, 2), TM_STR("x-")))
			type = tm_str_sub(type, 2, type.n);
		if (tm_str_ieq(type, name))
			return meta[i].value;
	}
	return (tm_str){ 0 };
}

static bool
names_context(const tm_meta *meta, size_t n)
{
	static const char *const names[] = { "prev", "next", "context_prev",
		"context_next", "context-pre", "context-post",
		"previous-source-text", "next-source-text", "contextcontent" };

	for (size_t k = 0; n > 0 && k < sizeof names / sizeof names[0]; k++)
		if (tm_meta_prop(meta, n, tm_str_of(names[k])).p != NULL)
			return true;
	return false;
}

bool
tm_unit_names_context(const tm_unit *unit)
{
	bool found = names_context(unit->meta, unit->n_meta);

	for (size_t i = 0; i < unit->n && !found; i++)
		found = names_context(unit->v[i].meta, unit->v[i].n_meta);
	return found;
}

/*
 * The closest language wins: a file that says it is from "ar" means its
 * "ar-SA", and one from "en-US" its "en".
 */
size_t
tm_unit_source(const tm_unit *unit)
{
	char want[TM_LANG_MAX], have[TM_LANG_MAX];

	for (size_t i = 0; i < unit->n; i++)
		if (tm_str_eq(unit->v[i].lang, unit->srclang))
			return i;
	tag_of(unit->srclang, want);
	if (want[0] == '\0' || want[0] == '*')
		return 0;
	for (size_t i = 0; i < unit->n; i++)
		if (tm_lang_covers(want, tag_of(unit->v[i].lang, have)) ||
		    tm_lang_covers(have, want))
			return i;
	for (size_t i = 0; i < unit->n; i++)
		if (tm_lang_same_base(want, tag_of(unit->v[i].lang, have)))
			return i;
	return 0;
}

size_t
tm_unit_find(const tm_unit *unit, const char *lang, size_t start)
{
	char have[TM_LANG_MAX];

	for (; start < unit->n; start++)
		if (tm_lang_covers(lang, tag_of(unit->v[start].lang, have)))
			return start;
	return unit->n;
}

bool
tm_unit_is_machine(tm_str author)
{
	/* memoQ, Trados and OmegaT say "MT!", Phrase and others "MT". */
	return tm_str_ieq(author, TM_STR("MT")) ||
	       tm_str_starts(author, TM_STR("MT!"));
}

static bool
origin_is_machine(const tm_meta *meta, size_t n)
{
	static const char *const origins[] = { "mt", "amt", "nmt",
		"MachineTranslation", "NeuralMachineTranslation",
		"AdaptiveMachineTranslation", "AutomaticTranslation",
		"machine" };

	for (size_t i = 0; i < n; i++) {
		if (meta[i].kind != TM_PROP ||
		    !(tm_str_ieq(meta[i].type, TM_STR("x-Origin")) ||
			tm_str_ieq(meta[i].type, TM_STR("origin"))))
			continue;
		for (size_t k = 0; k < sizeof origins / sizeof origins[0]; k++)
			if (tm_str_ieq(meta[i].value, tm_str_of(origins[k])))
				return true;
	}
	return false;
}

bool
tm_unit_is_machine_made(const tm_unit *unit, size_t to)
{
	const tm_variant *v = &unit->v[to];

	return tm_unit_is_machine(
		   unit->changer.n > 0 ? unit->changer : unit->author) ||
	       tm_unit_is_machine(v->changer.n > 0 ? v->changer : v->author) ||
	       origin_is_machine(unit->meta, unit->n_meta) ||
	       origin_is_machine(v->meta, v->n_meta);
}
