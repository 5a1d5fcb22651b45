#!/bin/sh
# large.sh [TIMES] - a memory ten times as large, and lookups in it
#
# Each pair of the million in ../shared comes TIMES (10) times: once as it is,
# and then with a word of another pair in the place of one of its own and a
# number behind it, so that the copies are near each other and not the same.
# Imports it in one go, and prints for the million and for all
#
#	import	units, seconds, processor seconds, MB, bytes of memory and index
#	lookup	as bench_lookup does, at 70 and 50
#	process	one "tmtool lookup" from start to exit, warm
#
# Takes 2 GB beside the memory (BENCH_DIR, or a temporary folder) for ten
# million units, which are removed at the end. Not part of "make bench".
. "${TM_SRCDIR:?}/tests/lib.sh"
data=$TM_SRCDIR/../shared/data/tm times=${1-10}
[ -f "$data/mixed.1m.tsv.xz" ] || exit 0
[ -z "${BENCH_DIR-}" ] || {
	mkdir -p "$BENCH_DIR" && cd "$BENCH_DIR" || exit 1
}
bench=$TM_BUILDDIR/tests/bench
export BENCH_ONCE=1

xz -dc "$data/mixed.1m.tsv.xz" >1.tsv
cut -f 2,3 "$data/queries.tsv" >queries.tsv
awk -F '\t' -v times="$times" 'BEGIN { OFS = "\t" }
	{
		print
		n = split($1, word, " ")
		for (k = 1; k < times; k++) {
			seed = (seed * 1103515245 + 12345) % 2147483648
			at = 1 + int(seed / 65536) % n
			kept = word[at]
			word[at] = seen[int(seed / 64) % 4096]
			s = word[1]
			for (i = 2; i <= n; i++) s = s " " word[i]
			word[at] = kept
			print s " " k, $2 " " k
		}
		seen[NR % 4096] = word[1 + NR % n]
	}' 1.tsv >all.tsv

for part in 1 all; do
	units=$(wc -l <$part.tsv)
	"$bench/bench_run" "import-$units" "$units" tmtool import -q \
		-m $part.tm --from en --to mul $part.tsv
	rm $part.tsv
	echo "bytes-$units	$units	$(wc -c <$part.tm)	$(cat $part.tm.index/* | wc -c)"
done
for part in 1 all; do
	for min in 70 50; do
		"$bench/bench_lookup" -r 3 -f en -m $min $part.tm queries.tsv
	done
	unset BENCH_ONCE
	"$bench/bench_run" "process-$part" 1 tmtool lookup -m $part.tm \
		--from en "The file could not be opened"
done
rm -rf 1.tm* all.tm* queries.tsv
exit 0
