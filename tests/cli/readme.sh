#!/bin/sh
# Every console block of the README was run and printed what it says. A line
# that begins with "$ " is run beside the example texts; "..." in what
# follows stands for any lines.
. "${TM_SRCDIR:?}/tests/lib.sh"
cp "$TM_SRCDIR"/docs/examples/*.txt .
export TMTOOL_DICTD_PATH=/nonexistent TMTOOL_MEMORY=news.tm

awk '/^```console$/ { inside = 1; next } /^```$/ { inside = 0 } inside' \
	"$TM_SRCDIR/README.md" >blocks
grep -q '^\$ tmtool' blocks || fail "the README shows no command"

# One numbered pair of files a command: what to run, what to expect.
awk '/^\$ / { n++; sub(/^\$ /, ""); print > ("cmd." n); printf "" > ("want." n); next }
	{ print > ("want." n) }' blocks
n=1
while [ -f "cmd.$n" ]; do
	sh "cmd.$n" >"got.$n" 2>&1 </dev/null
	# Turn the expectation into a pattern of whole lines.
	awk 'NR == FNR { want[NR] = $0; n = NR; next } { got[FNR] = $0; m = FNR }
	function fits(i, j) {
		if (i > n) return j > m
		if (want[i] == "...") return fits(i + 1, j) || (j <= m && fits(i, j + 1))
		return j <= m && want[i] == got[j] && fits(i + 1, j + 1)
	}
	END { exit !fits(1, 1) }' "want.$n" "got.$n" || {
		fail "$(cat "cmd.$n")"
		diff "want.$n" "got.$n"
	}
	n=$((n + 1))
done
finish
