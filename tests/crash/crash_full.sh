#!/bin/sh
# crash_full.sh [STEP] - commands run out of disk at every point
#
# A memory lies on a disk (tmpfs) of which so many kB are free, from none to
# enough, STEP times as many each time (in hundredths). Each command in
# turn is done whole, or says what is wrong and has changed nothing; what
# somebody finds, with or without room for an index, is what is there.
. "${TM_SRCDIR:?}/tests/alone.sh"
. "$TM_SRCDIR/tests/lib.sh"
step=${1-1000}
mkdir disk
mount -t tmpfs -o size=16m tmpfs disk 2>/dev/null || {
	echo "nothing can be mounted here"
	exit 77
}
trap 'cd /; umount "$box/disk"; rm -rf "$box"' EXIT
export TMTOOL_MEMORY="$box/disk/m.tm"

awk 'BEGIN { for (i = 1; i <= 3000; i++)
	print "the sentence with the number " i " is here\tالجملة رقم " i " هنا" }' \
	>a.tsv
sed 's/^/another /' a.tsv >b.tsv
cut -f 1 a.tsv | head -300 | sed 's/$/./; s/^t/T/' >a.en.txt
cut -f 2 a.tsv | head -300 | sed 's/$/./' >a.ar.txt
run import -q a.tsv --from en --to ar
is 0
for i in 1 2 3; do
	sed "s/^/more $i /" a.tsv >c.tsv
	run import -q c.tsv --from en --to ar
	is 0
	run delete -q --file c.tsv
	is 0
done
run edit 7 --target x7
is 0
mkdir whole
cp -r disk/. whole

# What is there: units, operations, and all of it.
state() {
	tmtool list --count 2>said || :
	tmtool history 2>>said | wc -l
	tmtool export -q -f tsv --from en --to ar 2>>said | cksum
}

# fresh KB: the memory as it was, and so many kB free.
fresh() {
	rm -rf disk/* "$XDG_CACHE_HOME"
	cp -r whole/. disk
	leave "$1"
}
leave() {
	rm -f disk/ballast
	free=$(df -k --output=avail disk | tail -1)
	[ "$free" -le "$1" ] ||
		head -c $(((free - $1) * 1024)) /dev/zero >disk/ballast
}

count=0 refused=0
for what in "import b.tsv --from en --to ar" \
	"align a.en.txt a.ar.txt" \
	"edit 9 --target y9" \
	"confirm --text 1" \
	"delete --text 2" \
	"undo" \
	"train" \
	"clean --inconsistent" \
	"clean --history 2100-01-01"; do
	fresh 16000
	before=$(state)
	# shellcheck disable=SC2086
	run $what -q
	after=$(state)
	[ "$status" -le 1 ] || fail "$what: $err"
	kb=0
	while [ $kb -lt 12000 ]; do
		fresh $kb
		# shellcheck disable=SC2086
		run $what -q
		count=$((count + 1))
		was=$status wrong=$err
		# Somebody looks it up while there is no room.
		run lookup -q --verify "the sentence with the number 777"
		[ "$status" = 0 ] || fail "$what, $kb kB: lookup: $err"
		rm -f disk/ballast
		run info -q --check
		is 0
		now=$(state)
		case $was in
		[01]) [ "$now" = "$after" ] ||
			fail "$what, $kb kB: ended well, but is not done" ;;
		2)
			refused=$((refused + 1))
			case $wrong in
			*"no space"* | *"o space left"* | *" full"*) ;;
			*) fail "$what, $kb kB: $wrong" ;;
			esac
			[ "$now" = "$before" ] ||
				fail "$what, $kb kB: failed, but has done something" ;;
		*) fail "$what, $kb kB: status $was: $wrong" ;;
		esac
		kb=$((kb * step / 100 + 12))
	done
done
echo "crash_full: $count commands, $refused had no room: all or nothing"
finish
