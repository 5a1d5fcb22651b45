#!/bin/sh
# A batch: any number of threads prints the same, lines are context, and a
# line can be answered before the next is there.
. "${TM_SRCDIR:?}/tests/lib.sh"
export TMTOOL_MEMORY="$box/m.tm"
i=0
while [ $i -lt 300 ]; do
	echo "The file number $i is open in window $((i % 7))	الملف $i"
	i=$((i + 1))
done >x.tsv
run import -q x.tsv --from en --to ar
is 0
sed 's/	.*//; s/open/closed/' x.tsv >queries
printf 'bad \377 line\n' >>queries
cat queries queries queries >more
for jobs in 1 2 5; do
	tmtool lookup --jobs $jobs - <more >out.$jobs 2>err.$jobs
	[ $? -eq 2 ] || fail "a bad line is not told by the exit status"
	tmtool lookup --json --jobs $jobs - <more >json.$jobs 2>>err.$jobs
done
cmp out.1 out.2 && cmp out.1 out.5 && cmp json.1 json.5 ||
	fail "threads differ"
cmp err.1 err.5 || fail "complaints differ"
[ "$(wc -l <json.1)" -eq 903 ] || fail "not an answer for each line"
grep -q 'line 301 is not UTF-8' err.1 || fail "the bad line is not named"

# Whoever asks may wait for each answer.
mkfifo to from
tmtool lookup --alone --min 50 --json - <to >from 2>/dev/null &
exec 8>to 9<from
echo 'The file number 5 is open' >&8
read -r answer <&9
case $answer in *'"rate":'*) ;; *) fail "no answer: $answer" ;; esac
echo 'The file number 6 is open' >&8
read -r answer <&9
case $answer in *'number 6'*) ;; *) fail "no answer: $answer" ;; esac
exec 8>&- 9<&-
wait

# What is too long to be a segment is not looked up, and the rest is.
longest=$((2 << 20))
{
	head -c $((longest + 1)) /dev/zero | tr '\0' x
	printf '\nThe file number 7 is open\n'
	head -c $longest /dev/zero | tr '\0' x
} >long
status=0
tmtool lookup --min 50 -k 1 --json - <long >out 2>err || status=$?
[ $status = 2 ] || fail "a line too long: status $status"
grep -q 'line 1 is longer than 2 MB' err || fail "said: $(cut -c1-200 err)"
[ "$(grep -c longer err)" = 1 ] || fail "the longest line is too long"
[ "$(wc -l <out)" = 3 ] || fail "$(wc -l <out) answers to 3 lines"
sed -n 2p out | grep -q '"rate":' || fail "nothing after a line too long"

# A text that looks like an option.
run lookup '-5 files'
is 64 '-- goes before a text'
run lookup -- '-5 files'
is 1
finish
