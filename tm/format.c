/*
 * The table of formats, and what writers share: a file that is whole or
 * not there, packed with gzip when its name ends in ".gz", and the count
 * of what could not be written.
 *
 *	unit -> format->unit() -> writer->buf -> (deflate) -> file
 */
#include "config.h"

#include "tm/format_int.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#include "tm/input_int.h"

static const struct tm_format *const formats[] = { &tm_format_tmx,
	&tm_format_xliff, &tm_format_xliff2, &tm_format_po, &tm_format_tsv,
	&tm_format_csv, &tm_format_jsonl, &tm_format_text };
#define N_FORMATS (sizeof formats / sizeof formats[0])

/* ---- Which format is this ---------------------------------------------- */

const tm_format *
tm_format_named(const char *name)
{
	for (size_t i = 0; i < N_FORMATS; i++)
		if (tm_str_ieq(tm_str_of(name), tm_str_of(formats[i]->name)))
			return formats[i];
	return NULL;
}

const tm_format *
tm_format_for_path(const char *path)
{
	return tm_format_detect(path, TM_STR(""));
}

/* UTF-16 without its zeroes is near enough to ASCII for a guess. */
static tm_str
without_zeroes(tm_str head, char *out, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < head.n && n < size; i++)
		if (head.p[i] != '\0')
			out[n++] = head.p[i];
	return (tm_str){ out, n };
}

const tm_format *
tm_format_detect(const char *path, tm_str head)
{
	const tm_format *best = NULL;
	char plain[4096];
	int most = 0;

	if (path == NULL)
		path = "";
	head = without_zeroes(head, plain, sizeof plain);
	for (size_t i = 0; i < N_FORMATS; i++) {
		int bid = formats[i]->bid(path, head);

		if (bid > most) {
			most = bid;
			best = formats[i];
		}
	}
	return best;
}

const tm_format *
tm_format_tell(const char *path, tm_error *err)
{
	const tm_format *f = NULL;
	tm_input *in;
	tm_str head;

	in = tm_input_open(path, err);
	if (in == NULL)
		return NULL;
	if (tm_input_peek(in, &head, err)) {
		f = tm_format_detect(path, head);
		if (f == NULL)
			f = tm_format_for_path(path);
		if (tm_str_starts(head, TM_STR("\x1f\x8b")) ||
		    tm_str_starts(head, TM_STR("PK\3\4"))) {
			tm_fail(err, TM_PARSE,
			    "'%s' is packed twice: unpack it once",
			    tm_input_name(in));
			f = NULL;
		} else if (f == NULL)
			tm_fail(err, TM_INVALID,
			    "cannot tell the format of '%s'",
			    tm_input_name(in));
	}
	tm_input_put_back(in);
	return f;
}

bool
tm_format_ends(const char *path, const char *suffix)
{
	tm_str s = tm_str_of(path), end = tm_str_of(suffix);
	static const tm_str packed[] = { { ".gz", 3 }, { ".zip", 4 } };

	for (size_t i = 0; i < sizeof packed / sizeof packed[0]; i++)
		if (s.n > packed[i].n &&
		    tm_str_ieq(
			tm_str_sub(s, s.n - packed[i].n, s.n), packed[i])) {
			s.n -= packed[i].n;
			break;
		}
	return s.n >= end.n && tm_str_ieq(tm_str_sub(s, s.n - end.n, s.n), end);
}

const char *
tm_format_name(const tm_format *format)
{
	return format->name;
}

bool
tm_format_can_write(const tm_format *format)
{
	return format->unit != NULL;
}

const char *
tm_format_list(size_t k)
{
	return k < N_FORMATS ? formats[k]->name : NULL;
}

/* ---- Reading ----------------------------------------------------------- */

/* A language of the options in the spelling that units have. */
static bool
settle(const char **lang, char canon[TM_LANG_MAX], tm_error *err)
{
	if (*lang == NULL || strcmp(*lang, "*all*") == 0)
		return true;
	if (!tm_lang_canon(*lang, canon, err))
		return false;
	*lang = canon;
	return true;
}

/* Stands between a reader and its sink: nothing else is so sure to be damage
 * as a NUL in a text, which C programs end at and XML forbids. */
typedef struct sieve {
	const tm_sink *sink;
	const char *path;
	tm_arena arena;
} sieve;

static bool
has_nul(tm_str s)
{
	return s.n > 0 && memchr(s.p, '\0', s.n) != NULL;
}

/* Its codes stand where they stood. */
static size_t
drop_nuls(tm_arena *arena, tm_variant *v)
{
	char *kept = tm_arena_alloc(arena, v->text.n);
	tm_code_at *codes = tm_arena_zalloc(arena, v->n_codes, sizeof *codes);
	size_t n = 0, k = 0;

	for (size_t i = 0; i <= v->text.n; i++) {
		for (; k < v->n_codes && v->codes[k].at <= i; k++)
			codes[k] = (tm_code_at){ n, v->codes[k].xml };
		if (i < v->text.n && v->text.p[i] != '\0')
			kept[n++] = v->text.p[i];
	}
	k = v->text.n - n;
	v->text = (tm_str){ kept, n };
	v->codes = codes;
	return k;
}

static bool
sift(void *self, const tm_unit *unit, tm_error *err)
{
	sieve *s = self;
	tm_unit u = *unit;
	size_t i = 0, n = 0;

	while (i < unit->n && !has_nul(unit->v[i].text))
		i++;
	if (i == unit->n)
		return s->sink->unit(s->sink->self, unit, err);
	tm_arena_clear(&s->arena);
	u.v = tm_arena_zalloc(&s->arena, u.n, sizeof *u.v);
	memcpy(u.v, unit->v, u.n * sizeof *u.v);
	for (i = 0; i < u.n; i++)
		if (has_nul(u.v[i].text))
			n += drop_nuls(&s->arena, &u.v[i]);
	tm_sink_warn(s->sink, s->path, unit->line, false,
	    "%zu NUL byte%s %s left out of the text: is the file damaged, or "
	    "in another encoding?",
	    n, n == 1 ? "" : "s", n == 1 ? "was" : "were");
	return s->sink->unit(s->sink->self, &u, err);
}

static void
pass_on(void *self, const tm_warning *warning)
{
	const sieve *s = self;

	s->sink->warn(s->sink->self, warning);
}

bool
tm_format_read(const tm_format *format, const char *path,
    const tm_format_options *options, const tm_sink *sink, tm_error *err)
{
	tm_format_options settled = { 0 };
	char from[TM_LANG_MAX], to[TM_LANG_MAX];
	sieve s = { sink, path, { 0 } };
	const tm_sink sifted = { &s, sift,
		sink->warn == NULL ? NULL : pass_on };
	bool ok;

	if (options != NULL)
		settled = *options;
	ok = settle(&settled.from, from, err) && settle(&settled.to, to, err) &&
	     format->read(path, &settled, &sifted, err);
	tm_arena_release(&s.arena);
	return ok;
}

void
tm_sink_warn(const tm_sink *sink, const char *path, size_t line, bool skipped,
    const char *fmt, ...)
{
	tm_warning warning = { path, line, skipped, NULL };
	tm_buf msg = { 0 };
	va_list ap;

	if (sink->warn == NULL)
		return;
	va_start(ap, fmt);
	tm_buf_vprintf(&msg, fmt, ap);
	va_end(ap);
	warning.msg = tm_buf_str(&msg).p;
	sink->warn(sink->self, &warning);
	tm_buf_release(&msg);
}

/* ---- Dates ------------------------------------------------------------- */

/*
 * Days since 1970 of a date of the Gregorian calendar, and back. A year
 * that begins in March has its leap day last, so that the months before
 * it always take (153 m + 2) / 5 days.
 */
static int64_t
days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t m = (month + 9) % 12;
	int64_t era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       (153 * m + 2) / 5 + day - 1 - 719468;
}

static void
date_of(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
	int64_t era, d, y, m;

	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	d = days - era * 146097;
	y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
	d -= 365 * y + y / 4 - y / 100;
	m = (5 * d + 2) / 153;
	*day = d - (153 * m + 2) / 5 + 1;
	*month = m < 10 ? m + 3 : m - 9;
	*year = y + era * 400 + (*month <= 2);
}

/* n with at least width digits. An export writes some dates a unit: printf()
 * was an eighth of its time. */
static char *
put_digits(char *p, int64_t n, int width)
{
	for (int i = width; i-- > 0; n /= 10)
		p[i] = (char)('0' + n % 10);
	return p + width;
}

void
tm_date_add(tm_buf *out, int64_t seconds)
{
	int64_t days = seconds / 86400, rest = seconds % 86400;
	int64_t year, month, day;
	char text[16], *p = text;

	if (rest < 0) {
		rest += 86400;
		days--;
	}
	date_of(days, &year, &month, &day);
	if (year < 0 || year > 9999) { /* no date that anybody wrote */
		tm_buf_printf(out, "%lld", (long long)year);
		year = 0;
	} else {
		p = put_digits(p, year, 4);
	}
	p = put_digits(p, month, 2);
	p = put_digits(p, day, 2);
	*p++ = 'T';
	p = put_digits(p, rest / 3600, 2);
	p = put_digits(p, rest / 60 % 60, 2);
	p = put_digits(p, rest % 60, 2);
	*p++ = 'Z';
	tm_buf_add(out, text, (size_t)(p - text));
}

bool
tm_date_parse(tm_str s, int64_t *seconds)
{
	static const int width[] = { 4, 2, 2, 2, 2, 2 };
	static const int most[] = { 9999, 12, 31, 23, 59, 60 };
	int part[6] = { 0, 1, 1, 0, 0, 0 };
	size_t i = 0;
	int k;

	s = tm_str_trim(s);
	for (k = 0; k < 6 && i < s.n && s.p[i] != 'Z'; k++) {
		if (k > 0 && memchr(k == 3  ? "T "
				    : k < 3 ? "--"
					    : "::",
				 s.p[i], 2) != NULL)
			i++;
		part[k] = 0;
		for (int j = 0; j < width[k]; j++, i++) {
			if (i >= s.n || s.p[i] < '0' || s.p[i] > '9')
				return false;
			part[k] = part[k] * 10 + (s.p[i] - '0');
		}
		if (part[k] > most[k] || (k < 3 && part[k] == 0))
			return false;
	}
	if (i < s.n && s.p[i] == 'Z')
		i++;
	if (i < s.n || k < 3)
		return false;
	*seconds = days_of(part[0], part[1], part[2]) * 86400 + part[3] * 3600 +
		   part[4] * 60 + part[5];
	return true;
}

void
tm_fraction_add(tm_buf *out, double fraction)
{
	int millionths = (int)(fraction * 1e6 + .5);

	tm_buf_printf(
	    out, "%d.%06d", millionths / 1000000, millionths % 1000000);
	while (out->p[out->n - 1] == '0' && out->p[out->n - 2] != '.')
		out->p[--out->n] = '\0';
}

/* ---- Writing ----------------------------------------------------------- */

#define FLUSH_AT (1 << 16)

struct packer {
	z_stream z;
	unsigned char block[1 << 15];
};

static bool
pack(tm_writer *w, int flush)
{
	struct packer *p = w->packer;

	p->z.next_in = (unsigned char *)w->buf.p;
	p->z.avail_in = (unsigned)w->buf.n;
	do {
		p->z.next_out = p->block;
		p->z.avail_out = sizeof p->block;
		deflate(&p->z, flush);
		fwrite(
		    p->block, 1, sizeof p->block - p->z.avail_out, w->out.fp);
	} while (p->z.avail_out == 0);
	return !ferror(w->out.fp);
}

static bool
flush(tm_writer *w, bool last, tm_error *err)
{
	bool ok;

	errno = 0;
	if (w->packer != NULL)
		ok = pack(w, last ? Z_FINISH : Z_NO_FLUSH);
	else
		ok = w->buf.n == 0 ||
		     fwrite(w->buf.p, 1, w->buf.n, w->out.fp) == w->buf.n;
	tm_buf_clear(&w->buf);
	if (!ok && strcmp(w->path, "-") == 0)
		tm_fail(err, TM_IO, "cannot write to standard output: %s",
		    strerror(errno == 0 ? EIO : errno));
	else if (!ok)
		tm_fail(err, TM_IO, "cannot write '%s': %s", w->path,
		    strerror(errno == 0 ? EIO : errno));
	return ok;
}

bool
tm_writer_flush(tm_writer *w, tm_error *err)
{
	return flush(w, false, err);
}

static bool
add_unit(void *self, const tm_unit *unit, tm_error *err)
{
	tm_writer *w = self;

	w->units++;
	return w->format->unit(w, unit, err) &&
	       (w->buf.n < FLUSH_AT || flush(w, false, err));
}

/* Someone else's trouble on its way through: told where ours is. */
static void
pass_warning(void *self, const tm_warning *warning)
{
	tm_writer *w = self;

	if (w->options.warn != NULL)
		w->options.warn(w->options.warn_self, warning);
}

static struct packer *
new_packer(void)
{
	struct packer *p = tm_zalloc(1, sizeof *p);

	/* 15 + 16: a gzip header, without name and time, so that the same
	 * units make the same bytes. */
	if (deflateInit2(&p->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8,
		Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	return p;
}

static void
writer_free(tm_writer *w)
{
	if (w->format->drop != NULL)
		w->format->drop(w);
	if (w->packer != NULL) {
		deflateEnd(&w->packer->z);
		free(w->packer);
	}
	tm_buf_release(&w->buf);
	tm_arena_release(&w->arena);
	free(w->path);
	free(w);
}

tm_writer *
tm_writer_open(const tm_format *format, const char *path,
    const tm_format_options *options, tm_error *err)
{
	tm_writer *w;

	if (format->unit == NULL) {
		tm_fail(err, TM_INVALID, "the format '%s' is only read",
		    format->name);
		return NULL;
	}
	w = tm_zalloc(1, sizeof *w);
	w->format = format;
	w->path = tm_strdup(path);
	if (options != NULL)
		w->options = *options;
	w->sink = (tm_sink){ w, add_unit, pass_warning };
	if (!settle(&w->options.from, w->from, err) ||
	    !settle(&w->options.to, w->to, err) ||
	    !settle(&w->options.srclang, w->srclang, err) ||
	    !tm_outfile_open(&w->out, path, err)) {
		writer_free(w);
		return NULL;
	}
	if (tm_str_ends(tm_str_of(path), TM_STR(".gz")))
		w->packer = new_packer();
	if (format->begin != NULL && !format->begin(w, err)) {
		tm_writer_abandon(w);
		return NULL;
	}
	return w;
}

void
tm_writer_header(tm_writer *w, const tm_meta *meta, size_t n)
{
	tm_meta *copy = tm_arena_zalloc(&w->arena, n, sizeof *copy);
	bool table = w->format == &tm_format_tsv || w->format == &tm_format_csv;
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		if (table || !tm_header_is_of_table(&meta[i]))
			copy[k++] = (tm_meta){ meta[i].kind,
				tm_arena_str(&w->arena, meta[i].type),
				tm_arena_str(&w->arena, meta[i].lang),
				tm_arena_str(&w->arena, meta[i].value) };
	w->options.header = copy;
	w->options.n_header = k;
}

const char *
tm_writer_second(const tm_writer *w)
{
	return w->second;
}

const tm_sink *
tm_writer_sink(tm_writer *w)
{
	return &w->sink;
}

void
tm_writer_lost(tm_writer *w, const char *what, size_t n)
{
	const size_t room = sizeof w->losses / sizeof w->losses[0];
	size_t i = 0;

	if (n == 0)
		return;
	while (i < w->n_losses && w->losses[i].what != what)
		i++;
	if (i == room)
		return;
	if (i == w->n_losses)
		w->losses[w->n_losses++] = (tm_loss){ what, 0, w->units };
	w->losses[i].n += n;
}

static void
tell_losses(tm_writer *w)
{
	const tm_sink sink = { w->options.warn_self, NULL, w->options.warn };

	for (size_t i = 0; i < w->n_losses; i++)
		tm_sink_warn(&sink, w->path, 0, false,
		    "%s: %zu, the first in unit %zu", w->losses[i].what,
		    w->losses[i].n, w->losses[i].first);
}

bool
tm_writer_close(tm_writer *w, tm_error *err)
{
	bool ok = (w->format->end == NULL || w->format->end(w, err)) &&
		  flush(w, true, err);

	if (!ok) {
		tm_writer_abandon(w);
		return false;
	}
	ok = tm_outfile_commit(&w->out, err);
	if (ok)
		tell_losses(w);
	writer_free(w);
	return ok;
}

void
tm_writer_abandon(tm_writer *w)
{
	if (w == NULL)
		return;
	tm_outfile_abandon(&w->out);
	writer_free(w);
}
