#!/bin/sh
# no-wait.sh - nobody who looks something up waits for an import
#
# An import gets half of its file and then waits for the rest, its transaction
# open. Lookups must be answered meanwhile, from what was there before; then
# the import goes on, and what it brought is found. Prints how long lookups
# took with and without the import; nothing is claimed of that but that they
# ended.
. "${TM_SRCDIR:?}/tests/lib.sh"
export TMTOOL_MEMORY="$box/m.tm"

# sentences FROM TO: one a line, with their translations.
sentences() {
	awk -v from="$1" -v to="$2" 'BEGIN { for (i = from; i <= to; i++)
		print "sentence " i " about the weather of day " i * 7 \
			"\tجملة " i " عن طقس يوم " i * 7 }'
}

# lookups NAME: thirty, one after the other, and their times.
lookups() {
	most=0 all=0
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
		before=$(date +%s%N)
		out=$(timeout 60 tmtool lookup --from en \
			"sentence $i about the weather of day $((i * 7))") ||
			fail "$1: lookup $i: $out"
		took=$((($(date +%s%N) - before) / 1000))
		all=$((all + took))
		[ $took -le $most ] || most=$took
	done
	echo "no-wait: $1: mean $((all / 30)) us, most $most us"
}

sentences 1 3000 | tmtool import -q --from en --to ar -f tsv - ||
	fail "the first import"
lookups "nobody writes"

mkfifo feed
tmtool import -q --from en --to ar -f tsv - <feed &
import=$!
exec 3>feed
sentences 3001 6000 >&3
# A second writer has to wait: so the transaction is open.
tries=0
while tmtool confirm -q 1 2>/dev/null & writer=$!; do
	sleep 1
	kill $writer 2>/dev/null || {
		wait $writer
		tries=$((tries + 1))
		[ $tries -lt 30 ] || break
		continue
	}
	wait $writer 2>/dev/null
	break
done
[ $tries -lt 30 ] || fail "the import never began"

lookups "an import is half done"
run lookup --from en "sentence 4000 about the weather of day 28000" --min 100
[ $status = 1 ] || fail "what is not committed was found: $out"

sentences 6001 9000 >&3
exec 3>&-
wait $import || fail "the import"
run lookup --from en "sentence 8000 about the weather of day 56000" --min 100
[ $status = 0 ] || fail "what was imported is not found: $err"
finish
