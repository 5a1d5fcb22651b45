#!/bin/sh
# The index of a large memory that nobody can write beside is kept among the
# caches of the user, used again, and never the reason for a wrong answer.
. "${TM_SRCDIR:?}/tests/lib.sh"
mkdir ro
memory=$box/ro/m.tm
export TMTOOL_MEMORY="$memory"

# What is in ro cannot be written: by its owner, by somebody else when we are
# root, or by nobody on a mount of its own.
if [ "$(id -u)" != 0 ]; then
	as() { "$@"; }
elif setpriv --reuid=65534 --regid=65534 --clear-groups true 2>/dev/null; then
	as() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
else
	echo "nobody here is refused to write"
	exit 77
fi
chmod 755 "$box"
mkdir -p "$XDG_CACHE_HOME"
chmod 777 "$HOME" "$XDG_CACHE_HOME"
if ! as tmtool --version >/dev/null 2>&1; then
	echo "another user cannot run tmtool here"
	exit 77
fi

ask() {
	chmod 555 ro
	status=0
	as tmtool "$@" >.out 2>.err </dev/null || status=$?
	chmod 755 ro
	out=$(cat .out) err=$(cat .err)
}
kept() {
	find "$XDG_CACHE_HOME/tmtool/index" -type f ! -name lock 2>/dev/null
}

awk 'BEGIN {
	for (i = 1; i <= 21000; i++)
		print "the file number " i " of " i % 7 " is open\tDatei " i
}' >pairs.tsv
run import -q --from en --to de pairs.tsv
is 0

# Its own index, when it is there, serves everybody.
ask lookup "the file number 777 of 0 is open"
is 0
says "Datei 777"
[ -z "$(kept)" ] || fail "an index was made beside one that is there"
ask info
says "index      $memory.index"

# Without it, one is made once.
rm -rf "$memory.index"
ask lookup "the file number 777 of 0 is open"
is 0
says "Datei 777"
file=$(kept)
[ -f "$file" ] || fail "no index is kept in $XDG_CACHE_HOME"
ask info
says "index      ${file%/*}"
before=$(ls -i "$file")
ask lookup --verify "the file number 778 of 1 is open"
is 0
[ "$(ls -i "$file")" = "$before" ] || fail "the index was made again"

# Damaged, it is made again.
size=$(wc -c <"$file")
for at in 100 $((size / 3)) $((size / 2)) $((size - 40)); do
	as dd if=/dev/zero of="$file" bs=32 count=1 seek=$((at / 32)) \
		conv=notrunc 2>/dev/null
	ask lookup --verify "the file number 9001 of 6 is open"
	is 0
done
as dd if=/dev/null of="$file" bs=1 seek=4096 2>/dev/null
ask lookup "the file number 777 of 0 is open"
says "Datei 777"

# Behind the memory, it is brought up to date.
run edit 777 --target "Akte 777"
is 0
rm -rf "$memory.index"
ask lookup "the file number 777 of 0 is open"
says "Akte 777"
ask lookup --verify "the file number 777 of 0 is open"
is 0

# Another memory in its place is not what the index was made of.
rm -rf "$memory" "$memory.index"
sed 's/Datei/Ordner/' pairs.tsv >others.tsv
run import -q --from en --to de others.tsv
is 0
rm -rf "$memory.index"
ask lookup "the file number 777 of 0 is open"
says "Ordner 777"

# No cache, no index, and yet an answer.
chmod -R u+w "$XDG_CACHE_HOME"
rm -rf "$XDG_CACHE_HOME"
: >"$XDG_CACHE_HOME"
ask lookup "the file number 778 of 1 is open"
is 0
says "Ordner 778"
finish
