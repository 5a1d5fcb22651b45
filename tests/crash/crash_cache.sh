#!/bin/sh
# crash_cache.sh [KILLS] - the index among the caches is cut short
#
# Somebody who may not write beside a memory looks things up, which makes an
# index among the caches; that is killed (SIGKILL) at a random moment, or its
# disk is full. Whatever is left there, the next answer is right, and the
# folder holds no more than it should once one has gone well.
. "${TM_SRCDIR:?}/tests/alone.sh"
. "$TM_SRCDIR/tests/lib.sh"
kills=${1-6}
mkdir disk cache
mount -t tmpfs -o size=64m tmpfs disk 2>/dev/null &&
	mount -t tmpfs -o size=12m tmpfs cache 2>/dev/null ||
	skip "nothing can be mounted here"
trap 'cd /; umount -l "$box/disk" "$box/cache"; rm -rf "$box"' EXIT
export TMTOOL_MEMORY=disk/m.tm XDG_CACHE_HOME="$box/cache"
awk 'BEGIN { for (i = 1; i <= 21000; i++)
	print "the file number " i " of " i % 7 " is open\tDatei " i }' >pairs.tsv
run import -q pairs.tsv --from en --to de
is 0
rm -rf disk/m.tm.index

right() {
	run lookup -k 1 "the file number $1 of $(($1 % 7)) is open"
	is 0
	says "Datei $1"
	run lookup --verify "a file number $1 of $(($1 % 7)) was open"
	is 0
}
seed=7
roll() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	rolled=$((seed / 65536 % $1))
}

i=0 n=21000
while [ $i -lt "$kills" ] && [ $failures = 0 ]; do
	i=$((i + 1))
	# Now and then the memory has become another or longer.
	case $((i % 5)) in
	0) rm -rf cache/tmtool ;;
	3)
		mount -o remount,rw disk
		awk -v i=$i 'BEGIN { for (k = 1; k <= 3000; k++)
			print i " and file " k "\tNeu " k }' >more.tsv
		run import -q more.tsv --from en --to de
		rm -rf disk/m.tm.index
		;;
	esac
	mount -o remount,ro disk
	tmtool lookup -k 1 "the file" >/dev/null 2>&1 &
	pid=$!
	roll 400
	sleep "$(printf '0.%03d' $rolled)"
	kill -KILL $pid 2>/dev/null
	wait $pid 2>/dev/null
	roll 21000
	right $((rolled + 1))
done
# What was left is swept away by who goes to the end.
right 777
left=$(find cache -name '*.*' -o -name 'new-*' | head -3)
[ -z "$left" ] || echo "left for the next who writes: $left"

# And with so much room, from none on.
for kb in 0 4 100 500 1000 2000 4000; do
	rm -rf cache/*
	free=$(df -k --output=avail cache | tail -1)
	head -c $(((free - kb) * 1024)) /dev/zero >cache/ballast
	right 778
	right 779
	[ -z "$(find cache -name '0-*.*')" ] ||
		fail "$kb kB: an index that found no room was left"
done
echo "crash_cache: $i lookups killed, 7 without room: every answer right"
finish
