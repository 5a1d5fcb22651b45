#!/bin/sh
# run.sh - every figure of "make bench": name, items, seconds, items a second
#
# Those that need a memory and queries get the ones in ../shared where they
# are, and are left out where not.
: "${TM_SRCDIR:?}" "${TM_BUILDDIR:?}"
bench=$TM_BUILDDIR/tests/bench tm=$TM_SRCDIR/../shared/data/tm
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
status=0

"$bench/bench_segment" || status=1
"$bench/bench_tmx" || status=1
"$bench/bench_align" || status=1
if [ -f "$tm/en-ar.100k.tsv.xz" ]; then
	xz -dc "$tm/en-ar.100k.tsv.xz" >"$dir/pairs.tsv"
	cut -f 2,3 "$tm/queries.tsv" >"$dir/queries.tsv"
	"$bench/bench_store" "$dir/pairs.tsv" en ar "$dir/x.tm" || status=1
	"$bench/bench_lookup" -f en "$dir/x.tm" "$dir/queries.tsv" || status=1
fi
sh "$TM_SRCDIR/tests/bench/program.sh" || status=1
sh "$TM_SRCDIR/tests/bench/align.sh" || status=1
sh "$TM_SRCDIR/tests/bench/tmx.sh" || status=1
exit $status
