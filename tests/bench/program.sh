#!/bin/sh
# program.sh - the program as a whole, and its peers beside it
#
# Prints name, items, seconds and items a second, whole processes with their
# start. FUZZY_MATCH=/path/to/FuzzyMatch-cli looks the same queries up, and is
# left out where it is not given. The data in ../shared is used where it is,
# else the example pair many times over (then the names end in "-example", and
# the figures say less).
. "${TM_SRCDIR:?}/tests/lib.sh"
unset TMTOOL_RULES
TMTOOL_RULES=$TM_SRCDIR/tm/rules
export TMTOOL_RULES
example=$TM_SRCDIR/docs/examples shared=$TM_SRCDIR/../shared/data

# measure NAME ITEMS COMMAND...: the best of three runs, or the only one where
# it takes long.
measure() {
	name=$1 items=$2 best=
	shift 2
	for _ in 1 2 3; do
		before=$(date +%s.%N)
		"$@" >/dev/null 2>.err || {
			echo "$name: failed: $(cat .err)" >&2
			return
		}
		took=$(echo "$(date +%s.%N) $before" | awk '{ printf "%.3f", $1 - $2 }')
		best=$(echo "${best:-$took} $took" | awk '{ print ($1 < $2 ? $1 : $2) }')
		echo "$took" | awk '{ exit $1 > 5 }' || break
	done
	echo "$name $items $best" |
		awk '{ printf "%s\t%s\t%s\t%.1f\n", $1, $2, $3, $2 / ($3 > 0 ? $3 : .001) }'
}

# repeat FILE BYTES: FILE over and over, at least so many bytes.
repeat() {
	awk -v want="$2" '{ line[NR] = $0; n += length($0) + 1 }
		END { for (have = 0; have < want; have += n) for (i = 1; i <= NR; i++) print line[i] }' "$1"
}

for lang in ar en; do
	repeat "$example/$lang.txt" 20000000 >"text.$lang"
	measure "segment-$lang-MB" "$(wc -c <"text.$lang" | awk '{ print $1 / 1e6 }')" \
		tmtool segment --lang $lang "text.$lang"
done

# Where the texts in ../shared are, align.sh measures more than this.
if [ ! -d "$shared/align/scale_aren" ]; then
	for lang in ar en; do
		tmtool segment --lang $lang "$example/$lang.txt" >1.$lang
		for _ in 1 2 3 4 5 6 7 8 9 10; do cat 1.$lang; done >example.$lang
	done
	measure align-example-lines "$(wc -l <example.ar)" tmtool align \
		--presegmented --dry-run example.ar example.en -o out.ladder
fi
measure align-article-sentences 21 tmtool align "$example/ar.txt" "$example/en.txt" -m article.tm

if [ -f "$shared/tm/en-ar.100k.tsv.xz" ]; then
	data=100k
	xz -dc "$shared/tm/en-ar.100k.tsv.xz" >units.tsv
	awk -F '\t' 'NR % 5 == 1 { print $2 }' "$shared/tm/queries.tsv" | head -n 200 >queries
else
	data=example
	tmtool align "$example/ar.txt" "$example/en.txt" --dry-run -q -f tsv >one.tsv
	awk -F '\t' 'NF > 1 { line[++n] = $2 "\t" $1 }
		END { for (k = 0; k < 100000; k++) print k " " line[k % n + 1] }' one.tsv >units.tsv
	awk -F '\t' 'NR % 499 == 1 { print $1 " x" }' units.tsv >queries
fi
units=$(wc -l <units.tsv) queries=$(wc -l <queries)
import() {
	rm -f bench.tm*
	tmtool import -m bench.tm --from en --to ar units.tsv
}
lookup() {
	tmtool lookup -m bench.tm --from en - <queries || [ $? = 1 ]
}
measure "import-$data-units" "$units" import
measure "export-$data-units" "$units" tmtool export -m bench.tm
measure "lookup-$data-queries" "$queries" lookup
[ -n "${FUZZY_MATCH-}" ] && {
	cut -f 1 units.tsv >units.en
	measure "fuzzy-match-index-$data" "$units" "$FUZZY_MATCH" -c units.en
	measure "fuzzy-match-$data-queries" "$queries" "$FUZZY_MATCH" -i units.en.fmi -a match -f .7 -N 2 --mr 0 -n 10 <queries
}
exit 0
