#!/bin/sh
# What the user knows of an alignment: anchors, chapters, types; and many
# pairs of files in one call.
. "${TM_SRCDIR:?}/tests/lib.sh"
export TMTOOL_MEMORY="$box/m.tm" TMTOOL_DICTD_PATH=/nonexistent
for i in 1 2 3 4 5 6; do echo "جملة من الكلام عن شيء."; done >a.ar.txt
for i in 1 2 3 4 5 6 7 8; do echo "a sentence about some thing"; done >a.en.txt

ladder() {
	run align -n --presegmented a.ar.txt a.en.txt -f ladder "$@"
}

# Anchors.
printf '# known\r\n2\t5\r\n4-5\t6\n' >anchors
ladder --anchor anchors
is 0
says "[1]:[4]:1.000"
says "[3,4]:[5]:1.000"
printf '[1]:[4]\n[2]:[]\n[3,4]:[5]:0.7\n' >anchors.ladder
ladder --anchor anchors.ladder
is 0
says "[3,4]:[5]:1.000"
says "[2]:[]:"
printf '2\t-\n-\t3\n' >alone
ladder --anchor alone
is 0
says "[1]:[]:"
says "[]:[2]:"
printf '2-3\t4\n3\t-\n' >both
ladder --anchor both
is 2 "sentence 3 is in a pair"
printf -- '-\t-\n' >nothing
ladder --anchor nothing
is 2 "'nothing' line 1"
printf '4\t6\n2\t7\n' >crossing
ladder --anchor crossing
is 2 "crosses"
printf '1\t9\n' >beyond
ladder --anchor beyond
is 2 "there is no pair of sentences 1 and 9"
for bad in '0\t1' '1 1' '3-2\t1' 'x\ty' '1\t2\t3' '99999999999\t1'; do
	printf "# a\n$bad\n" >bad
	ladder --anchor bad
	is 2 "'bad' line 2"
done
printf '[0]:[1]\n[2:x\n' >bad
ladder --anchor bad
is 2 "bad"
ladder --anchor nowhere
is 2 "nowhere"

# What align wrote, corrected: its texts are found, white space or not.
printf '%s\n' 'الأول' 'نعم.' 'الثاني جاء' 'الثالث' 'نعم.' 'الخامس' >a.ar.txt
printf '%s\n' '# One' 'Yes.' 'The second' 'came' '3' 'Yes.' '[5] five' >a.en.txt
printf '[0]:[0]\n[1]:[]\n[2]:[1,2]\n[3]:[3,4]\n[4]:[5]\n[5]:[6]\n' >want
for format in tsv json ladder; do
	run align -n --force --presegmented a.ar.txt a.en.txt --anchor want \
		-o x.$format
	is 0
	ladder --force --anchor x.$format
	is 0
	printf '%s\n' "$out" | sed 's/:[01]\.[0-9]*$//' | cmp -s - want ||
		fail "$format does not come back: $out"
done
printf 'الثالث\tThe second  came\r\n\t3\nالثاني جاء\t\n' >joined.tsv
ladder --force --anchor joined.tsv
is 0
says "[3]:[2,3]:1.000"
says "[]:[4]:"
says "[2]:[]:"
printf '# mine\nالثاني جاء\tYes.\nالخامس\t[5] five\n' >often.tsv
ladder --force --anchor often.tsv
is 0 "'often.tsv' line 2: its text stands several times"
says "[5]:[6]:1.000"
printf 'الثاني جاء\tThe second came\nالثالث\tThe third\n' >other.tsv
ladder --force --anchor other.tsv
is 2 "'other.tsv' line 2: no sentences of 'a.en.txt' are 'The third'"
printf 'الثاني\tThe second\n' >part.tsv
ladder --force --anchor part.tsv
is 2 "'part.tsv' line 1: no sentences of 'a.ar.txt' are 'الثاني'"
# Numbers say which; numbers that another text has do not count.
cat >x.json <<'E'
{"source": {"segments": [4], "text": "نعم."},
 "target": {"segments": [5], "text": "Yes."}}

{"source": {"segments": [0], "text": "الثالث"}, "target": {"text": "3"}}
{"source": {"segments": [2]}, "target": {"segments": [2, 3]}}
E
ladder --force --anchor x.json
is 0
says "[4]:[5]:1.000"
says "[3]:[4]:1.000"
says "[2]:[2,3]:1.000"
for bad in '{"source": {"segments": [0]}}' '{"source": ' '3' \
	'{"source":{"segments":[0,2]},"target":{"segments":[0]}}' \
	'{"source":{"segments":[-1]},"target":{"segments":[0]}}' \
	'{"source":{"text":"x"},"target":{"text":"3"}}'; do
	printf '{"source":{"text":"الثالث"},\n"target":{"text":"3"}}\n%s' \
		"$bad" >bad
	ladder --force --anchor bad
	is 2 "'bad' line 3"
done

# Chapters.
printf '%s\n' 'الفصل 1' 'ألف' 'باء' 'تاء' 'الفصل ٢' 'جيم' 'الفصل 3' 'دال' >a.ar.txt
printf '%s\n' 'Chapter 1' 'one' 'Chapter 2' 'two' 'three' 'four' 'five' 'Chapter 3' >a.en.txt
ladder --force --hard-break '^(الفصل|Chapter)'
is 0 "3 hard breaks"
case $out in
*"[4]:[2"*) ;;
*) fail "the second chapters do not begin together: $out" ;;
esac
printf '%s\n' 'Chapter 1' 'one' 'Chapter 3' 'two' >a.en.txt
ladder --force --hard-break '^(الفصل|Chapter)'
is 0 "the 2 that say the same are used"
ladder --hard-break '('
is 2 "no regular expression"

# Types.
printf '%s\n' 'ألف باء' 'تاء ثاء' >a.ar.txt
printf '%s\n' 'x' 'y' 'z' 'u' 'v' >a.en.txt
ladder --max-bead 1
is 0
case $out in *,*) fail "a bead has two sentences: $out" ;; esac
ladder --beads 1-1,1-2
is 0
for bad in '' 1 1-9 0-2 1-1, '1-1;1-2' ' 1-1' 1--1; do
	ladder --beads "$bad"
	is 64 "--beads"
done
ladder --max-bead 9
is 64

# Many.
mkdir in
for k in 1 2 3; do
	printf 'وصل الوفد في عام 199%s.\nكان الثمن 25%s دولارًا.\n' $k $k >in/$k.ar.txt
	printf 'The delegation came in 199%s.\nThe price was 25%s dollars.\n' $k $k >in/$k.en.txt
done
printf '# src\ttgt\n\nin/1.ar.txt\tin/1.en.txt\tout.html\nin/2.ar.txt\tin/missing.txt\r\nin/2.ar.txt\n' >list
printf 'in/2.ar.txt\tin/2.en.txt\tout.xyz\nin/2.ar.txt\tin/2.en.txt\tin/2.en.txt\nin/3.ar.txt\tin/3.en.txt\r\n' >>list
run align --batch list --json
is 2 "2 pairs of files aligned, 0 no translations, 4 failed; 4 added"
case $err in
*"missing.txt"*"'list' line 5"*"does not tell its format"*"does not tell its format"*) ;;
*) fail "not everything was told: $err" ;;
esac
[ "$(printf '%s\n' "$out" | grep -c '"stored":true')" = 2 ] || fail "$out"
[ -s out.html ] || fail "no out.html"
printf 'in/3.ar.txt\tin/3.en.txt\n' >list
run align --batch - <list
run align -q --batch list
is 0
[ -z "$err" ] || fail "--quiet said: $err"
run align --batch list in/1.ar.txt
is 64
run align --batch nowhere
is 2 nowhere
run align in/1.ar.txt
is 64 "align needs SRC TGT"
run align --json -f tsv in/1.ar.txt in/1.en.txt
is 64
finish
