#!/bin/sh
# exchange.sh - what is written when languages turn out to be others
#
# A file is begun for the languages of its first unit. Where a later one has
# another source its header is right all the same, what the reader complained
# of is told once, and a format of one pair leaves no file behind.
. "${TM_SRCDIR:?}/tests/lib.sh"

cat >in.tmx <<'X'
<tmx version="1.4"><header srclang="en"/><body>
<tu><tuv xml:lang="en"><seg>A&nbsp;& B</seg></tuv><tuv xml:lang="ar"><seg>أ</seg></tuv></tu>
<tu srclang="ar"><tuv xml:lang="ar"><seg>ب</seg></tuv><tuv xml:lang="en"><seg>C</seg></tuv><tuv xml:lang="fr"><seg>D</seg></tuv></tu>
</body></tmx>
X

run convert in.tmx out.tmx
is 0 'srclang is *all*'
grep -q 'srclang="\*all\*"' out.tmx || fail "the header is of the first unit"
[ "$(grep -c '<tu>\|<tu ' out.tmx)" = 2 ] || fail "units are not there once"
[ "$(grep -c 'a bare &' .err)" = 1 ] || fail "warnings are not told once: $err"

run convert in.tmx out.tsv
is 2 'more than one pair of languages (en-ar, ar-en)'
[ ! -e out.tsv ] || fail "half a file was left"

run convert --from ar in.tmx one.tmx
is 0
grep -q '<header .*srclang="ar"' one.tmx || fail "not the language of --from"

run convert --split in.tmx s.csv
is 0 's.ar-fr.csv: 1 unit'
[ "$(cat s.en-ar.csv s.ar-en.csv s.ar-fr.csv | grep -c ,)" = 6 ] ||
	fail "the pairs are not split: $(cat s.*.csv)"

# The header of a file that is mended stays.
sed 's/<header srclang="en"/& adminlang="ar" creationid="me"/' in.tmx >mine.tmx
run check -q --fix mine.tmx -o mended.tmx
grep -q 'creationid="me"' mended.tmx || fail "the header was lost in mending"

# TSV has segments only; CSV names its languages, and comes back without options.
run convert --from en --to ar in.tmx pairs.tsv --json
is 0
says '{"file":"pairs.tsv","format":"tsv","units":'
[ "$(head -n 1 pairs.tsv)" = "en	ar" ] && fail "a header in TSV"
run import -m tsv.tm --from en --to ar pairs.tsv --json
is 0
says '"file":"pairs.tsv","added":'
run export -m tsv.tm -o again.tsv
is 0
cmp -s pairs.tsv again.tsv || fail "TSV changed: $(cat again.tsv)"
run export -m tsv.tm -o pairs.csv
is 0
[ "$(head -n 1 pairs.csv)" = "en,ar$(printf '\r')" ] || fail "no header: $(head -n 1 pairs.csv)"
run import -m csv.tm pairs.csv
is 0
run export -m csv.tm -o again.tsv
cmp -s pairs.tsv again.tsv || fail "CSV changed: $(cat again.tsv)"
run export -m tsv.tm --json
is 64 "say which one to write"
printf 'a\tb\n' >nolang.tsv
run import -m tsv.tm nolang.tsv --json
is 2
says '"error":'
finish
