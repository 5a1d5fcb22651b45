#!/bin/sh
# Whatever is asked for, a lookup answers, or says what is wrong with it.
. "${TM_SRCDIR:?}/tests/lib.sh"
export TMTOOL_MEMORY="$box/m.tm"

cat >x.tmx <<'END'
<?xml version="1.0"?>
<tmx version="1.4"><header creationtool="t" creationtoolversion="1"
 segtype="sentence" o-tmf="x" adminlang="en" srclang="en" datatype="plaintext"/>
<body>
<tu><tuv xml:lang="en"><seg><ph x="1"/><ph x="2"/></seg></tuv>
<tuv xml:lang="ar"><seg><ph x="2"/><ph x="1"/></seg></tuv></tu>
</body></tmx>
END
printf 'Open the file\tافتح الملف\n...\t…\n\314\201\tx\n12\t١٢\n' >y.tsv
printf 'Save ملف as 12\tاحفظ\n' >>y.tsv
head -c 1000000 /dev/zero | tr '\0' 'a' >long
{ cat long && printf '\tطويل\n'; } >z.tsv
run import x.tmx
is 0
run import y.tsv z.tsv --from en --to ar
is 0

# finds RATE TEXT: the best match, with and without the index
finds() {
	run lookup --min 50 -k 1 -- "$2"
	is 0
	case $out in
	"$1 %"* | " $1 %"*) ;;
	*) fail "'$2': not $1 %: $out" ;;
	esac
	run lookup --verify --min 50 -- "$2"
	is 0
}
nothing() {
	run lookup --min 50 --no-pieces -- "$1"
	is 1 "$2"
	run lookup --verify --min 50 -- "$1"
	is 0
}

# nothing, blanks, signs, marks, controls
for blank in '' '  	 '; do
	run lookup -- "$blank"
	is 64 'needs TEXT'
done
finds 100 '...'
nothing '؟!' 'no match'
finds 100 "$(printf '\314\201')"
nothing "$(printf '\331\216\331\220')" 'no match'
nothing "$(printf '\342\200\217\342\201\247')" 'no match'

# only codes, or half of one
finds 100 '<ph x="1"/><ph x="2"/>'
finds 89 '<ph x="1"/><ph x="3"/>'
nothing '<ph' 'no match'
nothing '<1><2><3></1>' ''

# both directions in one
finds 100 'Save ملف as 12'
finds 91 'Save ملف as ١٣'

# bytes that are no text: alone, in a batch, in JSON
run lookup "$(printf 'a \355\240\200 b')"
is 2 "byte 3 is 0xed, half of a surrogate pair"
run lookup "$(printf 'a\377')"
is 2 "byte 2 is 0xff"
run lookup --prev "$(printf '\377')" a
is 2 "not UTF-8"
nothing '\ud800' 'no match'
printf 'Open the file\n\355\240\200\n\nOpen the file\n' >batch
tmtool lookup --json - <batch >got 2>said
[ $? = 2 ] || fail "a bad line: not told"
[ "$(grep -c '"rate":100' got)" = 2 ] || fail "the others are not answered"
[ "$(grep -c '"matches":\[\]' got)" = 2 ] || fail "a line without an answer"
printf '{"variants":[{"lang":"en","text":"\\ud800"},{"lang":"ar","text":"c"}]}\n' >x.jsonl
run import x.jsonl
case $err in
*skipped*) ;;
*) fail "half a surrogate in JSON: $err" ;;
esac

# a megabyte
tmtool lookup -k 1 - <long >got || fail "a long one is not found"
grep -q '^100 %' got || fail "a long one is not itself"
finish
