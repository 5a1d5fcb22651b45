#!/bin/sh
# Bad input gets a clear message, the right exit status, and the memory stays
# as it was.
. "${TM_SRCDIR:?}/tests/lib.sh"
memory=$box/m.tm
export TMTOOL_MEMORY="$memory"

printf 'وصل الوفد إلى المدينة. وقال إن الاجتماع كان مثمرا.\n' >ar.txt
printf 'The delegation arrived in the city. It said that the meeting had been fruitful.\n' >en.txt
run align ar.txt en.txt
is 0 "2 pairs"
cp "$memory" before.tm

untouched() {
	cmp -s "$memory" before.tm || fail "$1 changed the memory"
}

# Files that are not there, or not files, or empty.
run align none.txt en.txt --from ar
is 2 "cannot open 'none.txt': No such file"
run align . en.txt --from ar
is 2 "'.' is a directory"
: >empty.txt
run align ar.txt empty.txt --to en
is 2 "'empty.txt' has no sentences"
printf ' \n\t\n' >blank.txt
run align blank.txt en.txt --from ar
is 2 "'blank.txt' has no sentences"

# Which of two names is meant nobody knows.
run align ar.txt en.txt -n -o one.tsv -o two.tsv
is 64 "--output is given twice, 'one.tsv' and 'two.tsv'"
test ! -e two.tsv || fail "two.tsv was written"
run list -m one.tm -m two.tm
is 64 "--memory is given twice"

# Bytes.
printf '\307\341\330\307\306\321\311 \346\325\341\312 \305\341\354 \307\341\343\317\355\344\311 \345\320\307 \307\341\325\310\307\315\n' >ar.1256.txt
run align ar.1256.txt en.txt --from ar
is 2 "'ar.1256.txt' line 1: byte 0xc7 at offset 0 is not UTF-8"
is 2 "windows-1256"
is 2 "--encoding NAME converts it"
run segment --lang ar ar.1256.txt --encoding windows-1256
is 0
says 'الطائرة'
run segment --lang ar ar.1256.txt --encoding klingon
is 2 "'klingon' is no encoding"
printf 'a\0b. c\n' >nul.txt
run segment --lang en nul.txt
is 2 "a NUL byte at offset 1"
printf '\377\376' >utf16.txt
printf 'One. Two.' | sed 's/./&\x00/g' >>utf16.txt
run segment --lang en utf16.txt
is 0
[ "$out" = "One.
Two." ] || fail "UTF-16: $out"

# Languages.
cp en.txt other.en.txt
run align en.txt other.en.txt
is 2 "both texts are English"
run align --from ar --to en en.txt ar.txt
is 2 "the sides are swapped"
printf '12 34.\n' >numbers.txt
run align ar.txt numbers.txt
is 2 "cannot tell the language of 'numbers.txt': say it with --to"
untouched "a refused alignment"

# The wrong file altogether: the beads are written, nothing is stored. A word
# list has all the words, and they agree nowhere better than elsewhere.
words() { # SEED LANGUAGE: forty sentences of sixty words
	awk -v s="$1" -v lang="$2" 'BEGIN {
		for (i = 0; i < 40; i++) {
			line = ""
			for (k = 0; k < 5 + (i * s) % 7; k++) {
				s = (s * 16807) % 2147483647
				line = line (k ? " " : "") word(int(s / 7) % 60)
			}
			print line "."
		}
	}
	function word(n) {
		if (lang == "en")
			return substr("bdfgklmnprst", n % 12 + 1, 1) "o" \
				substr("lmnrt", int(n / 12) + 1, 1) "ip"
		split("ب د ف ج ك ل م ن ح ر س ت", a, " ")
		split("ش ص ض ط ظ", b, " ")
		return a[n % 12 + 1] b[int(n / 12) + 1] "قع"
	}'
}
words 7 ar >novel.ar.txt
words 7 en >novel.en.txt
words 4211 en >other.en.txt
awk '{ gsub(/\./, ""); n = split($0, v, " "); getline t <"novel.en.txt"
	gsub(/\./, "", t); split(t, w, " ")
	for (i = 1; i <= n; i++) print v[i] "\t" w[i] }' novel.ar.txt |
	sort -u >words.tsv
run align --from ar --to en --presegmented --lexicon words.tsv -n \
	novel.ar.txt novel.en.txt
is 0 "40 beads: 40 1-1"
case $err in
*"right files"*) fail "a translation is doubted: $err" ;;
esac
run align --from ar --to en --presegmented --lexicon words.tsv \
	novel.ar.txt other.en.txt -o strange.ladder
is 1 "do not seem to be translations of each other"
is 1 "nothing was stored"
[ -s strange.ladder ] || fail "the beads were not written"
untouched "an alignment of strangers"
run align --from ar --to en --presegmented --lexicon words.tsv --force \
	novel.ar.txt other.en.txt -m forced.tm
is 0 " added"
[ -s forced.tm ] || fail "--force stored nothing"

# Doubted, and stored all the same: too short to be refused, or no words that
# are known; and an extract beside its book.
head -9 novel.ar.txt >short.ar.txt
run align --from ar --to en --presegmented --lexicon words.tsv -m short.tm \
	short.ar.txt other.en.txt
is 0 "are these the right files?"
head -12 novel.ar.txt >extract.ar.txt
i=0
while [ $i -lt 100 ]; do
	words $((4000 + i * 37)) en | head -12
	[ $i != 50 ] || head -12 novel.en.txt
	i=$((i + 1))
done >book.en.txt
run align --from ar --to en --presegmented --lexicon words.tsv -m book.tm \
	extract.ar.txt book.en.txt
is 0 " added"

# Output.
run align ar.txt en.txt -o x.docx
is 64 "does not tell its format"
run align ar.txt en.txt -f tsv -o en.txt
is 64 "it would be lost"
run align ar.txt en.txt --dry-run -o none/x.tmx
is 2 "cannot write 'none/x.tmx'"
[ ! -e x.docx ] || fail "x.docx was made"
if [ -w /dev/full ]; then
	status=0
	tmtool align ar.txt en.txt --dry-run -f json >/dev/full 2>.err || status=$?
	err=$(cat .err)
	is 2 "No space left"
fi

# Nothing takes the place of a memory, or of what is being read.
run export -o "$memory" -f tmx
is 64 "is the memory: it would be lost"
run align ar.txt en.txt -o "$memory" -f tsv
is 64 "is the memory: it would be lost"
cp "$memory" other.tmx
run align ar.txt en.txt --dry-run -o other.tmx
is 64 "is a database, perhaps a memory"
rm other.tmx
run convert en.txt en.txt --input-format tsv -f tmx --from en --to ar
is 64 "it would be lost"
run align ar.txt en.txt -m ''
is 64 "--memory: the name is empty"
run import nofile --from en --to ar -m typo.tm
is 2 "cannot open 'nofile'"
[ ! -e typo.tm ] || fail "a mistyped name made a memory"
printf 'one\ttwo\n' >two.tsv
run import -n two.tsv --from en --to fr -m typo.tm
is 0 "nothing was stored"
[ ! -e typo.tm ] || fail "a dry run made a memory"
run align ar.txt en.txt -m new.tm -o none/x.tmx
is 2 "cannot write 'none/x.tmx'"
[ ! -e new.tm ] || fail "pairs were stored though the output could not be"
# UTF-8 is not garbled by --encoding, which the other side may need.
run segment --lang ar ar.txt --encoding windows-1256
says 'وصل الوفد'
# Formats of one pair of languages do not mix several.
run import -q two.tsv --from en --to fr -m mixed.tm
run align -q ar.txt en.txt -m mixed.tm
run export -m mixed.tm -f csv
is 2 "csv holds one"
run export -m mixed.tm -f csv --from en --to fr
is 0
run export -m mixed.tm --from ar
is 0
untouched "a refused call"

# Memories that are none.
echo 'this is a text and no database, long enough to be looked at' >text.tm
for command in 'lookup x' info export 'align ar.txt en.txt'; do
	# shellcheck disable=SC2086
	run $command -m text.tm
	is 2 "text.tm"
done
grep -q 'this is a text' text.tm || fail "text.tm was written to"
run lookup -m none.tm x
is 2 "none.tm"
[ ! -e none.tm ] || fail "a lookup made a memory"
run info -m .
is 2 "."
if [ "$(id -u)" != 0 ]; then
	mkdir readonly && chmod a-w readonly
	run align ar.txt en.txt -m readonly/m.tm
	is 2 readonly/m.tm
fi

# Files of exchange.
printf '<tmx version="1.4"><header srclang="en"/><body><tu>' >cut.tmx
run import cut.tmx
is 2 cut.tmx
is 2
printf 'no format at all' >x.bin
run import x.bin
is 2 "cannot tell the format of 'x.bin'"
printf 'one\ttwo\nthree\n' >x.tsv
run import x.tsv
[ "$status" != 0 ] || fail "TSV without languages was taken"
untouched "a refused import"
run import x.tsv --from en --to fr
is 0 "x.tsv:2:"
is 0 "1 added, 0 there already, 1 skipped"
printf 'one\n' >y.tsv
run import y.tsv --from en --to fr
is 1 "1 skipped"
run convert "$TMTOOL_MEMORY" x.tmx
is 2 "is a memory: 'tmtool export -m"
run info "$TMTOOL_MEMORY"
says "units "
run history 4711
is 1 "nothing is recorded of unit 4711"
TMTOOL_USER="$(printf 'a\tb\nc')" tmtool edit -q 1 --note x
[ "$(tmtool history --last 1 | awk -F '\t' 'END { print NF, NR }')" = "5 1" ] ||
	fail "a name of tabs breaks the lines of history"
run lookup ''
is 64 "lookup needs TEXT"
run concordance ' '
is 64 "concordance needs words"
(unset TMTOOL_MEMORY HOME XDG_DATA_HOME && tmtool align -q -n ar.txt en.txt) ||
	fail "a dry run needs a memory"
printf '' >nothing
tmtool lookup - <nothing >out 2>&1
[ $? = 1 ] || fail "a batch of no queries has an answer"
for command in export list "align -n -o - -f tsv ar.txt en.txt"; do
	[ -w /dev/full ] || break
	# shellcheck disable=SC2086 # words of a command
	tmtool $command >/dev/full 2>err
	[ "$(grep -c 'cannot write' err)" = 1 ] ||
		fail "$command: $(cat err)"
	grep -q 'cannot write to standard output: No space' err ||
		fail "$command: $(cat err)"
done
# A dictionary that is damaged is told, and does without.
mkdir dictd
damaged() { # WHAT IS SAID
	status=0
	err=$(TMTOOL_DICTD_PATH=$PWD/dictd XDG_CACHE_HOME=$PWD/dictd \
		tmtool align -n -q ar.txt en.txt 2>&1 >/dev/null) || status=$?
	is 0 "$1"
}
index=dictd/freedict-ara-eng.index
text=dictd/freedict-ara-eng.dict.dz
printf 'x\n1. y\n' | gzip >$text
printf 'x\tA\tH\n' >$index
damaged ""
[ -z "$err" ] || fail "a whole dictionary: $err"
: >$index
damaged "'$PWD/$index' has no entries; install the package again"
printf 'x\tA\tH\ny\n' >$index
damaged "'$PWD/$index' line 2: not a dictd index"
for place in 'I\tB' 'A\tI' 'zzzzzzzz\tB' 'A\tzzzzzzzz'; do
	printf "x\\t$place\\n" >$index
	damaged "line 1: the entry lies outside the dictionary"
done
printf 'x\tA\tH\n' >$index
n=$(wc -c <$text)
while [ $((n -= 1)) -gt 1 ]; do
	printf 'x\n1. y\n' | gzip | head -c $n >$text
	damaged dictd
done
head -c 200000000 /dev/zero | gzip >$text
damaged "unpacks to more than 400 times its size"
# One that is whole is read beside it, and a pipe is no dictionary.
printf 'y\n1. x\n' >dictd/freedict-eng-ara.dict
printf 'y\tA\tH\n' >dictd/freedict-eng-ara.index
status=0
err=$(TMTOOL_DICTD_PATH=$PWD/dictd XDG_CACHE_HOME=$PWD/dictd \
	tmtool align -n ar.txt en.txt 2>&1 >/dev/null) || status=$?
is 0 "400 times its size"
is 0 "dictionary: freedict-eng-ara"
rm $text && mkfifo $text
damaged ""
[ -z "$err" ] || fail "a pipe for a dictionary: $err"
rm -r dictd

# What is too large to be a text is refused before it is read, and so is what
# has no end of a sentence.
echo "A text." >small.en.txt
dd if=/dev/null of=large.ar.txt bs=1 seek=300000000 2>/dev/null
run align -n large.ar.txt small.en.txt
is 2 "larger than 256 MB"
rm -f large.ar.txt
awk 'BEGIN { for (i = 0; i < 1200000; i++) printf "كلمة واحدة " }' >line.ar.txt
run align -n line.ar.txt small.en.txt
is 2 "sentence 1 of 'line.ar.txt' is longer than 16 MB"
rm -f line.ar.txt

# Clauses are cut behind one's own rules, too, and a dry run needs no home.
echo "هذا نص قصير، وفيه جملة واحدة؛ ثم أخرى." >c.ar.txt
echo "This is a short text, with one sentence; then another." >c.en.txt
(
	unset HOME XDG_DATA_HOME XDG_CACHE_HOME
	tmtool align -n -q --clauses --srx "$TMTOOL_RULES/ar.srx" \
		-f ladder c.ar.txt c.en.txt >c.ladder
) || fail "clauses with rules of one's own, or no home"
[ "$(wc -l <c.ladder)" -gt 1 ] || fail "nothing was cut behind a clause"

# Files that may not grow (ulimit -f, in blocks of 512 bytes or of 1024).
awk 'BEGIN { for (i = 1; i <= 4000; i++)
	print "the file number " i " is open\tDatei " i " ist offen" }' >many.tsv
run import -q many.tsv --from en --to de -m many.tm
is 0
limited() {
	status=0
	(ulimit -f 100 && tmtool "$@") >.out 2>.err </dev/null || status=$?
	err=$(cat .err)
}
limited export -m many.tm -o out.tmx
is 2 "File too large"
limited backup -m many.tm out.tm
is 2 "cannot copy"
limited import -q many.tsv --from en --to de -m other.tm
is 2
for rest in out.*; do
	[ ! -e "$rest" ] || fail "'$rest' is left"
done
run list --count -m many.tm
says 4000
finish
