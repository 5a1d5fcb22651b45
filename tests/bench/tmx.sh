#!/bin/sh
# tmx.sh - a million units in and out, beside translate-toolkit
#
# Whole processes with their start: name, units, seconds, processor seconds of
# all threads, largest memory in MB. A quarter of the units comes in first, so
# that the last unit's price can be held against the first one's.
# TRANSLATE_TOOLKIT=PYTHON names a Python that has the package, which reads the
# same TMX in the same minutes. Needs the memory in ../shared and prints
# nothing without.
. "${TM_SRCDIR:?}/tests/lib.sh"
data=$TM_SRCDIR/../shared/data/tm/mixed.1m.tsv.xz
[ -f "$data" ] || exit 0

BENCH_ONCE=1
export BENCH_ONCE
measure() {
	"$TM_BUILDDIR/tests/bench/bench_run" "$@"
}

xz -dc "$data" >units.tsv
units=$(wc -l <units.tsv)
head -n $((units / 4)) units.tsv >quarter.tsv
for part in quarter units; do
	lines=$(wc -l <$part.tsv)
	tmtool convert -q --from en --to mul $part.tsv $part.tmx
	measure "import-tsv-$lines" "$lines" tmtool import -m $part.tm \
		--from en --to mul $part.tsv
	rm -rf $part.tm*
	measure "import-tmx-$lines" "$lines" tmtool import -m $part.tm $part.tmx
done
measure "export-tmx-$units" "$units" tmtool export -m units.tm -o out.tmx
measure "convert-tmx-tsv-$units" "$units" tmtool convert units.tmx out.tsv
[ -z "${TRANSLATE_TOOLKIT-}" ] ||
	measure "toolkit-read-tmx-$units" "$units" "$TRANSLATE_TOOLKIT" -c \
		'import sys; from translate.storage import tmx; tmx.tmxfile.parsefile(sys.argv[1])' \
		units.tmx
exit 0
