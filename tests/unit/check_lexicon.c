#include "config.h"

#include "unit.h"

#include <unistd.h>

#include "tm/lexicon_int.h"

/* The number of word in vocab; a word that begins with a digit is one. */
static uint32_t
find(const tm_vocab *vocab, const char *word)
{
	tm_buf stem = { 0 }, key = { 0 };
	uint32_t id;

	tm_light_stem(tm_str_of(word), &stem);
	tm_buf_printf(
	    &key, "%c%s", strchr("0123456789", *word) ? 'n' : 'w', stem.p);
	id = tm_vocab_find(vocab, tm_buf_str(&key));
	tm_buf_release(&stem);
	tm_buf_release(&key);
	return id;
}

static bool
knows(const tm_lexicon *lex, tm_lex_kind kind, const char *from, const char *to)
{
	const tm_lex_table *t = &lex->table[kind];
	uint32_t f = find(&t->from, from), e = find(&t->to, to);

	if (f == TM_NO_WORD || e == TM_NO_WORD)
		return false;
	for (uint32_t k = t->start[f]; k < t->start[f + 1]; k++)
		if (t->entry[k].to == e)
			return t->entry[k].weight > 0;
	return false;
}

static void
check_stem(const char *fold, const char *stem)
{
	tm_buf out = { 0 };

	tm_light_stem(tm_str_of(fold), &out);
	ck_assert_tm_str_eq(tm_buf_str(&out), stem);
	tm_buf_release(&out);
}

START_TEST(a_stem_keeps_three_letters)
{
	check_stem("والكتاب", "كتاب");
	check_stem("مدينة", "مدين");
	check_stem("كتب", "كتب");
	check_stem("الى", "الي");
	check_stem("أحمد", "احمد");
	check_stem("studies", "study");
	check_stem("stopped", "stop");
	check_stem("falling", "fall");
	check_stem("its", "its");
	check_stem("été", "été");
	check_stem("", "");
	check_stem("\xd8", "\xd8");
}
END_TEST

START_TEST(icu_names_countries_months_and_numbers)
{
	tm_lexicon *lex = tm_lexicon_new("ar", "en");

	tm_lexicon_add_cldr(lex);
	ck_assert(knows(lex, TM_LEX_NAMES, "سوري", "syria"));
	ck_assert(knows(lex, TM_LEX_NAMES, "فبراير", "february"));
	ck_assert(knows(lex, TM_LEX_NAMES, "شباط", "february"));
	ck_assert(knows(lex, TM_LEX_NAMES, "7", "seven"));
	ck_assert_uint_gt(tm_lexicon_size(lex), 500);
	tm_lexicon_free(lex);
}
END_TEST

/* ---- Dictionaries written here
 * ------------------------------------------------- */

struct files {
	char dir[32], index[64], text[64];
};

static void
put(const char *path, const void *p, size_t n)
{
	FILE *fp = fopen(path, "wb");

	ck_assert_ptr_nonnull(fp);
	ck_assert_uint_eq(fwrite(p, 1, n, fp), n);
	fclose(fp);
}

static void
make(struct files *f, const char *pair, const char *index, const char *text)
{
	strcpy(f->dir, "/tmp/tm-check-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(f->dir));
	snprintf(
	    f->index, sizeof f->index, "%s/freedict-%s.index", f->dir, pair);
	snprintf(f->text, sizeof f->text, "%s/freedict-%s.dict", f->dir, pair);
	put(f->index, index, strlen(index));
	put(f->text, text, strlen(text));
}

static void
clean(const struct files *f)
{
	unlink(f->index);
	unlink(f->text);
	ck_assert_int_eq(rmdir(f->dir), 0);
}

static tm_code
load(tm_lexicon *lex, const struct files *f)
{
	tm_error err = { 0 };

	if (!tm_lexicon_add_freedict(lex, f->dir, NULL, &err)) {
		ck_assert_int_ne(err.msg[0], '\0');
		return err.code;
	}
	return TM_OK;
}

START_TEST(a_dictionary_is_read_in_both_directions)
{
	/* 43 bytes: "r" is 43 */
	static const char text[] =
	    "Haus /haus/ <n>\n1. house, home\n2. building\n";
	static const char *const from[] = { "de", "en" };
	static const char *const to[] = { "en", "de" };
	struct files f;

	make(&f, "deu-eng", "haus\tA\tr\n", text);
	for (int d = 0; d < 2; d++) {
		tm_lexicon *lex = tm_lexicon_new(from[d], to[d]);

		ck_assert_int_eq(load(lex, &f), TM_OK);
		ck_assert_uint_eq(tm_lexicon_size(lex), 3);
		ck_assert(d == 0 ? knows(lex, TM_LEX_DICT, "haus", "home")
				 : knows(lex, TM_LEX_DICT, "home", "haus"));
		tm_lexicon_free(lex);
	}
	clean(&f);
}
END_TEST

START_TEST(a_damaged_dictionary_is_refused)
{
	static const char *const indexes[] = { "haus\tA\t//////\n",
		"haus\t//////\tr\n", "haus\tA\n", "haus\n", "haus\t!\tr\n",
		"haus\tAAAAAAAAAAAAAAAAAAAAAAA\tr\n", "\t\t\n" };

	for (size_t i = 0; i < sizeof indexes / sizeof indexes[0]; i++) {
		struct files f;
		tm_lexicon *lex = tm_lexicon_new("de-AT", "en");

		make(&f, "deu-eng", indexes[i], "Haus\nhouse\n");
		ck_assert_int_eq(load(lex, &f), TM_PARSE);
		tm_lexicon_free(lex);
		clean(&f);
	}
}
END_TEST

START_TEST(a_compressed_text_cut_short_is_refused)
{
	static const unsigned char gz[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3,
		0x4b, 0x4c };
	tm_lexicon *lex = tm_lexicon_new("de", "en");
	struct files f;

	make(&f, "deu-eng", "a\tA\tB\n", "");
	put(f.text, gz, sizeof gz);
	ck_assert_int_eq(load(lex, &f), TM_PARSE);
	clean(&f);
	tm_lexicon_free(lex);
}
END_TEST

START_TEST(a_missing_dictionary_names_its_package)
{
	tm_lexicon *lex = tm_lexicon_new("ar", "en");
	tm_error err;

	ck_assert(!tm_lexicon_add_freedict(lex, "/nonexistent", NULL, &err));
	ck_assert_int_eq(err.code, TM_ABSENT);
	ck_assert_ptr_nonnull(strstr(err.msg, "dict-freedict-ara-eng"));
	tm_lexicon_free(lex);
}
END_TEST

START_TEST(a_language_nobody_knows_has_no_dictionary)
{
	tm_lexicon *lex = tm_lexicon_new("und", "x-klingon");
	tm_error err;

	tm_lexicon_add_cldr(lex);
	ck_assert(!tm_lexicon_add_freedict(lex, NULL, NULL, &err));
	ck_assert_int_eq(err.code, TM_ABSENT);
	tm_lexicon_free(lex);
}
END_TEST

UNIT_MAIN("lexicon", a_stem_keeps_three_letters,
    icu_names_countries_months_and_numbers,
    a_dictionary_is_read_in_both_directions, a_damaged_dictionary_is_refused,
    a_compressed_text_cut_short_is_refused,
    a_missing_dictionary_names_its_package,
    a_language_nobody_knows_has_no_dictionary)
