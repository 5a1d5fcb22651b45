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

/* ---- Limits ---------------------------------------------------------------
 */

static const char digit64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Make a dictionary of entries, each a text. */
static void
make_entries(
    struct files *f, const char *pair, const char *const *entry, size_t n)
{
	tm_buf index = { 0 }, text = { 0 };

	for (size_t i = 0; i < n; i++) {
		size_t at = text.n, size = strlen(entry[i]);

		tm_buf_printf(&index, "%zu\t%c%c\t%c%c\n", i, digit64[at / 64],
		    digit64[at % 64], digit64[size / 64], digit64[size % 64]);
		tm_buf_adds(&text, entry[i]);
	}
	make(f, pair, index.p, text.p);
	tm_buf_release(&index);
	tm_buf_release(&text);
}

static void
check_same_lists(const tm_lexicon *full, const tm_lexicon *part, tm_str key)
{
	const tm_lex_table *a = &full->table[TM_LEX_DICT];
	const tm_lex_table *b = &part->table[TM_LEX_DICT];
	uint32_t f = tm_vocab_find(&a->from, key);
	uint32_t g = tm_vocab_find(&b->from, key);

	ck_assert_msg(
	    (f == TM_NO_WORD) == (g == TM_NO_WORD), "%.*s", TM_STR_ARG(key));
	if (f == TM_NO_WORD)
		return;
	ck_assert_uint_eq(
	    a->start[f + 1] - a->start[f], b->start[g + 1] - b->start[g]);
	for (uint32_t k = a->start[f]; k < a->start[f + 1]; k++) {
		bool found = false;

		for (uint32_t j = b->start[g]; j < b->start[g + 1]; j++)
			if (tm_str_eq(a->to.v[a->entry[k].to],
				b->to.v[b->entry[j].to])) {
				ck_assert_float_eq(
				    a->entry[k].weight, b->entry[j].weight);
				found = true;
			}
		ck_assert(found);
	}
}

/* Of each word of text, lexicons from lang to English with a limit and
 * without have the same lists. Returns the word pairs that were left out. */
static size_t
check_limit(const struct files *f, const char *lang, const char *text)
{
	tm_lexicon *full = tm_lexicon_new(lang, "en");
	tm_lexicon *part = tm_lexicon_new(lang, "en");
	tm_analyser *an = tm_analyser_new(lang);
	tm_str sentence = tm_str_of(text);
	tm_tokens tokens = { 0 };
	tm_buf key = { 0 };
	size_t left_out;

	tm_lexicon_limit(part, &sentence, 1);
	ck_assert_int_eq(load(full, f), TM_OK);
	ck_assert_int_eq(load(part, f), TM_OK);
	tm_analyse(an, sentence, &tokens);
	for (size_t i = 0; i < tokens.n; i++)
		if (tm_token_key(&tokens.v[i], &key))
			check_same_lists(full, part, tm_buf_str(&key));
	ck_assert_uint_le(tm_lexicon_size(part), tm_lexicon_size(full));
	left_out = tm_lexicon_size(full) - tm_lexicon_size(part);
	tm_buf_release(&key);
	tm_tokens_release(&tokens);
	tm_analyser_free(an);
	tm_lexicon_free(full);
	tm_lexicon_free(part);
	return left_out;
}

static const char *const from_arabic[] = {
	"المدرِّسَة /x/ <n>\n1. school\n2. teacher\n",
	"مدرسة ثانويّة /x/\nhigh school\n", "كِتَاب، دفتر\nbook; volume\n",
	"قطّة\ncat\n", "ستالين\nStalin\n", "فى\nin, at\n", "١٢,٥ متر\nmetre\n",
	"حـــرب\nwar\n", "آخر\nother\n", "بيت T\nhouse\n",
	"جمهوري\u0651ة\nrepublic\n", "گاز\ngas\n"
};

static const char *const from_english[] = {
	"School /sku:l/\nمَدرسة\nالمدارس (جمع)\n", "Cats\nالقطط، قطّة\n",
	"Notebook\n3. كت(ا)ب 2.\n", "Book of the house\nكتاب البيت\n",
	"Other\nأخرى؛ آخر\n", "Warring\nالمتحاربون\n"
};

START_TEST(a_limit_changes_no_answer_of_an_arabic_text)
{
	static const char *const texts[] = { "والمدرسة في الحرب.", "كتابه",
		"كُتّاب", "ثانوية", "دفاتر ودفتر", "قطط قطة", "الاخر",
		"في 12.5 متر", "T بيت", "بالجمهورية", "گاز", "وستالين", "",
		"\xd8", "مدرس مدارس" };
	struct files f;

	make_entries(&f, "ara-eng", from_arabic,
	    sizeof from_arabic / sizeof from_arabic[0]);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		ck_assert_uint_gt(check_limit(&f, "ar", texts[i]), 0);
	clean(&f);
	make_entries(&f, "eng-ara", from_english,
	    sizeof from_english / sizeof from_english[0]);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		ck_assert_uint_gt(check_limit(&f, "ar", texts[i]), 0);
	clean(&f);
}
END_TEST

START_TEST(a_limit_changes_no_answer_of_a_latin_text)
{
	static const char *const entries[] = { "L'école /x/\nschool\n",
		"Études\nstudies\n", "Trinité-et-Tobago\nTrinidad\n",
		"aller à la maison\nto go home\n", "AT&T\nphones\n",
		"20e siècle\ntwentieth century\n", "chats\ncats\n",
		"100%sûr\nsure\n", "un an\none year\n", "c++\nc\n",
		"œuvre d’art\nwork of art\n", "猫\ncat\n" };
	static const char *const texts[] = { "l'école", "une étude", "tobago",
		"maison", "at&t", "le 20e siècle", "chat", "sûr", "le an un",
		"l'art", "小猫", "oeuvre œuvre", "" };
	struct files f;

	make_entries(
	    &f, "fra-eng", entries, sizeof entries / sizeof entries[0]);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		ck_assert_uint_gt(check_limit(&f, "fr", texts[i]), 0);
	clean(&f);
}
END_TEST

START_TEST(a_limit_keeps_every_translation_of_a_word)
{
	static const char text[] = "Haus\n1. house, home\n2. building\n"
				   "Maus\nmouse\n";
	tm_str sentence = TM_STR("Häuser, Haus");
	tm_lexicon *lex = tm_lexicon_new("de", "en");
	tm_buf what = { 0 };
	tm_error err;
	struct files f;

	/* "g" is 32, "L" is 11 */
	make(&f, "deu-eng", "haus\tA\tg\nmaus\tg\tL\n", text);
	tm_lexicon_limit(lex, &sentence, 1);
	ck_assert(tm_lexicon_add_freedict(lex, f.dir, &what, &err));
	ck_assert_str_eq(what.p, "freedict-deu-eng (3 pairs of words that apply)");
	ck_assert(knows(lex, TM_LEX_DICT, "haus", "building"));
	ck_assert(!knows(lex, TM_LEX_DICT, "maus", "mouse"));
	tm_buf_release(&what);
	tm_lexicon_free(lex);
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

		/* A limit to no words hides no damage. */
		if (i % 2 == 1)
			tm_lexicon_limit(lex, NULL, 0);
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
    a_dictionary_is_read_in_both_directions,
    a_limit_changes_no_answer_of_an_arabic_text,
    a_limit_changes_no_answer_of_a_latin_text,
    a_limit_keeps_every_translation_of_a_word, a_damaged_dictionary_is_refused,
    a_compressed_text_cut_short_is_refused,
    a_missing_dictionary_names_its_package,
    a_language_nobody_knows_has_no_dictionary)
