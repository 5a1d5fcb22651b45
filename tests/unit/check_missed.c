/*
 * check_missed.c - every unit whose rate reaches the least is found
 *
 * Memories live through additions, changes, removals, rollbacks and new
 * openings, and every answer of the index is held against that of comparing
 * everything, of one memory and of several at once. In half of the lives all
 * that makes an index large is made small: then some hundred units are many
 * segment files, patches and images, and are searched in many goes.
 *
 * TM_LOOKUP_QUERIES says how many queries are asked ("make check-lookup":
 * 25,000), TM_LOOKUP_SEED with which chance.
 */
#include "config.h"

#include "unit.h"
#include "unit_random.h"

#include <unistd.h>

#include "tm/fuzzy_int.h"
#include "tm/store_segment_int.h"

static tm_error err;

#define ok(call) ck_assert_msg(call, "%s", err.msg)

/* ---- Texts ------------------------------------------------------------- */

enum { AR, EN, DE, ZH, N_LANGS };

static const char *const langs[N_LANGS] = { "ar", "en", "de", "zh" };
static const char *const words[N_LANGS][24] = {
	{ "الى", "إلى", "المدرسة", "المدرسه", "كتاب", "والكتاب", "كتبهم", "في",
	    "من", "الوزير", "وزراء", "قال", "٣٫٥", "12,000", "2024", "%s", "؟",
	    "،", ".", "{name}", "مُدرِّس", "مدرس", "الآن", "%d" },
	{ "the", "The", "file", "files", "opened", "open", "house", "of", "a",
	    "12", "12.5", "1,000", "%s", "%d", ".", ",", "don't", "re-open",
	    "network", "NETWORK", "networks", "<b>", "</b>", "?" },
	{ "der", "die", "Datei", "Dateien", "öffnen", "geöffnet", "Straße",
	    "strasse", "Haus", "Häuser", "und", "12.000,5", "3", "%1", ".", ",",
	    "nicht", "Nicht", "Netz", "Netze", "!", "für", "über", "Uber" },
	{ "打开", "文件", "网络", "的", "是", "。", "，", "3", "12", "一",
	    "关闭", "窗口", "%s", "我们", "在", "中国", "人", "大", "学", "生",
	    "？", "a", "XML", "！" },
};

typedef struct pool {
	tm_buf *v;
	size_t n, cap;
} pool;

static pool pools[N_LANGS];

static void
put(pool *p, tm_str s)
{
	tm_grow(p->v, p->n, p->cap);
	p->v[p->n] = (tm_buf){ 0 };
	tm_buf_add(&p->v[p->n++], s.p, s.n);
}

static void
make_text(int lang, tm_buf *out)
{
	uint32_t n = roll(20) == 0 ? 1 + roll(300) : 1 + roll(14);

	tm_buf_clear(out);
	for (uint32_t i = 0; i < n; i++) {
		if (i > 0 && lang != ZH && roll(30) != 0)
			tm_buf_addc(out, ' ');
		tm_buf_adds(out, words[lang][roll(24)]);
	}
}

/* Lines of a file below ../shared, where there is one: what people write. */
static void
read_lines(int lang, const char *name, int column)
{
	const char *src = getenv("TM_SRCDIR");
	tm_buf path_of = { 0 }, text = { 0 };
	size_t i = 0;

	if (src == NULL)
		return;
	tm_buf_printf(&path_of, "%s/../shared/data/%s", src, name);
	if (tm_read_file(path_of.p, &text, NULL))
		while (i < text.n) {
			const char *line = text.p + i;
			const char *end = memchr(line, '\n', text.n - i);
			size_t n =
			    end == NULL ? text.n - i : (size_t)(end - line);
			tm_str s = { line, n };

			for (int c = column; c > 0 && s.n > 0; c--) {
				const char *tab = memchr(s.p, '\t', s.n);
				size_t k =
				    tab == NULL ? s.n : (size_t)(tab - s.p) + 1;

				s = tm_str_sub(s, k, s.n);
			}
			for (size_t k = 0; k < s.n; k++)
				if (s.p[k] == '\t')
					s.n = k;
			if (s.n > 0)
				put(&pools[lang], s);
			i += n + 1;
		}
	tm_buf_release(&path_of);
	tm_buf_release(&text);
}

static void
fill_pools(size_t made)
{
	tm_buf text = { 0 };

	read_lines(EN, "tm/queries.tsv", 1);
	read_lines(AR, "tm/natural/tat_aren.q.tsv", 0);
	read_lines(AR, "tm/natural/ui_aren.q.tsv", 0);
	read_lines(EN, "tm/natural/ui_enar.q.tsv", 0);
	read_lines(ZH, "tm/natural/ui_zhen.q.tsv", 0);
	read_lines(DE, "align/ntrex_deen_a/000_bbc.381790.src", 0);
	read_lines(DE, "align/ntrex_deen_a/048_reuters.218861.src", 0);
	for (int l = 0; l < N_LANGS; l++)
		for (size_t i = 0; i < made; i++) {
			make_text(l, &text);
			put(&pools[l], tm_buf_str(&text));
		}
	tm_buf_release(&text);
}

static void
empty_pools(void)
{
	for (int l = 0; l < N_LANGS; l++) {
		for (size_t i = 0; i < pools[l].n; i++)
			tm_buf_release(&pools[l].v[i]);
		free(pools[l].v);
		pools[l] = (pool){ 0 };
	}
}

/* Of the texts in the pool a life has so many, so that they meet again. */
enum { TEXTS = 40 };

static tm_str
one_of(int lang, uint32_t seen)
{
	size_t n = pools[lang].n;

	return tm_buf_str(
	    &pools[lang].v[(seen + roll(n < TEXTS ? (uint32_t)n : TEXTS)) % n]);
}

/* Something of the pool, often with a word or a letter less or more; some are
 * many in one. */
static void
some_text(int lang, uint32_t seen, tm_buf *out)
{
	uint32_t changes = roll(4), parts = roll(40) == 0 ? 2 + roll(30) : 1;
	tm_str s;

	tm_buf_clear(out);
	for (uint32_t first = roll(TEXTS), i = 0; i < parts; i++) {
		s = one_of(lang, seen);
		/* Those in one are always the same ones in a row. */
		if (parts > 1)
			s = tm_buf_str(
			    &pools[lang]
				 .v[(seen + first % 4 + i) % pools[lang].n]);
		tm_buf_add(out, s.p, s.n);
		if (i + 1 < parts)
			tm_buf_addc(out, ' ');
	}
	while (changes-- > 0 && out->n > 0) {
		const char *word = words[lang][roll(24)];
		size_t at = roll((uint32_t)out->n + 1), end;

		while (at > 0 && at < out->n && out->p[at] != ' ')
			at--;
		end = at;
		if (roll(2) == 0) /* take out what follows */
			for (end = at + (at < out->n); end < out->n;)
				if (out->p[end++] == ' ')
					break;
		s = tm_buf_str(out);
		{
			tm_buf next = { 0 };

			tm_buf_add(&next, s.p, at);
			if (roll(2) == 0) {
				if (at > 0)
					tm_buf_addc(&next, ' ');
				tm_buf_adds(&next, word);
				if (end < s.n && s.p[end] != ' ')
					tm_buf_addc(&next, ' ');
			}
			tm_buf_add(&next, s.p + end, s.n - end);
			tm_buf_release(out);
			*out = next;
		}
	}
	if (!tm_text_is_utf8(tm_buf_str(out), NULL))
		tm_buf_clear(out);
}

/* Up to three codes anywhere in text, in words too. */
static size_t
some_codes(size_t n, tm_code_at v[3])
{
	static const char *const xml[] = { "<ph x=\"1\"/>",
		"<ph x=\"2\">%s</ph>", "<bpt i=\"1\">&lt;b&gt;</bpt>",
		"<ept i=\"1\"/>", "<hi>", "</hi>", "<ph>{0}</ph>" };
	size_t count = 1 + roll(3), at = 0;

	for (size_t i = 0; i < count; i++) {
		at += roll((uint32_t)(n - at) + 1);
		v[i] = (tm_code_at){ at, tm_str_of(xml[roll(7)]) };
	}
	return count;
}

/* ---- Memories ---------------------------------------------------------- */

enum { MEMORIES = 3 };

typedef struct life {
	struct one {
		tm_store *store;
		char dir[32], *path;
		int64_t last;
	} v[MEMORIES];
	uint32_t seen; /* where its texts are in the pools */
	bool large;    /* for what its index takes for large */
} life;

static void
make_index_small(bool small)
{
	static struct tm_segment_limits usual;

	if (usual.units == 0)
		usual = tm_segment_limits;
	tm_segment_limits = usual;
	if (!small)
		return;
	tm_segment_limits.units = 40 + (int64_t)roll(400);
	tm_segment_limits.bytes = roll(2) == 0 ? 2000 + roll(20000) : 1 << 29;
	tm_segment_limits.texts = 1;
	tm_segment_limits.joined = (int64_t)(1 + roll(10)) * 200;
	tm_segment_limits.beside = roll(400);
	tm_segment_limits.tail = 5 + roll(60);
}

static void
open_memory(struct one *m)
{
	m->store = tm_store_open(m->path, TM_CREATE, &err);
	ck_assert_msg(m->store != NULL, "%s", err.msg);
}

static void
be_born(life *l)
{
	*l = (life){ .seen = roll(1 << 20), .large = roll(2) == 0 };
	make_index_small(l->large);
	for (int i = 0; i < MEMORIES; i++) {
		struct one *m = &l->v[i];
		tm_buf path = { 0 };

		snprintf(m->dir, sizeof m->dir, "/tmp/tm-missed-XXXXXX");
		ck_assert_ptr_nonnull(mkdtemp(m->dir));
		tm_buf_printf(&path, "%s/x.tm", m->dir);
		m->path = path.p;
		open_memory(m);
	}
}

static void
end(life *l)
{
	char cmd[64];

	for (int i = 0; i < MEMORIES; i++) {
		tm_store_close(l->v[i].store);
		snprintf(cmd, sizeof cmd, "rm -rf %s", l->v[i].dir);
		ck_assert_int_eq(system(cmd), 0);
		free(l->v[i].path);
	}
}

static void
add_some(const life *l, struct one *m, size_t n)
{
	tm_buf a = { 0 }, b = { 0 };

	for (size_t i = 0; i < n; i++) {
		int la = (int)roll(N_LANGS), lb = (la + 1 + (int)roll(3)) % 4;
		tm_variant v[2];
		tm_unit u = { .v = v, .n = 2, .confidence = -1 };
		tm_code_at code[3];

		some_text(la, l->seen, &a);
		some_text(lb, l->seen, &b);
		if (a.n == 0 || b.n == 0)
			continue;
		v[0] = (tm_variant){ .lang = tm_str_of(langs[la]),
			.text = tm_buf_str(&a) };
		v[1] = (tm_variant){ .lang = tm_str_of(langs[lb]),
			.text = tm_buf_str(&b) };
		if (roll(8) == 0)
			v[0].lang = TM_STR("ar-EG");
		if (roll(8) == 0)
			v[0].codes = code,
			v[0].n_codes = some_codes(v[0].text.n, code);
		if (roll(3) == 0)
			u.confidence = .5;
		if (roll(8) == 0)
			u.author = TM_STR("MT!");
		u.status = (tm_status)(roll(6) == 0 ? roll(3) : 0);
		u.created = 1 + roll(100);
		u.document = TM_STR("d");
		u.position = ++m->last;
		ok(tm_store_add(m->store, &u, NULL, &err));
	}
	tm_buf_release(&a);
	tm_buf_release(&b);
}

/* Take some out, decide about others. */
static void
change_some(struct one *m, size_t n)
{
	for (size_t i = 0; i < n && m->last > 0; i++) {
		/* Some of them again and again. */
		int64_t id =
		    1 +
		    roll(roll(2) == 0 && m->last > 20 ? 20 : (uint32_t)m->last);

		if (roll(2) == 0)
			tm_store_remove(m->store, id, NULL);
		else
			tm_store_set_status(
			    m->store, id, (tm_status)roll(3), NULL);
	}
}

/* ---- Questions --------------------------------------------------------- */

static size_t n_asked, n_found;

/* The same, in the same order? */
static bool
same_answer(const tm_answer *a, const tm_answer *b)
{
	bool same = a->n == b->n;

	for (size_t i = 0; same && i < a->n; i++) {
		const tm_found *x = &a->v[i], *y = &b->v[i];

		same = x->memory == y->memory && x->unit->id == y->unit->id &&
		       x->from == y->from && x->to == y->to &&
		       x->match.rate == y->match.rate;
	}
	return same;
}

static void
tell(const char *who, const tm_answer *a, tm_buf *out)
{
	tm_buf_printf(out, "\n%s:", who);
	for (size_t i = 0; i < a->n; i++)
		tm_buf_printf(out, " %d %zu/%lld/%zu", a->v[i].match.rate,
		    a->v[i].memory, (long long)a->v[i].unit->id, a->v[i].from);
}

/* By the index and by comparing everything. */
static void
compare(const tm_memory *memories, size_t n, tm_query *q)
{
	static tm_answer fast, plain;
	tm_buf both = { 0 };

	q->plain = false;
	ok(tm_lookup(memories, n, q, &fast, &err));
	q->plain = true;
	ok(tm_lookup(memories, n, q, &plain, &err));
	n_asked++;
	n_found += plain.n > 0;
	if (!same_answer(&fast, &plain)) {
		tell("index", &fast, &both);
		tell("scan", &plain, &both);
		ck_abort_msg("'%.*s' in %zu, from %s, to %s, min %d, most %zu, "
			     "%zu codes, exact %d: %s",
		    TM_STR_ARG(q->text), n, q->from, q->to, q->min, q->most,
		    q->n_codes, q->exact, both.p);
	}
	tm_answer_release(&fast);
	tm_answer_release(&plain);
	tm_buf_release(&both);
}

static void
ask(life *l)
{
	tm_penalties p = { 1 + (int)roll(5), (int)roll(9), (int)roll(9),
		(int)roll(9), (int)roll(30) };
	int lang = (int)roll(N_LANGS);
	tm_buf text = { 0 }, prev = { 0 };
	tm_query q = { .min = 50 + (int)(roll(2) == 0 ? roll(51) : roll(21)) };
	tm_filter decided = { .status = TM_STATUS_BIT(TM_CONFIRMED) };
	tm_memory memories[MEMORIES];
	size_t n = roll(4) == 0 ? 2 + roll(MEMORIES - 1) : 1;
	tm_code_at code[3];

	tm_fuzzy_batch = roll(2) == 0 ? 20000 : 1 + roll(60);
	some_text(lang, l->seen, &text);
	some_text(lang, l->seen, &prev);
	q.text = tm_buf_str(&text);
	if (roll(4) == 0) {
		q.codes = code;
		q.n_codes = some_codes(q.text.n, code);
	}
	q.most = roll(3) == 0 ? 0 : 1 + roll(6);
	if (roll(2) == 0)
		q.from = roll(8) == 0 ? "ar-SY" : langs[lang];
	if (roll(4) == 0)
		q.to = langs[roll(N_LANGS)];
	if (roll(2) == 0)
		q.penalties = &p;
	if (roll(2) == 0)
		q.prev = tm_buf_str(&prev);
	if (roll(10) == 0)
		q.filter = &decided;
	q.exact = roll(20) == 0;
	for (size_t i = 0; i < n; i++)
		memories[i] =
		    (tm_memory){ l->v[n == 1 ? roll(MEMORIES) : i].store,
			    roll(2) == 0 ? 0 : (int)roll(20) };
	compare(memories, n, &q);
	tm_buf_release(&text);
	tm_buf_release(&prev);
}

/* One more thing that happens to a memory. */
static void
go_on(life *l, struct one *m)
{
	int64_t last = m->last;
	size_t more = l->large && roll(4) == 0 ? roll(200) : roll(12);

	if (roll(5) == 0) {
		tm_store_close(m->store);
		open_memory(m);
	}
	ok(tm_store_begin(m->store, &err));
	add_some(l, m, more);
	change_some(m, l->large && roll(6) == 0 ? roll(100) : roll(6));
	if (roll(6) == 0) {
		ask(l); /* what is not committed counts, too */
		tm_store_rollback(m->store);
		m->last = last;
	} else
		ok(tm_store_commit(m->store, &err));
}

START_TEST(nothing_is_missed)
{
	const char *often = getenv("TM_LOOKUP_QUERIES");
	const char *chance = getenv("TM_LOOKUP_SEED");
	size_t many = often == NULL ? 900 : (size_t)atol(often);

	if (chance != NULL)
		seed = (uint32_t)atol(chance);
	fill_pools(80);
	while (n_asked < many) {
		life l;

		be_born(&l);
		for (int i = 0; i < MEMORIES; i++) {
			ok(tm_store_begin(l.v[i].store, &err));
			add_some(&l, &l.v[i], i == 0 ? 300 : roll(300));
			ok(tm_store_commit(l.v[i].store, &err));
		}
		for (int round = 0; round < 30 && n_asked < many; round++) {
			go_on(&l, &l.v[roll(3) == 0 ? roll(MEMORIES) : 0]);
			for (int i = 0; i < 5; i++)
				ask(&l);
		}
		for (int i = 0; i < MEMORIES; i++)
			ok(tm_store_check(l.v[i].store, &err));
		end(&l);
	}
	make_index_small(false);
	/* Or it would prove little. */
	ck_assert_uint_gt(n_found, n_asked / 4);
	empty_pools();
}
END_TEST

UNIT_MAIN("missed", nothing_is_missed)
