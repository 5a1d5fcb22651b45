/*
 * alignment-html.c - an alignment as one page for reading
 *
 * A table with a row a bead, each side with its language and direction,
 * the confidence beside it in words of colour and number. The page needs
 * nothing from anywhere; without scripts all rows are shown, with them the
 * doubtful ones can be picked out, and stepped through with the keys. Row 12
 * is at #p12, to be cited.
 *
 * A long alignment is cut into tables of TABLE rows, so that a browser need
 * not lay out what nobody has scrolled to: Chromium showed 30,000 rows after
 * 2.3 s, and after 25 s and more when they were one table.
 */
#include "config.h"

#include "alignment.h"

static const char style[] =
    ":root{color-scheme:light dark;--line:#8884;--good:#2e7d32;"
    "--middling:#b26a00;--bad:#c62828}\n"
    "@media(prefers-color-scheme:dark){:root{--good:#66bb6a;"
    "--middling:#ffb74d;--bad:#ef5350}}\n"
    "body{font:16px/1.5 system-ui,\"Noto Sans\",\"Noto Naskh Arabic\","
    "sans-serif;margin:0 auto;max-width:80rem;padding:1rem}\n"
    "h1{font-size:1.3rem;margin:.2rem 0}\n"
    "p{margin:.3rem 0}\n"
    "form{position:sticky;top:0;background:Canvas;padding:.5rem 0;"
    "border-bottom:1px solid var(--line)}\n"
    "table{border-collapse:collapse;width:100%;table-layout:fixed}\n"
    "th,td{vertical-align:baseline;padding:.45rem .6rem;"
    "border-bottom:1px solid var(--line);text-align:start}\n"
    "th.n,td.n{width:6.5rem;font-variant-numeric:tabular-nums;"
    "white-space:nowrap}\n"
    "td.n b{display:block}\n"
    "td.n a{color:inherit;text-decoration:none}\n"
    "td.n a:hover{text-decoration:underline}\n"
    "tr:target{outline:.15rem solid Highlight;outline-offset:-.15rem;"
    "scroll-margin-top:4rem}\n"
    "td p{margin:0;overflow-wrap:break-word}\n"
    "td p+p{margin-top:.5rem}\n"
    "td.none{color:GrayText;font-style:italic}\n"
    "tr.good{--bar:.35rem solid var(--good)}\n"
    "tr.middling{--bar:.35rem solid var(--middling)}\n"
    "tr.bad{--bar:.35rem solid var(--bad)}\n"
    "tr.unpaired{--bar:.35rem dotted GrayText}\n"
    "td.n{border-inline-start:var(--bar)}\n"
    "[lang|=ar],[lang|=fa],[lang|=ur]{font-size:1.12em;line-height:1.8}\n"
    "tr[hidden],.part[hidden]{display:none}\n"
    "tr:focus{outline:.15rem solid Highlight;outline-offset:-.15rem}\n"
    ".part{content-visibility:auto;contain-intrinsic-size:auto 24000px}\n"
    /* Two columns of a telephone would be of two words each. */
    "@media screen and (max-width:40rem){form{position:static}"
    "thead{display:none}table,tbody,tr,td{display:block}"
    "tr{border-bottom:1px solid var(--line);border-inline-start:var(--bar);"
    "scroll-margin-top:0;padding:.3rem 0}"
    "td{border:0;padding:.15rem .6rem}td.n{border:0;width:auto}"
    "td.n b{display:inline;margin-inline-end:.6rem}}\n"
    "@media print{form{display:none}tr{break-inside:avoid}"
    ".part{content-visibility:visible}"
    "td.n{print-color-adjust:exact;-webkit-print-color-adjust:exact}"
    "body{max-width:none;font-size:11pt}}\n";

static const char script[] =
    "const f=document.forms[0],rows=[...document.querySelectorAll("
    "'tbody tr')];\n"
    "const doubtful=r=>!r.classList.contains('unpaired')&&"
    "+r.dataset.p<+f.below.value/100;\n"
    "function show(){let n=0,k=0;for(const r of rows){const d=doubtful(r),"
    "u=r.classList.contains('unpaired');\n"
    "r.hidden=!(f.show.value=='all'||(f.show.value=='doubtful'&&d)||"
    "(f.show.value=='unpaired'&&u));n+=!r.hidden;k+=d}\n"
    "for(const t of document.querySelectorAll('.part'))t.hidden=!t."
    "querySelector('tbody tr:not([hidden])');\n"
    "f.count.value=n+' of '+rows.length+' shown, '+k+(k==1?' pair wants':' "
    "pairs want')+' review'}\n"
    "function step(by){const at=rows.indexOf(document.activeElement.closest"
    "('tr'));\n"
    "for(let i=at<0&&by<0?rows.length-1:at+by;i>=0&&i<rows.length;i+=by)"
    "if(doubtful(rows[i])&&!rows[i].hidden){rows[i].tabIndex=-1;"
    "rows[i].focus();return}}\n"
    "f.before.onclick=()=>step(-1);f.next.onclick=()=>step(1);\n"
    "document.onkeydown=e=>{if(e.target.closest('input,select')||e.ctrlKey||"
    "e.altKey||e.metaKey)return;if(e.key=='n')step(1);if(e.key=='p')step(-1)}"
    ";\n"
    "f.hidden=false;f.show.oninput=f.below.oninput=show;"
    "f.onsubmit=()=>false;show();\n";

static const char *
direction(const struct side *side)
{
	return tm_lang_is_rtl(side->lang) ? "rtl" : "ltr";
}

static void
write_cell(FILE *fp, const struct side *side, size_t first, size_t n)
{
	if (n == 0) {
		fprintf(fp, "<td class=\"none\" dir=\"%s\">—</td>",
		    direction(side));
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
	    "<tr id=\"p%zu\" class=\"%s%s\" data-p=\"%.4f\"><td class=\"n\">"
	    "<b><bdi dir=\"ltr\">%.1f %%</bdi></b>"
	    "<a href=\"#p%zu\"><bdi dir=\"ltr\">%zu. %zu–%zu</bdi></a></td>",
	    k + 1, confidence_grade(b->confidence),
	    is_pair(b) ? "" : " unpaired", b->confidence, 100 * b->confidence,
	    k + 1, k + 1, b->n_src, b->n_tgt);
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

/* Rows of a table; how high one is, is guessed in the style. */
#define TABLE 250

static void
write_table(const struct alignment *a, size_t first, FILE *fp)
{
	size_t end = first + TABLE < a->beads.n ? first + TABLE : a->beads.n;
	const char *dir = direction(&a->src);

	if (a->beads.n > TABLE)
		fputs("<div class=\"part\">", fp);
	fprintf(
	    fp, "<table dir=\"%s\">\n<thead><tr><th class=\"n\">#</th>", dir);
	write_head(&a->src, fp);
	write_head(&a->tgt, fp);
	fputs("</tr></thead>\n<tbody>\n", fp);
	for (size_t k = first; k < end; k++)
		write_row(a, k, fp);
	fputs("</tbody>\n</table>", fp);
	fputs(a->beads.n > TABLE ? "</div>\n" : "\n", fp);
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
	    "<form hidden><label>Show <select name=\"show\">"
	    "<option value=\"all\">all</option>"
	    "<option value=\"doubtful\">pairs that want review</option>"
	    "<option value=\"unpaired\">the unpaired</option></select></label> "
	    "<label>review below <input name=\"below\" type=\"number\" "
	    "min=\"0\" max=\"100\" value=\"90\"> %%</label> "
	    "<button type=\"button\" name=\"before\" title=\"key p\">"
	    "previous to review</button> "
	    "<button type=\"button\" name=\"next\" title=\"key n\">"
	    "next to review</button> "
	    "<output name=\"count\"></output></form>\n",
	    style, a->src.spans.n, a->tgt.spans.n, pairs, a->beads.n - pairs);
	for (size_t k = 0; k < a->beads.n; k += TABLE)
		write_table(a, k, fp);
	fprintf(fp, "<script>\n%s</script>\n</body>\n</html>\n", script);
}
