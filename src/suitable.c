/*
 * suitable.c - is this plain text, and of a kind that can be cut?
 *
 * Nothing is refused for looking odd but what cannot be text at all. The
 * rest is told: tags and times of subtitles become sentences, and a line
 * that goes on in the next is cut in two.
 */
#include "config.h"

#include "suitable.h"

#include <ctype.h>
#include <strings.h>

/* Enough of a book to see what it is. */
#define ENOUGH ((size_t)1 << 18)

static tm_str
beginning(tm_str s, size_t n)
{
	return tm_str_sub(s, 0, s.n < n ? s.n : n);
}

/* ---- Other documents --------------------------------------------------- */

static bool
holds(tm_str s, const char *what)
{
	size_t n = strlen(what);

	for (size_t i = 0; i + n <= s.n; i++)
		if (memcmp(s.p + i, what, n) == 0)
			return true;
	return false;
}

bool
is_plain_text(const char *name, tm_str bytes, tm_error *err)
{
	static const struct kind {
		const char *magic, *within, *is, *cure;
	} kinds[] = {
		{ "%PDF-", "", "a PDF", "pdftotext" },
		{ "PK\003\004", "word/", "a Word document (.docx)",
		    "pandoc -t plain" },
		{ "PK\003\004", "opendocument.text",
		    "an OpenDocument text (.odt)", "pandoc -t plain" },
		{ "PK\003\004", "epub+zip", "an e-book (.epub)",
		    "pandoc -t plain" },
		{ "PK\003\004", "", "a zip archive or an office document",
		    "pandoc -t plain, or unzip," },
		{ "\xd0\xcf\x11\xe0", "", "an old Word or office document",
		    "libreoffice --convert-to txt" },
		{ "{\\rtf", "", "RTF", "pandoc -f rtf -t plain" },
	};
	tm_str head = beginning(bytes, 4096);

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		const struct kind *k = &kinds[i];

		if (tm_str_starts(bytes, tm_str_of(k->magic)) &&
		    holds(head, k->within))
			return tm_fail(err, TM_PARSE,
			    "'%s' is %s, not plain text: %s makes text of it",
			    name, k->is, k->cure);
	}
	return true;
}

/* ---- Markup ------------------------------------------------------------ */

/* "</p>", "</h1>": the end of an element of HTML. */
static bool
ends_element(tm_str s)
{
	static const char *const names[] = { "p", "div", "span", "body", "html",
		"head", "style", "script", "table", "td", "tr", "li", "ul",
		"ol", "a", "h1", "h2", "h3", "b", "i", "em", "strong" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		size_t n = strlen(names[i]);

		if (s.n > n + 2 && s.p[n + 2] == '>' &&
		    strncasecmp(s.p + 2, names[i], n) == 0)
			return true;
	}
	return false;
}

/* "00:00:01,500 -->" */
static bool
is_time_of_subtitle(tm_str s, size_t arrow)
{
	size_t i = arrow;

	while (i > 0 && s.p[i - 1] == ' ')
		i--;
	return i >= 9 && (s.p[i - 4] == ',' || s.p[i - 4] == '.') &&
	       s.p[i - 7] == ':' && isdigit((unsigned char)s.p[i - 1]);
}

void
tell_markup(const struct tool *tool, const char *name, tm_str text)
{
	tm_str s = beginning(text, ENOUGH);
	size_t tags = 0, times = 0;

	for (size_t i = 0; i + 3 < s.n; i++) {
		if (s.p[i] == '<' && s.p[i + 1] == '/')
			tags += ends_element(tm_str_sub(s, i, s.n));
		else if (s.p[i] == '-' && s.p[i + 1] == '-' &&
			 s.p[i + 2] == '>')
			times += is_time_of_subtitle(s, i);
	}
	/* A text may speak of a tag or two. */
	if (tags >= 3)
		remark(tool,
		    "%s looks like HTML: tags become text of sentences; "
		    "'pandoc -f html -t plain --wrap=none' takes them away",
		    name);
	if (times >= 2)
		remark(tool,
		    "%s looks like subtitles: numbers and times become "
		    "sentences; leave only the lines that are spoken",
		    name);
}

/* ---- Wrapped lines ----------------------------------------------------- */

/* Does a sentence end at the end of line, for all that can be seen? */
static bool
ends_sentence(tm_str line)
{
	static const char *const ends[] = { ".", "!", "?", ":", ";", "\"", "'",
		")", "]", "…", "؟", "؛", "۔", "।", "。", "።", "།", "။", "！",
		"？", "」", "”", "’", "»", "“" };

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		if (tm_str_ends(line, tm_str_of(ends[i])))
			return true;
	return false;
}

static tm_str
next_line(tm_str *rest)
{
	const char *nl = memchr(rest->p, '\n', rest->n);
	size_t n = nl == NULL ? rest->n : (size_t)(nl - rest->p);
	tm_str line = tm_str_trim(tm_str_sub(*rest, 0, n));

	*rest = tm_str_sub(*rest, n + (nl != NULL), rest->n);
	return line;
}

/*
 * Of the lines that are about as long as the longest and are followed by
 * another: in wrapped text most have no end of a sentence, and the next goes
 * on in lower case, where its script has one. Paragraphs on a line each end
 * their sentences; lists and poems have few lines so long, and begin each
 * with a capital. Capitals may begin half: German has many. The long ones
 * are a quarter at least, or they are long by chance: Thai has no full stop.
 * (Of 900 texts of news, a sentence a line, two are taken for wrapped; texts
 * in five languages wrapped at 70 and 120 columns all are.)
 */
#define FEW_LINES 5
#define OPEN .6

bool
is_wrapped(tm_str text)
{
	tm_str rest = beginning(text, ENOUGH), line;
	size_t lines = 0, full = 0, open = 0, capitals = 0, widest = 0;

	for (tm_str r = rest; r.n > 0;) {
		size_t w = tm_str_characters(next_line(&r));

		widest = w > widest ? w : widest;
	}
	line = rest.n > 0 ? next_line(&rest) : rest;
	while (rest.n > 0) {
		tm_str next = next_line(&rest);

		lines += next.n > 0 && line.n > 0;
		if (next.n > 0 && line.n > 0 &&
		    tm_str_characters(line) * 5 >= widest * 4) {
			full++;
			open += !ends_sentence(line);
			capitals += next.p[0] >= 'A' && next.p[0] <= 'Z';
		}
		line = next;
	}
	return full >= FEW_LINES && full * 4 >= lines &&
	       (double)open >= OPEN * (double)full && capitals * 2 <= full;
}
