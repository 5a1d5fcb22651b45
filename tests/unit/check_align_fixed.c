#include "config.h"

#include "unit.h"

#include "tm/align.h"

/* A text of n sentences that differ in length and words. */
static void
make_text(tm_str *v, tm_buf *all, size_t n, unsigned seed)
{
	static const char *const words[] = { "alpha", "beta", "gamma", "12",
		"delta epsilon", "Paris", "(zeta)", "?" };
	size_t *at = tm_zalloc(n + 1, sizeof *at);

	for (size_t i = 0; i < n; i++) {
		at[i] = all->n;
		for (unsigned k = 0; k < 1 + seed % 5; k++) {
			seed = seed * 1103515245u + 12345u;
			tm_buf_printf(all, "%s ", words[seed >> 16 & 7]);
		}
	}
	at[n] = all->n;
	for (size_t i = 0; i < n; i++)
		v[i] = (tm_str){ all->p + at[i], at[i + 1] - at[i] };
	free(at);
}

static unsigned seed_now;

static unsigned
draw(unsigned below)
{
	seed_now = seed_now * 1103515245u + 12345u;
	return (seed_now >> 16) % below;
}

static void
check_result(const tm_beads *beads, size_t n, size_t m,
    const tm_align_options *o, size_t most)
{
	size_t i = 0, j = 0, kept = 0, met = 0;

	for (size_t k = 0; k <= beads->n; k++) {
		const tm_bead *b = &beads->v[k];

		/* A junction is met where a bead begins, or the text ends. */
		while (met < o->n_junctions && o->junctions[met].src == i &&
		       o->junctions[met].tgt == j)
			met++;
		if (k == beads->n)
			break;
		if (kept < o->n_fixed && b->n_src > 0 && b->n_tgt > 0 &&
		    i == o->fixed[kept].src && j == o->fixed[kept].tgt) {
			ck_assert_uint_eq(b->n_src, o->fixed[kept].n_src);
			ck_assert_uint_eq(b->n_tgt, o->fixed[kept].n_tgt);
			ck_assert(b->confidence == 1);
			kept++;
		} else {
			ck_assert(b->n_src <= most && b->n_tgt <= most);
		}
		for (size_t q = 0; q < o->n_alone[0] && b->n_tgt > 0; q++)
			ck_assert(o->alone[0][q] < b->src ||
				  o->alone[0][q] >= b->src + b->n_src);
		for (size_t q = 0; q < o->n_alone[1] && b->n_src > 0; q++)
			ck_assert(o->alone[1][q] < b->tgt ||
				  o->alone[1][q] >= b->tgt + b->n_tgt);
		i += b->n_src;
		j += b->n_tgt;
	}
	ck_assert_uint_eq(i, n);
	ck_assert_uint_eq(j, m);
	ck_assert_uint_eq(kept, o->n_fixed);
	ck_assert_uint_eq(met, o->n_junctions);
}

/* Pairs and junctions drawn at random, from one end to the other. */
static void
try_known(unsigned seed, size_t n, size_t m)
{
	tm_str *v = tm_zalloc(n + m + 1, sizeof *v);
	tm_buf text[2] = { { 0 }, { 0 } };
	tm_bead fixed[40];
	tm_junction junctions[40];
	size_t alone[2][40];
	tm_align_side src = { "en", v, n, NULL };
	tm_align_side tgt = { "de", v + n, m, NULL };
	tm_align_options o = { .fixed = fixed,
		.junctions = junctions,
		.alone = { alone[0], alone[1] } };
	tm_beads beads = { 0 };
	size_t i = 0, j = 0;
	tm_error err;

	seed_now = seed;
	make_text(v, &text[0], n, seed);
	make_text(v + n, &text[1], m, seed + 7);
	o.max_run = draw(2) == 0 ? 0 : 1 + draw(4);
	while (o.n_fixed + o.n_junctions < 30) {
		size_t a = 1 + draw(10) % 3, b = 1 + draw(10) % 4;

		size_t skip[2] = { draw(6), draw(6) };

		/* What lies between two pairs may have none. */
		if (skip[0] > 1 && i < n)
			alone[0][o.n_alone[0]++] = i;
		if (skip[1] > 3 && j < m)
			alone[1][o.n_alone[1]++] = j;
		i += skip[0];
		j += skip[1];
		if (i > n || j > m)
			break;
		if (draw(3) == 0) {
			junctions[o.n_junctions++] = (tm_junction){ i, j };
		} else {
			if (i + a > n || j + b > m)
				break;
			fixed[o.n_fixed++] = (tm_bead){ i, a, j, b, 0 };
			i += a;
			j += b;
		}
	}
	ck_assert_msg(tm_align(&src, &tgt, &o, &beads, &err), "seed %u: %s",
	    seed, err.msg);
	check_result(&beads, n, m, &o, o.max_run == 0 ? 8 : o.max_run);
	tm_beads_release(&beads);
	tm_buf_release(&text[0]);
	tm_buf_release(&text[1]);
	free(v);
}

START_TEST(pairs_junctions_and_gaps_are_kept_whatever_the_words_say)
{
	for (unsigned seed = 1; seed < 120; seed++)
		try_known(seed, 1 + seed % 37, 1 + seed * 7 % 41);
}
END_TEST

START_TEST(they_are_kept_in_a_band_that_would_not_reach_them)
{
	/* Large enough for a band; the pairs run far from the diagonal. */
	try_known(3, 600, 500);
	try_known(4, 300, 1300);
	try_known(5, 1400, 150);
}
END_TEST

START_TEST(types_that_are_not_listed_do_not_occur)
{
	static const tm_bead_type types[] = { { 1, 2 }, { 3, 1 } };
	enum { N = 90, M = 120 };
	tm_str v[N + M];
	tm_buf text[2] = { { 0 }, { 0 } };
	tm_align_side src = { "en", v, N, NULL };
	tm_align_side tgt = { "de", v + N, M, NULL };
	tm_align_options o = { .types = types, .n_types = 2 };
	tm_beads beads = { 0 };
	tm_error err;

	make_text(v, &text[0], N, 5);
	make_text(v + N, &text[1], M, 6);
	ck_assert(tm_align(&src, &tgt, &o, &beads, &err));
	for (size_t k = 0; k < beads.n; k++) {
		const tm_bead *b = &beads.v[k];

		ck_assert(b->n_src + b->n_tgt == 1 ||
			  (b->n_src == 1 && b->n_tgt <= 2) ||
			  (b->n_src == 3 && b->n_tgt == 1));
	}
	tm_beads_release(&beads);
	tm_buf_release(&text[0]);
	tm_buf_release(&text[1]);
}
END_TEST

static void
refuses(tm_align_options o, const char *said)
{
	tm_str v[4] = { TM_STR("a"), TM_STR("b"), TM_STR("c"), TM_STR("d") };
	tm_align_side src = { "en", v, 4, NULL }, tgt = { "de", v, 3, NULL };
	tm_beads beads = { 0 };
	tm_error err = { 0 };

	ck_assert(!tm_align(&src, &tgt, &o, &beads, &err));
	ck_assert_int_eq(err.code, TM_INVALID);
	ck_assert_msg(strstr(err.msg, said) != NULL, "%s", err.msg);
	ck_assert_uint_eq(beads.n, 0);
	tm_beads_release(&beads);
}

START_TEST(what_cannot_be_known_is_refused)
{
	static const tm_bead beyond[] = { { 3, 2, 0, 1, 0 } };
	static const tm_bead wraps[] = { { 1, SIZE_MAX, 0, 1, 0 } };
	static const tm_bead empty[] = { { 1, 1, 1, 0, 0 } };
	static const tm_bead cross[] = { { 1, 1, 1, 1, 0 }, { 2, 1, 0, 1, 0 } };
	static const tm_bead twice[] = { { 1, 2, 0, 1, 0 }, { 2, 1, 1, 1, 0 } };
	static const tm_bead one[] = { { 1, 2, 1, 1, 0 } };
	static const tm_junction inside[] = { { 2, 1 } };
	static const tm_junction across[] = { { 1, 2 } };
	static const tm_junction far[] = { { 4, 4 } };
	static const size_t third[] = { 2 }, fourth[] = { 3 };

	refuses((tm_align_options){ .fixed = beyond, .n_fixed = 1 }, "no pair");
	refuses((tm_align_options){ .fixed = wraps, .n_fixed = 1 }, "no pair");
	refuses((tm_align_options){ .fixed = empty, .n_fixed = 1 }, "no pair");
	refuses((tm_align_options){ .fixed = cross, .n_fixed = 2 }, "crosses");
	refuses((tm_align_options){ .fixed = twice, .n_fixed = 2 }, "crosses");
	refuses((tm_align_options){ .fixed = one,
		    .n_fixed = 1,
		    .junctions = inside,
		    .n_junctions = 1 },
	    "crosses the pair");
	refuses((tm_align_options){ .fixed = one,
		    .n_fixed = 1,
		    .junctions = across,
		    .n_junctions = 1 },
	    "crosses the pair");
	refuses((tm_align_options){ .junctions = far, .n_junctions = 1 },
	    "behind the end");
	refuses((tm_align_options){ .fixed = one,
		    .n_fixed = 1,
		    .alone = { third, NULL },
		    .n_alone = { 1, 0 } },
	    "sentence 3 is in a pair");
	refuses((tm_align_options){ .alone = { NULL, fourth },
		    .n_alone = { 0, 1 } },
	    "no sentence 4");
}
END_TEST

UNIT_MAIN("align_fixed",
    pairs_junctions_and_gaps_are_kept_whatever_the_words_say,
    they_are_kept_in_a_band_that_would_not_reach_them,
    types_that_are_not_listed_do_not_occur, what_cannot_be_known_is_refused)
