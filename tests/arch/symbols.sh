#!/bin/sh
# symbols.sh - the library exports what its headers declare, and no more
#
# Three questions to the built libtm.so:
#	- is every function of the public headers in it?
#	- is everything in it declared in a public header?
#	- does it ask for something a library must not: print, exit?
#
# Needs TM_SRCDIR and TM_BUILDDIR. Exits 0, 1 with a line for each thing
# wrong, or 77 without nm or without a shared library.
set -u
export LC_ALL=C
: "${NM:=nm}"
cd "${TM_SRCDIR:?}" || exit 1
objects=${TM_BUILDDIR:?}/tm
lib=$objects/.libs/libtm.so
command -v "$NM" >/dev/null || {
	echo "nm is missing"
	exit 77
}
[ -f "$lib" ] || {
	echo "$lib: not built (--disable-shared?)"
	exit 77
}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# What the headers declare, one "FILE:LINE NAME" a line. Comments, macros
# and everything in braces go; of what is left each statement that ends in
# ";" and is neither a type nor static declares the first tm_NAME before
# a "(", or, where it is extern data, its last word.
declared()
{
	awk '
	FNR == 1 {
		comment = macro = depth = 0
		text = ""
	}
	{
		line = $0
		if (macro || (!comment && line ~ /^[ \t]*#/)) {
			macro = line ~ /\\$/
			next
		}
		while (comment || line ~ /\/[*]/) {
			if (!comment) {
				at = index(line, "/*")
				rest = substr(line, at + 2)
				kept = substr(line, 1, at - 1)
				comment = 1
			} else {
				rest = line
				kept = ""
			}
			if ((at = index(rest, "*/")) == 0) {
				line = kept
				break
			}
			line = kept " " substr(rest, at + 2)
			comment = 0
		}
		sub(/\/\/.*/, "", line)
		gsub(/TM_(BEGIN|END)_DECLS/, "", line)
		n = length(line)
		for (i = 1; i <= n; i++) {
			c = substr(line, i, 1)
			if (c == "{") {
				depth++
			} else if (c == "}") {
				# the body of an inline function ends here
				if (--depth == 0 && text ~ /^[ \t]*static/)
					text = ""
			} else if (depth == 0 && c == ";") {
				statement(text)
				text = ""
			} else if (depth == 0) {
				text = text c
				if (!noted && text ~ /tm_[a-z0-9_]+ *[(]$/)
					noted = FNR
			}
		}
		text = text " "
	}
	function statement(s)
	{
		if (s !~ /^[ \t]*(typedef|static)/ &&
		    match(s, /tm_[a-z0-9_]+ *[(]/)) {
			s = substr(s, RSTART, RLENGTH)
			sub(/ *[(]/, "", s)
			print FILENAME ":" noted, s
		} else if (s ~ /^[ \t]*extern[ \t]/) {
			sub(/[ \t]*(\[[^]]*\])*[ \t]*$/, "", s)
			sub(/.*[^A-Za-z0-9_]/, "", s)
			print FILENAME ":" FNR, s
		}
		noted = 0
	}' "$@"
}

# shellcheck disable=SC2046 # the names of headers have no spaces
declared $(find tm -name '*.h' ! -name '*_int.h' ! -path 'tm/*/*' | sort) \
	>"$tmp/where"
awk '{ print $2 }' "$tmp/where" | sort -u >"$tmp/declared"
"$NM" -D --defined-only "$lib" |
	awk '$2 != "A" { sub(/@.*/, "", $NF); print $NF }' |
	sort -u >"$tmp/exported"
bad=0

[ -s "$tmp/declared" ] || {
	echo "tm/*.h: no declaration found; is this test broken?"
	bad=1
}
for name in $(comm -23 "$tmp/declared" "$tmp/exported"); do
	awk -v name="$name" '$2 == name {
		print $1 ": " name " is declared but libtm.so lacks it"
	}' "$tmp/where"
	bad=1
done
for name in $(comm -13 "$tmp/declared" "$tmp/exported"); do
	where=$(grep -rn "^$name(" tm --include='*.c' | head -n 1 |
		cut -d: -f1,2)
	echo "${where:-$lib}: $name is exported but no public header has it"
	bad=1
done

# What a library leaves to its program. (A compiler makes puts of printf,
# and __printf_chk of it with -D_FORTIFY_SOURCE.)
never='_?exit|quick_exit|(__)?v?printf(_chk)?|puts|putchar|perror|stderr'
never="$never|setlocale"
for o in "$objects"/.libs/*.o "$objects"/format/.libs/*.o; do
	file=${o#"$TM_BUILDDIR/"}
	file=${file%%.libs/*}${o##*/libtm_all_la-}
	file=${file%.o}.c
	# an object whose source has gone is left over
	if [ ! -f "$o" ] || [ ! -f "$file" ]; then
		continue
	fi
	for name in $("$NM" --undefined-only "$o" | awk '{ print $NF }' |
		grep -xE "$never"); do
		bare=${name#__}
		bare=${bare%_chk}
		[ "$bare" = puts ] && bare='(puts|printf)'
		where=$(grep -nE "(^|[^a-z_])$bare" /dev/null "$file" |
			head -n 1 | cut -d: -f1,2)
		echo "${where:-$file}: a library must not use $name"
		bad=1
	done
done
exit $bad
