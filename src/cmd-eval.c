/* cmd-eval.c - how right is an alignment? */
#include "config.h"

#include "cmd.h"

#include <math.h>

struct values {
	bool json;
};

/* The mean distance between what was promised and what was true. */
static double
calibration_error(const tm_ladder_score *s, size_t *n)
{
	double sum = 0;

	*n = 0;
	for (size_t k = 0; k < TM_RELIABILITY_BINS; k++) {
		*n += s->bin[k].n;
		sum += fabs((double)s->bin[k].right - s->bin[k].sum);
	}
	return *n == 0 ? 0 : sum / (double)*n;
}

static json_t *
json_prf(tm_prf x)
{
	json_t *o = json_object();

	json_object_set_new(o, "precision", json_real(x.precision));
	json_object_set_new(o, "recall", json_real(x.recall));
	json_object_set_new(o, "f1", json_real(x.f1));
	return o;
}

static void
print_json_score(const tm_ladder_score *s, int documents)
{
	json_t *o = json_object(), *bins = json_array();
	size_t n;
	double error = calibration_error(s, &n);

	for (size_t k = 0; k < TM_RELIABILITY_BINS; k++) {
		const tm_reliability *b = &s->bin[k];
		json_t *bin = json_object();

		json_object_set_new(bin, "from", json_real(b->from));
		json_object_set_new(bin, "to", json_real(b->to));
		json_object_set_new(
		    bin, "pairs", json_integer((json_int_t)b->n));
		json_object_set_new(
		    bin, "right", json_integer((json_int_t)b->right));
		json_array_append_new(bins, bin);
	}
	json_object_set_new(o, "documents", json_integer(documents));
	json_object_set_new(o, "strict", json_prf(tm_ladder_strict(s)));
	json_object_set_new(o, "lax", json_prf(tm_ladder_lax(s)));
	json_object_set_new(o, "reliability", bins);
	json_object_set_new(
	    o, "calibration_error", n == 0 ? json_null() : json_real(error));
	print_json(o);
}

static void
print_prf(const char *name, tm_prf x)
{
	printf(
	    "%s  P %.3f  R %.3f  F1 %.3f\n", name, x.precision, x.recall, x.f1);
}

static void
print_score(const tm_ladder_score *s, int documents)
{
	size_t n;
	double error = calibration_error(s, &n);

	print_prf("strict", tm_ladder_strict(s));
	print_prf("lax   ", tm_ladder_lax(s));
	printf("%zu beads, %zu gold pairs, %d document%s\n", s->test, s->gold,
	    documents, documents == 1 ? "" : "s");
	if (n == 0)
		return;
	printf("\nconfidence     pairs  right  promised\n");
	for (size_t k = 0; k < TM_RELIABILITY_BINS; k++) {
		const tm_reliability *b = &s->bin[k];

		if (b->n > 0)
			printf("%.2f to %.2f  %7zu %5.1f %%   %5.1f %%\n",
			    b->from, b->to, b->n,
			    100 * (double)b->right / (double)b->n,
			    100 * b->sum / (double)b->n);
	}
	printf("calibration error %.3f\n", error);
}

static int
run(struct tool *tool, const void *given, char **args, int n)
{
	const struct values *v = given;
	tm_ladder gold = { 0 }, test = { 0 };
	tm_ladder_score score = { 0 };
	int status = EXIT_DONE;
	tm_error err;

	if (n % 2 != 0)
		return wrong_call(tool,
		    "'%s' has no test beside it: eval takes pairs of files",
		    args[n - 1]);
	for (int i = 0; status == EXIT_DONE && i < n; i += 2)
		if (!tm_ladder_read(args[i], &gold, &err) ||
		    !tm_ladder_read(args[i + 1], &test, &err) ||
		    !tm_ladder_once(&test, args[i + 1], &err))
			status = give_up(&err);
		else
			tm_ladder_add_score(&gold, &test, &score);
	if (status == EXIT_DONE && v->json)
		print_json_score(&score, n / 2);
	else if (status == EXIT_DONE)
		print_score(&score, n / 2);
	tm_ladder_release(&gold);
	tm_ladder_release(&test);
	return status;
}

static const struct opt opts[] = {
	{ 0, "json", NULL, OPT_FLAG, offsetof(struct values, json),
	    .help = "as a JSON object" },
	{ 0 },
};

const struct cmd cmd_eval = {
	.name = "eval",
	.summary = "say how right an alignment is",
	.operands = "GOLD TEST [GOLD TEST]...",
	.about = "Compare ladders with gold ones: strict and lax precision, "
		 "recall and\n"
		 "F1 over all of them, and whether the confidences keep their "
		 "promise.",
	.opts = opts,
	.size = sizeof(struct values),
	.least = 2,
	.most = -1,
	.run = run,
};
