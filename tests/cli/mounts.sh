#!/bin/sh
# A memory on file systems that can do less: mounted read-only, with what a
# killed writer left, layered, packed, and in user space without shared maps.
# Lookups are right everywhere, or it is said what has to be done.
. "${TM_SRCDIR:?}/tests/alone.sh"
. "$TM_SRCDIR/tests/lib.sh"
mkdir whole at disk
mount -t tmpfs -o size=64m tmpfs disk 2>/dev/null ||
	skip "nothing can be mounted here"
trap 'cd /; umount -l "$box/at" "$box/disk" 2>/dev/null; rm -rf "$box"' EXIT
awk 'BEGIN { for (i = 1; i <= 21000; i++)
	print "the file number " i " of " i % 7 " is open\tDatei " i }' >pairs.tsv
run import -q -m whole/m.tm pairs.tsv --from en --to de
is 0

export TMTOOL_MEMORY=at/m.tm
right() {
	run lookup -k 1 "the file number 777 of 0 is open"
	is 0
	says "Datei 777"
	run lookup --verify "the file number 778 of 1 was open"
	is 0
	run info -q --check
	is 0
}
closed() {
	right
	run edit 7 --target x
	is 2 "read-only"
	right
}
open() {
	right
	run edit 7 --target x
	is 0
	run lookup -k 1 "the file number 7 of 0 is open"
	says "x"
	right
}

cp -r whole/. disk
mount -o remount,ro disk && mount --bind disk at
closed
umount at
mount -o remount,rw disk
rm -rf disk/m.tm.index
mount -o remount,ro disk && mount --bind disk at
closed
umount at
mount -o remount,rw disk

# What a writer that was killed left.
sed 's/^/more /' pairs.tsv >more.tsv
tmtool import -q -m disk/m.tm more.tsv --from en --to de &
i=0
while [ ! -s disk/m.tm-wal ] && [ $i -lt 100 ]; do
	sleep .02
	i=$((i + 1))
done
kill -STOP $! 2>/dev/null
cp -r disk cut
kill -CONT $! 2>/dev/null
wait $!
if [ -s cut/m.tm-wal ]; then
	for left in shm wal; do
		rm -rf disk/*
		cp -r cut/. disk
		[ $left = shm ] || rm -f disk/m.tm-shm
		mount -o remount,ro disk && mount --bind disk at
		run lookup -k 1 "the file number 777 of 0 is open"
		if [ "$status" = 0 ]; then
			closed
		else
			is 2 "must be finished where it can be written"
		fi
		umount at
		mount -o remount,rw disk
		cp -r disk/m.tm* at
		right
		rm -rf at/m.tm*
	done
fi

rm -rf disk/*
mkdir disk/up disk/work
if mount -t overlay overlay -o lowerdir=whole,upperdir=disk/up,workdir=disk/work \
	at 2>/dev/null; then
	open
	umount at
fi
if mksquashfs whole packed -quiet -no-progress >/dev/null 2>&1 &&
	mount -o loop packed at 2>/dev/null; then
	closed
	umount at
fi
for how in direct_io ro,direct_io; do
	rm -rf disk/*
	cp -r whole/. disk
	bindfs -o $how disk at 2>/dev/null || continue
	case $how in
	ro*) closed ;;
	*)
		open
		# What was made once is mapped, if not shared.
		ls -i disk/m.tm.index >before
		right
		ls -i disk/m.tm.index >after
		cmp -s before after || fail "the index was made again"
		;;
	esac
	umount at
done
finish
