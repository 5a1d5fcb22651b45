#include "config.h"

#include "unit.h"
#include "unit_random.h"

#include "tm/fuzzy_int.h"

static tm_error err;

/* ---- A small world of sentences ---------------------------------------- */

static const char *const words[][24] = {
	{ "the", "a", "file", "files", "opened", "open", "Opening", "window",
	    "cannot", "be", "deleted", "of", "in", "12", "3.5", "%s", "{0}",
	    ",", ".", "!", "(", ")", "Dept&h", "naïve" },
	{ "في", "من", "الملف", "ملف", "ملفات", "فَتَحَ", "فتح", "النافذة", "لا",
	    "يمكن", "حذف", "والحذف", "إلى", "١٢", "٣٫٥", "%s", "{0}", "،", ".",
	    "؟", "«", "»", "أحمد", "احمد" },
	{ "die", "der", "Datei", "Dateien", "geöffnet", "öffnen", "Fenster",
	    "nicht", "gelöscht", "löschen", "und", "im", "12", "3,5", "%d",
	    "${x}", ",", ".", "!", "„", "“", "Straße", "STRASSE", "Grüße" },
	{ "打", "开", "文", "件", "窗", "口", "无", "法", "删", "除", "的",
	    "在", "12", "3.5", "%s", "{0}", "，", "。", "！", "（", "）",
	    "file", "中", "文" },
	{ "le", "été", "ete", "Été", "fichier", "supprimé", "supprimée",
	    "supprimee", "résumé", "resume", "resumé", "résume\xcc\x81", "12",
	    "%s", ",", "cœur", "COEUR", "coeur", "ещё", "еще", "ΕΧΕΙ", "έχει",
	    "điều", "dieu" },
};
static const char *const langs[] = { "en", "ar", "de", "zh", "fr" };

static void
make_sentence(tm_buf *out, int lang)
{
	uint32_t n = roll(20) == 0 ? 1 + roll(60) : 1 + roll(12);

	tm_buf_clear(out);
	for (uint32_t i = 0; i < n; i++) {
		/* Small numbers are likelier: words have frequencies. */
		uint32_t w = roll(24) * roll(24) / 24;

		if (i > 0 && !(lang == 3 || roll(10) == 0))
			tm_buf_addc(out, ' ');
		tm_buf_adds(out, words[lang][w]);
		if (roll(6) == 0)
			tm_buf_printf(out, "%u", roll(5));
	}
}

typedef struct world {
	tm_analyser *an;
	tm_fuzzy_builder *builder;
	tm_buf *texts;
	uint16_t *labels;
	size_t n;
	char *image;
	size_t size;
	tm_fuzzy *index;
	/* The same in pieces, when there are some. */
	struct piece {
		tm_fuzzy_builder *builder;
		char *image;
		size_t size;
		tm_fuzzy *index;
	} pieces[3];
} world;

static void
write_image(tm_fuzzy_builder *b, char **image, size_t *size)
{
	FILE *fp = open_memstream(image, size);

	ck_assert_uint_eq(tm_fuzzy_builder_write(b, fp) % 16, 0);
	ck_assert_int_eq(fclose(fp), 0);
}

static void
open_index(world *w)
{
	write_image(w->builder, &w->image, &w->size);
	w->index = tm_fuzzy_open((tm_str){ w->image, w->size }, &err);
	ck_assert_msg(w->index != NULL, "%s", err.msg);
	ck_assert_uint_eq(tm_fuzzy_count(w->index), w->n);
	ck_assert_msg(tm_fuzzy_check(w->index, &err), "%s", err.msg);
}

static void
make_world(world *w, int lang, size_t n)
{
	*w = (world){ .n = n };
	w->an = tm_analyser_new(langs[lang]);
	w->builder = tm_fuzzy_builder_new(langs[lang]);
	w->texts = tm_zalloc(n, sizeof *w->texts);
	w->labels = tm_zalloc(n, sizeof *w->labels);
	for (size_t i = 0; i < n; i++) {
		make_sentence(&w->texts[i], lang);
		w->labels[i] = (uint16_t)roll(4);
		tm_fuzzy_builder_add(w->builder, (int64_t)i + 1000,
		    w->labels[i], tm_buf_str(&w->texts[i]));
	}
	open_index(w);
}

static void
make_pieces(world *w, int lang)
{
	for (int k = 0; k < 3; k++)
		w->pieces[k].builder = tm_fuzzy_builder_new(langs[lang]);
	for (size_t i = 0; i < w->n; i++)
		tm_fuzzy_builder_add(w->pieces[i % 7 / 3].builder,
		    (int64_t)i + 1000, w->labels[i], tm_buf_str(&w->texts[i]));
	for (int k = 0; k < 3; k++) {
		struct piece *p = &w->pieces[k];

		write_image(p->builder, &p->image, &p->size);
		p->index = tm_fuzzy_open((tm_str){ p->image, p->size }, &err);
		ck_assert_msg(p->index != NULL, "%s", err.msg);
	}
}

static void
free_world(world *w)
{
	for (size_t i = 0; i < w->n; i++)
		tm_buf_release(&w->texts[i]);
	free(w->texts);
	free(w->labels);
	tm_fuzzy_free(w->index);
	tm_fuzzy_builder_free(w->builder);
	for (int k = 0; k < 3; k++) {
		tm_fuzzy_free(w->pieces[k].index);
		tm_fuzzy_builder_free(w->pieces[k].builder);
		free(w->pieces[k].image);
	}
	tm_analyser_free(w->an);
	free(w->image);
}

/* ---- The judge: everything compared ------------------------------------ */

static const tm_fuzzy_rule rules[4] = { { 0 }, { .least = 1, .most = 1 },
	{ .least = 1, .most = 2 }, { .skip = true } };

/* The least rate that segment i can be sure of and the most it may have. */
static void
rate_plainly(const tm_match_side *q, const tm_match_side *t,
    const tm_fuzzy_rule *rule, int *least, int *most, double *score)
{
	*score = tm_match_score(q, t, 0);
	*least = tm_match_rate(*score) - rule->most;
	*most =
	    (*score >= 1 - 1e-9 ? 100 : tm_match_rate(*score)) - rule->least;
	if (*least < 0)
		*least = 0;
}

/* Search the whole, or its pieces. */
static void
search(world *w, const tm_match_side *q, const tm_fuzzy_rule *rule,
    bool in_pieces, tm_search *s)
{
	tm_haystack in[3];

	for (int k = 0; k < 3; k++)
		in[k] = (tm_haystack){ .index = in_pieces ? w->pieces[k].index
							  : w->index,
			.query = q,
			.rules = rule,
			.n_rules = 4 };
	ck_assert_msg(
	    tm_fuzzy_search(s, in, in_pieces ? 3 : 1, &err), "%s", err.msg);
	for (size_t k = 0; k < s->n && in_pieces; k++)
		ck_assert_int_eq(s->hits[k].in, (s->hits[k].id - 1000) % 7 / 3);
}

static void
hold_against_plain(world *w, tm_str text, const tm_fuzzy_rule *penalties,
    bool in_pieces, tm_search *s)
{
	size_t tally[101] = { 0 }, sure = 0, got = 0;
	int floor = s->min, *most = tm_zalloc(w->n, sizeof *most);
	double *score = tm_zalloc(w->n, sizeof *score);
	tm_match_side q = { 0 }, t = { 0 };

	tm_match_side_set(&q, w->an, text);
	for (size_t i = 0; i < w->n; i++) {
		const tm_fuzzy_rule none = { 0 };
		const tm_fuzzy_rule *rule =
		    penalties == NULL ? &none : &penalties[w->labels[i]];
		int least;

		most[i] = -1;
		if (rule->skip)
			continue;
		tm_match_side_set(&t, w->an, tm_buf_str(&w->texts[i]));
		rate_plainly(&q, &t, rule, &least, &most[i], &score[i]);
		tally[least]++;
	}
	for (int r = 100; s->most > 0 && r > floor; r--) {
		sure += tally[r];
		if (sure >= s->most)
			floor = r;
	}
	search(w, &q, penalties, in_pieces, s);
	ck_assert_int_eq(s->floor, floor);
	for (size_t k = 0; k < s->n; k++) {
		size_t i = (size_t)(s->hits[k].id - 1000);

		ck_assert_uint_lt(i, w->n);
		ck_assert_int_eq(s->hits[k].label, w->labels[i]);
		ck_assert_msg(s->hits[k].score == score[i], "%.17g %.17g",
		    s->hits[k].score, score[i]);
		ck_assert_int_eq(s->hits[k].most, most[i]);
		got += most[i] >= floor;
		most[i] = -1; /* not twice */
	}
	for (size_t i = 0; i < w->n; i++)
		ck_assert_msg(most[i] < floor,
		    "missed '%s' (%d, %.4f) for '%.*s', floor %d",
		    w->texts[i].p, most[i], score[i], TM_STR_ARG(text), floor);
	ck_assert_uint_le(got, s->n);
	tm_match_side_release(&q);
	tm_match_side_release(&t);
	free(most);
	free(score);
}

static void
many_queries(int lang, size_t n, int queries)
{
	world w;
	tm_buf query = { 0 };
	tm_search s = { 0 };

	/* Lists that are written in one go, and in many. */
	tm_fuzzy_list_part = n % 2 == 0 ? 300 : 1 << 24;
	make_world(&w, lang, n);
	make_pieces(&w, lang);
	for (int i = 0; i < queries; i++) {
		if (i % 3 == 0) {
			tm_buf_clear(&query);
			tm_buf_adds(&query, w.texts[roll((uint32_t)n)].p);
			if (i % 2 == 0)
				tm_buf_adds(&query, " x");
		} else
			make_sentence(&query, lang);
		s.min = 1 + (int)roll(100);
		s.most = roll(3) == 0 ? 0 : 1 + roll(8);
		tm_fuzzy_batch = roll(2) == 0 ? 20000 : 1 + roll(200);
		hold_against_plain(&w, tm_buf_str(&query),
		    roll(2) == 0 ? NULL : rules, i % 4 < 2, &s);
	}
	tm_search_release(&s);
	tm_buf_release(&query);
	free_world(&w);
}

/* Their numbers take more than the 20 bits that smaller images have. */
START_TEST(a_million_segments_and_more_are_all_found)
{
	enum { MANY = 1100000, WORDS = 1009, OTHERS = 13 };
	tm_fuzzy_builder *b = tm_fuzzy_builder_new("en");
	tm_analyser *an = tm_analyser_new("en");
	tm_search s = { .min = 100 };
	tm_match_side q = { 0 };
	world w = { 0 };
	char text[64];

	tm_fuzzy_list_part = 1 << 20;
	for (int i = 0; i < MANY; i++) {
		snprintf(
		    text, sizeof text, "a%d of b%d .", i % WORDS, i % OTHERS);
		tm_fuzzy_builder_add(b, i + 1, 0, tm_str_of(text));
	}
	write_image(b, &w.image, &w.size);
	tm_fuzzy_builder_free(b);
	w.index = tm_fuzzy_open((tm_str){ w.image, w.size }, &err);
	ck_assert_msg(w.index != NULL, "%s", err.msg);
	for (int i = MANY - 7; i > 0; i -= MANY / 20) {
		size_t wanted = 0;

		for (int k = i % (WORDS * OTHERS); k < MANY;
		     k += WORDS * OTHERS)
			wanted++;
		snprintf(
		    text, sizeof text, "a%d of b%d .", i % WORDS, i % OTHERS);
		tm_match_side_set(&q, an, tm_str_of(text));
		ck_assert_msg(
		    tm_fuzzy_search(&s,
			&(tm_haystack){ .index = w.index, .query = &q }, 1,
			&err),
		    "%s", err.msg);
		ck_assert_uint_eq(s.n, wanted);
		for (size_t k = 0; k < s.n; k++)
			ck_assert_int_eq(
			    (s.hits[k].id - 1 - i) % (WORDS * OTHERS), 0);
	}
	tm_search_release(&s);
	tm_match_side_release(&q);
	tm_analyser_free(an);
	tm_fuzzy_free(w.index);
	free(w.image);
}
END_TEST

/* ---- Two words with one hash ------------------------------------------- */

typedef struct hashed {
	uint32_t hash;
	char word[8];
} hashed;

static int
by_hash(const void *a, const void *b)
{
	const hashed *x = a, *y = b;

	return (x->hash > y->hash) - (x->hash < y->hash);
}

/* Among so many words some have one hash of 32 bits. */
static void
find_twins(hashed twins[2])
{
	enum { MANY = 400000 };
	hashed *v = tm_zalloc(MANY, sizeof *v);
	size_t i = 1;

	for (size_t k = 0; k < MANY; k++) {
		for (int c = 0; c < 7; c++)
			v[k].word[c] = (char)('a' + roll(26));
		v[k].hash = tm_image_hash(TM_WORD, tm_str_of(v[k].word));
	}
	qsort(v, MANY, sizeof *v, by_hash);
	while (i < MANY && (v[i].hash != v[i - 1].hash ||
			       strcmp(v[i].word, v[i - 1].word) == 0))
		i++;
	ck_assert_uint_lt(i, MANY);
	memcpy(twins, &v[i - 1], 2 * sizeof *v);
	free(v);
}

START_TEST(words_with_one_hash_are_told_apart)
{
	hashed twins[2];
	tm_match_side q = { 0 };
	tm_search s = { .min = 70 };
	world w = { 0 };
	tm_fuzzy_builder *b = tm_fuzzy_builder_new("xx");

	find_twins(twins);
	w.an = tm_analyser_new("xx");
	for (int i = 0; i < 2; i++)
		for (int n = 0; n <= i; n++)
			tm_fuzzy_builder_add(
			    b, 1 + i + n, 0, tm_str_of(twins[i].word));
	write_image(b, &w.image, &w.size);
	w.index = tm_fuzzy_open((tm_str){ w.image, w.size }, &err);
	ck_assert_msg(w.index != NULL, "%s", err.msg);
	for (int i = 0; i < 2; i++) {
		tm_match_side_set(&q, w.an, tm_str_of(twins[i].word));
		search(&w, &q, NULL, false, &s);
		ck_assert_uint_eq(s.n, i + 1);
		for (size_t k = 0; k < s.n; k++) {
			ck_assert_int_gt(s.hits[k].id, i);
			ck_assert_double_eq(s.hits[k].score, 1);
		}
	}
	tm_search_release(&s);
	tm_match_side_release(&q);
	tm_fuzzy_builder_free(b);
	free_world(&w);
}
END_TEST

START_TEST(nothing_is_missed)
{
	many_queries(_i, 300, 1200);
	many_queries(_i, 1, 20);
	many_queries(_i, 2, 20);
}
END_TEST

START_TEST(strange_queries_are_answered)
{
	static const char *const v[] = { "", " ", "\xff\xff", "?!",
		"word\xcc\x81", "0", "%s", "\xed\xa0\x80", "&", "_", "zzzz" };
	world w;
	tm_search s = { .min = 1 };

	make_world(&w, 0, 50);
	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		hold_against_plain(&w, tm_str_of(v[i]), NULL, false, &s);
	tm_search_release(&s);
	free_world(&w);
}
END_TEST

START_TEST(bad_bytes_are_found_again)
{
	static const char *const v[] = { "a \xff b", "\x80\x80", "x\xc3",
		"\xe0\xa0", "ok", "" };
	size_t n = sizeof v / sizeof v[0];
	tm_search s = { .min = 1 };
	world w = { .n = n };

	w.an = tm_analyser_new("en");
	w.builder = tm_fuzzy_builder_new("en");
	w.texts = tm_zalloc(n, sizeof *w.texts);
	w.labels = tm_zalloc(n, sizeof *w.labels);
	for (size_t i = 0; i < n; i++) {
		tm_buf_adds(&w.texts[i], v[i]);
		tm_fuzzy_builder_add(
		    w.builder, (int64_t)i + 1000, 0, tm_str_of(v[i]));
	}
	open_index(&w);
	for (s.min = 1; s.min <= 100; s.min += 33)
		for (size_t i = 0; i < n; i++)
			hold_against_plain(
			    &w, tm_str_of(v[i]), NULL, false, &s);
	tm_search_release(&s);
	free_world(&w);
}
END_TEST

START_TEST(very_long_segments_are_found)
{
	world w = { .n = 3 };
	tm_search s = { .min = 50 };
	tm_buf other = { 0 };

	w.an = tm_analyser_new("en");
	w.builder = tm_fuzzy_builder_new("en");
	w.texts = tm_zalloc(3, sizeof *w.texts);
	w.labels = tm_zalloc(3, sizeof *w.labels);
	for (int i = 0; i < 20000; i++) {
		tm_buf_printf(&w.texts[0], "word%d ", i % 977);
		tm_buf_printf(
		    &other, i % 5 == 0 ? "other " : "word%d ", i % 977);
	}
	tm_buf_adds(&w.texts[1], "short");
	for (int i = 0; i < 300; i++)
		tm_buf_printf(&w.texts[2], "%s ", i % 2 == 0 ? "a" : "bc");
	for (size_t i = 0; i < 3; i++)
		tm_fuzzy_builder_add(
		    w.builder, (int64_t)i + 1000, 0, tm_buf_str(&w.texts[i]));
	open_index(&w);
	hold_against_plain(&w, tm_buf_str(&w.texts[0]), NULL, false, &s);
	hold_against_plain(&w, tm_buf_str(&other), NULL, false, &s);
	hold_against_plain(&w, tm_buf_str(&w.texts[2]), NULL, false, &s);
	tm_buf_release(&other);
	tm_search_release(&s);
	free_world(&w);
}
END_TEST

/* ---- Merging ----------------------------------------------------------- */

static bool
keep_even(void *self, int64_t id)
{
	return id % 2 == 0;
}

START_TEST(absorbing_is_adding)
{
	static const uint16_t labels[] = { 3, 2, 1, 0 };
	world w;
	tm_fuzzy_builder *again = tm_fuzzy_builder_new("ar");
	char *image;
	size_t size, kept = 0;
	tm_search s = { .min = 40 };

	make_world(&w, 1, 400);
	ck_assert_msg(tm_fuzzy_builder_absorb(
			  again, w.index, labels, 4, keep_even, NULL, &err),
	    "%s", err.msg);
	/* Make the world what should now be in it, and look there. */
	for (size_t i = 0; i < w.n; i += 2) {
		tm_buf text = w.texts[i];

		w.texts[i] = w.texts[kept];
		w.texts[kept] = text;
		w.labels[kept] = labels[w.labels[i]];
		kept++;
	}
	ck_assert_uint_eq(tm_fuzzy_builder_count(again), kept);
	write_image(again, &image, &size);
	tm_fuzzy_free(w.index);
	w.index = tm_fuzzy_open((tm_str){ image, size }, &err);
	ck_assert_ptr_nonnull(w.index);
	for (size_t i = 0; i < 200; i++) {
		tm_match_side q = { 0 }, t = { 0 };
		size_t expected = 0;

		tm_match_side_set(&q, w.an, tm_buf_str(&w.texts[i]));
		for (size_t k = 0; k < kept; k++) {
			tm_match_side_set(&t, w.an, tm_buf_str(&w.texts[k]));
			expected +=
			    tm_match_rate(tm_match_score(&q, &t, 0)) >= s.min;
		}
		ck_assert(tm_fuzzy_search(&s,
		    &(tm_haystack){ .index = w.index, .query = &q }, 1, &err));
		ck_assert_uint_eq(s.n, expected);
		for (size_t k = 0; k < s.n; k++)
			ck_assert_int_eq(s.hits[k].id % 2, 0);
		tm_match_side_release(&q);
		tm_match_side_release(&t);
	}
	ck_assert(!tm_fuzzy_builder_absorb(
	    again, w.index, labels, 1, NULL, NULL, &err));
	tm_fuzzy_builder_free(again);
	tm_search_release(&s);
	free_world(&w);
	free(image);
}
END_TEST

/* ---- Damage ------------------------------------------------------------ */

START_TEST(another_version_is_told)
{
	world w;

	make_world(&w, 0, 10);
	tm_fuzzy_free(w.index);
	w.image[12]++;
	w.index = tm_fuzzy_open((tm_str){ w.image, w.size }, &err);
	ck_assert_ptr_null(w.index);
	ck_assert_int_eq(err.code, TM_NEWER);
	free_world(&w);
}
END_TEST

START_TEST(damage_never_crashes)
{
	world w;
	tm_search s = { .min = 50, .most = 5 };
	tm_match_side q = { 0 };
	char *whole;
	size_t told = 0;

	make_world(&w, 0, 100);
	whole = tm_alloc(w.size);
	memcpy(whole, w.image, w.size);
	for (int round = 0; round < 3000; round++) {
		size_t at = roll((uint32_t)w.size), n = 1 + roll(8);
		tm_fuzzy *index;

		memcpy(w.image, whole, w.size);
		for (size_t i = at; i < at + n && i < w.size; i++)
			w.image[i] = (char)(roll(2) == 0 ? 0xff : roll(256));
		index = tm_fuzzy_open(
		    (tm_str){ w.image, round % 10 == 0 ? at : w.size }, &err);
		if (index == NULL) {
			told++;
			continue;
		}
		/* Padding between sections may change unseen. */
		told += !tm_fuzzy_check(index, &err);
		tm_match_side_set(&q, w.an, tm_buf_str(&w.texts[round % 100]));
		tm_fuzzy_search(
		    &s, &(tm_haystack){ .index = index, .query = &q }, 1, &err);
		tm_fuzzy_free(index);
	}
	ck_assert_uint_gt(told, 2500);
	for (size_t n = 0; n < 400; n += 7)
		ck_assert_ptr_null(tm_fuzzy_open((tm_str){ whole, n }, &err));
	free(whole);
	tm_match_side_release(&q);
	tm_search_release(&s);
	free_world(&w);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { words_with_one_hash_are_told_apart,
		a_million_segments_and_more_are_all_found,
		strange_queries_are_answered, bad_bytes_are_found_again,
		very_long_segments_are_found, absorbing_is_adding,
		another_version_is_told, damage_never_crashes };
	TCase *tcase =
	    unit_case(120, NULL, NULL, tests, sizeof tests / sizeof tests[0]);

	tcase_add_loop_test(tcase, nothing_is_missed, 0, 5);
	return unit_run("fuzzy", tcase);
}
