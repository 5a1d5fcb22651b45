#!/bin/sh
# The example pair: aligned as its gold says, stored once, found again in
# both directions, written as TMX that its DTD's rules would pass.
. "${TM_SRCDIR:?}/tests/lib.sh"
example=$TM_SRCDIR/docs/examples
memory=$box/news.tm

gold_beads() {
	grep -v '^#' "$example/ar-en.gold"
}

for lexicon in '' --no-lexicon; do
	# shellcheck disable=SC2086
	run align "$example/ar.txt" "$example/en.txt" -m "$memory" \
		-o "$box/out.ladder" $lexicon
	is 0 beads
	right=$(sed 's/:[^:]*$//' out.ladder | sort | { gold_beads | sort >gold; comm -12 - gold; } | wc -l)
	run eval "$example/ar-en.gold" "$box/out.ladder"
	is 0
	says strict
	[ "$right" -ge 20 ] || fail "$right beads of 21 are right ($lexicon)"
done

# Again the same, and nothing is stored twice.
run info --json -m "$memory"
units=$(printf '%s\n' "$out" | sed 's/.*"units":\([0-9]*\).*/\1/')
run align "$example/ar.txt" "$example/en.txt" -m "$memory" --no-lexicon
is 0 "0 added"
run info --json -m "$memory"
says "\"units\":$units,"

run lookup -m "$memory" 'ويرقد الحطام على عمق 42 مترًا، وعلى بُعد نحو 400 متر من الشاطئ، تحت طبقة من الرمال حفظت جزءًا كبيرًا من هيكل السفينة الخشبي.'
is 0
says 'The wreck lies at a depth of 38 meters'
says '[-38-]{+42+}'
run lookup -m "$memory" --to ar 'The wreck lies at a depth of 42 meters, some 400 meters from the shore, beneath a layer of sand that has preserved much of the ship’s wooden hull.'
is 0
says 'ويرقد الحطام على عمق 38 مترًا'
run lookup -m "$memory" 'Nothing in the memory is like this.'
is 1

run export -m "$memory" -o "$box/out.tmx"
is 0
run export -m "$memory"
[ "$out" = "$(cat out.tmx)" ] || fail "two exports differ"
run import -m "$box/again.tm" "$box/out.tmx"
is 0 " added, 0 there already"
run export -m "$box/again.tm" -o "$box/again.tmx"
cmp out.tmx again.tmx || fail "export, import, export is no fixed point"
run import -m "$memory" "$box/out.tmx"
is 0 "0 added"
finish
