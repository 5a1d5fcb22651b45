/* lookup-show.c - what a lookup found, for people and for programs */
#include "config.h"

#include "difference.h"
#include "lookup.h"

#include <stdlib.h>

/* ---- For programs ------------------------------------------------------ */

static json_t *
json_codes(const tm_code_at *v, size_t n)
{
	json_t *codes = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(
		    codes, json_pack("{s:I,s:o}", "at", (json_int_t)v[i].at,
			       "xml", json_of(v[i].xml)));
	return codes;
}

static json_t *
json_variant(const tm_variant *v)
{
	json_t *o = json_object();

	json_object_set_new(o, "lang", json_of(v->lang));
	json_object_set_new(o, "text", json_of(v->text));
	if (v->n_codes > 0)
		json_object_set_new(
		    o, "codes", json_codes(v->codes, v->n_codes));
	return o;
}

/* A text with its codes in it, as they are written. */
static json_t *
json_marked(tm_str s)
{
	tm_buf all = { 0 };
	tm_str plain, xml;
	size_t at = 0;
	json_t *o;

	while (tm_codes_next(s, &at, &plain, &xml)) {
		tm_buf_add(&all, plain.p, plain.n);
		if (xml.p != NULL)
			tm_buf_add(&all, xml.p, xml.n);
	}
	o = json_of(tm_buf_str(&all));
	tm_buf_release(&all);
	return o;
}

static json_t *
json_edits(const tm_found *f, tm_str query)
{
	static const char *const names[] = { [TM_KEEP] = "keep",
		[TM_REPLACE] = "replace",
		[TM_INSERT] = "insert",
		[TM_DELETE] = "delete" };
	struct difference d = { 0 };
	json_t *edits = json_array();

	difference_of(&d, f->match.edits, f->match.n_edits, f->text, query);
	for (size_t i = 0; i < d.n; i++) {
		json_t *o = json_object();

		json_object_set_new(o, "op", json_string(names[d.v[i].op]));
		json_object_set_new(o, "stored", json_marked(d.v[i].was));
		json_object_set_new(o, "query", json_marked(d.v[i].is));
		json_array_append_new(edits, o);
	}
	difference_release(&d);
	return edits;
}

static json_t *
json_ledger(const tm_match *m)
{
	json_t *ledger = json_array();

	for (size_t i = 0; i < m->n_ledger; i++) {
		json_t *row = json_object();

		json_object_set_new(
		    row, "name", json_string(m->ledger[i].name));
		json_object_set_new(
		    row, "points", json_integer(m->ledger[i].points));
		json_array_append_new(ledger, row);
	}
	return ledger;
}

/* What of the context that was asked for agrees; null for what was not. */
static json_t *
json_context(const tm_found *f, const struct lookup_ask *ask)
{
	json_t *o = json_object();

	json_object_set_new(o, "previous",
	    ask->prev.n == 0 ? json_null() : json_boolean(f->prev));
	json_object_set_new(
	    o, "next", ask->next.n == 0 ? json_null() : json_boolean(f->next));
	json_object_set_new(
	    o, "id", ask->id.n == 0 ? json_null() : json_boolean(f->id));
	return o;
}

/* The translation with the numbers and codes of the query, and what they
 * replace. */
static json_t *
json_adapted(const tm_adapted *a, tm_str target)
{
	json_t *o = json_object(), *changes = json_array();
	tm_str text = tm_buf_str(&a->text);
	tm_arena arena = { 0 };
	tm_coded coded;

	for (size_t i = 0; i < a->n; i++) {
		const tm_adapted_at *v = &a->v[i];
		json_t *change = json_object();

		json_object_set_new(change, "was",
		    json_marked(tm_str_sub(target, v->was_start, v->was_end)));
		json_object_set_new(change, "is",
		    json_marked(tm_str_sub(text, v->start, v->end)));
		json_object_set_new(
		    change, "check_form", json_boolean(v->check_form));
		json_array_append_new(changes, change);
	}
	tm_codes_split(text, &arena, &coded);
	json_object_set_new(o, "text", json_of(coded.text));
	if (coded.n_codes > 0)
		json_object_set_new(
		    o, "codes", json_codes(coded.codes, coded.n_codes));
	json_object_set_new(o, "changes", changes);
	tm_arena_release(&arena);
	return o;
}

static json_t *
json_match(struct looker *l, const tm_found *f, const struct lookup_ask *ask)
{
	static const char *const statuses[] = { [TM_DRAFT] = "draft",
		[TM_CONFIRMED] = "confirmed",
		[TM_REJECTED] = "rejected" };
	const tm_unit *u = f->unit;
	json_t *o = json_object();

	json_object_set_new(o, "rate", json_integer(f->match.rate));
	json_object_set_new(o, "score", json_real(f->match.score));
	json_object_set_new(o, "source", json_variant(&u->v[f->from]));
	json_object_set_new(o, "target", json_variant(&u->v[f->to]));
	json_object_set_new(o, "adapted",
	    looker_adapt(l, f)
		? json_adapted(&l->adapted, tm_buf_str(&l->target))
		: json_null());
	json_object_set_new(o, "edits", json_edits(f, l->answer.query));
	json_object_set_new(o, "ledger", json_ledger(&f->match));
	if (ask->prev.n > 0 || ask->next.n > 0 || ask->id.n > 0)
		json_object_set_new(o, "context", json_context(f, ask));
	json_object_set_new(
	    o, "memory", json_of(tm_str_of(l->plan->path[f->memory])));
	json_object_set_new(o, "unit", json_integer(u->id));
	json_object_set_new(o, "status", json_string(statuses[u->status]));
	json_object_set_new(o, "confidence",
	    u->confidence < 0 ? json_null() : json_real(u->confidence));
	json_object_set_new(o, "document",
	    u->document.n == 0 ? json_null() : json_of(u->document));
	json_object_set_new(o, "position",
	    u->position == 0 ? json_null() : json_integer(u->position));
	return o;
}

/* The words that translate a piece. */
static json_t *
json_answers(struct looker *l, const tm_piece *p)
{
	json_t *answers = json_array();
	size_t n = looker_answers(l, p);

	for (size_t i = 0; i < n; i++)
		json_array_append_new(
		    answers, json_of(tm_str_sub(p->unit->v[p->to].text,
				 l->marked[i].start, l->marked[i].end)));
	return answers;
}

static json_t *
json_pieces(struct looker *l, tm_str query)
{
	json_t *pieces = json_array();

	for (size_t i = 0; i < l->pieces.n; i++) {
		const tm_piece *p = &l->pieces.v[i];
		const tm_unit *u = p->unit;
		json_t *o = json_object();

		json_object_set_new(
		    o, "text", json_of(tm_str_sub(query, p->start, p->end)));
		json_object_set_new(o, "source", json_variant(&u->v[p->from]));
		json_object_set_new(o, "target", json_variant(&u->v[p->to]));
		json_object_set_new(o, "answers", json_answers(l, p));
		json_object_set_new(
		    o, "memory", json_of(tm_str_of(l->plan->path[p->memory])));
		json_object_set_new(o, "unit", json_integer(u->id));
		json_array_append_new(pieces, o);
	}
	return pieces;
}

static void
print_object(json_t *o, FILE *fp)
{
	json_dumpf(o, fp, JSON_COMPACT | JSON_REAL_PRECISION(6));
	fputc('\n', fp);
	json_decref(o);
}

void
lookup_show_json(struct looker *l, const struct lookup_ask *ask, FILE *fp)
{
	json_t *o = json_object(), *matches = json_array();

	for (size_t i = 0; i < l->answer.n && !l->is_like; i++)
		json_array_append_new(
		    matches, json_match(l, &l->answer.v[i], ask));
	json_object_set_new(o, "query", json_of(ask->text));
	json_object_set_new(o, "matches", matches);
	if (l->is_like)
		json_object_set_new(
		    o, "like", json_match(l, &l->answer.v[0], ask));
	if ((l->answer.n == 0 || l->is_like) && !l->plan->v->no_pieces)
		json_object_set_new(o, "pieces", json_pieces(l, l->asked.text));
	print_object(o, fp);
}

void
lookup_show_bad(
    const struct lookup_plan *plan, size_t line, const char *why, FILE *fp)
{
	json_t *o;

	if (plan->v->html) {
		fprintf(
		    fp, "<section><p>line %zu: %s</p></section>\n", line, why);
		return;
	}
	if (!plan->v->json) {
		fprintf(fp, "> (line %zu)\n     %s\n\n", line, why);
		return;
	}
	o = json_object();
	json_object_set_new(o, "query", json_null());
	json_object_set_new(o, "line", json_integer((json_int_t)line));
	json_object_set_new(o, "error", json_string(why));
	json_object_set_new(o, "matches", json_array());
	print_object(o, fp);
}

/* ---- For people -------------------------------------------------------- */

/* Text and codes, which are always left to right. */
static void
print_codes(const struct tool *tool, FILE *fp, tm_str s, enum code_view view)
{
	tm_buf shown = { 0 };
	tm_str plain, xml;
	size_t at = 0;

	while (tm_codes_next(s, &at, &plain, &xml)) {
		print_visible(tool, fp, plain);
		if (xml.p == NULL)
			continue;
		tm_buf_clear(&shown);
		difference_code(xml, view, &shown);
		if (tool->out_isolate)
			fputs(LRI, fp);
		print_visible(tool, fp, tm_buf_str(&shown));
		if (tool->out_isolate)
			fputs(PDI, fp);
	}
	tm_buf_release(&shown);
}

static void
print_marked(const struct tool *tool, FILE *fp, tm_str s)
{
	print_codes(tool, fp, s, CODE_NUMBER);
}

static void
print_isolated(const struct tool *tool, FILE *fp, tm_str s)
{
	if (tool->out_isolate)
		fputs(FSI, fp);
	print_marked(tool, fp, s);
	if (tool->out_isolate)
		fputs(PDI, fp);
}

/*
 * One side of a change; without colours the marks of wdiff tell. On a
 * terminal each is an isolate, so that a number deleted from Arabic stays
 * where it stood.
 */
static void
print_change(const struct tool *tool, enum style style, const char *marks,
    tm_str s, enum code_view view, FILE *fp)
{
	tm_buf shown = { 0 };
	tm_str before, after;

	if (s.n == 0)
		return;
	difference_edges(&s, &before, &after);
	print_marked(tool, fp, before);
	if (!tool->out_color)
		tm_buf_printf(&shown, "%c%c", marks[0], marks[1]);
	difference_show(s, &shown);
	if (!tool->out_color)
		tm_buf_printf(&shown, "%c%c", marks[1], marks[2]);
	if (tool->out_color)
		fputs(style_on(tool, style), fp);
	if (tool->out_isolate)
		fputs(FSI, fp);
	print_codes(tool, fp, tm_buf_str(&shown), view);
	if (tool->out_isolate)
		fputs(PDI, fp);
	if (tool->out_color)
		fputs(style_off(tool), fp);
	print_marked(tool, fp, after);
	tm_buf_release(&shown);
}

/* The stored segment, with what makes it the query. */
static void
print_difference(
    const struct tool *tool, const tm_found *f, tm_str query, FILE *fp)
{
	struct difference d = { 0 };
	enum code_view view;

	difference_of(&d, f->match.edits, f->match.n_edits, f->text, query);
	for (size_t i = 0; i < d.n; i++) {
		const struct piece *p = &d.v[i];

		if (p->op == TM_KEEP) {
			print_marked(tool, fp, p->was);
			continue;
		}
		view = difference_view(p->was, p->is);
		print_change(tool, DELETED, "[-]", p->was, view, fp);
		print_change(tool, INSERTED, "{+}", p->is, view, fp);
	}
	difference_release(&d);
}

/* The translation once more, with the numbers of the query in it. */
static void
print_adapted(const struct looker *l, FILE *fp)
{
	const struct tool *tool = l->plan->tool;
	const tm_adapted *a = &l->adapted;
	tm_str target = tm_buf_str(&l->target);
	tm_str text = tm_buf_str(&a->text);
	bool check = false;
	size_t at = 0;

	fputs("   = ", fp);
	if (tool->out_isolate)
		fputs(FSI, fp);
	for (size_t i = 0; i < a->n; i++) {
		const tm_adapted_at *v = &a->v[i];
		tm_str was, is;

		print_marked(tool, fp, tm_str_sub(text, at, v->start));
		is = tm_str_sub(text, v->start, v->end);
		was = tm_str_sub(target, v->was_start, v->was_end);
		print_change(
		    tool, INSERTED, "{+}", is, difference_view(was, is), fp);
		at = v->end;
		check = check || v->check_form;
	}
	print_marked(tool, fp, tm_str_sub(text, at, text.n));
	if (tool->out_isolate)
		fputs(PDI, fp);
	if (check)
		fprintf(fp, "%s  (check the forms)%s", style_on(tool, DIM),
		    style_off(tool));
	fputc('\n', fp);
}

/* Where the unit is from, how sure its pair is, what cost points. */
static void
print_origin(const struct looker *l, const tm_found *f, FILE *fp)
{
	const struct tool *tool = l->plan->tool;
	const tm_unit *u = f->unit;

	fputs(style_on(tool, DIM), fp);
	fprintf(fp, "  #%lld", (long long)u->id);
	if (l->n > 1)
		fprintf(fp, "  %s", l->plan->path[f->memory]);
	if (u->document.n > 0) {
		fputs("  ", fp);
		print_text(tool, fp, u->document);
		if (u->position > 0)
			fprintf(fp, " pair %lld", (long long)u->position);
	}
	if (u->confidence >= 0)
		fprintf(fp, "  sure %.1f %%", 100 * u->confidence);
	for (size_t i = 0; i < f->match.n_ledger; i++)
		fprintf(fp, "%s%+d %s", i == 0 ? "  " : ", ",
		    -f->match.ledger[i].points, f->match.ledger[i].name);
	fputs(style_off(tool), fp);
}

static void
print_match(struct looker *l, const tm_found *f, FILE *fp)
{
	const struct tool *tool = l->plan->tool;
	const tm_variant *from = &f->unit->v[f->from];
	const tm_variant *to = &f->unit->v[f->to];
	enum style style = f->match.rate >= 95	 ? GOOD
			   : f->match.rate >= 75 ? MIDDLING
						 : BAD;

	if (!l->is_like) {
		fprintf(fp, "%s%3d %%%s  %.*s > %.*s", style_on(tool, style),
		    f->match.rate, style_off(tool), TM_STR_ARG(from->lang),
		    TM_STR_ARG(to->lang));
		print_origin(l, f, fp);
		fputc('\n', fp);
	}
	fputs(l->is_like ? "   ~ " : "     ", fp);
	if (tool->out_isolate)
		fputs(FSI, fp);
	print_difference(tool, f, l->answer.query, fp);
	if (tool->out_isolate)
		fputs(PDI, fp);
	if (l->is_like)
		fprintf(fp, "%s  #%lld  %d %%%s", style_on(tool, DIM),
		    (long long)f->unit->id, f->match.rate, style_off(tool));
	fputs("\n     ", fp);
	print_isolated(tool, fp, looker_target(l, f));
	fputc('\n', fp);
	if (looker_adapt(l, f))
		print_adapted(l, fp);
}

static void
print_bold(const struct tool *tool, FILE *fp, tm_str s)
{
	fputs(tool->out_color ? style_on(tool, BOLD) : "[", fp);
	print_isolated(tool, fp, s);
	fputs(tool->out_color ? style_off(tool) : "]", fp);
}

/* The translation of a piece, with the words that answer it marked. */
static void
print_answers(struct looker *l, const tm_piece *p, FILE *fp)
{
	const struct tool *tool = l->plan->tool;
	size_t n = looker_answers(l, p), at = 0;
	tm_str all = looker_piece_target(l, p);

	if (tool->out_isolate)
		fputs(FSI, fp);
	for (size_t i = 0; i < n; i++) {
		size_t start = lookup_offset(all, l->marked[i].start, true);
		size_t end = lookup_offset(all, l->marked[i].end, false);

		print_marked(tool, fp, tm_str_sub(all, at, start));
		print_bold(tool, fp, tm_str_sub(all, start, end));
		at = end;
	}
	print_marked(tool, fp, tm_str_sub(all, at, all.n));
	if (tool->out_isolate)
		fputs(PDI, fp);
}

/* A unit that has a part of the query, which is marked in it. */
static void
print_piece(struct looker *l, const tm_piece *p, FILE *fp)
{
	const struct tool *tool = l->plan->tool;
	const tm_unit *u = p->unit;
	tm_str part[3];

	looker_piece(l, p, part);
	fputs("   ~ ", fp);
	if (tool->out_isolate)
		fputs(FSI, fp);
	print_marked(tool, fp, part[0]);
	print_bold(tool, fp, part[1]);
	print_marked(tool, fp, part[2]);
	if (tool->out_isolate)
		fputs(PDI, fp);
	fprintf(fp, "%s  #%lld", style_on(tool, DIM), (long long)u->id);
	if (l->n > 1)
		fprintf(fp, "  %s", l->plan->path[p->memory]);
	fprintf(fp, "%s\n     ", style_off(tool));
	print_answers(l, p, fp);
	fputc('\n', fp);
}

void
lookup_show(struct looker *l, const struct lookup_ask *ask, FILE *fp)
{
	const struct tool *tool = l->plan->tool;

	if (ask->batch) {
		fputs(style_on(tool, BOLD), fp);
		fputs("> ", fp);
		print_text(tool, fp, ask->text);
		fprintf(fp, "%s\n", style_off(tool));
	}
	if (ask->batch && (l->answer.n == 0 || l->is_like))
		fputs("     no match\n", fp);
	for (size_t i = 0; i < l->answer.n; i++)
		print_match(l, &l->answer.v[i], fp);
	for (size_t i = 0; i < l->pieces.n; i++)
		print_piece(l, &l->pieces.v[i], fp);
	if (ask->batch)
		fputc('\n', fp);
}
