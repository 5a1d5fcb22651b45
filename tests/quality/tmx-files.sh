#!/bin/sh
# tmx-files.sh - how well each TMX file of the collection is read
#
# For every file of ../shared/data/tmx one line, separated by tabs: its name,
# the units it has as its MANIFEST says (0: it is not well-formed), how many
# were read and how many were reported as skipped, whether what was read and
# written is read as the same ("same"), and by how many tools it was made to
# be trouble. Fails where a good unit is lost, or where writing and reading
# again changes a memory.
#
# Needs TM_SRCDIR and TM_BUILDDIR; skips (77) without the collection.
. "${TM_SRCDIR:?}/tests/lib.sh"
tmx=$TM_SRCDIR/../shared/data/tmx
[ -f "$tmx/MANIFEST.tsv" ] || skip "no collection of TMX files"

# read_units FILE OUT: its units as JSON lines, without numbers of lines.
read_units() {
	tmtool convert -q "$1" - -f jsonl >"$2" 2>"$2.err"
}

printf 'file\tunits\tread\treported\tagain\n'
# Well-formed files of which all units count; the rest promises nothing.
sed 1d "$tmx/MANIFEST.tsv" | cut -f 1,5 >files
while IFS='	' read -r name units; do
	read_units "$tmx/$name" one.jsonl
	ended=$?
	n=$(wc -l <one.jsonl)
	reported=$(tmtool import -n --memory none.tm "$tmx/$name" 2>&1 |
		sed -n 's/.* \([0-9]*\) skipped.*/\1/p')
	again=-
	if [ "$n" -gt 0 ]; then
		again=same
		rm -rf one.tm* two.tm*
		tmtool import -q -m one.tm "$tmx/$name" 2>/dev/null
		tmtool export -q -m one.tm -o one.tmx 2>/dev/null
		tmtool import -q -m two.tm one.tmx 2>/dev/null
		tmtool export -q -m two.tm -o two.tmx 2>/dev/null
		cmp -s one.tmx two.tmx || again=differs
	fi
	printf '%s\t%s\t%s\t%s\t%s\n' "$name" "$units" "$n" "${reported:-0}" \
		"$again"
	[ "$again" != differs ] || fail "$name: not the same when read again"
	[ "$((n + ${reported:-0}))" -ge "$units" ] ||
		fail "$name: $units units, $n read, ${reported:-0} reported"
	[ "$ended" = 0 ] || [ "$units" = 0 ] ||
		fail "$name: $(head -n 1 one.jsonl.err)"
done <files
finish
