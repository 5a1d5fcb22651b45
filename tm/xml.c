/*
 * Three steps, each of which bounds what the next one has to believe:
 *
 *	bytes -> door -> libxml2's SAX2, in recovery -> handler
 *
 * The door (xml_door.c) lets nothing but UTF-8 through, or what a converter of
 * libxml2 makes it of.
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
#include <pthread.h>
#include <stdlib.h>

#include "tm/xml_door_int.h"

#define DEPTH 256

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
	tm_input *in;
	tm_xml_door door;
} reader;

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
	r->character[tm_xml_put_utf8((char *)r->character, known->value)] = 0;
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
	    (int)tm_xml_put_utf8(p, 0x10000u +
					(((unsigned)high - 0xd800) << 10) +
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
	if (c == TM_XML_FOREIGN)
		snprintf(
		    msg, sizeof msg, "a byte that is not UTF-8 was left out");
	else if (c == TM_XML_NUL)
		snprintf(msg, sizeof msg,
		    "a zero byte (or U+0001), which XML forbids, was left out");
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

static int
serve(void *context, char *p, int size)
{
	reader *r = context;
	int n = r->failed ? -1 : tm_xml_door_serve(&r->door, p, size);

	r->failed |= n < 0;
	return n;
}

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
	xmlCharEncodingHandlerPtr converter = NULL;
	const char *name;

	if (!tm_xml_door_open(&r->door, r->in, encoding, &name, r->err))
		return false;
	if (name != NULL)
		converter = xmlFindCharEncodingHandler(name);
	if (name != NULL && converter == NULL)
		return tm_fail(r->err, encoding == NULL ? TM_PARSE : TM_INVALID,
		    "'%s': there is no encoding called '%s'; name another "
		    "with --encoding",
		    tm_input_name(r->in), name);
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

/* libxml2 sets itself up when first used, and not for two threads at once. */
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Reads and closes in. */
static bool
read_input(tm_input *in, const tm_xml_options *options,
    const tm_xml_handler *handler, void *self, tm_error *err)
{
	reader *r = tm_zalloc(1, sizeof *r);
	tm_error local;
	bool ok;

	pthread_once(&once, xmlInitParser);
	r->in = in;
	r->handler = handler;
	r->self = self;
	r->err = err == NULL ? &local : err;
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
