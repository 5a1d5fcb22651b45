/*
 * check_find.c - words in a row, held against reading everything
 */
#include "config.h"

#include "unit_random.h"
#include "unit_store.h"

static void
add(tm_store *store, const char *en, const char *ar)
{
	tm_variant v[2] = { { .lang = TM_STR("en"), .text = tm_str_of(en) },
		{ .lang = TM_STR("ar"), .text = tm_str_of(ar) } };
	tm_unit u = { .v = v, .n = 2, .confidence = -1 };

	ok(tm_store_add(store, &u, NULL, &err));
}

/* What was found, as "text[places]" joined. */
static tm_buf found;

static bool
note(void *self, const tm_quote *q, tm_error *e)
{
	tm_str text = q->unit->v[q->from].text;
	size_t at = 0;

	(void)self;
	(void)e;
	for (size_t i = 0; i < q->n; i++) {
		ck_assert_uint_le(at, q->v[i].start);
		ck_assert_uint_lt(q->v[i].start, q->v[i].end);
		tm_buf_add(&found, text.p + at, q->v[i].start - at);
		tm_buf_printf(&found, "[%.*s]",
		    (int)(q->v[i].end - q->v[i].start), text.p + q->v[i].start);
		at = q->v[i].end;
	}
	tm_buf_add(&found, text.p + at, text.n - at);
	tm_buf_addc(&found, '|');
	return true;
}

static const char *
find(tm_store *store, tm_phrase phrase)
{
	tm_buf_clear(&found);
	tm_buf_adds(&found, "");
	tm_buf_reserve(&found, 1);
	found.p[0] = '\0';
	ok(tm_store_concordance(store, &phrase, note, NULL, &err));
	return found.p;
}

START_TEST(a_phrase_is_found_in_a_row)
{
	tm_store *store = new_store();

	add(store, "Open the old file", "افتح الملف القديم");
	add(store, "The file is open", "الملف مفتوح");
	add(store, "OPENED THE FILE.", "تم فتح الملف");
	ck_assert_str_eq(find(store, (tm_phrase){ .text = TM_STR("the file") }),
	    "OPENED [THE FILE].|[The file] is open|");
	ck_assert_str_eq(
	    find(store, (tm_phrase){ .text = TM_STR("the * file") }),
	    "Open [the old file]|");
	ck_assert_str_eq(find(store, (tm_phrase){ .text = TM_STR("open*") }),
	    "[OPENED] THE FILE.|The file is [open]|[Open] the old file|");
	ck_assert_str_eq(find(store, (tm_phrase){ .text = TM_STR("opening"),
					 .stems = true }),
	    "[OPENED] THE FILE.|The file is [open]|[Open] the old file|");
	ck_assert_str_eq(find(store, (tm_phrase){ .text = TM_STR("file open"),
					 .any_order = true }),
	    "The [file] is [open]|[Open] the old [file]|");
	ck_assert_str_eq(find(store, (tm_phrase){ .text = TM_STR("الملف") }),
	    "تم فتح [الملف]|[الملف] مفتوح|افتح [الملف] القديم|");
	ck_assert_str_eq(
	    find(store, (tm_phrase){ .text = TM_STR("الملف"), .from = "en" }),
	    "");
	ck_assert_str_eq(
	    find(store, (tm_phrase){ .text = TM_STR("ال*ف"), .most = 1 }),
	    "تم فتح [الملف]|");
	/* Where words have no spaces a character is a token. */
	add(store, "请打开文件并保存更改。", "احفظ");
	ck_assert_str_eq(find(store, (tm_phrase){ .text = TM_STR("保存*") }),
	    "请打开文件并[保存]更改。|");
	ck_assert_str_eq(find(store, (tm_phrase){ .text = TM_STR("*保*更*") }),
	    "请打开文件并[保存更]改。|");
	ck_assert_str_eq(
	    find(store, (tm_phrase){ .text = TM_STR("保*改") }), "");
	ck_assert_str_eq(find(store, (tm_phrase){ .text = TM_STR("") }), "");
	ck_assert_str_eq(find(store, (tm_phrase){ .text = TM_STR("*") }), "");
	ck_assert_str_eq(
	    find(store, (tm_phrase){ .text = TM_STR("\xff* \xed\xa0") }), "");
	tm_buf_release(&found);
	drop_store(store);
}
END_TEST

START_TEST(changes_are_seen_at_once)
{
	tm_store *store = new_store();
	tm_phrase p = { .text = TM_STR("two") };

	add(store, "one two", "أ");
	ck_assert_str_eq(find(store, p), "one [two]|");
	add(store, "two three", "ب");
	ck_assert_str_eq(find(store, p), "[two] three|one [two]|");
	ok(tm_store_remove(store, 1, &err));
	ck_assert_str_eq(find(store, p), "[two] three|");
	ok(tm_store_set_status(store, 2, TM_REJECTED, &err));
	ck_assert_str_eq(find(store, p), "");
	tm_buf_release(&found);
	drop_store(store);
}
END_TEST

/* ---- Pieces ------------------------------------------------------------ */

static const char *
pieces_of(tm_store *store, const char *text)
{
	tm_memory memory = { .store = store };
	tm_query q = { .text = tm_str_of(text), .min = 70 };
	tm_pieces pieces = { 0 };

	tm_buf_clear(&found);
	tm_buf_reserve(&found, 1);
	found.p[0] = '\0';
	ok(tm_find_pieces(&memory, 1, &q, &pieces, &err));
	for (size_t i = 0; i < pieces.n; i++) {
		const tm_piece *p = &pieces.v[i];
		tm_str stored = p->unit->v[p->from].text;

		if (i > 0)
			ck_assert_uint_lt(p[-1].start, p->start);
		ck_assert_uint_le(p->at, p->at_end);
		ck_assert_uint_le(p->at_end, stored.n);
		tm_buf_printf(&found, "%.*s=%.*s|", (int)(p->end - p->start),
		    text + p->start, (int)(p->at_end - p->at),
		    stored.p + p->at);
	}
	tm_pieces_release(&pieces);
	return found.p;
}

START_TEST(pieces_are_the_longest_rows)
{
	tm_store *store = new_store();

	add(store, "The printer in the corner is broken", "أ");
	add(store, "The printer", "ب");
	add(store, "We ran out of paper yesterday", "ت");
	add(store, "of the", "ث");
	add(store, "Harbour", "ج");
	ck_assert_str_eq(
	    pieces_of(store, "the PRINTER in the hall is out of paper."),
	    "the PRINTER in the=The printer in the|out of paper=out of paper|");
	/* A word is no piece, unless it is a unit; "of the" is too little. */
	ck_assert_str_eq(
	    pieces_of(store, "A corner of the harbour"), "harbour=Harbour|");
	/* But where it is all that was asked for, it is told. */
	ck_assert_str_eq(pieces_of(store, "out of"), "out of=out of|");
	ck_assert_str_eq(
	    pieces_of(store, "of paper now"), "of paper=of paper|");
	ck_assert_str_eq(pieces_of(store, "in the?"), "in the=in the|");
	ck_assert_str_eq(pieces_of(store, "Nothing like it here"), "");
	ck_assert_str_eq(pieces_of(store, ""), "");
	ck_assert_str_eq(pieces_of(store, "... !!"), "");
	ck_assert_str_eq(pieces_of(store, "\xed\xa0\x80 \xff"), "");
	tm_buf_release(&found);
	drop_store(store);
}
END_TEST

/* ---- Against reading everything ---------------------------------------- */

static void
make_text(char *out, uint32_t n)
{
	char *p = out;

	for (uint32_t i = 0; i < n; i++)
		p += sprintf(p, "%s%c%c", i == 0 ? "" : " ",
		    (char)('a' + roll(3)), (char)('a' + roll(5)));
}

/* How many words in a row of query, with word at, stand in text. */
static size_t
longest_plainly(const char *query, const char *text, size_t at)
{
	size_t n = (strlen(query) + 1) / 3, m = (strlen(text) + 1) / 3;
	size_t best = 0;

	for (size_t i = 0; i <= at; i++)
		for (size_t j = 0; j < m; j++) {
			size_t k = 0;

			while (i + k < n && j + k < m &&
			       memcmp(query + 3 * (i + k), text + 3 * (j + k),
				   2) == 0)
				k++;
			if (i + k > at && k > best && (k > 1 || m == 1))
				best = k;
		}
	return best;
}

enum { TEXTS = 300, ROUNDS = 300 };

static char texts[TEXTS][80];

/* A memory of texts, no two of which are alike: one of them would not be
 * stored. */
static tm_store *
store_of_texts(void)
{
	tm_store *store = new_store();

	for (int i = 0; i < TEXTS; i++) {
		bool known = true;

		while (known) {
			make_text(texts[i], 2 + roll(12));
			known = false;
			for (int k = 0; k < i; k++)
				known =
				    known || strcmp(texts[k], texts[i]) == 0;
		}
		add(store, texts[i], "ا");
	}
	return store;
}

/* The longest row of words of the query with word w that a text has. */
static size_t
best_plainly(const char *query, size_t w)
{
	size_t best = 0;

	for (int i = 0; i < TEXTS; i++) {
		size_t k = longest_plainly(query, texts[i], w);

		best = k > best ? k : best;
	}
	return best;
}

/* The same of the pieces that were found. */
static size_t
best_piece(const tm_pieces *pieces, size_t w)
{
	size_t best = 0;

	for (size_t i = 0; i < pieces->n; i++) {
		const tm_piece *p = &pieces->v[i];
		size_t k = (p->end - p->start + 1) / 3;

		if (p->start <= 3 * w && p->end >= 3 * w + 2 && k > best)
			best = k;
	}
	return best;
}

/* Each piece is one there is, and as long as any with one of its words; each
 * word that stands in some row is covered. */
START_TEST(pieces_agree_with_reading_everything)
{
	tm_store *store = store_of_texts();

	for (int round = 0; round < ROUNDS; round++) {
		char query[80];
		tm_memory memory = { .store = store };
		tm_query q = { .min = 70 };
		tm_pieces pieces = { 0 };

		make_text(query, 4 + roll(8));
		q.text = tm_str_of(query);
		ok(tm_find_pieces(&memory, 1, &q, &pieces, &err));
		for (size_t w = 0; w < (q.text.n + 1) / 3; w++) {
			size_t best = best_plainly(query, w);
			size_t most = best_piece(&pieces, w);

			ck_assert_uint_le(most, best);
			/* Two of two letters weigh too little. */
			if (best > 2)
				ck_assert_msg(most > 0, "'%s' %zu", query, w);
		}
		tm_pieces_release(&pieces);
	}
	drop_store(store);
}
END_TEST

START_TEST(phrases_agree_with_reading_everything)
{
	tm_store *store = store_of_texts();

	for (int round = 0; round < ROUNDS; round++) {
		char phrase[80];
		size_t count = 0, plain = 0;

		make_text(phrase, 2);
		find(store, (tm_phrase){ .text = tm_str_of(phrase) });
		for (char *p = found.p; (p = strchr(p, '|')) != NULL; p++)
			count++;
		for (int i = 0; i < TEXTS; i++) {
			const char *p = texts[i];

			/* Where a word begins. */
			while (p != NULL && (p = strstr(p, phrase)) != NULL &&
			       (p - texts[i]) % 3 != 0)
				p++;
			plain += p != NULL;
		}
		ck_assert_uint_eq(count, plain);
	}
	tm_buf_release(&found);
	drop_store(store);
}
END_TEST

/* Each word is a piece: that took a minute when each was held against all. */
START_TEST(a_megabyte_of_pieces_takes_no_time)
{
	enum { WORDS = 200000 };
	tm_store *store = store_of_texts();
	tm_memory memory = { .store = store };
	tm_variant v[2] = { { .lang = TM_STR("en"),
				.text = TM_STR("elephants") },
		{ .lang = TM_STR("de"), .text = TM_STR("Elefanten") } };
	tm_unit u = { .v = v, .n = 2, .confidence = -1 };
	tm_query q = { .min = 70 };
	tm_pieces pieces = { 0 };
	tm_buf text = { 0 };

	ok(tm_store_add(store, &u, NULL, &err));
	for (int i = 0; i < WORDS; i++)
		tm_buf_adds(&text, "elephants ");
	q.text = tm_buf_str(&text);
	ok(tm_find_pieces(&memory, 1, &q, &pieces, &err));
	ck_assert_uint_eq(pieces.n, WORDS);
	for (size_t i = 1; i < pieces.n; i++)
		ck_assert_uint_ge(pieces.v[i].start, pieces.v[i - 1].end);
	tm_pieces_release(&pieces);
	tm_buf_release(&text);
	drop_store(store);
}
END_TEST

UNIT_MAIN("find", a_phrase_is_found_in_a_row, changes_are_seen_at_once,
    pieces_are_the_longest_rows, pieces_agree_with_reading_everything,
    phrases_agree_with_reading_everything, a_megabyte_of_pieces_takes_no_time)
