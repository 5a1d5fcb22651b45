/*
 * lookup-html.c - what a lookup found, as one page
 *
 * A section for each query; what differs is <del> and <ins>, legible without
 * colours (struck out, underlined). Every text has its language and
 * direction in a <bdi>, and each change is one of its own, so that a number
 * in Arabic stays where it belongs. The page needs nothing from anywhere.
 */
#include "config.h"

#include "difference.h"
#include "lookup.h"

static const char style[] =
    ":root{color-scheme:light dark}\n"
    "body{font:16px/1.5 system-ui,\"Noto Sans\",\"Noto Naskh Arabic\","
    "sans-serif;margin:0 auto;max-width:60rem;padding:1rem}\n"
    "h2{font-size:1.1rem;margin:1.5rem 0 .3rem}\n"
    "article{border-block-start:1px solid #8884;padding:.5rem 0}\n"
    "p{margin:.2rem 0}\n"
    "p.about{color:GrayText;font-size:.9em}\n"
    "p.about b{color:CanvasText;font-variant-numeric:tabular-nums}\n"
    "bdi{display:block}\nbdi bdi{display:inline}\n"
    "code{unicode-bidi:isolate;color:GrayText;font-size:.85em}\n"
    "del{color:#c62828}\nins{color:#2e7d32;text-decoration:underline}\n"
    "@media(prefers-color-scheme:dark){del{color:#ff8a80}"
    "ins{color:#a5d6a7}}\n"
    "[lang|=ar],[lang|=fa],[lang|=ur]{font-size:1.12em;line-height:1.8}\n"
    "@media print{article{break-inside:avoid}}\n";

void
lookup_html_begin(FILE *fp)
{
	fprintf(fp,
	    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width\">\n"
	    "<title>tmtool lookup</title>\n<style>\n%s</style>\n</head>\n"
	    "<body>\n",
	    style);
}

void
lookup_html_end(FILE *fp)
{
	fputs("</body>\n</html>\n", fp);
}

static void
begin_text(FILE *fp, tm_str lang)
{
	char tag[TM_LANG_MAX];

	snprintf(tag, sizeof tag, "%.*s", TM_STR_ARG(lang));
	fprintf(fp, "<bdi lang=\"%s\" dir=\"%s\">", tag,
	    tm_lang_is_rtl(tag) ? "rtl" : "ltr");
}

/* A code, left to right; what it is in full is its title. */
static void
put_code(FILE *fp, tm_str xml, enum code_view view)
{
	tm_buf shown = { 0 };

	difference_code(xml, view, &shown);
	fputs("<code dir=\"ltr\" title=\"", fp);
	print_escaped(fp, xml);
	fputs("\">", fp);
	print_escaped(fp, tm_buf_str(&shown));
	fputs("</code>", fp);
	tm_buf_release(&shown);
}

/* Text with its placeholders left to right: %s is no "s%" in Arabic. */
static void
put_plain(FILE *fp, tm_str s)
{
	tm_str plain, placeholder;
	size_t at = 0;

	while (tm_placeholder_next(s, &at, &plain, &placeholder)) {
		print_escaped(fp, plain);
		if (placeholder.p == NULL)
			continue;
		fputs("<bdi dir=\"ltr\">", fp);
		print_escaped(fp, placeholder);
		fputs("</bdi>", fp);
	}
}

static void
put_codes(FILE *fp, tm_str s, enum code_view view)
{
	tm_str plain, xml;
	size_t at = 0;

	while (tm_codes_next(s, &at, &plain, &xml)) {
		put_plain(fp, plain);
		if (xml.p != NULL)
			put_code(fp, xml, view);
	}
}

static void
put_marked(FILE *fp, tm_str s)
{
	put_codes(fp, s, CODE_NUMBER);
}

static void
put_change(FILE *fp, const char *tag, tm_str s, enum code_view view)
{
	tm_buf shown = { 0 };
	tm_str before, after;

	if (s.n == 0)
		return;
	difference_edges(&s, &before, &after);
	difference_show(s, &shown);
	put_marked(fp, before);
	fprintf(fp, "<%s><bdi>", tag);
	put_codes(fp, tm_buf_str(&shown), view);
	fprintf(fp, "</bdi></%s>", tag);
	put_marked(fp, after);
	tm_buf_release(&shown);
}

static void
put_difference(FILE *fp, const tm_found *f, tm_str query)
{
	struct difference d = { 0 };
	enum code_view view;

	difference_of(&d, f->match.edits, f->match.n_edits, f->text, query);
	begin_text(fp, f->unit->v[f->from].lang);
	for (size_t i = 0; i < d.n; i++) {
		const struct piece *p = &d.v[i];

		if (p->op == TM_KEEP) {
			put_marked(fp, p->was);
			continue;
		}
		view = difference_view(p->was, p->is);
		put_change(fp, "del", p->was, view);
		put_change(fp, "ins", p->is, view);
	}
	difference_release(&d);
	fputs("</bdi>\n", fp);
}

static void
put_adapted(FILE *fp, const struct looker *l, tm_str lang)
{
	const tm_adapted *a = &l->adapted;
	tm_str target = tm_buf_str(&l->target);
	tm_str text = tm_buf_str(&a->text);
	bool check = false;
	size_t at = 0;

	fputs("<p class=\"about\">with the numbers, dates and codes of the "
	      "text:</p>\n",
	    fp);
	begin_text(fp, lang);
	for (size_t i = 0; i < a->n; i++) {
		const tm_adapted_at *v = &a->v[i];
		tm_str was = tm_str_sub(target, v->was_start, v->was_end);
		tm_str is = tm_str_sub(text, v->start, v->end);

		put_marked(fp, tm_str_sub(text, at, v->start));
		put_change(fp, "ins", is, difference_view(was, is));
		at = v->end;
		check = check || v->check_form;
	}
	put_marked(fp, tm_str_sub(text, at, text.n));
	fputs("</bdi>\n", fp);
	if (check)
		fputs("<p class=\"about\">(check the forms)</p>\n", fp);
}

static void
put_match(FILE *fp, struct looker *l, const tm_found *f)
{
	const tm_unit *u = f->unit;
	const tm_variant *to = &u->v[f->to];

	fprintf(fp, "<article>\n<p class=\"about\">%s<b>%d %%</b> #%lld",
	    l->is_like ? "~ " : "", f->match.rate, (long long)u->id);
	if (l->n > 1) {
		fputs(" ", fp);
		print_escaped(fp, tm_str_of(l->plan->path[f->memory]));
	}
	if (u->document.n > 0) {
		fputs(" <bdi style=\"display:inline\">", fp);
		print_escaped(fp, u->document);
		fputs("</bdi>", fp);
		if (u->position > 0)
			fprintf(fp, " pair %lld", (long long)u->position);
	}
	for (size_t i = 0; i < f->match.n_ledger; i++)
		fprintf(fp, "%s %+d %s", i == 0 ? " ·" : ",",
		    -f->match.ledger[i].points, f->match.ledger[i].name);
	fputs("</p>\n", fp);
	put_difference(fp, f, l->answer.query);
	begin_text(fp, to->lang);
	put_marked(fp, looker_target(l, f));
	fputs("</bdi>\n", fp);
	if (looker_adapt(l, f))
		put_adapted(fp, l, to->lang);
	fputs("</article>\n", fp);
}

static void
put_piece(FILE *fp, struct looker *l, const tm_piece *p)
{
	const tm_variant *from = &p->unit->v[p->from];
	const tm_variant *to = &p->unit->v[p->to];
	tm_str part[3], all;
	size_t n, at = 0;

	looker_piece(l, p, part);
	fprintf(fp, "<article>\n<p class=\"about\">~ #%lld</p>\n",
	    (long long)p->unit->id);
	begin_text(fp, from->lang);
	put_marked(fp, part[0]);
	fputs("<b>", fp);
	put_marked(fp, part[1]);
	fputs("</b>", fp);
	put_marked(fp, part[2]);
	fputs("</bdi>\n", fp);
	begin_text(fp, to->lang);
	n = looker_answers(l, p);
	all = looker_piece_target(l, p);
	for (size_t i = 0; i < n; i++) {
		size_t start = lookup_offset(all, l->marked[i].start, true);
		size_t end = lookup_offset(all, l->marked[i].end, false);

		put_marked(fp, tm_str_sub(all, at, start));
		fputs("<b>", fp);
		put_marked(fp, tm_str_sub(all, start, end));
		fputs("</b>", fp);
		at = end;
	}
	put_marked(fp, tm_str_sub(all, at, all.n));
	fputs("</bdi>\n</article>\n", fp);
}

void
lookup_show_html(struct looker *l, const struct lookup_ask *ask, FILE *fp)
{
	fputs("<section>\n<h2><bdi>", fp);
	print_escaped(fp, ask->text);
	fputs("</bdi></h2>\n", fp);
	if (l->answer.n == 0 || l->is_like)
		fputs("<p>no match</p>\n", fp);
	for (size_t i = 0; i < l->answer.n; i++)
		put_match(fp, l, &l->answer.v[i]);
	for (size_t i = 0; i < l->pieces.n; i++)
		put_piece(fp, l, &l->pieces.v[i]);
	fputs("</section>\n", fp);
}
