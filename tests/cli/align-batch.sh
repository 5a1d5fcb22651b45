#!/bin/sh
# Many pairs of files: any number of threads does the same, in the order of
# the list; a bad pair keeps no other from its place; an interrupt loses
# nothing that was done.
. "${TM_SRCDIR:?}/tests/lib.sh"
i=0
while [ $i -lt 60 ]; do
	n=0
	while [ $n -lt 12 ]; do
		echo "Chapter $i has $((n * 7 + i)) lines about Berlin and $n."
		n=$((n + 1))
	done >$i.en
	sed 's/Chapter/Kapitel/; s/has/hat/; s/lines/Zeilen/
		s/about/zu/; s/and/und/' $i.en >$i.de
	printf '%s.en\t%s.de\t%s.tsv\n' $i $i $i
	i=$((i + 1))
done >list
sed -i '20s/.*/none.en\tnone.de\tnone.tsv/; 30s/\t/ /g' list
printf '\n# the first once more\n0.en\t0.de\n' >>list
for jobs in 1 2 5; do
	run align --no-lexicon -j $jobs -m m$jobs.tm --batch list
	is 2 'aligned, 0 no translations, 2 failed'
	sed "s/m$jobs.tm/m.tm/" .err >err.$jobs
	cat [0-9]*.tsv >all.$jobs
	rm -f [0-9]*.tsv
done
cmp err.1 err.2 && cmp err.1 err.5 || fail "what is told differs"
cmp all.1 all.2 && cmp all.1 all.5 || fail "what is written differs"
grep -q '^list: 59 pairs of files aligned, 0 no translations, 2 failed' err.1 ||
	fail "the summary: $(tail -1 err.1)"
grep -q "'list' line 30: source, tab" err.1 || fail "the bad line is not named"
[ "$(tail -2 err.1 | grep -c '0 added')" -eq 1 ] ||
	fail "the same texts were not known again"

# What is done already is left out, as make would; a line that has no output,
# or whose text is newer or missing, is not.
grep -v '^none\|^29\.' list >good
run align --no-lexicon -m d.tm --batch good
is 0 'good: 59 pairs of files aligned, 0 no translations, 0 failed; '
run align --no-lexicon -m d.tm --batch good --skip-done
is 0 'good: 1 pair of files aligned, 0 no translations, 0 failed, 58 done'
touch -d '1 minute' 3.en 4.de
touch -d '2 minutes ago' 5.tsv
touch -r 7.en 7.tsv
touch -r 7.en 7.de
rm 6.tsv 8.en
run align --no-lexicon -m d.tm --batch good --skip-done -j 3 --json
is 2 'good: 5 pairs of files aligned, 0 no translations, 1 failed, 53 done'
[ -s 6.tsv ] || fail "what was missing was not made"
[ "$(grep -c '"skipped":true' .out)" = 53 ] || fail "--json: $out"
[ "$(sed -n 8p .out | grep -c '"source":"7.en".*"skipped":true')" = 1 ] ||
	fail "not in the order of the list: $out"
run align --skip-done 0.en 0.de
is 64 "--skip-done is for --batch"
finish
