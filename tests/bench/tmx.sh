#!/bin/sh
# tmx.sh - a million units in and out, beside translate-toolkit
#
# Whole processes with their start: name, units, seconds, processor seconds of
# all threads, largest memory in MB, units a second, units a processor second.
# Then, for one import, the processor seconds of each tenth of the units
# (import-tenth-N), which shall be no more at the end than at the start, and
# what comes behind the last unit (import-rest); and the reader alone, in MB.
#
# TRANSLATE_TOOLKIT=PYTHON names a Python that has the package, which in the
# same minutes reads the same TMX (it has all of it in memory), writes one, and
# puts one into its own memory (tmdb, what build_tmdb does). The last gets only
# TOOLKIT_STORED of the units, as a million would take it an hour: compare the
# units a second.
#
# TMX_UNITS says how many units we get. Needs the memory in ../shared and
# prints nothing without.
. "${TM_SRCDIR:?}/tests/lib.sh"
data=$TM_SRCDIR/../shared/data/tm/mixed.1m.tsv.xz
[ -f "$data" ] || exit 0
units=${TMX_UNITS:-1000000}

BENCH_ONCE=1
export BENCH_ONCE
measure() {
	"$TM_BUILDDIR/tests/bench/bench_run" "$@" |
		awk -F '\t' '{ printf "%s\t%.0f\t%.0f\n", $0,
			$2 / ($3 > 0 ? $3 : .001), $2 / ($4 > 0 ? $4 : .001) }'
}

# make_tmx UNITS NAME: the first of them as TMX.
make_tmx() {
	xz -dc "$data" 2>/dev/null | head -n "$1" >"$2.tsv"
	tmtool convert -q --from en --to mul "$2.tsv" "$2.tmx" 2>/dev/null
}

# processor PID: ticks it has used so far, of all threads.
processor() {
	awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"
}

# Ten parts of a file go down a pipe one after the other; what tmtool has used
# when a part has gone down is the price of the units before.
tenths() {
	rm -f part.* pipe
	split -n l/10 all.tmx part.
	mkfifo pipe
	tmtool import -q -m tenths.db -f tmx - <pipe 2>/dev/null &
	pid=$!
	exec 3>pipe
	before=0 k=0
	for part in part.*; do
		cat "$part" >&3
		now=$(processor $pid)
		k=$((k + 1))
		echo "import-tenth-$k $((now - before))" >>ticks
		before=$now
	done
	sed 's/ .*/ &/' ticks >/dev/null
	exec 3>&-
	# Until it has ended, its processor time is there to be read.
	while now=$(processor $pid 2>/dev/null) && [ -n "$now" ]; do
		last=$now
		sleep .1
	done
	wait $pid
	echo "import-rest $((last - before))" >>ticks
	awk -v n="$units" -v hz="$(getconf CLK_TCK)" '{
		items = $1 == "import-rest" ? n : n / 10
		printf "%s\t%.0f\t-\t%.2f\t-\t-\t%.0f\n", $1, items, $2 / hz,
		    items / ($2 > 0 ? $2 / hz : .01) }' ticks
	rm -rf part.* pipe tenths.db*
}

make_tmx "$units" all
measure "import-tmx" "$units" tmtool import -m all.db all.tmx
measure "export-tmx" "$units" tmtool export -m all.db -o out.tmx
measure "export-tmx-from" "$units" tmtool export -m all.db --from en -o out.tmx
measure "convert-tmx-tsv" "$units" tmtool convert all.tmx out.tsv
rm -f out.*
tenths
TRANSLATE_TOOLKIT='' "$TM_BUILDDIR/tests/bench/bench_tmx" all.tmx

[ -n "${TRANSLATE_TOOLKIT-}" ] || exit 0
stored=${TOOLKIT_STORED:-20000}
make_tmx "$stored" stored
measure "toolkit-read-tmx" "$units" "$TRANSLATE_TOOLKIT" -c '
import sys
from translate.storage import tmx
tmx.tmxfile.parsefile(sys.argv[1])' all.tmx
measure "toolkit-write-tmx" "$units" "$TRANSLATE_TOOLKIT" -c '
import sys
from translate.storage import tmx
store = tmx.tmxfile()
for line in open(sys.argv[1], encoding="utf-8", newline="\n"):
    source, target = line.rstrip("\n").split("\t")
    store.addtranslation(source, "en", target, "ar")
store.savefile(sys.argv[2])' all.tsv out.tmx
measure "toolkit-import-tmx" "$stored" "$TRANSLATE_TOOLKIT" -c '
import sys
from translate.storage import tmdb, tmx
memory = tmdb.TMDB(sys.argv[2])
memory.add_store(tmx.tmxfile.parsefile(sys.argv[1]), "en", "mul")' stored.tmx toolkit.db
exit 0
