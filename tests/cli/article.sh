#!/bin/sh
# The news article this project began from comes out right, 12 beads of 12,
# with and without a dictionary.
. "${TM_SRCDIR:?}/tests/lib.sh"
article=$TM_SRCDIR/../shared/data/article
[ -f "$article/article.gold" ] || skip "the article is not here"

check() {
	run align "$article/article.ar.txt" "$article/article.en.txt" \
		-m "$box/article.tm" -o "$box/out.ladder" "$@"
	is 0 "12 beads"
	sed 's/:[^:]*$//' out.ladder | cmp - "$article/article.gold" ||
		fail "the beads differ ($*)"
}

check
check --no-lexicon
is 0 "0 added"
finish
