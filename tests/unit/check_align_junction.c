#include "config.h"

#include "unit.h"

#include <math.h>

#include "tm/align_int.h"

#define MOST 12

/* Load the sentences, up to NULL, and the numbers of their paragraphs. */
static void
load(side *s, const char *const *sentences, const size_t *paragraph)
{
	tm_str v[MOST];
	tm_align_side text = { "en", v, 0, paragraph };

	while (sentences[text.n] != NULL) {
		v[text.n] = tm_str_of(sentences[text.n]);
		text.n++;
	}
	side_load(s, &text);
}

/* The mark between two sentences. */
static uint8_t
mark_between(const char *one, const char *other)
{
	const char *const sentences[] = { one, other, NULL };
	side s;
	uint8_t mark;

	load(&s, sentences, NULL);
	mark = s.mark[1];
	side_release(&s);
	ck_assert_uint_lt(mark, N_MARKS);
	return mark;
}

START_TEST(marks_of_one_class_are_one_in_all_scripts)
{
	static const char *const classes[][4] = { { "He went.", "他走了。",
						      "ذهب۔", "वह गया।" },
		{ "He went,", "他走了，", "ذهب،", "他走了、" },
		{ "He went?", "他走了？", "ذهب؟", "Went he?" },
		{ "He went!", "他走了！", "ذهب!", "Went!" },
		{ "He went:", "他走了：", "ذهب:", "Went:" },
		{ "He went;", "他走了；", "ذهب؛", "Went;" },
		{ "He went", "他走了", "ذهب", "Went - he" } };
	bool seen[N_MARKS] = { false };

	for (size_t c = 0; c < sizeof classes / sizeof classes[0]; c++) {
		uint8_t mark = mark_between(classes[c][0], "Then");

		ck_assert(!seen[mark]);
		seen[mark] = true;
		for (size_t k = 1; k < 4; k++)
			ck_assert_msg(
			    mark_between(classes[c][k], "Then") == mark, "'%s'",
			    classes[c][k]);
	}
}
END_TEST

START_TEST(a_quote_or_a_dash_is_a_sign_of_speech_on_either_side)
{
	uint8_t plain = mark_between("He went.", "She came.");
	uint8_t speech = mark_between("He went.", "“She came.”");

	ck_assert_uint_ne(speech, plain);
	ck_assert_uint_eq(mark_between("He went.", "— She came."), speech);
	/* The mark before a quote that closes is the mark. */
	ck_assert_uint_eq(mark_between("“He went.”", "She came."), speech);
	ck_assert_uint_eq(mark_between("«ذهب.»", "«ثم»"), speech);
	/* A bracket that closes is passed over and is no speech. */
	ck_assert_uint_eq(mark_between("(He went.)", "She came."), plain);
	/* Inside a sentence a quote is nothing. */
	ck_assert_uint_eq(mark_between("He \"went\" off.", "She."), plain);
}
END_TEST

static void
check_finite(const model *m)
{
	for (int i = 0; i < N_MARKS; i++) {
		for (int d = 0; d < 2; d++)
			ck_assert(isfinite(m->mark_inside[d][i]));
		for (int j = 0; j < N_MARKS; j++)
			ck_assert(isfinite(m->mark_end[i][j]));
	}
}

START_TEST(a_text_whose_sentences_end_alike_says_nothing)
{
	static const char *const alike[] = { "a.", "b.", "c.", "d.", "e.", "f.",
		"g.", NULL };
	static const char *const one[] = { "a", NULL };
	outset start = { .null = .05, .null_again = .3, .split = .04 };
	side s[2];
	model m;
	uint8_t stop;

	load(&s[0], alike, NULL);
	load(&s[1], alike, NULL);
	stop = s[0].mark[1];
	model_init(&m, s, &start);
	check_finite(&m);
	ck_assert(fabs(m.mark_inside[0][stop]) < .01);
	ck_assert(fabs(m.mark_end[stop][stop]) < .3);
	side_release(&s[1]);
	load(&s[1], one, NULL);
	model_init(&m, s, &start);
	check_finite(&m);
	side_release(&s[0]);
	side_release(&s[1]);
}
END_TEST

/* Sentences of which some end in a question mark, some in a comma. */
static const char *const mixed[] = { "a.", "b?", "c,", "d.", "e?", "f,", "g.",
	"h.", NULL };

START_TEST(marks_are_taken_to_agree_until_the_text_says_otherwise)
{
	scored_bead crossed[] = { { 0, 0, 1, 2, 1 }, { 1, 2, 3, 3, 1 },
		{ 4, 5, 2, 2, 1 } };
	expected x = { .beads = { crossed, 3, 3 } };
	outset start = { .null = .05, .null_again = .3, .split = .04 };
	uint8_t stop, ask;
	double agree, differ;
	side s[2];
	model m;

	load(&s[0], mixed, NULL);
	load(&s[1], mixed, NULL);
	stop = s[0].mark[1];
	ask = s[0].mark[2];
	model_init(&m, s, &start);
	agree = m.mark_end[ask][ask];
	differ = m.mark_end[stop][ask];
	ck_assert(agree > 0);
	ck_assert(differ < 0);
	/* Beads at whose ends a full stop meets a question mark. */
	learn_marks(&m, s, &x);
	ck_assert(m.mark_end[stop][ask] > differ);
	ck_assert(m.mark_end[ask][ask] < agree);
	check_finite(&m);
	side_release(&s[0]);
	side_release(&s[1]);
}
END_TEST

START_TEST(what_is_inside_of_beads_is_learned)
{
	/* The comma is inside of two beads of the source. */
	scored_bead beads[] = { { 0, 0, 2, 2, .9f }, { 2, 2, 2, 2, .9f },
		{ 4, 4, 1, 1, .9f }, { 5, 5, 2, 2, .9f } };
	expected x = { .beads = { beads, 4, 4 } };
	outset start = { .null = .05, .null_again = .3, .split = .04 };
	uint8_t comma;
	side s[2];
	model m;

	load(&s[0], mixed, NULL);
	load(&s[1], mixed, NULL);
	comma = s[0].mark[3];
	model_init(&m, s, &start);
	ck_assert(fabs(m.mark_inside[0][comma]) < 1e-9);
	learn_marks(&m, s, &x);
	ck_assert(m.mark_inside[0][comma] > m.mark_inside[0][s[0].mark[2]]);
	ck_assert(m.mark_inside[1][comma] > 0);
	ck_assert(m.mark_inside[1][s[0].mark[2]] < 0);
	side_release(&s[0]);
	side_release(&s[1]);
}
END_TEST

START_TEST(paragraphs_end_between_beads_rather_than_inside)
{
	static const size_t numbers[] = { 0, 0, 0, 1, 1, 1, 2, 2 };
	outset start = { .null = .05, .null_again = .3, .split = .04 };
	side s[2];
	model m;

	load(&s[0], mixed, numbers);
	load(&s[1], mixed, numbers);
	model_init(&m, s, &start);
	for (int d = 0; d < 2; d++)
		ck_assert(m.inside[d][1] < 0 && m.inside[d][0] > 0);
	ck_assert(m.at_end[1][1] > 0 && m.at_end[0][0] > 0);
	ck_assert(m.at_end[1][0] < 0 && m.at_end[0][1] < 0);
	side_release(&s[0]);
	side_release(&s[1]);
}
END_TEST

START_TEST(a_bead_has_what_is_inside_and_half_of_its_ends)
{
	outset start = { .null = .05, .null_again = .3, .split = .04 };
	junctions g;
	side s[2];
	model m;
	size_t n;

	load(&s[0], mixed, NULL);
	load(&s[1], mixed, NULL);
	n = s[0].n;
	model_init(&m, s, &start);
	for (int k = 0; k < N_MARKS; k++)
		m.mark_inside[0][k] = k + 1;
	junctions_begin(&g, s, &m);
	/* Sentences 1 .. 3 have two junctions between them. */
	ck_assert(fabs(g.inside[0][3] - g.inside[0][1] -
		       (s[0].mark[2] + s[0].mark[3] + 2)) < 1e-9);
	for (size_t i = 1; i < n; i++)
		for (size_t j = 1; j < n; j++)
			ck_assert(g.end[g.kind[0][i]][g.kind[1][j]] ==
				  m.mark_end[s[0].mark[i]][s[1].mark[j]] / 2);
	/* The edges of a text have no mark, and are worth nothing. */
	ck_assert(g.end[g.kind[0][0]][g.kind[1][0]] == 0);
	ck_assert(g.end[g.kind[0][n]][g.kind[1][1]] == 0);
	junctions_release(&g);
	side_release(&s[0]);
	side_release(&s[1]);
}
END_TEST

UNIT_MAIN("align_junction", marks_of_one_class_are_one_in_all_scripts,
    a_quote_or_a_dash_is_a_sign_of_speech_on_either_side,
    a_text_whose_sentences_end_alike_says_nothing,
    marks_are_taken_to_agree_until_the_text_says_otherwise,
    what_is_inside_of_beads_is_learned,
    paragraphs_end_between_beads_rather_than_inside,
    a_bead_has_what_is_inside_and_half_of_its_ends)
