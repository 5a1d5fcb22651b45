/*
 * The door that bytes come through: UTF-8, whatever they were.
 *
 * It makes UTF-8 of UTF-16 and looks at every byte of UTF-8, since libxml2
 * reads on in Latin-1 after one bad byte. A bad byte becomes a character that
 * XML forbids, in place, so that libxml2 complains about it on the right line
 * like about any other:
 *
 *	"caf\xe9</seg>"  ->  "caf\x02</seg>"  ->  flaw LOST, text "caf"
 *
 * When more of a block is bad than good the file is no UTF-8 at all, and
 * reading stops there with advice. Other encodings pass as they are, for a
 * converter behind the door.
 */
#include "config.h"

#include "tm/xml_door_int.h"

#define BLOCK TM_XML_BLOCK
#define FOREIGN TM_XML_FOREIGN

typedef enum kind { AS_IT_IS, UTF8, UTF16LE, UTF16BE } kind;

size_t
tm_xml_put_utf8(char *p, unsigned c)
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
pass_utf8(tm_xml_door *r, char *p, size_t n)
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
fill_utf8(tm_xml_door *r)
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
		*z = TM_XML_NUL;
	if (pass_utf8(r, r->block, r->n_block))
		return true;
	return tm_fail(r->err, TM_PARSE,
	    "'%s' line %zu: this is not UTF-8, as the file claims; say what "
	    "it is in with --encoding, for instance --encoding windows-1256",
	    tm_input_name(r->in), r->line);
}

static unsigned
unit16(const tm_xml_door *r, size_t at)
{
	const unsigned char *p = (const unsigned char *)r->raw + at;

	return r->kind == UTF16LE ? p[0] | (unsigned)p[1] << 8
				  : p[1] | (unsigned)p[0] << 8;
}

static bool
fill_utf16(tm_xml_door *r)
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
		r->n_block += tm_xml_put_utf8(r->block + r->n_block, c);
	}
	r->n_raw = n - i;
	memmove(r->raw, r->raw + i, r->n_raw);
	return true;
}

static bool
fill_as_it_is(tm_xml_door *r)
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
count_attrs(tm_xml_door *r, const char *p, size_t n)
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

int
tm_xml_door_serve(tm_xml_door *r, char *p, int size)
{
	size_t n;

	while (r->served == r->n_block && !r->at_end) {
		bool ok = true;

		r->served = 0;
		if (r->kind == UTF8)
			ok = fill_utf8(r);
		else if (r->kind == AS_IT_IS)
			ok = fill_as_it_is(r);
		else
			ok = fill_utf16(r);
		if (!ok) {
			r->n_block = 0;
			return -1;
		}
	}
	n = r->n_block - r->served;
	if (n > (size_t)size)
		n = (size_t)size;
	if (!count_attrs(r, r->block + r->served, n))
		return -1;
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

bool
tm_xml_door_open(tm_xml_door *r, tm_input *in, const char *encoding,
    const char **converter, tm_error *err)
{
	unsigned char b[4] = { 0 };
	tm_str head;
	size_t got;

	r->in = in;
	r->err = err;
	r->line = 1;
	if (!tm_input_read(r->in, r->raw, 1024, &got, err))
		return false;
	r->n_raw = got;
	memcpy(b, r->raw, got < 4 ? got : 4);
	*converter = NULL;
	if ((b[0] == 0xff && b[1] == 0xfe && b[2] == 0 && b[3] == 0) ||
	    (b[0] == 0 && b[1] == 0 && b[2] == 0xfe && b[3] == 0xff)) {
		*converter = "UTF-32"; /* which goes by the mark */
		r->kind = AS_IT_IS;
		return true;
	}
	if ((b[0] == 0xff && b[1] == 0xfe) || (b[0] == '<' && b[1] == 0)) {
		r->kind = UTF16LE;
		return true;
	}
	if ((b[0] == 0xfe && b[1] == 0xff) || (b[0] == 0 && b[1] == '<')) {
		r->kind = UTF16BE;
		return true;
	}
	head = (tm_str){ r->raw, got };
	if (b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf)
		head = tm_str_sub(head, 3, head.n);
	if (encoding == NULL) {
		declared(head, r->name, sizeof r->name);
		encoding = r->name;
	} else if (says(encoding, "utf-16le") || says(encoding, "utf-16be")) {
		r->kind = says(encoding, "utf-16le") ? UTF16LE : UTF16BE;
		return true;
	}
	/* Eight-bit bytes are no UTF-16, whatever the label says. */
	r->kind = UTF8;
	if (encoding[0] == '\0' || says(encoding, "utf-8") ||
	    says(encoding, "utf8") || says(encoding, "us-ascii") ||
	    says(encoding, "ascii") ||
	    tm_str_starts(tm_str_of(encoding), TM_STR("UTF-16")) ||
	    tm_str_starts(tm_str_of(encoding), TM_STR("utf-16")))
		return true;
	*converter = encoding;
	r->kind = AS_IT_IS;
	return true;
}
