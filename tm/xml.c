/*
 * Three steps, each of which bounds what the next one has to believe:
 *
 *	bytes -> door -> libxml2's SAX2, in recovery -> handler
 *
 * The door makes UTF-8 of UTF-16 and looks at every byte of UTF-8, since
 * libxml2 reads on in Latin-1 after one bad byte. A bad byte becomes a
 * character that XML forbids, in place, so that libxml2 complains about it
 * on the right line like about any other:
 *
 *	"caf\xe9</seg>"  ->  "caf\x02</seg>"  ->  flaw LOST, text "caf"
 *
 * When more of a block is bad than good the file is no UTF-8 at all, and
 * reading stops there with advice.
 *
 * Recovery means that libxml2 goes on after what is not well-formed. What
 * it would drop silently is put back where the meaning is plain: a bare
 * "&" or "<", the name of an entity without its semicolon.
 */
#include "config.h"

#include "tm/xml_int.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdlib.h>

#include "tm/input_int.h"

#define BLOCK (1 << 16)
#define DEPTH 256
#define FOREIGN 2 /* stands for a byte that is not UTF-8 */

typedef enum door { AS_IT_IS, UTF8, UTF16LE, UTF16BE } door;

typedef struct reader {
	const tm_xml_handler *handler;
	void *self;
	tm_error *err;
	bool failed; /* err is set; hear no more */
	xmlParserCtxtPtr ctxt;
	size_t depth, max_depth;
	bool seen_root,
	    complete; /* its end tag was there, well nested or not */
	char root[64];
	tm_xml_attr *attrs;
	size_t cap_attrs;
	tm_arena names;	  /* "xml:lang" and the like, of one tag */
	xmlEntity entity; /* the one last asked for, and what it is */
	xmlChar character[8];
	int high;      /* the first half of a surrogate pair as references */
	char cut[200]; /* why nothing follows */
	/* the door */
	tm_input *in;
	door door;
	bool at_end;
	size_t line, good, bad;
	char raw[BLOCK], block[BLOCK * 3 / 2 + 8];
	size_t n_raw; /* kept for the next block: half a character */
	size_t n_block, served;
	bool in_tag, fresh; /* fresh: just behind its "<" */
	char quote;	    /* that is open in it */
	size_t n_attrs;
} reader;

/* ---- Characters -------------------------------------------------------- */

size_t
tm_xml_char(tm_str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	if (s.n == 0)
		return 0;
	if (p[0] < 0x80)
		return p[0] >= 0x20 || p[0] == '\t' || p[0] == '\n' ||
		       p[0] == '\r';
	if (p[0] < 0xc2)
		return 0;
	if (s.n < 2 || (p[1] & 0xc0) != 0x80)
		return 0;
	if (p[0] < 0xe0)
		return 2;
	if (s.n < 3 || (p[2] & 0xc0) != 0x80)
		return 0;
	if (p[0] < 0xf0) {
		if (p[0] == 0xe0 && p[1] < 0xa0)
			return 0; /* overlong */
		if (p[0] == 0xed && p[1] > 0x9f)
			return 0; /* surrogate */
		if (p[0] == 0xef && p[1] == 0xbf && p[2] > 0xbd)
			return 0; /* U+FFFE, U+FFFF */
		return 3;
	}
	if (s.n < 4 || (p[3] & 0xc0) != 0x80 || p[0] > 0xf4)
		return 0;
	if ((p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return 4;
}

static size_t
put_utf8(char *p, unsigned c)
{
	if (c < 0x80) {
		p[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		p[0] = (char)(0xc0 | c >> 6);
		p[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		p[0] = (char)(0xe0 | c >> 12);
		p[1] = (char)(0x80 | (c >> 6 & 0x3f));
		p[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	p[0] = (char)(0xf0 | c >> 18);
	p[1] = (char)(0x80 | (c >> 12 & 0x3f));
	p[2] = (char)(0x80 | (c >> 6 & 0x3f));
	p[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* ---- The door ---------------------------------------------------------- */

static size_t
count_lines(const char *p, size_t n)
{
	const char *end = p + n;
	size_t lines = 0;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		lines++;
		p++;
	}
	return lines;
}

/* Bytes at the end of s that may be the start of a longer character. */
static size_t
half_a_character(tm_str s)
{
	for (size_t back = 1; back <= 3 && back <= s.n; back++) {
		unsigned char c = (unsigned char)s.p[s.n - back];

		if ((c & 0xc0) == 0x80)
			continue;
		if (c >= (back == 1 ? 0xc2 : back == 2 ? 0xe0 : 0xf0))
			return back;
		return 0;
	}
	return 0;
}

/* Mark what is not UTF-8 in the block; false when it is nothing like it. */
static bool
pass_utf8(reader *r, char *p, size_t n)
{
	size_t first_bad = n, i = 0;

	while (i < n) {
		uint64_t eight;
		size_t len;

		if (n - i >= 8) {
			memcpy(&eight, p + i, 8);
			if ((eight & UINT64_C(0x8080808080808080)) == 0) {
				i += 8;
				continue;
			}
		}
		if ((signed char)p[i] >= 0) {
			i++;
			continue;
		}
		len = tm_xml_char((tm_str){ p + i, n - i });
		if (len > 0) {
			r->good++;
			i += len;
		} else if (n - i >= 3 && (unsigned char)p[i] >= 0xed &&
			   (unsigned char)p[i] <= 0xef &&
			   (p[i + 1] & 0xc0) == 0x80 &&
			   (p[i + 2] & 0xc0) == 0x80) {
			/* A lone surrogate or U+FFFE: damaged, but UTF-8. */
			memset(p + i, FOREIGN, 3);
			i += 3;
		} else {
			if (first_bad == n)
				first_bad = i;
			r->bad++;
			p[i++] = FOREIGN;
		}
	}
	if (r->bad > r->good) {
		r->line += count_lines(p, first_bad);
		return false;
	}
	r->line += count_lines(p, n);
	return true;
}

static bool
fill_utf8(reader *r)
{
	size_t got;

	memcpy(r->block, r->raw, r->n_raw);
	if (!tm_input_read(
		r->in, r->block + r->n_raw, BLOCK - r->n_raw, &got, r->err))
		return false;
	r->n_block = r->n_raw + got;
	r->at_end = got == 0;
	r->n_raw = 0;
	if (!r->at_end) {
		tm_str all = { r->block, r->n_block };

		r->n_raw = half_a_character(all);
		r->n_block -= r->n_raw;
		memcpy(r->raw, r->block + r->n_block, r->n_raw);
	}
	/* A zero would end libxml2's text. */
	for (char *z = r->block;
	     (z = memchr(z, 0, r->n_block - (size_t)(z - r->block))) != NULL;)
		*z = FOREIGN - 1;
	if (pass_utf8(r, r->block, r->n_block))
		return true;
	return tm_fail(r->err, TM_PARSE,
	    "'%s' line %zu: this is not UTF-8, as the file claims; say what "
	    "it is in with --encoding, for instance --encoding windows-1256",
	    tm_input_name(r->in), r->line);
}

static unsigned
unit16(const reader *r, size_t at)
{
	const unsigned char *p = (const unsigned char *)r->raw + at;

	return r->door == UTF16LE ? p[0] | (unsigned)p[1] << 8
				  : p[1] | (unsigned)p[0] << 8;
}

static bool
fill_utf16(reader *r)
{
	size_t got, n, i = 0;

	if (!tm_input_read(
		r->in, r->raw + r->n_raw, BLOCK - r->n_raw, &got, r->err))
		return false;
	r->at_end = got == 0;
	n = r->n_raw + got;
	r->n_block = 0;
	while (i + 2 <= n) {
		unsigned c = unit16(r, i), low;

		if (c >= 0xd800 && c < 0xdc00) {
			if (i + 4 > n && !r->at_end)
				break;
			low = i + 4 <= n ? unit16(r, i + 2) : 0;
			if (low >= 0xdc00 && low < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) +
				    (low - 0xdc00);
				i += 2;
			} else {
				c = FOREIGN;
			}
		} else if ((c >= 0xdc00 && c < 0xe000) || c >= 0xfffe ||
			   c == 0) {
			c = FOREIGN;
		}
		i += 2;
		r->n_block += put_utf8(r->block + r->n_block, c);
	}
	r->n_raw = n - i;
	memmove(r->raw, r->raw + i, r->n_raw);
	return true;
}

static bool
fill_as_it_is(reader *r)
{
	size_t n = r->n_raw, got;

	memcpy(r->block, r->raw, n);
	r->n_raw = 0;
	if (!tm_input_read(r->in, r->block + n, BLOCK - n, &got, r->err))
		return false;
	r->n_block = n + got;
	r->at_end = got == 0;
	return true;
}

/* libxml2 holds each attribute of an element against all before it: 300,000
 * take it half a minute. */
#define ATTRS_MAX 10000

/* The next of p that ends a tag or begins a value; n where none does. */
static size_t
next_in_tag(const char *p, size_t i, size_t n)
{
	static const bool stops[256] = { ['<'] = true,
		['>'] = true,
		['"'] = true,
		['\''] = true,
		['='] = true };

	while (i < n && !stops[(unsigned char)p[i]])
		i++;
	return i;
}

static size_t
find(const char *p, size_t i, size_t n, char c)
{
	const char *at = memchr(p + i, c, n - i);

	return at == NULL ? n : (size_t)(at - p);
}

/* Count the attributes of the tag that the bytes are in; false when they are
 * too many. */
static bool
count_attrs(reader *r, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!r->in_tag) {
			i = find(p, i, n, '<');
			r->in_tag = r->fresh = i < n;
			r->n_attrs = 0;
			continue;
		}
		if (r->fresh) { /* no comment, no end tag, no "a < b" */
			r->fresh = false;
			r->in_tag = strchr("!?/ \t\r\n=<", p[i]) == NULL;
			continue;
		}
		if (r->quote != '\0') {
			i = find(p, i, n, r->quote);
			if (i < n)
				r->quote = '\0';
			continue;
		}
		i = next_in_tag(p, i, n);
		if (i == n)
			break;
		if (p[i] == '"' || p[i] == '\'')
			r->quote = p[i];
		else if (p[i] == '<')
			r->fresh = true;
		else if (p[i] == '>')
			r->in_tag = false;
		else if (++r->n_attrs > ATTRS_MAX)
			return tm_fail(r->err, TM_LIMIT,
			    "'%s': more than %d attributes in one element",
			    tm_input_name(r->in), ATTRS_MAX);
	}
	return true;
}

static int
serve(void *context, char *p, int size)
{
	reader *r = context;
	size_t n;

	if (r->failed)
		return -1;
	while (r->served == r->n_block && !r->at_end) {
		bool ok = true;

		r->served = 0;
		if (r->door == UTF8) {
			ok = fill_utf8(r);
		} else if (r->door == AS_IT_IS) {
			ok = fill_as_it_is(r);
		} else {
			ok = fill_utf16(r);
		}
		if (!ok) {
			r->n_block = 0;
			r->failed = true;
			return -1;
		}
	}
	n = r->n_block - r->served;
	if (n > (size_t)size)
		n = (size_t)size;
	if (!count_attrs(r, r->block + r->served, n)) {
		r->failed = true;
		return -1;
	}
	memcpy(p, r->block + r->served, n);
	r->served += n;
	return (int)n;
}

static bool
says(const char *name, const char *what)
{
	return tm_str_ieq(tm_str_of(name), tm_str_of(what));
}

/* The encoding a document in an ASCII-like encoding declares, into name. */
static void
declared(tm_str head, char *name, size_t size)
{
	const char *p, *end, *stop = head.p + head.n;
	char quote;

	name[0] = '\0';
	if (!tm_str_starts(head, TM_STR("<?xml")))
		return;
	end = memchr(head.p, '>', head.n);
	if (end == NULL)
		end = stop;
	for (p = head.p; end - p > 8 && memcmp(p, "encoding", 8) != 0; p++)
		;
	if (end - p <= 8)
		return;
	for (; p < end && *p != '"' && *p != '\''; p++)
		;
	if (p >= end)
		return;
	quote = *p++;
	for (size_t i = 0; p < end && *p != quote && i + 1 < size; i++, p++) {
		name[i] = *p;
		name[i + 1] = '\0';
	}
}

/* Decide which door the bytes go through, from the first block of them;
 * *handler is the converter libxml2 shall use, NULL for none. */
static bool
choose_door(reader *r, const char *encoding, xmlCharEncodingHandlerPtr *handler)
{
	unsigned char b[4] = { 0 };
	char name[64];
	tm_str head;
	size_t got;

	if (!tm_input_read(r->in, r->raw, 1024, &got, r->err))
		return false;
	r->n_raw = got;
	memcpy(b, r->raw, got < 4 ? got : 4);
	*handler = NULL;
	if ((b[0] == 0xff && b[1] == 0xfe) || (b[0] == '<' && b[1] == 0)) {
		r->door = UTF16LE;
		return true;
	}
	if ((b[0] == 0xfe && b[1] == 0xff) || (b[0] == 0 && b[1] == '<')) {
		r->door = UTF16BE;
		return true;
	}
	head = (tm_str){ r->raw, got };
	if (b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf)
		head = tm_str_sub(head, 3, head.n);
	if (encoding == NULL) {
		declared(head, name, sizeof name);
		encoding = name;
	} else if (says(encoding, "utf-16le") || says(encoding, "utf-16be")) {
		r->door = says(encoding, "utf-16le") ? UTF16LE : UTF16BE;
		return true;
	}
	/* Eight-bit bytes are no UTF-16, whatever the label says. */
	r->door = UTF8;
	if (encoding[0] == '\0' || says(encoding, "utf-8") ||
	    says(encoding, "utf8") || says(encoding, "us-ascii") ||
	    says(encoding, "ascii") ||
	    tm_str_starts(tm_str_of(encoding), TM_STR("UTF-16")) ||
	    tm_str_starts(tm_str_of(encoding), TM_STR("utf-16")))
		return true;
	*handler = xmlFindCharEncodingHandler(encoding);
	if (*handler == NULL)
		return tm_fail(r->err, encoding == name ? TM_PARSE : TM_INVALID,
		    "'%s': there is no encoding called '%s'; name another "
		    "with --encoding",
		    tm_input_name(r->in), encoding);
	r->door = AS_IT_IS;
	return true;
}

/* ---- Events ------------------------------------------------------------ */

static size_t
line_now(const reader *r)
{
	return r->ctxt->input == NULL ? 0 : (size_t)r->ctxt->input->line;
}

static void
stop(reader *r)
{
	r->failed = true;
	xmlStopParser(r->ctxt);
}

static void
tell(reader *r, tm_xml_harm harm, const char *msg)
{
	tm_xml_flaw flaw = { harm, line_now(r), msg };

	if (r->failed || r->cut[0] != '\0')
		return;
	if (harm == TM_XML_CUT)
		snprintf(r->cut, sizeof r->cut, "line %zu: %s", flaw.line, msg);
	if (r->handler->flaw == NULL) {
		tm_fail(r->err, TM_PARSE, "'%s' line %zu: %s",
		    tm_input_name(r->in), flaw.line, msg);
		stop(r);
	} else if (!r->handler->flaw(r->self, &flaw, r->err)) {
		stop(r);
	}
}

static void
text(void *context, const xmlChar *p, int n)
{
	reader *r = context;

	if (r->failed || n <= 0)
		return;
	r->high = 0;
	if (r->handler->text != NULL &&
	    !r->handler->text(
		r->self, (tm_str){ (const char *)p, (size_t)n }, r->err))
		stop(r);
}

static tm_str
str_of(const xmlChar *s)
{
	return s == NULL ? TM_STR("") : tm_str_of((const char *)s);
}

static tm_str
name_of(reader *r, const xmlChar *prefix, const xmlChar *local)
{
	tm_str a = str_of(prefix), b = str_of(local), both;
	char *p;

	if (prefix == NULL)
		return b;
	p = tm_arena_alloc(&r->names, a.n + b.n + 2);
	both = (tm_str){ p, a.n + b.n + 1 };
	memcpy(p, a.p, a.n);
	p[a.n] = ':';
	memcpy(p + a.n + 1, b.p, b.n + 1);
	return both;
}

static void
start(void *context, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int n_namespaces, const xmlChar **namespaces,
    int n_attrs, int n_defaulted, const xmlChar **attrs)
{
	reader *r = context;
	tm_xml_tag tag = { str_of(name), str_of(uri), NULL, 0, line_now(r) };

	if (r->failed)
		return;
	r->high = 0;
	if (!r->seen_root)
		snprintf(r->root, sizeof r->root, "%s", (const char *)name);
	r->seen_root = true;
	if (++r->depth > r->max_depth) {
		tm_fail(r->err, TM_LIMIT,
		    "'%s' line %zu: more than %zu elements inside each other",
		    tm_input_name(r->in), tag.line, r->max_depth);
		stop(r);
		return;
	}
	if (r->handler->start == NULL)
		return;
	tm_arena_clear(&r->names);
	tm_grow_to(r->attrs, (size_t)n_attrs, r->cap_attrs);
	for (int i = 0; i < n_attrs; i++, attrs += 5) {
		const char *p = (const char *)attrs[3];
		const char *end = (const char *)attrs[4];

		r->attrs[i].name = name_of(r, attrs[1], attrs[0]);
		r->attrs[i].value = (tm_str){ p, (size_t)(end - p) };
	}
	tag.attr = r->attrs;
	tag.n = (size_t)n_attrs;
	if (!r->handler->start(r->self, &tag, r->err))
		stop(r);
}

static void
end(void *context, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri)
{
	reader *r = context;
	tm_xml_tag tag = { str_of(name), str_of(uri), NULL, 0, line_now(r) };

	if (r->failed)
		return;
	r->high = 0;
	r->depth--;
	if (r->handler->end != NULL && !r->handler->end(r->self, &tag, r->err))
		stop(r);
}

/* Only HTML's names for characters; whatever the file declares is not. */
static xmlEntityPtr
entity(void *context, const xmlChar *name)
{
	const htmlEntityDesc *known = htmlEntityLookup(name);
	reader *r = context;

	if (known == NULL || r->ctxt->instate == XML_PARSER_ATTRIBUTE_VALUE)
		return NULL;
	r->character[put_utf8((char *)r->character, known->value)] = 0;
	r->entity = (xmlEntity){ .type = XML_ENTITY_DECL,
		.name = name,
		.content = r->character,
		.length = xmlStrlen(r->character),
		.etype = XML_INTERNAL_PREDEFINED_ENTITY };
	return &r->entity;
}

/* ---- Flaws ------------------------------------------------------------- */

/* A character reference to half of a pair: two halves make a character. */
static bool
joined_surrogates(reader *r, int c)
{
	char p[4];
	int high = r->high;

	r->high = c >= 0xd800 && c < 0xdc00 ? c : 0;
	if (high == 0 || c < 0xdc00 || c >= 0xe000)
		return false;
	text(r, (const xmlChar *)p,
	    (int)put_utf8(p, 0x10000u + (((unsigned)high - 0xd800) << 10) +
				 ((unsigned)c - 0xdc00)));
	return true;
}

static void
forbidden(reader *r, int c)
{
	char msg[100];

	if (joined_surrogates(r, c)) {
		tell(r, TM_XML_MENDED,
		    "a character written as two surrogates was put together");
		return;
	}
	if (c == FOREIGN)
		snprintf(
		    msg, sizeof msg, "a byte that is not UTF-8 was left out");
	else
		snprintf(msg, sizeof msg,
		    "U+%04X, which XML forbids, was left out", (unsigned)c);
	tell(r, TM_XML_LOST, msg);
}

/* Put back the markup that libxml2 has read but not understood: what
 * stands from the last & or < up to where it is now. */
static bool
put_back(reader *r)
{
	const xmlChar *cur = r->ctxt->input->cur, *p = cur;
	char copy[80];
	size_t n;

	while (p > r->ctxt->input->base && cur - p < 64) {
		p--;
		if (*p == '&' || *p == '<')
			break;
	}
	if (p >= cur || (*p != '&' && *p != '<'))
		return false;
	n = (size_t)(cur - p);
	memcpy(copy, p, n);
	text(r, (const xmlChar *)copy, (int)n);
	return true;
}

static void
other_flaw(reader *r, const xmlError *e, tm_xml_harm harm)
{
	tm_buf msg = { 0 };
	tm_str said =
	    tm_str_trim(tm_str_of(e->message == NULL ? "" : e->message));

	tm_buf_add(&msg, said.p, said.n);
	if (said.n > 1 && said.p[0] >= 'A' && said.p[0] <= 'Z' &&
	    (said.p[1] < 'A' || said.p[1] > 'Z'))
		msg.p[0] = (char)(said.p[0] + ('a' - 'A'));
	tm_buf_adds(&msg, "");
	tell(r, harm, msg.p);
	tm_buf_release(&msg);
}

static void
flaw(void *context, xmlErrorPtr e)
{
	reader *r = context;
	char msg[160];

	/* Namespaces are not used to tell elements apart, only looked at. */
	if (r->failed || e->domain == XML_FROM_NAMESPACE ||
	    e->level < XML_ERR_ERROR)
		return;
	switch (e->code) {
	case XML_ERR_INVALID_CHAR:
		forbidden(r, e->int1);
		break;
	case XML_ERR_INVALID_DEC_CHARREF:
	case XML_ERR_INVALID_HEX_CHARREF:
	case XML_ERR_INVALID_CHARREF:
		tell(r, TM_XML_BROKEN,
		    "&# is not followed by the number of a character");
		break;
	case XML_ERR_NAME_REQUIRED:
	case XML_ERR_ENTITYREF_SEMICOL_MISSING:
		if (r->depth > 0 && put_back(r))
			tell(r, TM_XML_MENDED,
			    "a bare & or < was read as text: write &amp; or "
			    "&lt;");
		else
			other_flaw(r, e, TM_XML_BROKEN);
		break;
	case XML_ERR_UNDECLARED_ENTITY:
	case XML_WAR_UNDECLARED_ENTITY:
		snprintf(msg, sizeof msg,
		    "the entity &%.40s; is neither known nor expanded: write "
		    "the characters themselves",
		    e->str1 == NULL ? "" : e->str1);
		tell(r, TM_XML_BROKEN, msg);
		break;
	case XML_ERR_DOCUMENT_EMPTY:
		tell(r, TM_XML_CUT, "there is no XML here");
		break;
	case XML_ERR_TAG_NAME_MISMATCH:
		r->complete = e->str2 != NULL && strcmp(e->str2, r->root) == 0;
		other_flaw(r, e, TM_XML_BROKEN);
		break;
	case XML_ERR_TAG_NOT_FINISHED:
		if (!r->complete)
			tell(r, TM_XML_CUT,
			    "the file ends early: it was cut off");
		break;
	case XML_ERR_DOCUMENT_END:
		if (r->depth == 0 && r->seen_root)
			tell(r, TM_XML_MENDED,
			    "what follows the end of the document was not "
			    "read");
		else
			other_flaw(r, e, TM_XML_CUT);
		break;
	case XML_ERR_INTERNAL_ERROR:
	case XML_ERR_UNSUPPORTED_ENCODING:
	case XML_ERR_UNKNOWN_ENCODING:
	case XML_ERR_INVALID_ENCODING:
	case XML_I18N_CONV_FAILED:
		other_flaw(r, e, TM_XML_CUT);
		break;
	default:
		other_flaw(r, e, TM_XML_BROKEN);
	}
}

/* ---- Reading ----------------------------------------------------------- */

static bool
run(reader *r, const char *encoding)
{
	xmlSAXHandler sax = { .startElementNs = start,
		.endElementNs = end,
		.characters = text,
		.ignorableWhitespace = text,
		.cdataBlock = text,
		.getEntity = entity,
		.serror = flaw,
		.initialized = XML_SAX2_MAGIC };
	xmlCharEncodingHandlerPtr converter;

	if (!choose_door(r, encoding, &converter))
		return false;
	r->ctxt = xmlCreateIOParserCtxt(
	    &sax, r, serve, NULL, r, XML_CHAR_ENCODING_NONE);
	if (r->ctxt == NULL)
		return tm_fail(
		    r->err, TM_LIMIT, "cannot read '%s'", tm_input_name(r->in));
	/* NOENT makes &amp; in an attribute a plain &; there is no entity to
	 * expand but those that entity() gives. */
	xmlCtxtUseOptions(r->ctxt, XML_PARSE_RECOVER | XML_PARSE_NONET |
				       XML_PARSE_NOENT | XML_PARSE_IGNORE_ENC);
	if (converter != NULL)
		xmlSwitchToEncoding(r->ctxt, converter);
	xmlParseDocument(r->ctxt);
	if (!r->failed && !r->complete && (r->depth > 0 || !r->seen_root))
		r->failed =
		    !tm_fail(r->err, TM_PARSE, "'%s' %s", tm_input_name(r->in),
			r->cut[0] != '\0' ? r->cut : "is not XML");
	if (r->ctxt->myDoc != NULL)
		xmlFreeDoc(r->ctxt->myDoc);
	xmlFreeParserCtxt(r->ctxt);
	return !r->failed;
}

/* Reads and closes in. */
static bool
read_input(tm_input *in, const tm_xml_options *options,
    const tm_xml_handler *handler, void *self, tm_error *err)
{
	reader *r = tm_zalloc(1, sizeof *r);
	tm_error local;
	bool ok;

	r->in = in;
	r->handler = handler;
	r->self = self;
	r->err = err == NULL ? &local : err;
	r->line = 1;
	r->max_depth =
	    options == NULL || options->depth == 0 ? DEPTH : options->depth;
	ok = run(r, options == NULL ? NULL : options->encoding);
	tm_arena_release(&r->names);
	free(r->attrs);
	free(r);
	tm_input_close(in);
	return ok;
}

bool
tm_xml_read(const char *path, const tm_xml_options *options,
    const tm_xml_handler *handler, void *self, tm_error *err)
{
	tm_input *in = tm_input_open(path, err);

	return in != NULL && read_input(in, options, handler, self, err);
}

bool
tm_xml_parse(const char *name, tm_str bytes, const tm_xml_options *options,
    const tm_xml_handler *handler, void *self, tm_error *err)
{
	return read_input(
	    tm_input_memory(name, bytes), options, handler, self, err);
}

tm_str
tm_xml_get(const tm_xml_tag *tag, const char *name)
{
	for (size_t i = 0; i < tag->n; i++)
		if (tm_str_eq(tag->attr[i].name, tm_str_of(name)))
			return tag->attr[i].value;
	return (tm_str){ NULL, 0 };
}

/* ---- Writing ----------------------------------------------------------- */

static const char *
escape(unsigned char c, bool value)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '\r':
		return "&#13;"; /* else it is read as a line feed */
	case '"':
		return value ? "&quot;" : NULL;
	case '\t':
		return value ? "&#9;" : NULL; /* else read as a space */
	case '\n':
		return value ? "&#10;" : NULL;
	default:
		return NULL;
	}
}

static size_t
add_escaped(tm_buf *out, tm_str s, bool value)
{
	size_t left_out = 0, done = 0, i = 0;

	while (i < s.n) {
		const char *instead;
		size_t len;

		/* Most of a text is letters of ASCII or of two bytes: none
		 * of them is escaped or forbidden. */
		if ((unsigned char)s.p[i] > '>' &&
		    (unsigned char)s.p[i] < 0x7f) {
			i++;
			continue;
		}
		if ((unsigned char)s.p[i] >= 0xc2 &&
		    (unsigned char)s.p[i] < 0xe0 && i + 1 < s.n &&
		    (s.p[i + 1] & 0xc0) == 0x80) {
			i += 2;
			continue;
		}
		instead = escape((unsigned char)s.p[i], value);
		len = tm_xml_char(tm_str_sub(s, i, s.n));

		if (instead == NULL && len > 0) {
			i += len;
			continue;
		}
		tm_buf_add(out, s.p + done, i - done);
		if (instead != NULL)
			tm_buf_adds(out, instead);
		else
			left_out++;
		done = ++i;
	}
	tm_buf_add(out, s.p + done, i - done);
	return left_out;
}

size_t
tm_xml_add_text(tm_buf *out, tm_str s)
{
	return add_escaped(out, s, false);
}

size_t
tm_xml_add_value(tm_buf *out, tm_str s)
{
	return add_escaped(out, s, true);
}

size_t
tm_xml_add_attr(tm_buf *out, const char *name, tm_str value)
{
	size_t left_out;

	tm_buf_addc(out, ' ');
	tm_buf_adds(out, name);
	tm_buf_adds(out, "=\"");
	left_out = add_escaped(out, value, true);
	tm_buf_addc(out, '"');
	return left_out;
}
