#include "config.h"

#include "unit.h"

#include "tm/align.h"

/* Every sentence of both sides once, in order; confidences are
 * probabilities. */
static void
check_cover(const tm_beads *beads, size_t n, size_t m)
{
	size_t i = 0, j = 0;

	for (size_t k = 0; k < beads->n; k++) {
		const tm_bead *b = &beads->v[k];

		ck_assert_uint_eq(b->n_src == 0 ? i : b->src, i);
		ck_assert_uint_eq(b->n_tgt == 0 ? j : b->tgt, j);
		ck_assert_uint_gt(b->n_src + b->n_tgt, 0);
		ck_assert(b->confidence >= 0 && b->confidence <= 1);
		i += b->n_src;
		j += b->n_tgt;
	}
	ck_assert_uint_eq(i, n);
	ck_assert_uint_eq(j, m);
}

static void
align_texts(const char *const *src, size_t n, const char *const *tgt, size_t m,
    tm_beads *beads)
{
	tm_str *v = tm_zalloc(n + m + 1, sizeof *v);
	tm_align_side s = { "ar", v, n, NULL };
	tm_align_side t = { "en", v + n, m, NULL };
	tm_error err;

	for (size_t i = 0; i < n; i++)
		v[i] = tm_str_of(src[i]);
	for (size_t j = 0; j < m; j++)
		v[n + j] = tm_str_of(tgt[j]);
	ck_assert_msg(tm_align(&s, &t, NULL, beads, &err), "%s", err.msg);
	check_cover(beads, n, m);
	free(v);
}

static void
align_copies(const char *src, size_t n, const char *tgt, size_t m)
{
	const char **v = tm_zalloc(n + m + 1, sizeof *v);
	tm_beads beads = { 0 };

	for (size_t i = 0; i < n; i++)
		v[i] = src;
	for (size_t j = 0; j < m; j++)
		v[n + j] = tgt;
	align_texts(v, n, v + n, m, &beads);
	tm_beads_release(&beads);
	free(v);
}

static const char *const ar[] = {
	"وصل الرئيس إلى دمشق في 14 آذار/مارس 2011.",
	"وقال المتحدث باسم الأمم المتحدة جون سميث إن 250 شخصاً غادروا المدينة.",
	"هل ستنتهي الأزمة قريباً؟",
	"لم تعلق روسيا على الخبر، لكن فرنسا وألمانيا رحبتا بالقرار.",
	"وتبلغ كلفة المشروع 3٫5 مليون دولار.",
};
static const char *const en[] = {
	"The president arrived in Damascus on 14 March 2011.",
	"250 people left the city.",
	"So said the spokesman of the United Nations, John Smith.",
	"Will the crisis end soon?",
	"Nothing else is known about it at this moment, sources said.",
	("Russia did not comment on the news, but France and Germany welcomed "
	 "the decision."),
	"The project costs 3.5 million dollars.",
};

START_TEST(names_and_numbers_find_the_way_without_a_dictionary)
{
	tm_beads beads = { 0 };
	bool split = false;

	align_texts(ar, 5, en, 7, &beads);
	for (size_t k = 0; k < beads.n; k++)
		split =
		    split || (beads.v[k].src == 1 && beads.v[k].n_src == 1 &&
				 beads.v[k].tgt == 1 && beads.v[k].n_tgt == 2);
	ck_assert(split);
	ck_assert_uint_eq(beads.v[beads.n - 1].tgt, 6);
	tm_beads_release(&beads);
}
END_TEST

START_TEST(an_empty_side_gives_null_beads)
{
	tm_beads beads = { 0 };

	align_texts(ar, 5, en, 0, &beads);
	ck_assert_uint_eq(beads.n, 5);
	align_texts(ar, 0, en, 7, &beads);
	ck_assert_uint_eq(beads.n, 7);
	align_texts(ar, 0, en, 0, &beads);
	ck_assert_uint_eq(beads.n, 0);
	tm_beads_release(&beads);
}
END_TEST

START_TEST(one_sentence_a_side_makes_one_bead)
{
	tm_beads beads = { 0 };

	align_texts(ar, 1, en, 1, &beads);
	ck_assert_uint_eq(beads.n, 1);
	tm_beads_release(&beads);
}
END_TEST

START_TEST(sentences_without_words_are_sentences)
{
	align_copies("", 5, "", 7);
	align_copies("...", 3, " ", 3);
	align_copies("\xff\xfe", 3, "\xf0\x9f", 2);
}
END_TEST

START_TEST(equal_sentences_are_aligned_in_order)
{
	align_copies("نعم.", 300, "Yes.", 300);
	align_copies("نعم.", 300, "Yes.", 290);
}
END_TEST

START_TEST(a_side_may_be_much_longer)
{
	align_copies("نعم.", 10, "Yes, said the man.", 1000);
	align_copies("قال الرجل نعم ثم ذهب.", 1000, "Yes.", 10);
}
END_TEST

START_TEST(short_texts_are_never_called_strangers)
{
	static const char *const other[] = {
		"Take two eggs and beat them.",
		"Stir the flour in slowly.",
		"How long should it bake?",
		"It is done when a needle comes out dry.",
	};
	tm_beads beads = { 0 };

	align_texts(ar, 5, en, 7, &beads);
	ck_assert_double_ge(beads.related, .5);
	for (size_t n = 1; n <= 5; n++)
		for (size_t m = 1; m <= 4; m++) {
			align_texts(ar, n, other, m, &beads);
			ck_assert_double_ge(beads.related, .2);
		}
	tm_beads_release(&beads);
}
END_TEST

/* Sentence k of a story, in words of two languages that share its numbers. */
static void
tell_story(char *text, size_t size, unsigned k, bool is_source)
{
	static const char *const words[2][4] = {
		{ "den", "kanda", "sitolo", "vimbra" },
		{ "oor", "plistra", "que", "hanterol" },
	};
	size_t n;

	n = (size_t)snprintf(text, size, "%u", 1000 + k * 37 % 101);
	for (unsigned w = 0; w < 3 + k * k % 7; w++)
		n += (size_t)snprintf(text + n, size - n, " %s",
		    words[is_source][(k * 5 + w * w) % 4]);
	snprintf(text + n, size - n, ".");
}

/* Align sentences 0 .. n - 1 with those of order. */
static void
align_story(const unsigned *order, size_t n, size_t m, tm_beads *beads)
{
	static char text[2][32][200];
	const char *src[32], *tgt[32];

	for (size_t i = 0; i < n; i++) {
		tell_story(text[0][i], sizeof text[0][i], (unsigned)i, true);
		src[i] = text[0][i];
	}
	for (size_t j = 0; j < m; j++) {
		tell_story(text[1][j], sizeof text[1][j], order[j], false);
		tgt[j] = text[1][j];
	}
	align_texts(src, n, tgt, m, beads);
}

START_TEST(parts_in_another_order_are_named)
{
	unsigned order[20];
	tm_beads beads = { 0 };

	/* 3 .. 8 come last. */
	for (unsigned j = 0; j < 20; j++)
		order[j] = j < 3 ? j : j < 14 ? j + 6 : j - 11;
	align_story(order, 20, 20, &beads);
	ck_assert_uint_eq(beads.n_moved, 1);
	ck_assert_uint_eq(beads.moved[0].src, 3);
	ck_assert_uint_eq(beads.moved[0].n_src, 6);
	ck_assert_uint_eq(beads.moved[0].tgt, 14);
	ck_assert_uint_eq(beads.moved[0].n_tgt, 6);
	ck_assert_double_ge(beads.related, .5);
	tm_beads_release(&beads);
}
END_TEST

START_TEST(single_sentences_elsewhere_are_named)
{
	/* 2, 9 and 13 have moved. */
	static const unsigned order[] = { 13, 0, 1, 3, 4, 5, 2, 6, 7, 8, 10, 11,
		12, 14, 15, 9 };
	static const size_t moved[][2] = { { 2, 6 }, { 9, 15 }, { 13, 0 } };
	tm_beads beads = { 0 };

	align_story(order, 16, 16, &beads);
	ck_assert_uint_eq(beads.n_moved, 3);
	for (size_t k = 0; k < 3; k++) {
		const tm_bead *b = &beads.moved[k];

		ck_assert_uint_eq(b->src, moved[k][0]);
		ck_assert_uint_eq(b->tgt, moved[k][1]);
		ck_assert_uint_eq(b->n_src, 1);
		ck_assert_uint_eq(b->n_tgt, 1);
	}
	tm_beads_release(&beads);
}
END_TEST

/* The next random number from 0 to n - 1. */
static unsigned
pick(uint32_t *state, unsigned n)
{
	*state = (uint32_t)((uint64_t)*state * 48271 % 0x7fffffff);
	return *state % n;
}

START_TEST(every_sentence_may_stand_elsewhere)
{
	tm_beads beads = { 0 };

	for (uint32_t seed = 1; seed <= 10; seed++) {
		unsigned order[24];
		uint32_t state = seed;

		for (unsigned j = 0; j < 24; j++)
			order[j] = j;
		for (unsigned j = 24; j > 1; j--) {
			unsigned k = pick(&state, j), swap = order[k];

			order[k] = order[j - 1];
			order[j - 1] = swap;
		}
		align_story(order, 24, 24, &beads);
		ck_assert_uint_ge(beads.n_moved, 3);
		/* What is named is right, and what contradicts it unsure. */
		for (size_t k = 0; k < beads.n_moved; k++) {
			const tm_bead *b = &beads.moved[k];

			for (size_t j = 0; j < b->n_tgt; j++)
				ck_assert_uint_eq(
				    order[b->tgt + j], b->src + j);
		}
		for (size_t k = 0; k < beads.n; k++) {
			const tm_bead *b = &beads.v[k];

			if (b->n_src == 1 && b->n_tgt == 1 &&
			    order[b->tgt] != b->src)
				ck_assert_double_lt(b->confidence, .5);
		}
	}
	tm_beads_release(&beads);
}
END_TEST

/* Without a word that is known nobody can tell. */
START_TEST(where_words_say_nothing_nothing_has_moved)
{
	static const char *const src[] = { "den kanda sitolo", "vimbra den",
		"sitolo kanda kanda den", "kanda", "den vimbra sitolo vimbra",
		"sitolo", "kanda vimbra den den sitolo", "vimbra vimbra",
		"den sitolo", "kanda den vimbra", "sitolo vimbra", "den" };
	static const char *const tgt[] = { "oor", "que hanterol",
		"plistra oor que", "hanterol oor plistra oor que", "que que",
		"plistra", "oor que hanterol", "hanterol",
		"oor plistra que oor", "que oor", "plistra hanterol oor",
		"que hanterol plistra" };
	tm_beads beads = { 0 };

	align_texts(src, 12, tgt, 12, &beads);
	ck_assert_uint_eq(beads.n_moved, 0);
	tm_beads_release(&beads);
}
END_TEST

START_TEST(gaps_are_no_other_order)
{
	unsigned order[20];
	tm_beads beads = { 0 };

	for (unsigned j = 0; j < 20; j++)
		order[j] = j < 9 ? j : j + 4;
	for (size_t n = 13; n <= 20; n++)
		for (size_t m = 16; m <= 20; m++) {
			align_story(order, n, m, &beads);
			ck_assert_uint_eq(beads.n_moved, 0);
		}
	tm_beads_release(&beads);
}
END_TEST

static bool
stop_half_way(void *self, double done)
{
	double *last = self;

	ck_assert(done >= *last && done <= 1);
	*last = done;
	return done < .5;
}

START_TEST(progress_grows_and_can_stop)
{
	double last = 0;
	tm_str s[1] = { TM_STR("نعم") };
	tm_align_side side = { "ar", s, 1, NULL };
	tm_align_options options = { .progress = stop_half_way, .self = &last };
	tm_beads beads = { 0 };
	tm_error err;

	ck_assert(!tm_align(&side, &side, &options, &beads, &err));
	ck_assert_int_eq(err.code, TM_INVALID);
	ck_assert_uint_eq(beads.n, 0);
	ck_assert(last >= .5);
	tm_beads_release(&beads);
}
END_TEST

struct heard {
	double last, widest;
	bool back;
	size_t times;
};

static bool
hear(void *self, double done)
{
	struct heard *h = self;

	h->back = h->back || done < h->last || done > 1;
	h->widest = done - h->last > h->widest ? done - h->last : h->widest;
	h->last = done;
	h->times++;
	return true;
}

START_TEST(progress_of_a_long_text_is_steady)
{
	enum { N = 1800 };
	char(*text)[64] = tm_zalloc(N, sizeof *text);
	tm_str *s = tm_zalloc(N, sizeof *s);
	struct heard heard = { 0 };
	tm_align_side src = { "de", s, N, NULL }, tgt = { "en", s, N, NULL };
	tm_align_options options = { .progress = hear, .self = &heard };
	tm_beads beads = { 0 };
	tm_error err;

	for (size_t i = 0; i < N; i++) {
		snprintf(text[i], sizeof text[i], "Wort%zu %.*s %zu.",
		    i * 7919 % 997, (int)(i * 31 % 40),
		    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnop", i);
		s[i] = tm_str_of(text[i]);
	}
	ck_assert_msg(
	    tm_align(&src, &tgt, &options, &beads, &err), "%s", err.msg);
	ck_assert(!heard.back);
	/* The longest stage is what is left when a text has settled. */
	ck_assert_msg(heard.widest <= .26, "%g at once", heard.widest);
	ck_assert(heard.last >= .7);
	ck_assert_msg(heard.times >= 12, "%zu times", heard.times);
	tm_beads_release(&beads);
	free(s);
	free(text);
}
END_TEST

UNIT_MAIN("align", names_and_numbers_find_the_way_without_a_dictionary,
    an_empty_side_gives_null_beads, one_sentence_a_side_makes_one_bead,
    sentences_without_words_are_sentences, equal_sentences_are_aligned_in_order,
    a_side_may_be_much_longer, short_texts_are_never_called_strangers,
    parts_in_another_order_are_named, single_sentences_elsewhere_are_named,
    every_sentence_may_stand_elsewhere,
    where_words_say_nothing_nothing_has_moved, gaps_are_no_other_order,
    progress_grows_and_can_stop, progress_of_a_long_text_is_steady)
