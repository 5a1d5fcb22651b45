#!/bin/sh
# What is done to a memory is written down, shown, undone, listed and copied.
. "${TM_SRCDIR:?}/tests/lib.sh"
export TMTOOL_MEMORY="$box/m.tm" TMTOOL_USER=ann SOURCE_DATE_EPOCH=1780000000

cat >x.tmx <<'END'
<?xml version="1.0"?>
<tmx version="1.4"><header creationtool="Ours" creationtoolversion="7"
 segtype="paragraph" o-tmf="abc" adminlang="en" srclang="en" datatype="plaintext">
<note>of the file</note><prop type="x-who">me</prop></header><body>
<tu creationid="bob" creationdate="20200101T000000Z"><prop type="x-domain">law</prop>
<tuv xml:lang="en"><seg>The <ph x="1"/>court</seg></tuv>
<tuv xml:lang="de"><seg>Das Gericht</seg></tuv></tu>
<tu creationid="eve" creationdate="20250601T000000Z">
<tuv xml:lang="en-US"><seg>The sea</seg></tuv>
<tuv xml:lang="de"><seg>Das Meer</seg></tuv>
<tuv xml:lang="fr"><seg>La mer</seg></tuv></tu>
</body></tmx>
END
printf 'a house\tein Haus\na dog\tein Hund\n' >y.tsv

# Nothing is anywhere without a home.
(unset TMTOOL_MEMORY HOME XDG_DATA_HOME && tmtool info) 2>said
[ $? = 2 ] || fail "no home: not refused"
grep -q 'neither HOME nor XDG_DATA_HOME' said || fail "$(cat said)"

run import x.tmx
is 0 "2 added"
run import y.tsv --from en --to de
is 0 "2 added"

# Which units
ids() {
	run list "$@"
	ids=$(printf '%s\n' "$out" | cut -f 1 | tr '\n' ' ')
	[ -n "$out" ] || ids=
}
wants() {
	want=$1
	shift
	ids "$@"
	[ "$ids" = "$want" ] || fail "list $*: $ids, not $want"
}
wants "1 2 3 4 "
wants "2 " --from en-US
wants "2 " --to fr
wants "1 " --author 'B*'
wants "1 " --prop domain=law
wants "1 2 " --file x.tmx
wants "1 " --before 2025
wants "2 " --since 2025-06-01 --before 2025-06-02
wants "1 " --from en --to de --status draft --text 'e' --before 2024-01
wants "3 " --text HAUS
wants "3 4 " 3 '#4'
run list --since 2025-13
is 64 "'2025-13' is not a date"
run list --text nowhere
is 1
run list --count --to de
says 4
run list --json 2
says '"author":"eve"'
says '"file":"x.tmx"'

# Edit: options, standard input, an editor
run edit 1 --target 'Das hohe Gericht' --note seen --prop x-domain=court --as confirmed
is 0 "unit 1 changed"
run list --json 1
says '"text":"Das hohe Gericht"'
says '"value":"seen"'
says '"value":"court"'
says '"status":"confirmed"'
says '"changer":"ann"'
run edit 1 --source 'The high court'
run list --json 1
says '"codes":[{"at":9'
printf 'en-US: The sea\nde: Die See\\nhier\nfr: La mer\nnote: wet\n' |
	tmtool edit 2 2>said || fail "$(cat said)"
run list --json 2
says '"text":"Die See\nhier"'
says '"value":"wet"'
printf 'de: Die See\n' | tmtool edit 2 2>said && fail "half a form was taken"
run edit 2 --target x
is 2 "several translations"
run edit 2 --to fr --target x --dry-run
is 0 "dry run"
says "fr: x"
run edit 2 --to fr --target 'La mer'
is 0 "is as it was"
run edit 99 --target x
is 2 "no unit 99"
run edit x
is 64 "not the number of a unit"

# History and undo
run history
says '4	2026-05-28T20:26:40Z	ann	edit	1 changed'
says '1	2026-05-28T20:26:40Z	ann	import x.tmx	2 added'
run history 1
says 'was de Das Gericht'
run history --json --last 1
says '"operation":5'
run undo
is 0 "undone: operation 5, edit (1 changed)"
run undo
run list 1
says 'Das hohe Gericht'
run undo 3
run list 1
says 'Das Gericht'
run delete --file y.tsv --dry-run
is 0 "2 units would be removed (dry run"
wants "1 2 3 4 "
run delete --file y.tsv
is 0 "2 units removed; 'tmtool undo'"
wants "1 2 "
run lookup --min 95 'a house'
is 1
run undo
run lookup --min 95 'a house'
is 0
run undo 2 --dry-run
is 0 "would undo operation 2, import y.tsv (2 added)"
wants "1 2 3 4 "
run confirm --to fr
is 0 "1 unit changed"
run undo 1
is 2 "operation 11 changed unit 2 after it"
run undo 999
is 2 "no operation 999"
# A word that is no number is a wrong call, and nothing before it is done.
run undo 2 zwei
is 64 "'zwei' is not the number of an operation"
run confirm 1 zwei
is 64 "'zwei' is not the number of a unit"
run delete 1 2-
is 64 "is not the number of a unit"
run list zwei
is 64 "'zwei' is not the number of a unit"
wants "1 2 3 4 "
run confirm
is 64 "name units"
run confirm 1 --to fr
is 64 "not both"
run undo 11 2 1
is 0
wants "" --status draft
run history
says 'undone by'
run undo 14 13
wants "1 2 3 4 "
run info --check
is 0 sound

# The header of the file comes back.
run export --format tmx
says 'of the file'
says '>me</prop>'
says 'o-tmf="abc"'

# The past is forgotten, and what is wrong is named.
run clean --history 2000-01-01
is 0 " 0 operations forgotten"
run clean --history 2100-01-01 --dry-run
is 0 "would be forgotten (dry run)"
run clean --history 2100-01-01
is 0 "operations forgotten"
run undo 1
is 2 "has no operation 1"
run info --check
is 0 sound
run clean --history tomorrow
is 64 "not a date"
run clean --history 2000-01-01 --duplicates
is 64 "goes alone"

# A copy that is sound, or none
run backup copy.tm
is 0 "found sound"
run info -m copy.tm --check
is 0 sound
run backup copy.tm
is 2 "is there already"
run backup nowhere/copy.tm
is 2 "cannot copy"
ls | grep part && fail "rests of a backup"
size=$(wc -c <copy.tm)
head -c $((size / 2)) copy.tm >cut.tm
run info -m cut.tm --check
is 1 "its end is missing"
run info -m cut.tm
is 2 "its end is missing"
head -c 5000 copy.tm >torn.tm
tail -c +9001 copy.tm | head -c $((size - 5000)) >>torn.tm
head -c $((size - $(wc -c <torn.tm))) copy.tm >>torn.tm
run info -m torn.tm --check
is 1 "damaged"
run backup -m torn.tm no.tm
[ "$status" != 0 ] || fail "a damaged memory was copied"
[ ! -e no.tm ] || fail "a damaged copy was left"
finish
