#!/bin/sh
# Somebody who may read a memory but not write beside it looks things up in
# it while its owner writes to it: each answer is that of some moment, and the
# next one knows what was written before it was asked for.
. "${TM_SRCDIR:?}/tests/lib.sh"
if [ "$(id -u)" != 0 ] ||
	! setpriv --reuid=65534 --regid=65534 --clear-groups true 2>/dev/null; then
	skip "needs root and setpriv"
fi
as() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
chmod 755 "$box"
mkdir shared
export TMTOOL_MEMORY="$box/shared/m.tm" XDG_CACHE_HOME="$box/cache"
mkdir -m 777 "$XDG_CACHE_HOME"
as tmtool --version >/dev/null 2>&1 || skip "another user cannot run tmtool here"

awk 'BEGIN { for (i = 1; i <= 5000; i++)
	print "the file number " i " of " i % 7 " is open\tDatei " i }' >pairs.tsv
run import -q pairs.tsv --from en --to de
is 0

# One that stays while things change. A batch asks for one at a time here.
mkfifo questions
: >answers
(as tmtool lookup - --alone --min 90 -k 1 -j 1 --json <questions \
	>answers 2>wrong; echo $? >ended) &
exec 3>questions
ask() {
	before=$(wc -l <answers)
	echo "$1" >&3
	n=0
	while [ "$(wc -l <answers)" = "$before" ] && [ $n -lt 100 ]; do
		sleep .05
		n=$((n + 1))
	done
	out=$(tail -n 1 answers)
}
ask "the file number 777 of 0 is open"
says "Datei 777"
run edit 777 --target "Akte 777" -q
is 0
ask "the file number 777 of 0 is open"
says "Akte 777"
for i in 1 2 3; do
	sed "s/^/$i /" pairs.tsv >more.tsv
	run import -q more.tsv --from en --to de
	is 0
	ask "$i the file number 778 of 1 is open"
	says "Datei 778"
	run delete -q --text "$i the file number 7"
	is 0
	ask "the file number 777 of 0 is open"
	says "Akte 777"
	run clean -q --history 2100-01-01
	is 0
done
# Another memory takes its place.
rm -rf shared/*
sed 's/Datei/Ordner/' pairs.tsv >others.tsv
run import -q others.tsv --from en --to de
is 0
ask "the file number 777 of 0 is open"
says "Ordner 777"
exec 3>&-
wait
[ "$(cat ended)" = 0 ] || fail "the reader ended with $(cat ended): $(cat wrong)"

# And many questions while much is written.
cut -f 1 pairs.tsv >all
(for i in 1 2 3 4 5 6; do
	sed "s/^/$i /" pairs.tsv | tmtool import -q - --from en --to de
	tmtool delete -q --text "$i the file number 7"
	tmtool clean -q --history 2100-01-01
done) &
for i in 1 2 3; do
	status=0
	as tmtool lookup - --alone --min 100 -k 1 --json <all >answers 2>wrong ||
		status=$?
	[ $status = 0 ] || fail "status $status: $(cat wrong)"
	n=$(grep -c '"rate":100' answers)
	[ "$n" = 5000 ] || fail "$n found of 5000"
done
wait

# Who waits for whoever takes what it prints is not overtaken by a writer.
mkfifo slow
for what in list "export -f tsv" "concordance -k 0 open"; do
	# shellcheck disable=SC2086
	(as tmtool $what >slow 2>wrong; echo $? >ended) &
	exec 3<slow
	sleep .5
	run confirm -q 7
	run edit 8 -q --target "Mappe $what"
	is 0
	n=$(wc -l <&3)
	exec 3<&-
	wait $!
	[ "$(cat ended)" = 0 ] || fail "$what: $(cat ended): $(cat wrong)"
	[ "$n" -ge 5000 ] || fail "$what: $n lines"
done

# Nor does anything else that reads fail, or print half of two moments.
(while [ ! -e done ]; do
	tmtool confirm -q 7
	sed "s/^/x /" pairs.tsv | tmtool import -q - --from en --to de
	tmtool delete -q --text "x the file number"
done) &
i=0
while [ $i -lt 6 ]; do
	i=$((i + 1))
	for what in "list" "list --sort confidence --top 9" "export -f tsv" \
		"export -o /dev/null -f tmx" "concordance -g open" history info \
		"lookup qqqq-wwww the-file-number"; do
		status=0
		# shellcheck disable=SC2086
		as tmtool $what >out 2>wrong || status=$?
		[ $status -le 1 ] ||
			fail "$what: status $status: $(head -n 3 wrong)"
		[ "$what" != list ] || [ "$(grep -c '	the file' out)" -ge 5000 ] ||
			fail "list: $(wc -l <out) lines"
	done
done
touch done
wait
finish
