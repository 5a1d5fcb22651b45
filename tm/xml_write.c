/*
 * Writing XML: characters, and what must be escaped.
 */
#include "config.h"

#include "tm/xml_int.h"

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
