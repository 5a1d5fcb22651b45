#!/bin/sh
# On a terminal: colours and bidi isolates; elsewhere neither.
. "${TM_SRCDIR:?}/tests/lib.sh"
command -v script >/dev/null || skip "script is not installed"
printf 'وصل الوفد إلى المدينة.\n' >ar.txt
printf 'The delegation arrived in the city.\n' >en.txt
export TMTOOL_MEMORY="$box/m.tm"
run align ar.txt en.txt
is 0
TERM=xterm
export TERM
isolate=$(printf '\342\201\250') escape=$(printf '\033')

on_terminal() {
	out=$(script -qec "$*" /dev/null </dev/null)
}

on_terminal tmtool lookup "'وصل الوفد إلى القرية.'"
says "$isolate"
says "$escape["
on_terminal "NO_COLOR=1 tmtool lookup 'وصل الوفد إلى القرية.'"
says "$isolate"
case $out in *"$escape["[0-9]*m*) fail "colours in spite of NO_COLOR" ;; esac
run lookup 'وصل الوفد إلى القرية.'
case $out in *"$isolate"*) fail "isolates in a pipe" ;; esac
case $out in *"$escape"*) fail "colours in a pipe" ;; esac
run lookup --color always 'وصل الوفد إلى القرية.'
says "$escape["

# Without a text, queries are typed, and remembered.
out=$(printf 'وصل الوفد إلى القرية.\nnothing like it\n' |
	HOME=$box script -qec 'tmtool lookup' /dev/null)
says ' %'
says 'no match'
run lookup </dev/null
is 64 'needs TEXT'
finish
