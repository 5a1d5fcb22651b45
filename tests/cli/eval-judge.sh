#!/bin/sh
# eval counts as another program does that was written apart from it, where
# that is at hand.
shared=${TM_SRCDIR:?}/../shared
[ -r "$shared/tools/score_align.py" ] && [ -d "$shared/data/align/tico_aren_a" ] &&
	command -v python3 >/dev/null || exit 77
shared=$(cd "$shared" && pwd)
. "$TM_SRCDIR/tests/lib.sh"
export TMTOOL_DICTD_PATH=/nonexistent

# The three figures behind "F1" and so on, to three places.
figures() {
	grep -oE '(P|R|F1) [0-9.]+' | head -6 | tr '\n' ' '
}

for set in tico_aren_a tico_aren_hard; do
	mkdir "$set"
	files=''
	for gold in "$shared/data/align/$set"/*.gold; do
		doc=$(basename "$gold" .gold)
		tmtool align -qn --force --presegmented --from ar --to en \
			"${gold%.gold}.src" "${gold%.gold}.tgt" -o "$set/$doc.ladder" ||
			fail "$doc was not aligned"
		files="$files $gold $set/$doc.ladder"
	done
	# shellcheck disable=SC2086 # names without spaces
	ours=$(tmtool eval $files | figures)
	theirs=$(python3 "$shared/tools/score_align.py" --set "$shared/data/align/$set" --out "$set" | figures)
	[ -n "$ours" ] && [ "$ours" = "$theirs" ] ||
		fail "$set: $ours is not $theirs"
done
finish
