/* cmd-info.c - what is in the memory */
#include "config.h"

#include "lexicons.h"

#include <stdlib.h>

struct values {
	const char *memory;
	bool json, check;
};

static void
print_json_info(const char *path, const tm_store_info *info, const char *index,
    const tm_store_lexicon *taught, size_t n_taught)
{
	json_t *o = json_object(), *langs = json_array();
	json_t *tables = json_array();
	char when[32];

	for (size_t i = 0; i < info->n_langs; i++) {
		json_t *l = json_object();

		json_object_set_new(l, "lang", json_of(info->langs[i].lang));
		json_object_set_new(l, "variants",
		    json_integer((json_int_t)info->langs[i].variants));
		json_object_set_new(
		    l, "source", json_boolean(info->langs[i].is_source));
		json_array_append_new(langs, l);
	}
	for (size_t k = 0; k < n_taught; k++)
		json_array_append_new(tables, lexicon_json(&taught[k]));
	json_object_set_new(o, "memory", json_of(tm_str_of(path)));
	json_object_set_new(o, "units", json_integer((json_int_t)info->units));
	json_object_set_new(o, "languages", langs);
	json_object_set_new(o, "lexicons", tables);
	json_object_set_new(o, "bytes", json_integer((json_int_t)info->bytes));
	json_object_set_new(o, "index",
	    index == NULL ? json_null() : json_of(tm_str_of(index)));
	json_object_set_new(o, "created",
	    info->created == 0 ? json_null()
			       : json_string(date_text(info->created, when)));
	json_object_set_new(o, "changed",
	    info->changed == 0 ? json_null()
			       : json_string(date_text(info->changed, when)));
	json_object_set_new(o, "schema", json_integer(info->schema));
	print_json(o);
}

static void
print_taught(const tm_store_lexicon *l)
{
	char from[80], to[80];
	tm_buf pairs = { 0 };

	count_of(&pairs, (size_t)l->units, "pair");
	printf("lexicon    %s-%s, %lld word pairs learned from %s",
	    lexicon_language(l->from, from), lexicon_language(l->to, to),
	    (long long)l->word_pairs, pairs.p);
	if (l->newer > 0)
		printf(", %lld newer", (long long)l->newer);
	if (l->stale > 0)
		printf(", %lld changed since", (long long)l->stale);
	putchar('\n');
	tm_buf_release(&pairs);
}

static void
print_info(const char *path, const tm_store_info *info, const char *index,
    const tm_store_lexicon *taught, size_t n_taught)
{
	char when[32], name[80], lang[TM_LANG_MAX];

	printf("memory     %s\n", path);
	printf("units      %zu\n", info->units);
	for (size_t i = 0; i < info->n_langs; i++) {
		snprintf(
		    lang, sizeof lang, "%.*s", TM_STR_ARG(info->langs[i].lang));
		printf("language   %s  %s, %zu segments%s\n", lang,
		    tm_lang_name(lang, name, sizeof name),
		    info->langs[i].variants,
		    info->langs[i].is_source ? ", a source" : "");
	}
	for (size_t k = 0; k < n_taught; k++)
		print_taught(&taught[k]);
	printf("size       %llu bytes\n", (unsigned long long)info->bytes);
	if (index != NULL)
		printf("index      %s\n", index);
	if (info->created != 0)
		printf("first unit %s\n", date_text(info->created, when));
	if (info->changed != 0)
		printf("last unit  %s\n", date_text(info->changed, when));
}

/* Faults that are named; who has more has no use for them. */
enum { MOST_FAULTS = 100 };

static void
name_fault(void *self, const char *fault)
{
	complain("'%s' is damaged: %s", (const char *)self, fault);
}

static int
check(struct tool *tool, tm_store *store, char *memory)
{
	size_t n = tm_store_faults(store, MOST_FAULTS, name_fault, memory);

	if (n == 0) {
		remark(tool, "%s: sound", memory);
		return EXIT_DONE;
	}
	if (n >= MOST_FAULTS)
		complain("there may be more");
	return EXIT_NO;
}

static int
run(struct tool *tool, const void *given, char **args, int n)
{
	const struct values *v = given;
	char *memory = memory_path(n > 0 ? args[0] : v->memory);
	tm_store *store;
	tm_store_info info;
	const tm_store_lexicon *taught;
	size_t n_taught;
	tm_arena arena = { 0 };
	tm_error err;
	int status = EXIT_DONE;
	bool ok;

	store = open_to_read(tool, memory, &err);
	ok = store != NULL && tm_store_describe(store, &arena, &info, &err) &&
	     tm_store_lexicons(store, &arena, &taught, &n_taught, &err);
	/* Damage is what was asked for: the answer is no. */
	if (v->check && (ok || (store != NULL && err.code == TM_PARSE)))
		status = check(tool, store, memory);
	else if (!ok && v->check && err.code == TM_PARSE) {
		complain("%s", err.msg);
		status = EXIT_NO;
	} else if (!ok)
		status = give_up(&err);
	else if (v->json)
		print_json_info(memory, &info, tm_store_index_path(store),
		    taught, n_taught);
	else
		print_info(memory, &info, tm_store_index_path(store), taught,
		    n_taught);
	tm_store_close(store);
	tm_arena_release(&arena);
	free(memory);
	return status;
}

static const struct opt opts[] = {
	{ 0, "json", NULL, OPT_FLAG, offsetof(struct values, json),
	    .help = "as a JSON object" },
	{ 0, "check", NULL, OPT_FLAG, offsetof(struct values, check),
	    .help = "only see whether the memory and its index are sound" },
	OPT_MEMORY(struct values),
	{ 0 },
};

const struct cmd cmd_info = {
	.name = "info",
	.summary = "say what is in the memory",
	.operands = "[MEMORY]",
	.about = "Print the languages, units, size and dates of the memory, "
		 "and what "
		 "it learned.",
	.most = 1,
	.opts = opts,
	.size = sizeof(struct values),
	.run = run,
};
