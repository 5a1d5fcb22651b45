/*
 * check-html.c - what check found as one page
 *
 * The page needs nothing from anywhere. Each finding is a row with both
 * texts in the direction of their languages and the place in them marked;
 * without scripts all rows are shown, with them one kind can be picked.
 */
#include "config.h"

#include "check-report.h"

/* A browser takes a second over so many rows. */
#define ROWS_MAX 5000

static const char style[] =
    ":root{color-scheme:light dark;--line:#8884;--mark:#ffd54f;"
    "--on-mark:#000}\n"
    "body{font:16px/1.5 system-ui,\"Noto Sans\",\"Noto Naskh Arabic\","
    "sans-serif;margin:0 auto;max-width:80rem;padding:1rem}\n"
    "h1{font-size:1.3rem;margin:.2rem 0}\n"
    "form{position:sticky;top:0;background:Canvas;padding:.5rem 0;"
    "border-bottom:1px solid var(--line)}\n"
    "label{margin-inline-end:1rem;white-space:nowrap}\n"
    "table{border-collapse:collapse;width:100%;table-layout:fixed}\n"
    "th,td{vertical-align:top;padding:.45rem .6rem;overflow-wrap:anywhere;"
    "border-bottom:1px solid var(--line);text-align:start}\n"
    "th.what,td.what{width:16rem}\n"
    "td.what b{display:block}\n"
    "td.what bdi{color:GrayText;font-variant-numeric:tabular-nums}\n"
    "td p{margin:0;white-space:pre-wrap}\n"
    "td p.other{color:GrayText;margin-top:.5rem}\n"
    "tr.done td.what b{color:#2e7d32}\n"
    "mark{background:var(--mark);color:var(--on-mark)}\n"
    "[lang|=ar],[lang|=fa],[lang|=ur]{font-size:1.12em;line-height:1.8}\n"
    "tr[hidden]{display:none}\n"
    "@media print{form{display:none}tr{break-inside:avoid}"
    "body{max-width:none;font-size:11pt}}\n";

static const char script[] =
    "const f=document.forms[0],rows=[...document.querySelectorAll("
    "'tbody tr')];\n"
    "function show(){let n=0;const on=new Set([...f.querySelectorAll("
    "':checked')].map(x=>x.value));\n"
    "for(const r of rows){r.hidden=!on.has(r.dataset.k);n+=!r.hidden}\n"
    "f.count.value=n+' / '+rows.length}\n"
    "f.hidden=false;f.oninput=show;f.onsubmit=()=>false;show();\n";

static void
add_escaped(tm_buf *out, tm_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char ch = (unsigned char)s.p[i];

		if (ch == '&')
			tm_buf_adds(out, "&amp;");
		else if (ch == '<')
			tm_buf_adds(out, "&lt;");
		else if (ch == '>')
			tm_buf_adds(out, "&gt;");
		else if (ch == '"')
			tm_buf_adds(out, "&quot;");
		else if (ch < ' ' && ch != '\n' && ch != '\t')
			tm_buf_printf(out, "\xe2\x90%c", 0x80 + ch); /* ␀ */
		else
			tm_buf_addc(out, s.p[i]);
	}
}

/* The text with the range marked. White space that is marked can be seen by
 * its colour; a code is read from left to right in Arabic, too. */
static void
add_marked(tm_buf *out, tm_str s, size_t start, size_t end, bool code)
{
	if (end > s.n || start >= end)
		start = end = s.n;
	add_escaped(out, tm_str_sub(s, 0, start));
	if (end > start) {
		tm_buf_adds(out, code ? "<mark dir=\"ltr\">" : "<mark>");
		add_escaped(out, tm_str_sub(s, start, end));
		tm_buf_adds(out, "</mark>");
	}
	add_escaped(out, tm_str_sub(s, end, s.n));
}

static void
add_cell(tm_buf *out, const tm_variant *v, size_t start, size_t end,
    tm_str other, bool code)
{
	char lang[TM_LANG_MAX];

	snprintf(lang, sizeof lang, "%.*s", TM_STR_ARG(v->lang));
	tm_buf_printf(out, "<td lang=\"%s\" dir=\"%s\"><p>", lang,
	    tm_lang_is_rtl(lang) ? "rtl" : "ltr");
	add_marked(out, v->text, start, end, code);
	tm_buf_adds(out, "</p>");
	if (other.n > 0) {
		tm_buf_adds(out, "<p class=\"other\">");
		add_escaped(out, other);
		tm_buf_adds(out, "</p>");
	}
	tm_buf_adds(out, "</td>");
}

/* False when the page is full. */
static bool
begin_row(
    struct report *r, int kind, const char *place, const char *msg, bool done)
{
	if (r->html_rows >= ROWS_MAX) {
		r->html_left_out++;
		return false;
	}
	r->html_rows++;
	tm_buf_printf(&r->rows,
	    "<tr class=\"%s\" data-k=\"%s\"><td "
	    "class=\"what\"><b>%s%s</b>",
	    done ? "done" : "open", finding_name(kind), finding_name(kind),
	    done ? " (mended)" : "");
	add_escaped(&r->rows, tm_str_of(msg));
	tm_buf_adds(&r->rows, "<br><bdi dir=\"ltr\">");
	add_escaped(&r->rows, tm_str_of(r->path));
	tm_buf_printf(&r->rows, "%s</bdi></td>", place);
	return true;
}

void
html_warning(struct report *r, const tm_warning *w)
{
	char place[32] = "";

	if (w->line > 0)
		snprintf(place, sizeof place, ":%zu", w->line);
	if (begin_row(r, FILE_FINDING, place, w->msg, false))
		tm_buf_adds(&r->rows, "<td></td><td></td></tr>\n");
}

void
html_finding(
    struct report *r, const tm_unit *unit, const tm_finding *f, bool done)
{
	const tm_str none = TM_STR("");
	bool same = f->kind == TM_CHECK_SAME, code = f->kind == TM_CHECK_CODES;
	char place[32];

	place_of_unit(unit, place);
	if (!begin_row(r, f->kind, place, f->msg, done))
		return;
	add_cell(&r->rows, &unit->v[f->source], f->source_start, f->source_end,
	    same ? f->other : none, code);
	add_cell(&r->rows, &unit->v[f->target], f->start, f->end,
	    same ? none : f->other, code);
	tm_buf_adds(&r->rows, "</tr>\n");
}

void
html_page(const struct report *r)
{
	FILE *fp = r->html;

	fprintf(fp,
	    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
	    "content=\"width=device-width\">\n<title>tmtool check</title>\n"
	    "<style>\n%s</style>\n</head>\n<body>\n<h1>Findings</h1>\n"
	    "<p>%zu in %zu units of %zu file%s.</p>\n<form hidden>",
	    style, r->all, r->units, r->files, r->files == 1 ? "" : "s");
	for (int k = TM_CHECK_COUNT; k >= 0; k--)
		if (r->n[k] > 0)
			fprintf(fp,
			    "<label><input type=\"checkbox\" checked "
			    "value=\"%s\"> %s %zu</label>\n",
			    finding_name(k), finding_name(k), r->n[k]);
	fputs("<output name=\"count\"></output></form>\n<table>\n<thead><tr>"
	      "<th class=\"what\">finding</th><th>source</th>"
	      "<th>translation</th></tr></thead>\n<tbody>\n",
	    fp);
	print_buf(fp, &r->rows);
	fputs("</tbody>\n</table>\n", fp);
	if (r->html_left_out > 0)
		fprintf(
		    fp, "<p>%zu more are not shown.</p>\n", r->html_left_out);
	fprintf(fp, "<script>\n%s</script>\n</body>\n</html>\n", script);
}
