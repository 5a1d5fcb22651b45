/* cmd-concordance.c - words in context, with what translates them */
#include "config.h"

#include "choose.h"
#include "cmd.h"
#include "lexicons.h"

#include <stdlib.h>

struct values {
	const char *sort;
	struct choice choice;
	struct opt_list memory;
	int most, width;
	bool stems, any_order, group, json;
};

/* A place of the phrase in a unit, and its answer on the other side. */
struct quote {
	const tm_unit *unit; /* in the arena */
	size_t from, to, memory;
	tm_place *v;
	size_t n;
	tm_marked *marked;
	size_t n_marked;
	tm_str answer; /* plain words, what quotes are grouped by */
	tm_str said;   /* the same as it stands there */
	tm_str after;  /* folded, what stands behind the words */
	size_t nr;     /* in the order of finding */
};

struct search {
	struct tool *tool;
	const struct values *v;
	char *path[OPT_LIST_MAX];
	size_t n_memories, now;
	tm_arena arena;
	struct quote *quotes;
	size_t n, cap;
	tm_store_info info[OPT_LIST_MAX];
	bool taught; /* some table knew the languages */
};

static bool
keep_quote(void *self, const tm_quote *quote, tm_error *err)
{
	struct search *s = self;
	struct quote *q;

	(void)err;
	tm_grow(s->quotes, s->n, s->cap);
	q = &s->quotes[s->n];
	*q = (struct quote){ .unit = tm_unit_copy(&s->arena, quote->unit),
		.from = quote->from,
		.to = quote->to,
		.memory = s->now,
		.n = quote->n,
		.nr = s->n };
	q->v = tm_arena_alloc(&s->arena, quote->n * sizeof *q->v);
	memcpy(q->v, quote->v, quote->n * sizeof *q->v);
	s->n++;
	return !interrupted();
}

enum { MOST_COUNTED = 50000 };

/* ---- What translates the words ----------------------------------------- */

static tm_str
source_of(const struct quote *q)
{
	return q->unit->v[q->from].text;
}

static tm_str
target_of(const struct quote *q)
{
	return q->unit->v[q->to].text;
}

static tm_str
base_of(tm_str lang)
{
	for (size_t i = 0; i < lang.n; i++)
		if (lang.p[i] == '-')
			lang.n = i;
	return lang;
}

static bool
same_pair(const struct quote *a, const struct quote *b)
{
	const tm_unit *x = a->unit, *y = b->unit;

	return a->memory == b->memory &&
	       tm_str_eq(
		   base_of(x->v[a->from].lang), base_of(y->v[b->from].lang)) &&
	       tm_str_eq(base_of(x->v[a->to].lang), base_of(y->v[b->to].lang));
}

/* For one pair of languages in one memory. */
struct marker {
	tm_answers *answers;
	tm_analyser *an; /* of the translations */
	tm_tokens tokens;
};

/* The words of a translation without case, marks, spelling that is left open,
 * accelerators and punctuation: "_User", "user" and "User:" are one answer. */
static tm_str
plain_words(struct search *s, struct marker *m, tm_str text)
{
	tm_buf plain = { 0 };
	tm_str result;

	tm_analyse(m->an, text, &m->tokens);
	for (size_t i = 0; i < m->tokens.n; i++) {
		const tm_token *t = &m->tokens.v[i];

		if (t->kind == TM_PUNCT)
			continue;
		if (plain.n > 0)
			tm_buf_addc(&plain, ' ');
		tm_buf_add(&plain, t->plain.p, t->plain.n);
	}
	result =
	    tm_arena_str(&s->arena, plain.n > 0 ? tm_buf_str(&plain) : text);
	tm_buf_release(&plain);
	return result;
}

static void
mark(struct search *s, struct quote *q, struct marker *m)
{
	tm_marked *v = NULL;
	size_t cap = 0, n = 0;
	tm_buf words = { 0 }, folded = { 0 };

	for (size_t i = 0; i < q->n; i++) {
		tm_str word =
		    tm_str_sub(source_of(q), q->v[i].start, q->v[i].end);

		tm_buf_add(&words, word.p, word.n);
		tm_buf_addc(&words, ' ');
	}
	n = tm_answers_mark(
	    m->answers, tm_buf_str(&words), target_of(q), &v, &cap);
	q->n_marked = n;
	q->marked = tm_arena_alloc(&s->arena, (n + 1) * sizeof *q->marked);
	if (n > 0)
		memcpy(q->marked, v, n * sizeof *v);
	tm_buf_clear(&words);
	for (size_t i = 0; i < n; i++) {
		tm_str word = tm_str_sub(target_of(q), v[i].start, v[i].end);

		if (i > 0)
			tm_buf_addc(&words, ' ');
		tm_buf_add(&words, word.p, word.n);
	}
	if (n == 0)
		tm_buf_add(&words, target_of(q).p, target_of(q).n);
	q->said = tm_arena_str(&s->arena, tm_buf_str(&words));
	q->answer = plain_words(s, m, q->said);
	tm_text_fold(
	    tm_str_sub(source_of(q), q->v[q->n - 1].end, source_of(q).n),
	    &folded);
	q->after = tm_arena_str(&s->arena, tm_str_trim(tm_buf_str(&folded)));
	free(v);
	tm_buf_release(&words);
	tm_buf_release(&folded);
}

/* Mark the answers of all quotes with the memory and languages of q. */
static void
mark_like(struct search *s, tm_store *store, size_t first)
{
	const struct quote *q = &s->quotes[first];
	char from[TM_LANG_MAX], to[TM_LANG_MAX];
	struct marker m = { 0 };
	const tm_store_lexicon *tables;
	size_t n;

	snprintf(from, sizeof from, "%.*s",
	    TM_STR_ARG(base_of(q->unit->v[q->from].lang)));
	snprintf(
	    to, sizeof to, "%.*s", TM_STR_ARG(base_of(q->unit->v[q->to].lang)));
	m.answers = tm_answers_new(from, to);
	m.an = tm_analyser_new(to);
	for (size_t i = first; i < s->n; i++)
		for (size_t k = 0;
		     same_pair(&s->quotes[i], q) && k < s->quotes[i].n; k++)
			tm_answers_ask(
			    m.answers, tm_str_sub(source_of(&s->quotes[i]),
					   s->quotes[i].v[k].start,
					   s->quotes[i].v[k].end));
	if (!tm_store_lexicons(store, &s->arena, &tables, &n, NULL))
		n = 0;
	s->taught |= learn_answers(store, tables, n, m.answers, from, to);
	for (size_t i = first; i < s->n; i++)
		if (s->quotes[i].answer.p == NULL &&
		    same_pair(&s->quotes[i], q))
			mark(s, &s->quotes[i], &m);
	tm_answers_free(m.answers);
	tm_analyser_free(m.an);
	tm_tokens_release(&m.tokens);
}

/* ---- Order ------------------------------------------------------------- */

static int
by_place(const struct quote *x, const struct quote *y)
{
	return (x->nr > y->nr) - (x->nr < y->nr);
}

static int
by_answer(const void *a, const void *b)
{
	const struct quote *x = a, *y = b;
	int order = tm_str_cmp(x->answer, y->answer);

	if (order == 0)
		order = tm_str_cmp(x->said, y->said);
	return order != 0 ? order : by_place(x, y);
}

static int
by_after(const void *a, const void *b)
{
	const struct quote *x = a, *y = b;
	int order = tm_str_cmp(x->after, y->after);

	return order != 0 ? order : by_place(x, y);
}

static void
sort_quotes(struct search *s, int (*order)(const void *, const void *))
{
	if (s->n > 1)
		qsort(s->quotes, s->n, sizeof *s->quotes, order);
}

/* ---- Telling ----------------------------------------------------------- */

/* Text with pieces of it marked, in brackets where there are no colours. */
static void
print_marked(const struct tool *tool, tm_str text, const tm_marked *v, size_t n)
{
	size_t at = 0;

	if (tool->out_isolate)
		fputs("\xe2\x81\xa8", stdout);
	for (size_t i = 0; i < n; i++) {
		tm_str word = tm_str_sub(text, v[i].start, v[i].end);

		print_visible(tool, stdout, tm_str_sub(text, at, v[i].start));
		fputs(tool->out_color ? style_on(tool, GOOD) : "[", stdout);
		print_text(tool, stdout, word);
		fputs(tool->out_color ? style_off(tool) : "]", stdout);
		at = v[i].end;
	}
	print_visible(tool, stdout, tm_str_sub(text, at, text.n));
	if (tool->out_isolate)
		fputs("\xe2\x81\xa9", stdout);
}

static size_t
step_back(tm_str text, size_t at)
{
	do
		at--;
	while (at > 0 && ((unsigned char)text.p[at] & 0xc0) == 0x80);
	return at;
}

/* At most so many columns of the end of text. */
static tm_str
last_columns(tm_str text, size_t columns)
{
	size_t at = text.n;

	while (at > 0) {
		size_t before = step_back(text, at);

		if (tm_text_width(tm_str_sub(text, before, text.n)) > columns)
			break;
		at = before;
	}
	return tm_str_sub(text, at, text.n);
}

static tm_str
first_columns(tm_str text, size_t columns)
{
	size_t at = 0;

	while (at < text.n) {
		size_t next = at + 1;

		while (next < text.n &&
		       ((unsigned char)text.p[next] & 0xc0) == 0x80)
			next++;
		if (tm_text_width(tm_str_sub(text, 0, next)) > columns)
			break;
		at = next;
	}
	return tm_str_sub(text, 0, at);
}

/* The end of text, as much as fits, from the beginning of a word on. */
static tm_str
tail_of(tm_str text, size_t columns, bool *cut)
{
	tm_str tail = last_columns(text, columns);
	size_t at = 0;

	*cut = tail.n < text.n;
	if (!*cut)
		return tail;
	tail = last_columns(text, columns > 0 ? columns - 1 : 0);
	while (at < tail.n && tail.p[at] != ' ')
		at++;
	/* Scripts without spaces are cut anywhere. */
	return at < tail.n ? tm_str_sub(tail, at + 1, tail.n) : tail;
}

static tm_str
head_of(tm_str text, size_t columns, bool *cut)
{
	tm_str head = first_columns(text, columns);
	size_t at;

	*cut = head.n < text.n;
	if (!*cut)
		return head;
	head = first_columns(text, columns > 0 ? columns - 1 : 0);
	for (at = head.n; at > 0 && head.p[at - 1] != ' ';)
		at--;
	return at > 0 ? tm_str_sub(head, 0, at - 1) : head;
}

static size_t
key_width(const struct quote *q)
{
	return tm_text_width(
	    tm_str_sub(source_of(q), q->v[0].start, q->v[0].end));
}

/* Columns for each side of the words: no more than the terminal has room
 * for beside the widest of them, as long as those are no sentences. */
static size_t
side_columns(const struct search *s, size_t n)
{
	size_t columns = (size_t)s->v->width, widest = 0;
	size_t terminal = terminal_columns(s->tool);

	for (size_t i = 0; i < n; i++)
		if (key_width(&s->quotes[i]) > widest)
			widest = key_width(&s->quotes[i]);
	if (widest > terminal / 2)
		widest = terminal / 2;
	if (terminal > 0 && 2 * columns + widest > terminal)
		columns = (terminal - widest) / 2;
	return columns;
}

/*
 * The words in the middle. On a terminal, which puts right-to-left text in
 * its own order, what stands to the left of them is then what follows.
 */
static void
print_in_context(const struct search *s, const struct quote *q, size_t columns)
{
	tm_str text = source_of(q), lang = q->unit->v[q->from].lang;
	size_t start = q->v[0].start, end = q->v[0].end, n = 0, width;
	bool more_before, more_after;
	tm_str before =
	    tail_of(tm_str_sub(text, 0, start), columns, &more_before);
	tm_str after =
	    head_of(tm_str_sub(text, end, text.n), columns, &more_after);
	size_t first = start - before.n, last = end + after.n;
	tm_marked *keys = tm_alloc(q->n * sizeof *keys);
	tm_buf shown = { 0 };
	char tag[TM_LANG_MAX];

	tm_buf_adds(&shown, more_before ? "\xe2\x80\xa6" : "");
	for (size_t i = 0; i < q->n; i++)
		if (q->v[i].start >= first && q->v[i].end <= last)
			keys[n++] =
			    (tm_marked){ q->v[i].start - first + shown.n,
				    q->v[i].end - first + shown.n };
	tm_buf_add(&shown, text.p + first, last - first);
	tm_buf_adds(&shown, more_after ? "\xe2\x80\xa6" : "");
	snprintf(tag, sizeof tag, "%.*s", TM_STR_ARG(lang));
	width = s->tool->out_isolate && tm_lang_is_rtl(tag)
		    ? tm_text_width(after) + more_after
		    : tm_text_width(before) + more_before;
	printf("%*s", (int)(columns > width ? columns - width : 0), "");
	print_marked(s->tool, tm_buf_str(&shown), keys, n);
	putchar('\n');
	tm_buf_release(&shown);
	free(keys);
}

static void
print_quote(const struct search *s, const struct quote *q, size_t columns)
{
	const struct tool *tool = s->tool;
	const tm_unit *u = q->unit;
	size_t terminal = terminal_columns(tool);
	/* What would be wrapped begins further left. */
	bool wraps =
	    terminal > 0 && columns + tm_text_width(target_of(q)) > terminal;

	print_in_context(s, q, columns);
	printf("%*s", wraps ? 4 : (int)columns, "");
	print_marked(tool, target_of(q), q->marked, q->n_marked);
	printf("%s  #%lld", style_on(tool, DIM), (long long)u->id);
	if (s->n_memories > 1)
		printf("  %s", s->path[q->memory]);
	if (u->document.n > 0) {
		fputs("  ", stdout);
		print_text(tool, stdout, u->document);
		if (u->position > 0)
			printf(" pair %lld", (long long)u->position);
	}
	printf("%s\n", style_off(tool));
}

static json_t *
json_places(tm_str text, const tm_marked *v, size_t n)
{
	json_t *words = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(
		    words, json_of(tm_str_sub(text, v[i].start, v[i].end)));
	return words;
}

static json_t *
json_side(const tm_variant *v)
{
	json_t *o = json_object();

	json_object_set_new(o, "lang", json_of(v->lang));
	json_object_set_new(o, "text", json_of(v->text));
	return o;
}

static void
print_quote_json(const struct search *s, const struct quote *q)
{
	const tm_unit *u = q->unit;
	json_t *o = json_object(), *found = json_array();

	for (size_t i = 0; i < q->n; i++)
		json_array_append_new(found, json_of(tm_str_sub(source_of(q),
						 q->v[i].start, q->v[i].end)));
	json_object_set_new(o, "source", json_side(&u->v[q->from]));
	json_object_set_new(o, "target", json_side(&u->v[q->to]));
	json_object_set_new(o, "found", found);
	json_object_set_new(
	    o, "answers", json_places(target_of(q), q->marked, q->n_marked));
	json_object_set_new(
	    o, "memory", json_of(tm_str_of(s->path[q->memory])));
	json_object_set_new(o, "unit", json_integer(u->id));
	json_object_set_new(o, "document",
	    u->document.n == 0 ? json_null() : json_of(u->document));
	json_object_set_new(o, "position",
	    u->position == 0 ? json_null() : json_integer(u->position));
	print_json(o);
}

/* ---- By translation ---------------------------------------------------- */

struct group {
	const struct quote *first; /* that is written as most of them are */
	size_t n, alike;
};

static int
largest_first(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return tm_str_cmp(x->first->answer, y->first->answer);
}

static void
print_group(const struct search *s, const struct group *g)
{
	if (s->v->json) {
		json_t *o = json_object();

		json_object_set_new(o, "translation", json_of(g->first->said));
		json_object_set_new(o, "count", json_integer((json_int_t)g->n));
		json_object_set_new(
		    o, "known", json_boolean(g->first->n_marked > 0));
		json_object_set_new(
		    o, "unit", json_integer(g->first->unit->id));
		print_json(o);
		return;
	}
	printf("%6zu  ", g->n);
	if (g->first->n_marked > 0)
		fputs(style_on(s->tool, GOOD), stdout);
	print_text(s->tool, stdout, g->first->said);
	printf("%s\n", g->first->n_marked > 0 ? style_off(s->tool) : "");
}

static void
print_groups(struct search *s)
{
	struct group *groups = tm_zalloc(s->n + 1, sizeof *groups);
	size_t n = 0;

	sort_quotes(s, by_answer);
	/* From one run that is written alike to the next. */
	for (size_t i = 0, end; i < s->n; i = end) {
		const struct quote *q = &s->quotes[i];
		struct group *g;

		for (end = i + 1; end < s->n; end++)
			if (!tm_str_eq(q->answer, s->quotes[end].answer) ||
			    !tm_str_eq(q->said, s->quotes[end].said))
				break;
		if (i == 0 || !tm_str_eq(q->answer, q[-1].answer))
			n++;
		g = &groups[n - 1];
		g->n += end - i;
		if (end - i > g->alike) {
			g->alike = end - i;
			g->first = q;
		}
	}
	if (n > 1)
		qsort(groups, n, sizeof *groups, largest_first);
	for (size_t i = 0; i < n && (s->v->most == 0 || i < (size_t)s->v->most);
	     i++)
		print_group(s, &groups[i]);
	free(groups);
}

static void
print_quotes(struct search *s)
{
	size_t n = s->v->most == 0 || s->n < (size_t)s->v->most
		       ? s->n
		       : (size_t)s->v->most;
	size_t columns;

	if (strcmp(s->v->sort, "translation") == 0)
		sort_quotes(s, by_answer);
	else if (strcmp(s->v->sort, "after") == 0)
		sort_quotes(s, by_after);
	columns = side_columns(s, n);
	for (size_t i = 0; i < n; i++)
		if (s->v->json)
			print_quote_json(s, &s->quotes[i]);
		else
			print_quote(s, &s->quotes[i], columns);
}

/* ---- The command ------------------------------------------------------- */

static bool
search_memory(struct search *s, const tm_phrase *phrase, tm_error *err)
{
	tm_store *store = open_to_read(s->tool, s->path[s->now], err);
	size_t first = s->n;
	bool ok;

	if (store == NULL)
		return false;
	ok = tm_store_describe(store, &s->arena, &s->info[s->now], err) &&
	     (tm_store_concordance(store, phrase, keep_quote, s, err) ||
		 interrupted());
	for (size_t i = first; ok && i < s->n; i++)
		if (s->quotes[i].answer.p == NULL)
			mark_like(s, store, i);
	tm_store_close(store);
	return ok;
}

/* A memory that is named twice is searched once. */
static void
add_memory(struct search *s, const char *option)
{
	char *path = memory_path(option);
	size_t m = 0;

	while (m < s->n_memories && !is_same_file(s->path[m], path))
		m++;
	if (m < s->n_memories)
		free(path);
	else
		s->path[s->n_memories++] = path;
}

/* "cancel printing": the words are a phrase anyway. */
static tm_str
without_quotes(tm_str text)
{
	return text.n > 1 && text.p[0] == '"' && text.p[text.n - 1] == '"'
		   ? tm_str_sub(text, 1, text.n - 1)
		   : text;
}

static int
run(struct tool *tool, const void *values, char **args, int n)
{
	const struct values *v = values;
	struct search s = { .tool = tool, .v = v };
	size_t given = 0;
	tm_buf text = { 0 };
	tm_filter filter;
	tm_phrase phrase = { .from = v->choice.from,
		.to = v->choice.to,
		.filter = &filter,
		.stems = v->stems,
		.any_order = v->any_order };
	tm_error err;
	int status = EXIT_DONE;

	if (!match_filter(&v->choice, &filter, &err))
		return wrong_call(tool, "%s", err.msg);
	for (int i = 0; i < n; i++)
		tm_buf_printf(&text, "%s%s", i == 0 ? "" : " ", args[i]);
	phrase.text = tm_buf_str(&text);
	phrase.text = without_quotes(tm_str_trim(phrase.text));
	if (tm_str_trim(phrase.text).n == 0) {
		tm_buf_release(&text);
		return wrong_call(tool, "concordance needs words");
	}
	/* To sort or to count, all are wanted, within reason: a second. */
	phrase.most = v->group || strcmp(v->sort, "newest") != 0
			  ? MOST_COUNTED
			  : (size_t)v->most;
	watch_interrupts();
	if (!tm_text_is_utf8(phrase.text, NULL)) {
		complain("the text is not UTF-8");
		status = EXIT_CANNOT;
	}
	do
		add_memory(&s, v->memory.n == 0 ? NULL : v->memory.v[given]);
	while (++given < v->memory.n);
	for (; status == EXIT_DONE && s.now < s.n_memories; s.now++)
		if (!search_memory(&s, &phrase, &err))
			status = give_up(&err);
	if (interrupted())
		die_of_interrupt();
	if (status == EXIT_DONE && v->group)
		print_groups(&s);
	else if (status == EXIT_DONE)
		print_quotes(&s);
	if (status == EXIT_DONE && s.n >= MOST_COUNTED &&
	    phrase.most == MOST_COUNTED)
		remark(tool, "only the newest %d were looked at", MOST_COUNTED);
	if (status == EXIT_DONE && s.n == 0) {
		if (!lacks_languages(
			tool, s.info, s.n_memories, phrase.from, phrase.to))
			remark(tool, "nothing has these words%s%s",
			    v->any_order ? "" : " in a row",
			    v->stems ? ""
				     : "; --stems finds other forms of them");
		status = EXIT_NO;
	}
	for (size_t m = 0; m < s.n_memories; m++)
		free(s.path[m]);
	free(s.quotes);
	tm_arena_release(&s.arena);
	tm_buf_release(&text);
	return status;
}

static const char *const sort_choices[] = { "newest", "translation", "after",
	NULL };

static const struct opt opts[] = {
	{ 0, "from", "LANG", OPT_LANG, offsetof(struct values, choice.from),
	    .help = "language of WORDS (any)" },
	{ 0, "to", "LANG", OPT_LANG, offsetof(struct values, choice.to),
	    .help = "language of the translations (any other)" },
	{ 's', "stems", NULL, OPT_FLAG, offsetof(struct values, stems),
	    .help = "other forms of the words, too" },
	{ 0, "any-order", NULL, OPT_FLAG, offsetof(struct values, any_order),
	    .help = "all of the words, not in a row" },
	{ 'g', "group", NULL, OPT_FLAG, offsetof(struct values, group),
	    .help = "only the translations, with how often each occurs" },
	{ 0, "sort", "BY", OPT_CHOICE, offsetof(struct values, sort),
	    .help = "newest, translation or after: what comes behind",
	    .choices = sort_choices },
	{ 'k', "most", "N", OPT_INT, offsetof(struct values, most),
	    .help = "at most N (20), 0 for all", .max = 100000000 },
	{ 'w', "width", "N", OPT_INT, offsetof(struct values, width),
	    .help = "columns on each side of the words (30)", .min = 1,
	    .max = 1000 },
	OPT_UNITS_BUT_LANGUAGES(struct values),
	{ 0, "json", NULL, OPT_FLAG, offsetof(struct values, json),
	    .help = "one JSON object a line" },
	{ 'm', "memory", "FILE", OPT_LIST, offsetof(struct values, memory),
	    .help = "look in this memory; repeatable", .files = true },
	{ 0 },
};

static const struct values defaults = {
	.most = 20, .width = 30, .sort = "newest"
};

const struct cmd cmd_concordance = {
	.name = "concordance",
	.summary = "show words in context, with what translates them",
	.operands = "WORDS",
	.about =
	    "Print the segments of the memory that have WORDS in a row, in "
	    "either\n"
	    "language, with their translations. A * in a word stands for any\n"
	    "letters, alone for any word. The words that translate them are "
	    "marked\n"
	    "when 'tmtool train' has learned from the memory. Exit status 1 "
	    "when\n"
	    "nothing has them.",
	.opts = opts,
	.size = sizeof(struct values),
	.defaults = &defaults,
	.least = 1,
	.most = -1,
	.takes_text = true,
	.run = run,
};
