#!/bin/sh
# align.sh - aligning beside hunalign with the same dictionary
#
# Whole processes with their start: name, lines, seconds, processor seconds of
# all threads, largest memory in MB. HUNALIGN=/path/to/hunalign runs it on the
# same files in the same minutes, with the installed FreeDict in its own format.
# Needs the texts in ../shared and prints nothing without. The first run of ours
# fills a cache of its own; it is the line that ends in "-first".
. "${TM_SRCDIR:?}/tests/lib.sh"
data=$TM_SRCDIR/../shared/data dictd=${DICTD:-/usr/share/dictd}
measure=$TM_BUILDDIR/tests/bench/bench_run
[ -d "$data/align/scale_aren" ] || exit 0

# pairs FROM TO ORDER: head words and translations of a dictionary, behind each
# other with " @ " between, the second language first when ORDER is 1.
pairs() {
	[ -f "$dictd/freedict-$1-$2.dict.dz" ] || return 0
	gzip -dc <"$dictd/freedict-$1-$2.dict.dz" | awk -v back="$3" '
		/ \/.*\// { sub(/ \/.*/, ""); head = $0; next }
		head != "" {
			sub(/^[0-9]+\. /, "")
			n = split($0, piece, /[,;،؛] */)
			for (k = 1; k <= n; k++)
				if (piece[k] != "" && piece[k] !~ /[][()<>@]/)
					print back ? piece[k] " @ " head : head " @ " piece[k]
		}' | tr '[:upper:]' '[:lower:]'
}

article=$data/article/article
BENCH_ONCE=1 "$measure" align-article-first 21 tmtool align --dry-run --from ar --to en \
	"$article.ar.txt" "$article.en.txt"
"$measure" align-article 21 tmtool align --dry-run --from ar --to en \
	"$article.ar.txt" "$article.en.txt"
: >none.dic
{
	pairs ara eng 1
	pairs eng ara 0
} | sort -u >freedict.dic
for size in 1k 10k 30k; do
	cp "$data/align/scale_aren/$size.src" "$size.ar"
	cp "$data/align/scale_aren/$size.tgt" "$size.en"
	lines=$(wc -l <"$size.ar")
	"$measure" "align-$size" "$lines" tmtool align --presegmented \
		--dry-run --no-lexicon "$size.ar" "$size.en"
	"$measure" "align-$size-freedict" "$lines" tmtool align --presegmented \
		--dry-run "$size.ar" "$size.en"
	[ -n "${HUNALIGN-}" ] || continue
	"$measure" "hunalign-$size" "$lines" "$HUNALIGN" -utf none.dic \
		"$size.ar" "$size.en"
	"$measure" "hunalign-$size-freedict" "$lines" "$HUNALIGN" -utf \
		freedict.dic "$size.ar" "$size.en"
done
exit 0
