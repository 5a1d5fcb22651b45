/* Long texts: a band loses no path, threads change nothing, and whatever
 * comes ends soon. */
#include "config.h"

#include "unit.h"

#include <stdlib.h>

#include "tm/align_int.h"

/* ---- Texts that are made up -------------------------------------------- */

struct text {
	tm_arena arena;
	tm_str *v[2];
	size_t n[2], cap[2];
	unsigned seed;
};

static unsigned
chance(struct text *t, unsigned n)
{
	t->seed = t->seed * 1103515245 + 12345;
	return (t->seed >> 8) % n;
}

/* One word in five is the same on both sides, as names and numbers are;
 * small numbers are frequent words. */
static void
add_word(tm_buf out[2], unsigned word)
{
	static const char *const end[2] = { "ung", "ation" };

	for (int d = 0; d < 2; d++) {
		tm_buf_addc(&out[d], ' ');
		for (unsigned k = word % 5 == 0 ? 0 : (unsigned)d + 1, n = word;
		     n > 0 || k < 3; n /= 20, k++)
			tm_buf_addc(
			    &out[d], "bcdfghjklmnpqrstvwxz"[(n + 7 * k) % 20]);
		if (word % 5 != 0)
			tm_buf_adds(&out[d], end[d]);
	}
}

static void
add_sentence(struct text *t, int d, tm_buf *buf)
{
	tm_grow(t->v[d], t->n[d], t->cap[d]);
	t->v[d][t->n[d]++] = tm_arena_str(&t->arena, tm_buf_str(buf));
	tm_buf_clear(buf);
}

/* n sentences on the sides in the bits of sides; now and then the target
 * has two of them in one. */
static void
add_sentences(struct text *t, size_t n, unsigned sides)
{
	tm_buf out[2] = { { 0 }, { 0 } };

	for (size_t i = 0; i < n; i++) {
		for (unsigned k = 4 + chance(t, 16); k > 0; k--) {
			unsigned a = chance(t, 60), b = chance(t, 60);

			add_word(out, 1 + a * b);
		}
		if ((sides & 1) != 0)
			add_sentence(t, 0, &out[0]);
		if ((sides & 2) != 0 && (i + 1 == n || chance(t, 10) > 0))
			add_sentence(t, 1, &out[1]);
		if ((sides & 1) == 0)
			tm_buf_clear(&out[0]);
		if ((sides & 2) == 0)
			tm_buf_clear(&out[1]);
	}
	tm_buf_release(&out[0]);
	tm_buf_release(&out[1]);
}

static void
text_release(struct text *t)
{
	free(t->v[0]);
	free(t->v[1]);
	tm_arena_release(&t->arena);
}

static void
align_text(const struct text *t, const align_tuning *tuning, tm_beads *beads)
{
	tm_align_side src = { "de", t->v[0], t->n[0], NULL };
	tm_align_side tgt = { "en", t->v[1], t->n[1], NULL };
	tm_error err;

	ck_assert_msg(
	    align_tuned(&src, &tgt, NULL, tuning, beads, &err), "%s", err.msg);
}

static void
check_cover(const tm_beads *beads, size_t n, size_t m)
{
	size_t i = 0, j = 0;

	for (size_t k = 0; k < beads->n; k++) {
		const tm_bead *b = &beads->v[k];

		ck_assert(b->n_src == 0 || b->src == i);
		ck_assert(b->n_tgt == 0 || b->tgt == j);
		i += b->n_src;
		j += b->n_tgt;
	}
	ck_assert_uint_eq(i, n);
	ck_assert_uint_eq(j, m);
}

/* ---- Bands ------------------------------------------------------------- */

/* The share of the beads of one that the other does not have. */
static double
difference(const tm_beads *a, const tm_beads *b)
{
	size_t same = 0;

	for (size_t k = 0, q = 0; k < a->n; k++) {
		while (q < b->n &&
		       b->v[q].src + b->v[q].tgt < a->v[k].src + a->v[k].tgt)
			q++;
		for (size_t x = q; x < b->n && x < q + 3; x++)
			if (a->v[k].src == b->v[x].src &&
			    a->v[k].tgt == b->v[x].tgt &&
			    a->v[k].n_src == b->v[x].n_src &&
			    a->v[k].n_tgt == b->v[x].n_tgt) {
				same++;
				break;
			}
	}
	return 1 - (double)same / (double)a->n;
}

/* Sentences on the sides of each step; 0 ends. */
struct step {
	unsigned n, sides;
};

static void
check_band(const struct step *steps, unsigned seed)
{
	struct text t = { .seed = seed };
	tm_beads narrow = { 0 }, grid = { 0 };
	size_t pairs = 0;

	for (; steps->n > 0; steps++)
		add_sentences(&t, steps->n, steps->sides);
	/* One start: what is compared is where it looks. */
	align_text(&t, &(align_tuning){ .starts = 1 }, &narrow);
	align_text(
	    &t, &(align_tuning){ .starts = 1, .full_grid = true }, &grid);
	check_cover(&narrow, t.n[0], t.n[1]);
	for (size_t k = 0; k < grid.n; k++)
		pairs += grid.v[k].n_src > 0 && grid.v[k].n_tgt > 0;
	ck_assert_uint_gt(pairs, grid.n / 4);
	ck_assert_msg(difference(&grid, &narrow) < .005, "seed %u: %.1f %%",
	    seed, 100 * difference(&grid, &narrow));
	tm_beads_release(&narrow);
	tm_beads_release(&grid);
	text_release(&t);
}

START_TEST(a_band_finds_what_the_grid_finds)
{
	static const struct step texts[][8] = {
		/* nothing missing */
		{ { 250, 3 } },
		/* a long part of one side, and of the other */
		{ { 110, 3 }, { 90, 1 }, { 110, 3 } },
		{ { 110, 3 }, { 90, 2 }, { 110, 3 } },
		/* both ends missing, crosswise */
		{ { 80, 1 }, { 160, 3 }, { 80, 2 } },
		{ { 80, 2 }, { 160, 3 }, { 80, 1 } },
		/* of the same side */
		{ { 70, 1 }, { 200, 3 }, { 70, 1 } },
		/* blocks put in, near each other and on both sides */
		{ { 80, 3 }, { 40, 1 }, { 40, 3 }, { 60, 2 }, { 60, 3 },
		    { 50, 1 }, { 80, 3 } },
		/* a part of both sides that was replaced */
		{ { 100, 3 }, { 60, 1 }, { 60, 2 }, { 100, 3 } },
	};

	for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
		check_band(texts[k], (unsigned)k + 1);
}
END_TEST

START_TEST(a_band_finds_what_the_grid_finds_at_random)
{
	for (unsigned seed = 1; seed <= 5; seed++) {
		struct step steps[10] = { { 0 } };
		struct text dice = { .seed = 977 * seed };
		unsigned n = 3 + chance(&dice, 5);

		for (unsigned k = 0; k < n; k++) {
			bool both = k % 2 == 0;

			steps[k].n = 1 + chance(&dice, both ? 90 : 40);
			steps[k].sides = both ? 3 : 1 + chance(&dice, 2);
		}
		steps[n] = (struct step){ 100, 3 };
		check_band(steps, seed);
	}
}
END_TEST

/* ---- Threads and blocks ------------------------------------------------ */

static void
check_same(const tm_beads *a, const tm_beads *b)
{
	ck_assert_uint_eq(a->n, b->n);
	for (size_t k = 0; k < a->n; k++) {
		ck_assert_uint_eq(a->v[k].n_src, b->v[k].n_src);
		ck_assert_uint_eq(a->v[k].n_tgt, b->v[k].n_tgt);
		ck_assert(a->v[k].confidence == b->v[k].confidence);
	}
}

START_TEST(the_number_of_threads_changes_nothing)
{
	struct text t = { .seed = 5 };
	tm_beads one = { 0 }, many = { 0 };

	add_sentences(&t, 500, 3);
	add_sentences(&t, 60, 1);
	add_sentences(&t, 300, 3);
	align_text(&t, &(align_tuning){ .threads = 1 }, &one);
	for (unsigned threads = 2; threads <= 8; threads += 3) {
		align_text(&t, &(align_tuning){ .threads = threads }, &many);
		check_same(&one, &many);
	}
	tm_beads_release(&one);
	tm_beads_release(&many);
	text_release(&t);
}
END_TEST

/* One row a block, some rows, a few blocks; the usual is one. */
START_TEST(what_is_forgotten_on_the_way_changes_nothing)
{
	static const size_t blocks[] = { 1, 3000, 100000 };
	struct text t = { .seed = 7 };
	tm_beads usual = { 0 }, small = { 0 };

	add_sentences(&t, 200, 3);
	add_sentences(&t, 30, 1);
	add_sentences(&t, 30, 2);
	add_sentences(&t, 100, 3);
	align_text(&t, &(align_tuning){ .raw = true }, &usual);
	for (size_t k = 0; k < 3; k++) {
		align_text(&t,
		    &(align_tuning){ .raw = true, .block = blocks[k] }, &small);
		check_same(&usual, &small);
	}
	tm_beads_release(&usual);
	tm_beads_release(&small);
	text_release(&t);
}
END_TEST

/* ---- Whatever comes ---------------------------------------------------- */

/* All pairs are as likely as each other: more of them than are listed. */
START_TEST(equal_sentences_are_paired_one_by_one)
{
	static const char *const word[2] = { "yes", "ja" };
	struct text t = { .seed = 1 };
	tm_beads beads = { 0 };
	tm_buf same[2] = { { 0 }, { 0 } };

	for (size_t i = 0; i < 6000; i++)
		for (int d = 0; d < 2; d++) {
			tm_buf_adds(&same[d], word[d]);
			add_sentence(&t, d, &same[d]);
		}
	align_text(&t, &(align_tuning){ 0 }, &beads);
	check_cover(&beads, 6000, 6000);
	ck_assert_uint_eq(beads.n, 6000);
	tm_beads_release(&beads);
	tm_buf_release(&same[0]);
	tm_buf_release(&same[1]);
	text_release(&t);
}
END_TEST

START_TEST(a_side_may_be_a_hundred_times_longer)
{
	struct text t = { .seed = 1 };
	tm_beads beads = { 0 };

	add_sentences(&t, 2000, 1);
	add_sentences(&t, 30, 3);
	add_sentences(&t, 1000, 1);
	align_text(&t, &(align_tuning){ 0 }, &beads);
	check_cover(&beads, t.n[0], t.n[1]);
	tm_beads_release(&beads);
	text_release(&t);
}
END_TEST

START_TEST(a_sentence_may_have_a_megabyte)
{
	struct text t = { .seed = 1 };
	tm_beads beads = { 0 };
	tm_buf out[2] = { { 0 }, { 0 } };

	add_sentences(&t, 3, 3);
	while (out[0].n < 1000000)
		add_word(out, 1 + chance(&t, 100000));
	add_sentence(&t, 0, &out[0]);
	add_sentence(&t, 1, &out[1]);
	add_sentences(&t, 3, 3);
	align_text(&t, &(align_tuning){ 0 }, &beads);
	check_cover(&beads, t.n[0], t.n[1]);
	tm_beads_release(&beads);
	tm_buf_release(&out[0]);
	tm_buf_release(&out[1]);
	text_release(&t);
}
END_TEST

UNIT_MAIN("align_scale", a_band_finds_what_the_grid_finds,
    a_band_finds_what_the_grid_finds_at_random,
    the_number_of_threads_changes_nothing,
    what_is_forgotten_on_the_way_changes_nothing,
    equal_sentences_are_paired_one_by_one, a_side_may_be_a_hundred_times_longer,
    a_sentence_may_have_a_megabyte)
