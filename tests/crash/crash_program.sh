#!/bin/sh
# crash_program.sh [KILLS] - commands are killed (SIGKILL) at random moments
#
# import, edit, confirm, delete, undo and an import of what is there already,
# in turn. After each kill the memory must be sound, with its index
# (info --check), and be as it was before the command or as it is when the
# command has ended: its history is that of before, with at most one
# operation more, and each import is there whole or not at all. A backup that
# is killed is sound or not there, and the next one removes what is left of it.
. "${TM_SRCDIR:?}/tests/lib.sh"
kills=${1-20}
export TMTOOL_MEMORY="$box/m.tm"
awk 'BEGIN { for (i = 1; i <= 1500; i++)
	print "the sentence with the number " i " is here\tالجملة رقم " i " هنا" }' \
	>a.tsv
seed=${2-1}

# A pause of 0 to 59 ms: most commands are over by then.
roll() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	ms=$((seed / 65536 % 60))
}

# Operations, units and the last operation.
state() {
	tmtool history --json 2>said >ops || :
	echo "$(wc -l <ops) $(tmtool list --count 2>>said || :)"
}

tmtool import -q a.tsv --from en --to ar || fail "the first import"
i=0
killed=0
while [ $i -lt "$kills" ] && [ $failures = 0 ]; do
	i=$((i + 1))
	before=$(state)
	set -- $before
	n=$2
	added=0 removed=0
	case $((i % 6)) in
	0) sed "s/^/$i /" a.tsv >b.tsv
		command="import b.tsv --from en --to ar" added=1500 ;;
	1) command="edit $(tmtool list --top 1 | cut -f 1) --target x$i" ;;
	2) command="confirm --text '$((i % 10))'" ;;
	3) command="delete --text ' $((i % 100)) '"
		removed=$(tmtool list --count --text " $((i % 100)) ") ;;
	4) command="undo" ;;
	*) command="import a.tsv --from en --to ar" ;;
	esac
	# exec: what is killed is the command, not a shell around it.
	eval "exec tmtool $command -q" >out 2>&1 &
	pid=$!
	roll
	sleep "$(printf '0.%03d' $ms)"
	kill -KILL $pid 2>/dev/null && killed=$((killed + 1))
	wait $pid 2>/dev/null
	tmtool info -q --check 2>said || fail "$command: $(cat said)"
	after=$(state)
	set -- $after
	case $((i % 6)) in
	4) ;; # an undo may take back anything
	5) [ "$2" -ge "$n" ] || fail "$command: $before, $after" ;;
	*) [ "$2" = "$n" ] || [ "$2" = $((n + added - removed)) ] ||
		fail "$command: $before, $after" ;;
	esac
	[ "$1" -le $((${before% *} + 1)) ] && [ "$1" -ge "${before% *}" ] ||
		fail "$command: operations $before, $after"
	# Not for ever larger.
	[ $((i % 60)) != 0 ] || {
		rm -rf m.tm*
		tmtool import -q a.tsv --from en --to ar
	}
done
# As many backups by a third, of a memory whose copy takes a while.
awk 'BEGIN { for (i = 1; i <= 20000; i++)
	print "a longer sentence with the number " i "\tجملة أطول رقم " i }' >c.tsv
tmtool import -q c.tsv --from en --to ar || fail "the import before backups"
j=0
while [ $j -lt $((kills / 3)) ] && [ $failures = 0 ]; do
	j=$((j + 1))
	tmtool backup -q "copy$j.tm" 2>/dev/null &
	pid=$!
	roll
	sleep "$(printf '0.%03d' $((ms * 10)))"
	kill -KILL $pid 2>/dev/null && killed=$((killed + 1))
	wait $pid 2>/dev/null
	[ ! -e "copy$j.tm" ] || tmtool info -q --check "copy$j.tm" 2>said ||
		fail "backup: $(cat said)"
	rm -rf "copy$j.tm" "copy$j.tm".index
done
tmtool backup -q last.tm || fail "the last backup"
for part in *.part-*; do
	[ ! -e "$part" ] || fail "a part of a backup is left: $part"
done
echo "crash_program: $i commands and $j backups, $killed killed: nothing torn"
finish
