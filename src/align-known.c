/* align-known.c - what the user knows of an alignment before it is made */
#include "config.h"

#include "align-known.h"

#include <regex.h>
#include <stdlib.h>

void
known_release(struct known *k)
{
	free(k->fixed);
	free(k->junctions);
	free(k->alone[0]);
	free(k->alone[1]);
	*k = (struct known){ 0 };
}

static int
by_source(const void *a, const void *b)
{
	const tm_bead *x = a, *y = b;

	return (x->src > y->src) - (x->src < y->src);
}

void
known_sort(struct known *k)
{
	if (k->n_fixed > 1)
		qsort(k->fixed, k->n_fixed, sizeof *k->fixed, by_source);
}

void
known_fix(struct known *k, size_t src, size_t n_src, size_t tgt, size_t n_tgt)
{
	tm_grow(k->fixed, k->n_fixed, k->cap_fixed);
	k->fixed[k->n_fixed++] = (tm_bead){ src, n_src, tgt, n_tgt, 1 };
}

void
known_leave_alone(struct known *k, int d, size_t first, size_t n)
{
	for (size_t i = first; i < first + n; i++) {
		tm_grow(k->alone[d], k->n_alone[d], k->cap_alone[d]);
		k->alone[d][k->n_alone[d]++] = i;
	}
}

/* ---- Chapters ---------------------------------------------------------- */

/* A sentence that is a mark, and what it says: its numbers, or its text
 * where it has none. */
struct mark {
	size_t at;
	tm_str says;
};

struct marks {
	struct mark *v;
	size_t n, cap;
	tm_arena arena;
};

static tm_str
what_it_says(tm_analyser *an, tm_tokens *tokens, tm_arena *arena, tm_str text)
{
	tm_buf says = { 0 };
	tm_str kept;

	tm_analyse(an, text, tokens);
	for (size_t i = 0; i < tokens->n; i++)
		if (tokens->v[i].kind == TM_NUMBER)
			tm_buf_printf(
			    &says, "%.*s ", TM_STR_ARG(tokens->v[i].key));
	if (says.n == 0)
		tm_text_fold(text, &says);
	kept = tm_arena_str(arena, tm_buf_str(&says));
	tm_buf_release(&says);
	return kept;
}

static void
find_marks(struct marks *m, const regex_t *regex, const struct side *side)
{
	tm_analyser *an = tm_analyser_new(side->lang);
	tm_tokens tokens = { 0 };
	tm_buf line = { 0 };

	for (size_t i = 0; i < side->spans.n; i++) {
		tm_buf_clear(&line);
		tm_buf_add(&line, side->segments[i].p, side->segments[i].n);
		if (line.n == 0 || regexec(regex, line.p, 0, NULL, 0) != 0)
			continue;
		tm_grow(m->v, m->n, m->cap);
		m->v[m->n++] =
		    (struct mark){ i, what_it_says(an, &tokens, &m->arena,
					  side->segments[i]) };
	}
	tm_buf_release(&line);
	tm_tokens_release(&tokens);
	tm_analyser_free(an);
}

static void
join_at(struct known *k, const struct mark *a, const struct mark *b)
{
	tm_grow(k->junctions, k->n_junctions, k->cap_junctions);
	k->junctions[k->n_junctions++] = (tm_junction){ a->at, b->at };
}

/* More marks than this are no chapters; the table below is of its square. */
#define MAX_MARKS 4000

/* The longest run of marks, in order, that say the same on both sides. */
static void
join_equal(struct known *k, const struct marks *a, const struct marks *b)
{
	size_t w = b->n + 1, i = 0, j = 0;
	uint16_t *best = tm_zalloc((a->n + 1) * w, sizeof *best);

	for (size_t x = a->n; x-- > 0;)
		for (size_t y = b->n; y-- > 0;) {
			uint16_t down = best[(x + 1) * w + y];
			uint16_t right = best[x * w + y + 1];

			best[x * w + y] =
			    tm_str_eq(a->v[x].says, b->v[y].says)
				? (uint16_t)(best[(x + 1) * w + y + 1] + 1)
			    : down > right ? down
					   : right;
		}
	while (i < a->n && j < b->n) {
		if (tm_str_eq(a->v[i].says, b->v[j].says))
			join_at(k, &a->v[i++], &b->v[j++]);
		else if (best[(i + 1) * w + j] >= best[i * w + j + 1])
			i++;
		else
			j++;
	}
	free(best);
}

bool
find_breaks(const struct tool *tool, struct known *k, const char *pattern,
    const struct alignment *a, tm_error *err)
{
	struct marks m[2] = { { 0 }, { 0 } };
	char why[160];
	bool ok = true;
	regex_t regex;
	int wrong;

	if (pattern[0] == '\0')
		return tm_fail(err, TM_INVALID,
		    "--hard-break '' would match every sentence");
	wrong = regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB);

	if (wrong != 0) {
		regerror(wrong, &regex, why, sizeof why);
		return tm_fail(err, TM_INVALID,
		    "--hard-break '%s' is no regular expression: %s", pattern,
		    why);
	}
	find_marks(&m[0], &regex, &a->src);
	find_marks(&m[1], &regex, &a->tgt);
	regfree(&regex);
	if (m[0].n + m[1].n == 0) {
		remark(tool,
		    "no sentence of either text matches '%s': no hard breaks",
		    pattern);
	} else if (m[0].n == m[1].n) {
		for (size_t i = 0; i < m[0].n; i++)
			join_at(k, &m[0].v[i], &m[1].v[i]);
		remark(
		    tool, "%zu hard break%s", m[0].n, m[0].n == 1 ? "" : "s");
	} else if (m[0].n > MAX_MARKS || m[1].n > MAX_MARKS) {
		ok = tm_fail(err, TM_LIMIT,
		    "%zu and %zu sentences match '%s': those are no chapters",
		    m[0].n, m[1].n, pattern);
	} else {
		join_equal(k, &m[0], &m[1]);
		remark(tool,
		    "'%s' has %zu hard breaks, '%s' %zu: the %zu that say the "
		    "same are used",
		    a->src.path, m[0].n, a->tgt.path, m[1].n, k->n_junctions);
	}
	for (int d = 0; d < 2; d++) {
		free(m[d].v);
		tm_arena_release(&m[d].arena);
	}
	return ok;
}

/* ---- Types ------------------------------------------------------------- */

bool
read_types(const char *list, tm_bead_type **types, size_t *n, tm_error *err)
{
	const char *p = list;
	size_t cap = 0;

	*types = NULL;
	*n = 0;
	while (*p != '\0') {
		size_t a = 0, b = 0;
		const char *end = p;

		if (*p >= '0' && *p <= '8' && p[1] == '-' && p[2] >= '0' &&
		    p[2] <= '8') {
			a = (size_t)(*p - '0');
			b = (size_t)(p[2] - '0');
			end = p + 3;
		}
		if (a + b == 0 || (a == 0 && b > 1) || (b == 0 && a > 1) ||
		    (*end != ',' && *end != '\0') ||
		    (*end == ',' && end[1] == '\0'))
			return tm_fail(err, TM_INVALID,
			    "--beads '%s': a list such as 1-1,1-2,2-1 is "
			    "wanted, with at most 8 sentences on a side",
			    list);
		tm_grow(*types, *n, cap);
		(*types)[(*n)++] = (tm_bead_type){ a, b };
		p = end + (*end == ',');
	}
	return *n > 0 || tm_fail(err, TM_INVALID, "--beads: an empty list");
}
