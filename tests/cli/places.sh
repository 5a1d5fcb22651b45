#!/bin/sh
# Documents of one name are told apart, and a unit that two documents have is
# seen in both: listed, confirmed, exported, imported, and undone.
. "${TM_SRCDIR:?}/tests/lib.sh"
export TMTOOL_MEMORY="$box/m.tm" TMTOOL_DICTD_PATH=/nonexistent

mkdir d1 d2
printf '%s\n' 'وصل الوفد إلى مدينة دمشق يوم الأحد 11.' \
	'جميع الحقوق محفوظة.' 'بلغت الكلفة 250 دولارًا.' >d1/ar.txt
printf '%s\n' 'The delegation arrived in Damascus on Sunday 11.' \
	'All rights reserved.' 'The cost was 250 dollars.' >d1/en.txt
printf '%s\n' 'غادر جون سميث القرية في عام 1999.' \
	'جميع الحقوق محفوظة.' 'عاد الوفد يوم الاثنين 12.' \
	'جميع الحقوق محفوظة.' >d2/ar.txt
printf '%s\n' 'John Smith left the village in 1999.' \
	'All rights reserved.' 'The delegation returned on Monday 12.' \
	'All rights reserved.' >d2/en.txt

# where: document and position of every unit, all places of each.
where() {
	tmtool list "$@" --json | sed 's/.*\("unit":[0-9]*\).*\("document":"[^"]*","position":[0-9]*\(,"also":\[[^]]*\]\)*\).*/\1 \2/'
}

run align --force d1/ar.txt d1/en.txt
is 0
[ "$(where | head -n 1)" = '"unit":1 "document":"ar.txt","position":1' ] ||
	fail "one document has its name alone: $(where)"
run align --force d2/ar.txt d2/en.txt
is 0
places=$(where)
case $places in
*'"unit":1 "document":"d1/ar.txt","position":1'*) ;;
*) fail "d1 is not told from d2: $places" ;;
esac

# The line that both have.
shared=$(tmtool list --text 'All rights' --json)
for place in '"document":"d1/ar.txt","position":2' \
	'"document":"d2/ar.txt","position":2' \
	'"document":"d2/ar.txt","position":4'; do
	case $shared in
	*"$place"*) ;;
	*) fail "$place is not in: $shared" ;;
	esac
done
for d in d1 d2; do
	run list --document "$d/ar.txt" --count
	says 3
	run list --document "$PWD/$d/ar.txt" --count
	[ "$PWD" = "${PWD#"$HOME"}" ] && says 3
	run list --document "$d/ar.txt" --text 'All rights' --json
	says "\"document\":\"$d/ar.txt\",\"position\":2"
done
run list --document ar.txt --count
says 5

# Each document is its context.
run confirm --document d2/ar.txt
run lookup --prev 'John Smith left the village in 1999.' 'All rights reserved.'
says '101 %'
says 'd2/ar.txt'
run lookup --prev 'The delegation arrived in Damascus on Sunday 11.' \
	--next 'The cost was 250 dollars.' 'All rights reserved.'
says '101 %'
says 'd1/ar.txt'

# Again changes nothing but how sure those beside the confirmed are; what is
# left out of one stays in the other.
before=$(where)
for d in d1 d2 d1 d2; do
	run align --force $d/ar.txt $d/en.txt
	is 0
done
[ "$(where)" = "$before" ] || fail "aligned again: $(where), not $before"
run history
done=$(printf '%s\n' "$out" | wc -l)
run align --force d1/ar.txt d1/en.txt
run history
[ "$(printf '%s\n' "$out" | wc -l)" = "$done" ] || fail "changed: $out"
sed -i 2d d1/ar.txt d1/en.txt
run align --force d1/ar.txt d1/en.txt
is 0
run list --document d1/ar.txt --count
says 2
run list --document d2/ar.txt --count
says 3
run undo
is 0
[ "$(where)" = "$before" ] || fail "not undone: $(where), not $before"

# All of it travels.
for form in tmx jsonl; do
	run export -o "x.$form"
	is 0
	run import -m "$form.tm" "x.$form"
	is 0
	[ "$(where -m "$form.tm" | sed 's/.* "d/"d/' | sort)" = \
		"$(printf '%s\n' "$before" | sed 's/.* "d/"d/' | sort)" ] ||
		fail "$form lost a place: $(where -m "$form.tm")"
	# and comes home: nothing is new.
	run import "x.$form"
	is 0 "0 added, 5 there already"
done
run info --check
is 0
# What is imported stands in its file, whatever that is in; but a file that
# says what was beside a unit is right.
t=ctx
printf 'One two.\tEins zwei.\nThree four.\tDrei vier.\n' >c.tsv
for form in csv tmx jsonl po xlf; do
	run convert --from en --to de c.tsv "c.$form"
	is 0
done
sed 's|<tuv xml:lang="en">|<prop type="x-context-pre">Five.</prop>&|' \
	c.tmx >p.tmx
for form in c.tsv c.csv c.tmx c.jsonl c.po c.xlf p.tmx; do
	run import -m "$t-$form.tm" --from en --to de "$form"
	is 0
	printf 'One two.\nThree four.\n' >q
	out=$(tmtool lookup -m "$t-$form.tm" - <q)
	n=$(printf '%s\n' "$out" | grep -c '^101 %')
	[ "$n" = $([ $form = p.tmx ] && echo 0 || echo 2) ] ||
		fail "$form: $n of 2 in context: $out"
	run export -m "$t-$form.tm" -f jsonl -o -
	case $out in
	*'"document":"c.'* | *'"document":"p.'*) fail "$form: $out" ;;
	esac
done
finish
