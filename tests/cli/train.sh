#!/bin/sh
# What the pairs of a memory taught helps to align other texts, both ways,
# and can be told, told again, taken away.
. "${TM_SRCDIR:?}/tests/lib.sh"
export TMTOOL_MEMORY="$box/m.tm" TMTOOL_DICTD_PATH=/nonexistent

# Two languages with no likeness, all words of five letters: word n of the one
# answers word n of the other. $1 lines of six words, from seed $2; the lines
# named in $3 are missing from the second language.
make_texts() {
	awk -v lines="$1" -v seed="$2" -v gone=" $3 " 'BEGIN {
		split("ا ب ت ج د ر س ع ف ق ك ل م ن ه و ي", letter, " ")
		for (w = 0; w < 200; w++) {
			k = w * 7919 + 4711
			for (i = 0; i < 5; i++) {
				a[w] = a[w] letter[k % 17 + 1]
				b[w] = b[w] substr("bcdfghjklmnpqrstvwxz", (k * 3 + i) % 20 + 1, 1)
				k = int(k / 5) + 31 * i * w
			}
		}
		for (n = 1; n <= lines; n++) {
			s = t = ""
			for (i = 0; i < 6; i++) {
				seed = (seed * 1103 + 12345) % 65536
				w = int(seed / 7) % 200
				s = s a[w] " "
				t = b[w] " " t
			}
			print s >"x.ar.txt"
			if (index(gone, " " n " ") == 0) {
				print t >"x.en.txt"
				g = g "[" n - 1 "]:[" m++ "]\n"
				print s "\t" t >"x.tsv"
			} else {
				g = g "[" n - 1 "]:[]\n"
			}
		}
		printf "%s", g >"x.gold"
	}'
}

f1() {
	run align -n --presegmented --from ar --to en x.ar.txt x.en.txt -o x.ladder "$@"
	is 0
	tmtool eval --json x.gold x.ladder | sed 's/.*"strict":{[^}]*"f1":\([0-9.]*\).*/\1/'
}

run train
is 2 "no memory"
make_texts 400 1
run import -q x.tsv --from ar --to en
is 0
run info
case $out in *lexicon*) fail "there was no training: $out" ;; esac
run train
is 0
says "Arabic-English: learned, 400 pairs"
run info
says "lexicon    Arabic-English"
says "learned from 400 pairs"

# A piece of a query is marked in its unit, and what answers it in the
# translation: two words of a row of six, with nothing like them around.
ask=$(awk -F '\t' 'NR == 1 { split($1, w, " "); print "قبل", w[2], w[3], "بعد" }' x.tsv)
run lookup --from ar --json "$ask"
is 1
printf '%s\n' "$out" >got
grep -q '"answers":\["[^"]*","[^"]*"\]' got ||
	fail "two words answer the piece: $out"
run lookup --from ar "$ask"
is 1
case $out in *"["*"]"*"
"*"["*"] ["*"]"*) ;; *) fail "the answers are not marked: $out" ;; esac
run info --json
says '"lexicons":[{"from":"ar","to":"en","units":400'

make_texts 14 77 "3 4 9"
run align -n --presegmented --from ar --to en x.ar.txt x.en.txt
is 0 "lexicon: $box/m.tm (learned from 400 pairs"
with=$(f1) without=$(f1 --no-lexicon)
awk -v w="$with" -v o="$without" 'BEGIN { exit !(w > .95 && w > o + .1) }' ||
	fail "F1 is $with with what was learned, $without without"
run align -n --presegmented --from en --to ar x.en.txt x.ar.txt
is 0 "lexicon: $box/m.tm (learned from 400 pairs"
run align -n --presegmented --no-lexicon --from en --to ar x.en.txt x.ar.txt
case $err in *lexicon:*) fail "--no-lexicon used it: $err" ;; esac
run align -n --presegmented -m none.tm --from en --to ar x.en.txt x.ar.txt
is 0
[ ! -e none.tm ] || fail "a dry run made a memory"

run train --json
says '"done":"nothing new"'
make_texts 30 9
run import -q x.tsv --from ar --to en
run info
says "30 newer"
run train --json
says '"units":430'
says '"newer_units":0'
run train --again
says "learned, 430 pairs"
run train --from ar --to fr
is 2 "no units in 'ar' and 'fr'"
run train --remove
is 0
run train --remove
is 1 "nothing was learned"
run info
case $out in *lexicon*) fail "it was not removed: $out" ;; esac
run info --check
is 0
finish
