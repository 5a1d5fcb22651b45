#!/bin/sh
# Units are confirmed, rejected and taken out, and the next lookup knows.
. "${TM_SRCDIR:?}/tests/lib.sh"
export TMTOOL_MEMORY="$box/m.tm" TMTOOL_DICTD_PATH=/nonexistent
printf 'وصل الوفد إلى مدينة دمشق يوم الأحد 11.\nعاد الوفد يوم الاثنين 12.\n' >ar.txt
printf 'The delegation arrived in Damascus on Sunday 11.\nThe delegation returned on Monday 12.\n' >en.txt
run align ar.txt en.txt
is 0 "2 added"

look() {
	run lookup --json 'The delegation returned on Monday 12.' "$@"
}

look
says '"rate":99'
says '"name":"not confirmed","points":1'
unit=$(printf '%s\n' "$out" | sed 's/.*"unit":\([0-9]*\).*/\1/')
# An unset variable of a script does not empty a unit.
run edit "$unit" --target ''
is 2 "unit $unit would be empty: 'tmtool delete $unit'"
run edit "$unit" --source ' '
is 2 "would be empty"
run edit -n "$unit" --target x
is 0 "unit "$unit" would be changed (dry run)"
run confirm "$unit"
is 0 "1 unit changed"
look
says '"rate":100'
says '"status":"confirmed"'
run list 1-9 --count
is 0
says 2
run list 2-1
is 64 "'2-1' is no range of units"
run confirm -n 1-9
is 0 "2 units would be changed"
run confirm "$unit" 4711
is 2 4711
run confirm --as rejected "$unit"
is 0
look --min 95
is 1
run confirm --as draft "$unit"
look
is 0
run delete "$unit" x
is 64 "'x' is not the number of a unit"
look
is 0
run delete "$unit"
is 0
look --min 95
is 1
run delete "$unit"
is 2 "$unit"
run info --check
is 0 sound

# What was done, for programs; and that nothing was there to do it to.
printf 'en\tar\nDog\tكلب\nCat\tقط\n' >t.tsv
run import -m j.tm t.tsv
run confirm -m j.tm 1 --json
is 0
says '{"memory":"j.tm","changed":1,"units":[1],"dry_run":false}'
run confirm -m j.tm --text Dog --json
is 0
says '"changed":0,"units":[]'
run confirm -m j.tm --text Horse
is 1
run delete -m j.tm --text Horse
is 1
run edit -m j.tm 2 --target 'قطة' --note 'she' -n
says 'note: she'
run edit -m j.tm 2 --target 'قطة' --json
says '{"memory":"j.tm","unit":2,"changed":true,"dry_run":false}'
run undo -m j.tm --json
says '"what":"edit"'
says '"dry_run":false'
run delete -m j.tm 1 2 -n --json
says '"removed":2,"units":[1,2],"dry_run":true'
run backup -m j.tm k.tm --json
says '{"memory":"j.tm","backup":"k.tm"}'
TMTOOL_USER=Zaynab run clean -m j.tm --text Dog
run history -m j.tm --last 1
says 'Zaynab	clean'
finish
