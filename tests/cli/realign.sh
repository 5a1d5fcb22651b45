#!/bin/sh
# Aligning again after an edit keeps what was reviewed, and no more than that.
. "${TM_SRCDIR:?}/tests/lib.sh"
export TMTOOL_MEMORY="$box/m.tm" TMTOOL_DICTD_PATH=/nonexistent

write_texts() {
	printf '%s\n' 'وصل الوفد إلى مدينة دمشق يوم الأحد 11.' \
		'عاد الوفد يوم الاثنين 12.' 'نعم.' \
		'غادر جون سميث القرية في عام 1999.' \
		'بلغت الكلفة 250 دولارًا.' >ar.txt
	printf '%s\n' 'The delegation arrived in Damascus on Sunday 11.' \
		'The delegation returned on Monday 12.' 'Yes.' \
		'John Smith left the village in 1999.' \
		'The cost was 250 dollars.' >en.txt
}

count_units() {
	tmtool info --json | sed 's/.*"units":\([0-9]*\).*/\1/'
}

write_texts
run align ar.txt en.txt --json
is 0
says '"added":5'
run align ar.txt en.txt --json
says '"added":0,"there_already":5,"reviewed_kept":0,"removed":0'

# One confirmed, one rejected, the others drafts.
run lookup --json 'The cost was 250 dollars.'
confirmed=$(printf '%s\n' "$out" | sed 's/.*"unit":\([0-9]*\).*/\1/')
run confirm "$confirmed"
is 0
run lookup --json 'The delegation returned on Monday 12.'
rejected=$(printf '%s\n' "$out" | sed 's/.*"unit":\([0-9]*\).*/\1/')
run confirm --as rejected "$rejected"
is 0

# The text goes on, a sentence in the middle says something else.
sed 's/^نعم\.$/لا أحد يعرف ذلك حتى الآن./' ar.txt >x && mv x ar.txt
sed 's/^Yes\.$/Nobody knows that until now./' en.txt >x && mv x en.txt
sed '1i في البداية كان عام 1850.' ar.txt >x && mv x ar.txt
sed '1i In the beginning it was 1850.' en.txt >x && mv x en.txt
run align -n ar.txt en.txt
is 0 "1 reviewed pair kept"
run align ar.txt en.txt --json
is 0
says '"added":2'
says '"reviewed_kept":1'
says '"removed":1'
says '"reviewed_left":0'
[ "$(count_units)" = 6 ] || fail "$(count_units) units, not 6"
run align ar.txt en.txt --json
says '"added":0,"there_already":5,"reviewed_kept":1,"removed":0'

# What was confirmed goes: its unit stays, alone.
sed '/250/d' ar.txt >x && mv x ar.txt
sed '/250/d' en.txt >x && mv x en.txt
run align ar.txt en.txt --json
is 0
says '"removed":0'
says '"reviewed_left":1'
run lookup 'The cost was 250 dollars.'
is 0
# All of it is one change, and can be taken back.
write_texts
run align ar.txt en.txt --json
says '"removed":2'
run undo
is 0
run align ar.txt en.txt --json
says '"removed":2'

# Other files of the same name in another place do not touch these.
mkdir other
printf '%s\n' 'قرأ الطالب 77 كتابًا.' 'زار باريس في عام 2001.' >other/ar.txt
printf '%s\n' 'The student read 77 books.' 'He visited Paris in 2001.' >other/en.txt
before=$(count_units)
run align other/ar.txt other/en.txt --json
says '"added":2'
says '"removed":0'
[ "$(count_units)" = $((before + 2)) ] || fail "units of other files are gone"
run align ar.txt en.txt --json
says '"added":0'
says '"removed":0'

# A correction of either side is not undone by the text that has the mistake.
run lookup --json 'John Smith left the village in 1999.'
unit=$(printf '%s\n' "$out" | sed 's/.*"unit":\([0-9]*\).*/\1/')
run edit "$unit" --source 'غادر جون سميث القرية سنة 1999.'
is 0
run align ar.txt en.txt --json
says '"added":0'
tmtool export -q -o - -f tsv | grep -q 'في عام 1999' &&
	fail "the mistake is there again"

# Files that have another text today do not take the drafts of yesterday's.
before=$(count_units)
cp other/ar.txt other/en.txt .
run align ar.txt en.txt --json
is 0
says '"removed":0'
says '"others_left":2'
# Nor do they the next time.
run align ar.txt en.txt --json
says '"removed":0'
says '"others_left":0'
write_texts
cp other/en.txt .
run align --force ar.txt en.txt --json
says '"removed":0'
write_texts

# What comes through a pipe is another text each time.
for text in . other; do
	tmtool align - "$text/en.txt" --from ar --json <"$text/ar.txt" >pipe.json
	grep -q '"removed":0' pipe.json ||
		fail "through a pipe: $(cat pipe.json)"
done
run info --check
is 0
finish
