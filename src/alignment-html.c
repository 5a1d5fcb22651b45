/*
 * alignment-html.c - an alignment as one page for reading
 *
 * A table with a row a bead, each side with its language and direction,
 * the confidence beside it in words of colour and number. The page needs
 * nothing from anywhere; without scripts all rows are shown, with them the
 * doubtful ones can be picked out.
 */
#include "config.h"

#include "alignment.h"

static const char style[] =
    ":root{color-scheme:light dark;--line:#8884;--good:#2e7d32;"
    "--middling:#b26a00;--bad:#c62828}\n"
    "body{font:16px/1.5 system-ui,\"Noto Sans\",\"Noto Naskh Arabic\","
    "sans-serif;margin:0 auto;max-width:80rem;padding:1rem}\n"
    "h1{font-size:1.3rem;margin:.2rem 0}\n"
    "p{margin:.3rem 0}\n"
    "form{position:sticky;top:0;background:Canvas;padding:.5rem 0;"
    "border-bottom:1px solid var(--line)}\n"
    "table{border-collapse:collapse;width:100%;table-layout:fixed}\n"
    "th,td{vertical-align:top;padding:.45rem .6rem;"
    "border-bottom:1px solid var(--line);text-align:start}\n"
    "th.n,td.n{width:6.5rem;font-variant-numeric:tabular-nums;"
    "white-space:nowrap}\n"
    "td.n b{display:block}\n"
    "td p+p{margin-top:.5rem}\n"
    "td.none{color:GrayText;font-style:italic}\n"
    "tr.good td.n{border-inline-start:.35rem solid var(--good)}\n"
    "tr.middling td.n{border-inline-start:.35rem solid var(--middling)}\n"
    "tr.bad td.n{border-inline-start:.35rem solid var(--bad)}\n"
    "tr.unpaired td.n{border-inline-start:.35rem dotted GrayText}\n"
    "[lang|=ar],[lang|=fa],[lang|=ur]{font-size:1.12em;line-height:1.8}\n"
    "tr[hidden]{display:none}\n"
    "@media print{form{display:none}tr{break-inside:avoid}"
    "body{max-width:none;font-size:11pt}}\n";

static const char script[] =
    "const f=document.forms[0],rows=[...document.querySelectorAll("
    "'tbody tr')];\n"
    "function show(){let n=0;for(const r of rows){const p=+r.dataset.p,"
    "u=r.classList.contains('unpaired');\n"
    "r.hidden=!(f.show.value=='all'||(f.show.value=='doubtful'&&p<+f.below."
    "value/100)||(f.show.value=='unpaired'&&u));n+=!r.hidden}\n"
    "f.count.value=n+' / '+rows.length}\n"
    "f.hidden=false;f.oninput=show;f.onsubmit=()=>false;show();\n";

static const char *
direction(const struct side *side)
{
	return tm_lang_is_rtl(side->lang) ? "rtl" : "ltr";
}

static void
write_cell(FILE *fp, const struct side *side, size_t first, size_t n)
{
	if (n == 0) {
		fputs("<td class=\"none\">—</td>", fp);
		return;
	}
	fprintf(fp, "<td lang=\"%s\" dir=\"%s\">", side->lang, direction(side));
	for (size_t i = first; i < first + n; i++) {
		fputs("<p>", fp);
		print_escaped(fp, side->segments[i]);
		fputs("</p>", fp);
	}
	fputs("</td>", fp);
}

static void
write_row(const struct alignment *a, size_t k, FILE *fp)
{
	const tm_bead *b = &a->beads.v[k];

	fprintf(fp,
	    "<tr class=\"%s%s\" data-p=\"%.4f\"><td class=\"n\">"
	    "<b><bdi dir=\"ltr\">%.1f %%</bdi></b>"
	    "<bdi dir=\"ltr\">%zu. %zu–%zu</bdi></td>",
	    confidence_grade(b->confidence), is_pair(b) ? "" : " unpaired",
	    b->confidence, 100 * b->confidence, k + 1, b->n_src, b->n_tgt);
	write_cell(fp, &a->src, b->src, b->n_src);
	write_cell(fp, &a->tgt, b->tgt, b->n_tgt);
	fputs("</tr>\n", fp);
}

static void
write_head(const struct side *side, FILE *fp)
{
	char name[80];

	fprintf(fp, "<th dir=\"%s\">", direction(side));
	print_escaped(
	    fp, tm_str_of(tm_lang_name(side->lang, name, sizeof name)));
	fputs(" · <bdi>", fp);
	print_escaped(fp, file_name(side->path));
	fputs("</bdi></th>", fp);
}

void
alignment_write_html(const struct alignment *a, FILE *fp)
{
	size_t pairs = 0;

	for (size_t k = 0; k < a->beads.n; k++)
		pairs += is_pair(&a->beads.v[k]);
	fprintf(fp, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		    "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
		    "content=\"width=device-width\">\n<title>");
	print_escaped(fp, file_name(a->src.path));
	fputs(" – ", fp);
	print_escaped(fp, file_name(a->tgt.path));
	fprintf(fp,
	    "</title>\n<style>\n%s</style>\n</head>\n<body>\n<h1>Alignment</h1>"
	    "\n<p>%zu sentences with %zu: %zu pairs, %zu unpaired. The number "
	    "beside a pair is the probability that it is right.</p>\n"
	    "<form hidden>Show <select name=\"show\"><option value=\"all\">all"
	    "</option><option value=\"doubtful\">the doubtful</option>"
	    "<option value=\"unpaired\">the unpaired</option></select> "
	    "<label>doubtful below <input name=\"below\" type=\"number\" "
	    "min=\"0\" max=\"100\" value=\"90\"> %%</label> "
	    "<output name=\"count\"></output></form>\n"
	    "<table dir=\"%s\">\n<thead><tr><th class=\"n\">#</th>",
	    style, a->src.spans.n, a->tgt.spans.n, pairs, a->beads.n - pairs,
	    direction(&a->src));
	write_head(&a->src, fp);
	write_head(&a->tgt, fp);
	fputs("</tr></thead>\n<tbody>\n", fp);
	for (size_t k = 0; k < a->beads.n; k++)
		write_row(a, k, fp);
	fprintf(fp,
	    "</tbody>\n</table>\n<script>\n%s</script>\n</body>\n</html>\n",
	    script);
}
