#!/bin/sh
# run.sh - every figure of "make bench": name, items, seconds, items a second
: "${TM_SRCDIR:?}" "${TM_BUILDDIR:?}"
status=0
for bench in "$TM_BUILDDIR"/tests/bench/bench_*; do
	case ${bench##*/} in *.*) continue ;; esac
	[ -x "$bench" ] || continue
	"$bench" || status=1
done
sh "$TM_SRCDIR/tests/bench/program.sh" || status=1
exit $status
