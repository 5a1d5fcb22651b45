/*
 * FreeDict dictionaries in the format of dictd: an index of head words,
 * each with the place of its entry in a text that may be compressed (a
 * gzip file; its random-access table is of no use here, for all of the
 * text is looked at).
 *
 *	freedict-ara-eng.index		freedict-ara-eng.dict.dz
 *	تزيين <TAB> BRx <TAB> BJ	تزيين /tˈazjiːn/ <n>
 *					1. Adornation
 *					2. Adornment
 *
 * The two numbers are in base 64. An entry is a line of head words, with
 * pronunciation and grammar behind, and lines of translations. Those lines
 * may also hold remarks, definitions and examples; a line counts as a
 * translation when its pieces between commas are all short. Of a lexicon
 * with a limit only the entries are read that have a word of its texts, as
 * head or as translation: to find them takes a tenth of reading them all.
 *
 * Nothing in the files is trusted: an offset is looked at only when it lies
 * inside the text, and sizes are limited before memory is taken.
 */
#include "config.h"

#include "tm/lang.h"
#include "tm/lexicon_int.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "tm/input_int.h"

/* The largest FreeDict text is 110 MB. */
#define MAX_TEXT ((size_t)512 << 20)
#define TOO_LARGE "leave it out of the folder"
/* Longer pieces are explanations. */
#define MAX_PIECE_WORDS 6
/* The largest entry, a page on one word, is 60 KB. */
#define MAX_ENTRY ((size_t)1 << 20)

struct dict {
	tm_lexicon *lex;
	bool reversed; /* the dictionary goes from lex->to to lex->from */
	tm_str text;
	size_t pairs;
	tm_buf clean; /* scratch */
};

/* ---- One entry --------------------------------------------------------------
 */

static tm_str
next_line(tm_str *rest)
{
	const char *nl = memchr(rest->p, '\n', rest->n);
	size_t n = nl == NULL ? rest->n : (size_t)(nl - rest->p);
	tm_str line = { rest->p, n };

	rest->p += n + (nl != NULL);
	rest->n -= n + (nl != NULL);
	return line;
}

/* The head words of an entry's first line: what comes before "/" or "<"
 * that opens pronunciation or grammar. */
static tm_str
head_of(tm_str line)
{
	for (size_t i = 0; i + 1 < line.n; i++)
		if (line.p[i] == ' ' &&
		    (line.p[i + 1] == '/' || line.p[i + 1] == '<'))
			return tm_str_trim(tm_str_sub(line, 0, i));
	return tm_str_trim(line);
}

/* Without "12. " in front and " 3." behind. */
static tm_str
without_number(tm_str line)
{
	size_t i = 0, n;

	while (i < line.n && line.p[i] >= '0' && line.p[i] <= '9')
		i++;
	if (i > 0 && i < line.n && line.p[i] == '.')
		line = tm_str_trim(tm_str_sub(line, i + 1, line.n));
	n = line.n;
	if (n > 2 && line.p[n - 1] == '.') {
		for (i = n - 1;
		     i > 0 && line.p[i - 1] >= '0' && line.p[i - 1] <= '9';)
			i--;
		if (i < n - 1 && i > 0 && line.p[i - 1] == ' ')
			line = tm_str_trim(tm_str_sub(line, 0, i - 1));
	}
	return line;
}

static bool
has_bracket(tm_str line)
{
	for (size_t i = 0; i < line.n; i++)
		switch (line.p[i]) {
		case '(':
		case '[':
		case '<':
		case '{':
		case ')':
		case ']':
		case '>':
		case '}':
			return true;
		default:
			break;
		}
	return false;
}

/* Copy line to out without what stands in (), [], <>, {} and //. */
static void
drop_brackets(tm_str line, tm_buf *out)
{
	static const char open[] = "([<{", close[] = ")]>}";
	const char *at;
	int depth = 0;

	tm_buf_clear(out);
	for (size_t i = 0; i < line.n; i++) {
		char c = line.p[i];

		if (c != '\0' && (at = strchr(open, c)) != NULL)
			depth++;
		else if (c != '\0' && (at = strchr(close, c)) != NULL)
			depth -= depth > 0;
		else if (depth == 0)
			tm_buf_addc(out, c);
	}
}

/* The bytes of the comma or semicolon at the start of s, which is not empty;
 * 0: none there. */
static size_t
separator(tm_str s)
{
	static const char comma[] = "،", semicolon[] = "؛";

	if (s.p[0] == ',' || s.p[0] == ';')
		return 1;
	if (s.p[0] == comma[0] && s.n >= 2 &&
	    (s.p[1] == comma[1] || s.p[1] == semicolon[1]))
		return 2;
	return 0;
}

static tm_str
next_piece(tm_str *rest)
{
	tm_str piece = { rest->p, 0 };

	while (rest->n > 0) {
		size_t sep = separator(*rest);

		if (sep > 0) {
			rest->p += sep;
			rest->n -= sep;
			break;
		}
		rest->p++;
		rest->n--;
		piece.n++;
	}
	return tm_str_trim(piece);
}

static size_t
count_words(tm_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] != ' ' && (i == 0 || s.p[i - 1] == ' ');
	return n;
}

static bool
is_translation(tm_str line)
{
	tm_str rest = line;

	/* "Synonym: {x}", "see: x", "Note: ..." */
	if (line.n == 0 || memchr(line.p, ':', line.n) != NULL)
		return false;
	/* An example: "a tall man" - un homme grand */
	if (line.p[0] == '"')
		return false;
	while (rest.n > 0)
		if (count_words(next_piece(&rest)) > MAX_PIECE_WORDS)
			return false;
	return true;
}

static void
add_pairs(struct dict *dict, tm_str heads, tm_str line)
{
	while (heads.n > 0) {
		tm_str head = next_piece(&heads), rest = line;

		while (head.n > 0 && rest.n > 0) {
			tm_str piece = next_piece(&rest);

			if (piece.n == 0)
				continue;
			dict->pairs += tm_lexicon_pair(dict->lex, TM_LEX_DICT,
			    dict->reversed ? piece : head,
			    dict->reversed ? head : piece, 1, false);
		}
	}
}

static void
read_entry(struct dict *dict, tm_str entry)
{
	tm_str head = head_of(next_line(&entry));

	if (head.n == 0 || count_words(head) > MAX_PIECE_WORDS)
		return;
	while (entry.n > 0) {
		tm_str line = without_number(tm_str_trim(next_line(&entry)));

		if (!is_translation(line))
			continue;
		if (has_bracket(line)) {
			drop_brackets(line, &dict->clean);
			line = tm_buf_str(&dict->clean);
		}
		add_pairs(dict, head, line);
	}
}

/* False when the lexicon wants nothing of the entry. */
static bool
is_wanted(struct dict *dict, tm_str entry)
{
	tm_str head = head_of(next_line(&entry));

	if (!dict->reversed)
		return tm_lexicon_wants(dict->lex, head);
	while (entry.n > 0) {
		tm_str line = without_number(tm_str_trim(next_line(&entry)));

		/* "colo(u)r" has other words without its brackets. */
		if (has_bracket(line)) {
			drop_brackets(line, &dict->clean);
			line = tm_buf_str(&dict->clean);
		}
		if (tm_lexicon_wants(dict->lex, line))
			return true;
	}
	return false;
}

/* ---- The index
 * ---------------------------------------------------------------- */

static bool
number(tm_str digits, size_t *value)
{
	size_t v = 0;

	if (digits.n == 0 || digits.n > 8)
		return false;
	for (size_t i = 0; i < digits.n; i++) {
		char c = digits.p[i];

		v <<= 6;
		if (c >= 'A' && c <= 'Z')
			v |= (size_t)(c - 'A');
		else if (c >= 'a' && c <= 'z')
			v |= (size_t)(c - 'a' + 26);
		else if (c >= '0' && c <= '9')
			v |= (size_t)(c - '0' + 52);
		else if (c == '+' || c == '/')
			v |= c == '+' ? 62 : 63;
		else
			return false;
	}
	*value = v;
	return true;
}

static tm_str
next_field(tm_str *line)
{
	const char *tab = memchr(line->p, '\t', line->n);
	size_t n = tab == NULL ? line->n : (size_t)(tab - line->p);
	tm_str field = { line->p, n };

	line->p += n + (tab != NULL);
	line->n -= n + (tab != NULL);
	return field;
}

static int
by_size(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool
read_index(struct dict *dict, tm_str index, const char *path, tm_error *err)
{
	size_t *place = NULL, n = 0, cap = 0, last = SIZE_MAX;
	size_t number_of_line = 0;
	bool ok = false;

	while (index.n > 0) {
		tm_str line = next_line(&index);
		tm_str head = next_field(&line);
		size_t start, size;

		number_of_line++;
		if (!number(next_field(&line), &start) ||
		    !number(next_field(&line), &size)) {
			tm_fail(err, TM_PARSE,
			    "'%s' line %zu: not a dictd index (head word, "
			    "offset and length, between tabs); install the "
			    "package again",
			    path, number_of_line);
			goto out;
		}
		if (size >= MAX_ENTRY || start > dict->text.n ||
		    size > dict->text.n - start) {
			tm_fail(err, TM_PARSE,
			    "'%s' line %zu: the entry lies outside the "
			    "dictionary; install the package again",
			    path, number_of_line);
			goto out;
		}
		/* "00databaseinfo" and its like */
		if (tm_str_starts(head, TM_STR("00database")) ||
		    tm_str_starts(head, TM_STR("00-database")))
			continue;
		if (!is_wanted(dict, (tm_str){ dict->text.p + start, size }))
			continue;
		tm_grow(place, n, cap);
		place[n++] = start << 20 | (size & (MAX_ENTRY - 1));
	}
	if (number_of_line == 0) {
		tm_fail(err, TM_PARSE,
		    "'%s' has no entries; install the package again", path);
		goto out;
	}
	if (n > 0)
		qsort(place, n, sizeof *place, by_size);
	for (size_t i = 0; i < n; i++) {
		/* An entry with several head words is listed for each. */
		if (place[i] == last)
			continue;
		last = place[i];
		read_entry(dict, (tm_str){ dict->text.p + (last >> 20),
				     last & (MAX_ENTRY - 1) });
	}
	ok = true;
out:
	free(place);
	return ok;
}

bool
tm_dictd_read(tm_lexicon *lex, const char *name, tm_str index, tm_str text,
    bool reversed, size_t *pairs, tm_error *err)
{
	struct dict dict = { .lex = lex, .reversed = reversed, .text = text };
	bool ok = read_index(&dict, index, name, err);

	*pairs += dict.pairs;
	tm_buf_release(&dict.clean);
	return ok;
}

/* ---- Files ------------------------------------------------------------- */

/* A dictionary: its two files. index.n is 0 when there is none. */
struct files {
	char name[32];
	tm_buf index, text;
};

/* A pipe would be waited for. */
static bool
exists(const tm_buf *path)
{
	struct stat st;

	return stat(path->p, &st) == 0 && !S_ISFIFO(st.st_mode);
}

/* Find freedict-FROM-TO in the first of the folders that has it. */
static bool
find_files(struct files *f, const char *dirs, const char *from, const char *to)
{
	snprintf(f->name, sizeof f->name, "freedict-%s-%s", from, to);
	while (*dirs != '\0') {
		int n = (int)strcspn(dirs, ":");

		tm_buf_clear(&f->index);
		tm_buf_clear(&f->text);
		tm_buf_printf(&f->index, "%.*s/%s.index", n, dirs, f->name);
		tm_buf_printf(&f->text, "%.*s/%s.dict.dz", n, dirs, f->name);
		if (!exists(&f->text))
			f->text.p[f->text.n -= 3] = '\0';
		if (n > 0 && exists(&f->index) && exists(&f->text))
			return true;
		dirs += n + (dirs[n] == ':');
	}
	tm_buf_clear(&f->index);
	return false;
}

static bool
read_files(tm_lexicon *lex, const struct files *f, bool reversed, tm_error *err)
{
	tm_buf index = { 0 }, text = { 0 };
	size_t pairs = 0;
	bool ok =
	    tm_input_read_all(f->index.p, MAX_TEXT, TOO_LARGE, &index, err) &&
	    tm_input_read_all(f->text.p, MAX_TEXT, TOO_LARGE, &text, err) &&
	    tm_dictd_read(lex, f->index.p, tm_buf_str(&index),
		tm_buf_str(&text), reversed, &pairs, err);

	tm_buf_release(&index);
	tm_buf_release(&text);
	return ok;
}

/* ---- With the cache ------------------------------------------------------ */

/* Note in out what says whether a file is the one it was. */
static void
add_state(const tm_buf *path, tm_buf *out)
{
	struct stat st = { 0 };

	if (stat(path->p, &st) == 0)
		tm_buf_printf(out, "%s %lld %lld %ld\n", path->p,
		    (long long)st.st_size, (long long)st.st_mtim.tv_sec,
		    (long)st.st_mtim.tv_nsec);
}

/* Read all there is and keep it for the next time; lex takes its part. */
static bool
make_cache(
    tm_lexicon *lex, const struct files f[2], const char *path, uint64_t stamp)
{
	tm_lexicon *all;
	tm_buf image = { 0 };
	tm_outfile out;
	tm_error err;
	bool ok = true;

	/* First, for where one cannot write, reading all is for nothing. */
	if (!tm_lex_cache_begin(&out, path))
		return false;
	all = tm_lexicon_new(lex->from_lang, lex->to_lang);
	for (int k = 0; k < 2; k++)
		ok = ok && (f[k].index.n == 0 ||
			       read_files(all, &f[k], k == 1, &err));
	tm_lexicon_settle(all);
	if (ok)
		tm_lex_cache_image(&all->table[TM_LEX_DICT], stamp, &image);
	tm_lexicon_free(all);
	if (ok) {
		fwrite(image.p, 1, image.n, out.fp);
		tm_outfile_commit(&out, &err);
		ok = tm_lex_cache_take(lex, tm_buf_str(&image));
	} else {
		tm_outfile_abandon(&out);
	}
	tm_buf_release(&image);
	return ok;
}

static bool
use_cache(tm_lexicon *lex, const struct files f[2])
{
	tm_buf name = { 0 }, path = { 0 }, state = { 0 };
	uint64_t stamp;
	bool ok;

	tm_buf_printf(&name, "%s.cache", f[0].name);
	for (int k = 0; k < 2; k++)
		if (f[k].index.n > 0) {
			add_state(&f[k].index, &state);
			add_state(&f[k].text, &state);
		}
	stamp = tm_lex_cache_stamp(lex, tm_buf_str(&state));
	ok = tm_cache_path(name.p, &path) &&
	     (tm_lex_cache_load(lex, path.p, stamp) ||
		 make_cache(lex, f, path.p, stamp));
	tm_buf_release(&name);
	tm_buf_release(&path);
	tm_buf_release(&state);
	return ok;
}

/* Read those there are; what gets their names. Goes on behind a damaged one
 * and then fails with what was wrong with the first. */
static bool
read_both(tm_lexicon *lex, const struct files f[2], tm_buf *what, tm_error *err)
{
	bool cached = use_cache(lex, f), ok = true;
	size_t n = 0;

	for (int k = 0; k < 2; k++) {
		tm_error why;

		if (f[k].index.n == 0)
			continue;
		if (!cached && !read_files(lex, &f[k], k == 1, &why)) {
			if (ok)
				ok = tm_fail(err, why.code, "%s", why.msg);
			continue;
		}
		if (what != NULL)
			tm_buf_printf(
			    what, "%s%s", n > 0 ? ", " : "", f[k].name);
		n++;
	}
	return ok;
}

/* Debian's place; that of dictd when built by hand; FreeBSD's. */
#define DICTD_DIRS "/usr/share/dictd:/usr/local/share/dictd:/usr/local/lib/dict"

/* Say what to install, if there is anything. */
static bool
none_installed(const tm_lexicon *lex, const char *dirs, const char *from,
    const char *to, tm_error *err)
{
	bool there = tm_dictd_exists(from, to);
	bool back = tm_dictd_exists(to, from);

	if (!there && !back)
		return tm_fail(err, TM_ABSENT,
		    "FreeDict has none for '%s' and '%s'", lex->from_lang,
		    lex->to_lang);
	if (there && back)
		return tm_fail(err, TM_ABSENT,
		    "no dictionary of '%s' and '%s' in '%s'; the packages "
		    "dict-freedict-%s-%s and dict-freedict-%s-%s have them",
		    lex->from_lang, lex->to_lang, dirs, from, to, to, from);
	return tm_fail(err, TM_ABSENT,
	    "no dictionary of '%s' and '%s' in '%s'; the package "
	    "dict-freedict-%s-%s has one",
	    lex->from_lang, lex->to_lang, dirs, there ? from : to,
	    there ? to : from);
}

/*
 * FreeDict has Norwegian whole, Swahili and Kurdish by one of their codes,
 * Arabic by the code of all of it: what to look for where there is nothing by
 * the language's own code.
 */
static const char *
code_among_kin(const char *lang)
{
	static const char *const kin[][2] = { { "nb", "nor" }, { "nn", "nor" },
		{ "sw", "swh" }, { "swh", "swh" }, { "arb", "ara" },
		{ "kmr", "kur" } };

	for (size_t i = 0; i < sizeof kin / sizeof kin[0]; i++)
		if (tm_lang_same_base(lang, kin[i][0]))
			return kin[i][1];
	return tm_iso639_3(lang);
}

static bool
is_known_pair(const char *a, const char *b)
{
	return tm_dictd_exists(a, b) || tm_dictd_exists(b, a);
}

bool
tm_lexicon_add_freedict(
    tm_lexicon *lex, const char *dirs, tm_buf *what, tm_error *err)
{
	const char *from = tm_iso639_3(lex->from_lang);
	const char *to = tm_iso639_3(lex->to_lang);
	const size_t had = lex->table[TM_LEX_DICT].n_entries;
	struct files f[2] = { 0 };
	bool one, two, ok;

	if (dirs == NULL)
		dirs = getenv("TMTOOL_DICTD_PATH");
	if (dirs == NULL || dirs[0] == '\0')
		dirs = DICTD_DIRS;
	if (!is_known_pair(from, to) &&
	    is_known_pair(
		code_among_kin(lex->from_lang), code_among_kin(lex->to_lang))) {
		from = code_among_kin(lex->from_lang);
		to = code_among_kin(lex->to_lang);
	}
	if (from[0] == '\0' || to[0] == '\0')
		return tm_fail(err, TM_ABSENT,
		    "FreeDict has none for '%s' and '%s'", lex->from_lang,
		    lex->to_lang);
	one = find_files(&f[0], dirs, from, to);
	two = find_files(&f[1], dirs, to, from);
	if (!one && !two) {
		ok = none_installed(lex, dirs, from, to, err);
	} else {
		ok = read_both(lex, f, what, err);
		tm_lexicon_settle(lex);
		if (ok && what != NULL)
			tm_buf_printf(what, " (%zu pairs of words%s)",
			    lex->table[TM_LEX_DICT].n_entries - had,
			    lex->limited ? " that apply" : "");
	}
	for (int k = 0; k < 2; k++) {
		tm_buf_release(&f[k].index);
		tm_buf_release(&f[k].text);
	}
	return ok;
}
