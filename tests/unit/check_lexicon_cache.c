/* What was read of a dictionary is kept, and never believed blindly. */
#include "config.h"

#include "unit.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tm/lexicon_int.h"

/* A folder of its own, with a dictionary and a place for caches. */
struct box {
	char dir[64], cache[192];
};

static void
put(const struct box *box, const char *name, const char *text)
{
	const size_t n = strlen(text);
	char path[160];
	FILE *fp;

	snprintf(path, sizeof path, "%s/%s", box->dir, name);
	fp = fopen(path, "w");
	ck_assert_ptr_nonnull(fp);
	ck_assert_uint_eq(fwrite(text, 1, n, fp), n);
	ck_assert_int_eq(fclose(fp), 0);
}

static void
put_dictionary(const struct box *box, const char *text)
{
	/* "g" is 32, "M" is 12 */
	put(box, "freedict-deu-eng.index", "haus\tA\tg\nmaus\tg\tM\n");
	put(box, "freedict-deu-eng.dict", text);
}

static const char dictionary[] = "Haus\n1. house, home\n2. building\n"
				 "Maus\nmouse\n\n";

static void
open_box(struct box *box)
{
	strcpy(box->dir, "/tmp/tm-lexcache-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(box->dir));
	snprintf(box->cache, sizeof box->cache, "%s/a/b", box->dir);
	setenv("XDG_CACHE_HOME", box->cache, 1);
	strcat(box->cache, "/tmtool/freedict-deu-eng.cache");
	put_dictionary(box, dictionary);
}

static void
close_box(const struct box *box)
{
	char command[192];

	snprintf(command, sizeof command, "chmod -R u+w '%s'; rm -rf '%s'",
	    box->dir, box->dir);
	ck_assert_int_eq(system(command), 0);
}

/* How the lexicon sees a pair: its weight, 0 when it does not know it. */
static double
weight(const tm_lexicon *lex, const char *from, const char *to)
{
	const tm_lex_table *t = &lex->table[TM_LEX_DICT];
	uint32_t f = tm_vocab_find(&t->from, tm_str_of(from));

	for (uint32_t k = f == TM_NO_WORD ? 0 : t->start[f];
	     f != TM_NO_WORD && k < t->start[f + 1]; k++)
		if (tm_str_eq(t->to.v[t->entry[k].to], tm_str_of(to)))
			return (double)t->entry[k].weight;
	return 0;
}

static tm_lexicon *
load(const struct box *box, const char *limit)
{
	tm_lexicon *lex = tm_lexicon_new("de", "en");
	tm_error err;

	if (limit != NULL) {
		tm_str text = tm_str_of(limit);

		tm_lexicon_limit(lex, &text, 1);
	}
	ck_assert_msg(
	    tm_lexicon_add_freedict(lex, box->dir, NULL, &err), "%s", err.msg);
	return lex;
}

static bool
knows_all(const struct box *box)
{
	tm_lexicon *lex = load(box, NULL);
	bool ok = weight(lex, "whau", "whous") == 1 &&
		  weight(lex, "whau", "wbuild") == 1 &&
		  weight(lex, "wmau", "wmous") == 1;

	tm_lexicon_free(lex);
	return ok;
}

static tm_buf
cached(const struct box *box)
{
	tm_buf bytes = { 0 };
	tm_error err;

	ck_assert_msg(tm_read_file(box->cache, &bytes, &err), "%s", err.msg);
	return bytes;
}

START_TEST(the_first_run_makes_the_cache_and_the_next_uses_it)
{
	struct box box;
	struct stat before, after;

	open_box(&box);
	ck_assert(access(box.cache, F_OK) != 0);
	ck_assert(knows_all(&box));
	ck_assert_int_eq(stat(box.cache, &before), 0);
	ck_assert(knows_all(&box));
	ck_assert_int_eq(stat(box.cache, &after), 0);
	ck_assert(before.st_ino == after.st_ino);
	close_box(&box);
}
END_TEST

START_TEST(a_limited_lexicon_takes_its_words_only)
{
	struct box box;

	open_box(&box);
	for (int run = 0; run < 2; run++) {
		tm_lexicon *lex = load(&box, "Ein Haus.");

		ck_assert(weight(lex, "whau", "whome") == 1);
		ck_assert(weight(lex, "wmau", "wmous") == 0);
		tm_lexicon_free(lex);
	}
	close_box(&box);
}
END_TEST

START_TEST(another_dictionary_is_noticed)
{
	struct box box;
	tm_lexicon *lex;

	open_box(&box);
	ck_assert(knows_all(&box));
	put_dictionary(&box, "Haus\n1. house, home\n2. building\n"
			     "Maus\nratto\n\n ");
	lex = load(&box, NULL);
	ck_assert(weight(lex, "wmau", "wratto") == 1);
	ck_assert(weight(lex, "wmau", "wmous") == 0);
	tm_lexicon_free(lex);
	close_box(&box);
}
END_TEST

START_TEST(damage_anywhere_is_noticed_and_mended)
{
	struct box box;
	tm_buf good;

	open_box(&box);
	ck_assert(knows_all(&box));
	good = cached(&box);
	for (size_t i = 0; i < good.n; i += i < 80 ? 1 : 7) {
		FILE *fp = fopen(box.cache, "w");
		tm_buf mended;

		/* Cut off there, or a bit changed there. */
		good.p[i] = (char)(good.p[i] ^ 16);
		fwrite(good.p, 1, i % 2 == 0 ? good.n : i, fp);
		good.p[i] = (char)(good.p[i] ^ 16);
		ck_assert_int_eq(fclose(fp), 0);
		ck_assert(knows_all(&box));
		mended = cached(&box);
		ck_assert_uint_eq(mended.n, good.n);
		ck_assert(memcmp(mended.p, good.p, good.n) == 0);
		tm_buf_release(&mended);
	}
	tm_buf_release(&good);
	close_box(&box);
}
END_TEST

START_TEST(a_hostile_image_is_refused_or_harmless)
{
	struct box box;
	tm_buf good;
	unsigned seed = 1;

	open_box(&box);
	ck_assert(knows_all(&box));
	good = cached(&box);
	for (int round = 0; round < 20000; round++) {
		tm_buf bad = { 0 };
		tm_lexicon *lex;

		tm_buf_add(&bad, good.p, good.n);
		for (int k = 0; k <= round % 4; k++) {
			seed = seed * 1103515245 + 12345;
			bad.p[(seed >> 8) % bad.n] = (char)(seed >> 16);
		}
		lex = tm_lexicon_new("de", "en");
		if (!tm_lex_cache_take(lex, tm_buf_str(&bad)))
			ck_assert_uint_eq(lex->table[TM_LEX_DICT].n_triples, 0);
		tm_lexicon_settle(lex);
		tm_lexicon_free(lex);
		tm_buf_release(&bad);
	}
	tm_buf_release(&good);
	close_box(&box);
}
END_TEST

START_TEST(where_nothing_can_be_written_it_works_all_the_same)
{
	struct box box;

	open_box(&box);
	/* A file where the folder should be stops even root. */
	put(&box, "a", "");
	ck_assert(knows_all(&box));
	unsetenv("XDG_CACHE_HOME");
	unsetenv("HOME");
	ck_assert(knows_all(&box));
	close_box(&box);
}
END_TEST

START_TEST(a_full_disk_leaves_no_half_a_file)
{
	struct box box;
	int status;
	pid_t child;

	open_box(&box);
	child = fork();
	if (child == 0) {
		struct rlimit none = { 100, 100 };

		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &none);
		_exit(knows_all(&box) ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	ck_assert(access(box.cache, F_OK) != 0);
	close_box(&box);
}
END_TEST

START_TEST(many_writers_do_not_hurt_each_other)
{
	struct box box;
	pid_t child[8];

	open_box(&box);
	for (int k = 0; k < 8; k++) {
		child[k] = fork();
		if (child[k] == 0) {
			bool ok = true;

			for (int run = 0; run < 20; run++) {
				ok = knows_all(&box) && ok;
				if (k % 2 == 0)
					unlink(box.cache);
			}
			_exit(ok ? 0 : 1);
		}
	}
	for (int k = 0; k < 8; k++) {
		int status;

		ck_assert_int_eq(waitpid(child[k], &status, 0), child[k]);
		ck_assert_int_eq(status, 0);
	}
	close_box(&box);
}
END_TEST

START_TEST(a_damaged_dictionary_makes_no_cache)
{
	struct box box;
	tm_lexicon *lex;
	tm_error err;

	open_box(&box);
	put(&box, "freedict-deu-eng.index", "haus\tA\t//////\n");
	lex = tm_lexicon_new("de", "en");
	ck_assert(!tm_lexicon_add_freedict(lex, box.dir, NULL, &err));
	ck_assert_int_eq(err.code, TM_PARSE);
	ck_assert(access(box.cache, F_OK) != 0);
	tm_lexicon_free(lex);
	close_box(&box);
}
END_TEST

UNIT_MAIN("lexicon_cache", the_first_run_makes_the_cache_and_the_next_uses_it,
    a_limited_lexicon_takes_its_words_only, another_dictionary_is_noticed,
    damage_anywhere_is_noticed_and_mended,
    a_hostile_image_is_refused_or_harmless,
    where_nothing_can_be_written_it_works_all_the_same,
    a_full_disk_leaves_no_half_a_file, many_writers_do_not_hurt_each_other,
    a_damaged_dictionary_makes_no_cache)
