#!/bin/sh
# run.sh - every figure of "make bench": name, items, seconds, items a second
: "${TM_SRCDIR:?}" "${TM_BUILDDIR:?}"
status=0
for bench in "$TM_BUILDDIR"/tests/bench/bench_*; do
	case ${bench##*/} in *.*) continue ;; esac
	[ -x "$bench" ] || continue
	"$bench" || status=1
done
exit $status
