/* lexicons.c - where an alignment has its words from */
#include "config.h"

#include "lexicons.h"

#include <time.h>

const char *
lexicon_language(tm_str lang, char out[80])
{
	char tag[TM_LANG_MAX];

	snprintf(tag, sizeof tag, "%.*s", TM_STR_ARG(lang));
	return tm_lang_name(tag, out, 80);
}

json_t *
lexicon_json(const tm_store_lexicon *about)
{
	json_t *o = json_object();
	char date[32] = "";
	time_t t = (time_t)about->trained;
	struct tm parts;

	if (gmtime_r(&t, &parts) != NULL)
		strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &parts);
	json_object_set_new(o, "from", json_of(about->from));
	json_object_set_new(o, "to", json_of(about->to));
	json_object_set_new(o, "units", json_integer(about->units));
	json_object_set_new(o, "word_pairs", json_integer(about->word_pairs));
	json_object_set_new(o, "from_words", json_integer(about->words[0]));
	json_object_set_new(o, "to_words", json_integer(about->words[1]));
	json_object_set_new(o, "trained", json_string(date));
	json_object_set_new(o, "last_unit", json_integer(about->last));
	json_object_set_new(o, "newer_units", json_integer(about->newer));
	json_object_set_new(o, "changed_units", json_integer(about->stale));
	json_object_set_new(o, "version", json_integer(about->version));
	return o;
}

bool
learn_answers(tm_store *store, const tm_store_lexicon *tables, size_t n,
    tm_answers *answers, const char *from, const char *to)
{
	tm_str source = tm_str_of(from), target = tm_str_of(to);
	size_t n_keys;
	const tm_str *keys = tm_answers_keys(answers, &n_keys);
	bool taught = false;

	for (size_t i = 0; i < n; i++) {
		const tm_store_lexicon *t = &tables[i];
		tm_taught words = { 0 };
		int side;

		if (tm_str_eq(t->from, source) && tm_str_eq(t->to, target))
			side = 0;
		else if (tm_str_eq(t->from, target) && tm_str_eq(t->to, source))
			side = 1;
		else
			continue;
		if (t->version == TM_TAUGHT_VERSION &&
		    tm_store_get_lexicon(
			store, t->id, side, keys, n_keys, &words, NULL)) {
			tm_answers_learn(answers, &words, side);
			taught = true;
		}
		tm_taught_release(&words);
	}
	return taught;
}

/* ---- For an alignment -------------------------------------------------- */

static bool
is_of(tm_str table, const char *lang)
{
	return tm_str_eq(
	    table, tm_str_sub(tm_str_of(lang), 0, strcspn(lang, "-")));
}

/* What store taught between from and to; false, with err set, when it
 * cannot be read. */
static bool
add_taught(const struct tool *tool, tm_lexicon *lex, tm_store *store,
    const char *from, const char *to, bool limited, const char *memory,
    tm_error *err)
{
	const tm_store_lexicon *v;
	tm_arena arena = { 0 };
	tm_taught taught = { 0 };
	size_t n, n_keys;
	bool ok = tm_store_lexicons(store, &arena, &v, &n, err);
	tm_str *keys = tm_lexicon_wanted(lex, &arena, &n_keys);

	for (size_t k = 0; ok && k < n; k++) {
		bool there = is_of(v[k].from, from) && is_of(v[k].to, to);
		bool back = is_of(v[k].from, to) && is_of(v[k].to, from);

		if ((!there && !back) || v[k].version != TM_TAUGHT_VERSION)
			continue;
		ok = tm_store_get_lexicon(store, v[k].id, !there,
		    limited ? keys : NULL, n_keys, &taught, err);
		if (!ok)
			break;
		tm_lexicon_add_taught(lex, &taught, !there);
		remark(tool,
		    "lexicon: %s (learned from %lld pairs, %zu word pairs "
		    "that apply)",
		    memory, (long long)v[k].units, taught.n_pairs);
	}
	tm_taught_release(&taught);
	tm_arena_release(&arena);
	return ok;
}

static void
add_memory(const struct tool *tool, tm_lexicon *lex, const char *from,
    const char *to, bool limited, const char *memory)
{
	tm_error err;
	tm_store *store = tm_store_open(memory, TM_READ, &err);

	/* That there is none, or that it cannot be used, is said when it is
	 * to be stored in. */
	if (store == NULL)
		return;
	if (!add_taught(tool, lex, store, from, to, limited, memory, &err))
		complain(
		    "%s: what it learned is not used: %s", memory, err.msg);
	tm_store_close(store);
}

/* After so many, bad lines are only counted. */
enum { MOST_BAD = 20 };

struct reading {
	const char *path;
	size_t bad;
};

static void
tell_bad(void *self, size_t line, const char *msg)
{
	struct reading *r = self;

	if (++r->bad <= MOST_BAD)
		fprintf(stderr, "%s:%zu: %s\n", r->path, line, msg);
}

static bool
add_file(
    const struct tool *tool, tm_lexicon *lex, const char *path, tm_error *err)
{
	struct reading r = { path, 0 };
	tm_buf what = { 0 };
	size_t pairs;

	if (!tm_lexicon_add_file(lex, path, tell_bad, &r, &pairs, err))
		return false;
	count_of(&what, pairs, "pair");
	tm_buf_adds(&what, pairs == 1 ? " applies" : " apply");
	if (r.bad > 0) {
		tm_buf_adds(&what, ", ");
		count_of(&what, r.bad, "bad line");
		tm_buf_adds(&what, " left out");
	}
	remark(tool, "lexicon: %s (%s)", path, what.p);
	tm_buf_release(&what);
	return true;
}

/* What goes wrong with an installed dictionary stops nothing, but somebody
 * should mend it. */
static void
tell_damage(const struct tool *tool, const tm_buf *read, const tm_error *err)
{
	complain("%s", err->msg);
	remark(tool, "dictionary: %s", read->n > 0 ? read->p : "none");
}

tm_lexicon *
load_lexicon(const struct tool *tool, const struct wordlists *asked,
    const char *from, const char *to, const tm_str *segments, size_t n,
    const char *memory, tm_error *err)
{
	tm_lexicon *lex = tm_lexicon_new(from, to);
	tm_buf what = { 0 };
	tm_error absent;

	if (segments != NULL)
		tm_lexicon_limit(lex, segments, n);
	tm_lexicon_add_cldr(lex);
	for (size_t k = 0; k < asked->files.n; k++)
		if (!add_file(tool, lex, asked->files.v[k], err)) {
			tm_lexicon_free(lex);
			return NULL;
		}
	if (asked->none)
		return lex;
	if (tm_lexicon_add_freedict(lex, NULL, &what, &absent))
		remark(tool, "dictionary: %s", what.p);
	else if (absent.code == TM_ABSENT)
		remark(tool, "dictionary: none (%s)", absent.msg);
	else
		tell_damage(tool, &what, &absent);
	tm_buf_release(&what);
	if (memory != NULL)
		add_memory(tool, lex, from, to, segments != NULL, memory);
	return lex;
}
