/*
 * lookup-answer.c - which words of a translation answer a piece of the query?
 *
 * A piece stands in a unit whose translation is longer than what is wanted of
 * it. Where "tmtool train" has learned from the memory, the words that
 * translate the piece are known:
 *
 *	[the European Union] has said no	>	قال [الاتحاد] [الأوروبي]
 *لا
 */
#include "config.h"

#include "lexicons.h"
#include "lookup.h"

#include <stdlib.h>

static void
base_of(tm_str lang, char tag[TM_LANG_MAX])
{
	size_t n = 0;

	while (n < lang.n && lang.p[n] != '-')
		n++;
	snprintf(tag, TM_LANG_MAX, "%.*s", (int)n, lang.p);
}

/* What a memory learned is listed once: that counts its words. */
static bool
has_tables(struct looker *l, size_t m)
{
	static const tm_store_lexicon none;

	if (l->tables[m] == NULL &&
	    (!tm_store_lexicons(l->memory[m].store, &l->arena, &l->tables[m],
		 &l->n_tables[m], NULL) ||
		l->n_tables[m] == 0)) {
		l->tables[m] = &none;
		l->n_tables[m] = 0;
	}
	return l->n_tables[m] > 0;
}

size_t
looker_answers(struct looker *l, const tm_piece *p)
{
	const tm_variant *from = &p->unit->v[p->from];
	const tm_variant *to = &p->unit->v[p->to];
	tm_str phrase = tm_str_sub(from->text, p->at, p->at_end);
	char source[TM_LANG_MAX], target[TM_LANG_MAX];
	tm_answers *answers;
	size_t n = 0;

	if (!has_tables(l, p->memory))
		return 0;
	base_of(from->lang, source);
	base_of(to->lang, target);
	answers = tm_answers_new(source, target);
	tm_answers_ask(answers, phrase);
	if (learn_answers(l->memory[p->memory].store, l->tables[p->memory],
		l->n_tables[p->memory], answers, source, target))
		n = tm_answers_mark(
		    answers, phrase, to->text, &l->marked, &l->cap_marked);
	tm_answers_free(answers);
	return n;
}
