/*
 * segment_codes.c - inline codes, put back after the text was cut
 *
 *	"<b>It is late.</b><br/> <i>Go."	what somebody wrote
 *	"It is late. Go."		what is cut: [0,11) [12,15)
 *
 * At the cut 11 stand "</b>", which ends a pair and stays, and "<br/>",
 * which opens the next segment with all that comes after it.
 */
#include "config.h"

#include "tm/srx_int.h"

/* The value of the attribute pos in a tag. */
static tm_str
position_of(tm_str xml)
{
	static const char *const v[] = { "pos=\"", "pos='" };

	for (size_t k = 0; k < 2; k++) {
		size_t n = strlen(v[k]);

		for (size_t i = 1; i + n <= xml.n; i++)
			if (xml.p[i - 1] <= ' ' &&
			    memcmp(xml.p + i, v[k], n) == 0)
				return tm_str_sub(xml, i + n, xml.n);
	}
	return (tm_str){ NULL, 0 };
}

tm_code_kind
tm_code_kind_of(tm_str xml)
{
	static const struct {
		const char *name;
		tm_code_kind kind;
	} v[] = { { "bpt", TM_CODE_START }, { "hi", TM_CODE_START },
		{ "ept", TM_CODE_END } };
	size_t n = 1;
	tm_str name;

	if (tm_str_starts(xml, TM_STR("</")))
		return TM_CODE_END;
	while (n < xml.n && strchr(" \t\r\n/>", xml.p[n]) == NULL)
		n++;
	name = tm_str_sub(xml, xml.n > 0 ? 1 : 0, xml.n > 0 ? n : 0);
	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		if (tm_str_eq(name, tm_str_of(v[i].name)))
			return v[i].kind;
	/* half of a pair whose other half is in another segment */
	if (tm_str_eq(name, TM_STR("it"))) {
		tm_str pos = position_of(xml);

		if (tm_str_starts(pos, TM_STR("begin")))
			return TM_CODE_START;
		if (tm_str_starts(pos, TM_STR("end")))
			return TM_CODE_END;
	}
	return TM_CODE_ISOLATED;
}

static bool
stays(const tm_srx_codes *codes, tm_code_kind kind)
{
	switch (kind) {
	case TM_CODE_START:
		return codes->start;
	case TM_CODE_END:
		return codes->end;
	default:
		return codes->isolated;
	}
}

/* Does a code at place at, behind the cut of span s or at it, belong to the
 * next span? */
static bool
goes_on(const tm_srx_codes *include, tm_str text, const tm_span *s,
    const tm_code_place *code)
{
	if (s[0].paragraph == s[1].paragraph)
		return code->at > s->cut || !stays(include, code->kind);
	/* no rule has cut there, the line has ended */
	return tm_segment_has_break(tm_str_sub(text, s->cut, code->at));
}

void
tm_segment_codes(const tm_segmenter *seg, tm_str text, const tm_spans *spans,
    const tm_code_place *codes, size_t n, size_t *owner)
{
	const tm_srx *srx = tm_segmenter_srx(seg);
	const tm_srx_codes include = srx != NULL ? srx->codes : TM_SRX_CODES;
	size_t s = 0;

	for (size_t i = 0; i < n; i++) {
		while (s + 1 < spans->n && codes[i].at >= spans->v[s].cut &&
		       goes_on(&include, text, &spans->v[s], &codes[i]))
			s++;
		owner[i] = spans->n > 0 ? s : SIZE_MAX;
	}
}
