#!/bin/sh
# Every fuzz target takes every input of its corpus.
: "${TM_SRCDIR:?}" "${TM_BUILDDIR:?}"
status=0 ran=0
for target in "$TM_BUILDDIR"/tests/fuzz/fuzz_*; do
	name=${target##*/fuzz_}
	corpus=$TM_SRCDIR/tests/fuzz/corpus/$name
	case $name in *.*) continue ;; esac
	[ -d "$corpus" ] || {
		echo "$name has no corpus"
		status=1
		continue
	}
	"$target" "$corpus" || {
		echo "FAIL: $name"
		status=1
	}
	ran=$((ran + 1))
done
[ "$ran" -gt 0 ] || {
	echo "no fuzz target was built"
	status=1
}
exit $status
