#include "config.h"

#include "unit.h"

#include <math.h>
#include <stdlib.h>

#include "tm/align_int.h"

#define N 40

static double sign[N][N_SIGNS];
static double rank[N];
static scored_bead bead[N];

/* N pairs, all as sure and with words that agree as everywhere. */
static void
begin(void)
{
	for (uint32_t k = 0; k < N; k++) {
		bead[k] = (scored_bead){ k, k, 1, 1, .999F };
		rank[k] = 2;
		sign[k][POSTERIOR] = 6.9;
		sign[k][SURPRISE] = 1;
	}
}

static void
look(void)
{
	const scored_beads path = { bead, N, N };
	const judgement j = { .rank = 2 };

	signs_near(&path, &j, rank, sign);
}

START_TEST(where_all_is_well_nothing_stands_near)
{
	begin();
	look();
	for (size_t k = 0; k < N; k++) {
		ck_assert(sign[k][DOUBT_NEAR] < .0015);
		ck_assert(sign[k][NULLS_NEAR] == 0);
		ck_assert(sign[k][GAP_FAR] == 30);
		ck_assert(fabs(sign[k][WORDS_NEAR]) < 1e-9);
		ck_assert(fabs(sign[k][SURPRISE_NEAR] - 1) < 1e-9);
		ck_assert(sign[k][LEFT_MORE] == 0);
	}
}
END_TEST

START_TEST(a_doubtful_bead_is_seen_by_its_neighbours_and_not_by_itself)
{
	begin();
	sign[20][POSTERIOR] = -1;
	look();
	ck_assert(sign[20][DOUBT_NEAR] < .0015);
	ck_assert(sign[20][NEIGHBOUR] == 6);
	ck_assert(sign[19][NEIGHBOUR] == -1);
	ck_assert(sign[18][NEIGHBOUR] == 6);
	ck_assert(sign[23][DOUBT_BESIDE] > .1);
	ck_assert(sign[24][DOUBT_BESIDE] < .01);
	ck_assert(sign[25][DOUBT_NEAR] > .05);
	ck_assert(sign[26][DOUBT_NEAR] < .01);
	ck_assert(sign[26][DOUBT_AROUND] > .01);
}
END_TEST

START_TEST(only_a_gap_on_both_sides_is_one)
{
	begin();
	for (uint32_t k = 10; k < 14; k++)
		bead[k].b = 0;
	look();
	ck_assert(sign[12][GAP_FAR] == 30);
	ck_assert(sign[9][NULLS_NEAR] == 0);
	bead[12].b = bead[13].b = 1;
	bead[12].a = bead[13].a = 0;
	look();
	for (size_t k = 10; k < 14; k++)
		ck_assert(sign[k][GAP_FAR] == 0);
	ck_assert(sign[9][GAP_FAR] == 1 && sign[14][GAP_FAR] == 1);
	ck_assert(sign[0][GAP_FAR] == 10 && sign[39][GAP_FAR] == 26);
	ck_assert(sign[9][NULLS_NEAR] == 2);
	ck_assert(sign[39][NULLS_NEAR] == 0);
	/* Two of 38 on each side. */
	ck_assert(fabs(sign[0][LEFT_LESS] - 2 / 38.0) < 1e-9);
}
END_TEST

START_TEST(words_that_nobody_ranked_are_as_usual)
{
	begin();
	for (size_t k = 0; k < N; k++)
		if (k % 4 != 0)
			rank[k] = (double)NAN;
	look();
	for (size_t k = 0; k < N; k++) {
		ck_assert(sign[k][WORDS] == 2);
		ck_assert(fabs(sign[k][WORDS_NEAR]) < 1e-9);
	}
	rank[20] = -2;
	look();
	ck_assert(sign[20][WORDS] == -2);
	ck_assert(fabs(sign[20][WORDS_NEAR]) < 1e-9);
	ck_assert(sign[21][WORDS_NEXT] < -.5);
	ck_assert(sign[24][WORDS_BESIDE] < -.5);
}
END_TEST

UNIT_MAIN("align_near", where_all_is_well_nothing_stands_near,
    a_doubtful_bead_is_seen_by_its_neighbours_and_not_by_itself,
    only_a_gap_on_both_sides_is_one, words_that_nobody_ranked_are_as_usual)
