#!/bin/sh
# layers.sh - who may include whom
#
# Reads the #include lines of tm/ and src/ and holds them against the two
# tables below. "fuzzy.c includes store.h" is what it is there to catch:
#
#	tm/fuzzy.c:12: fuzzy must not know store (tests/arch/layers.sh)
#
# Needs TM_SRCDIR. Exits 0, or 1 with one line for each thing wrong.
set -u
export LC_ALL=C
cd "${TM_SRCDIR:?}" || exit 1

# A module is NAME.c, NAME.h, NAME_int.h, NAME_*.c and what stands behind
# "=" (patterns below tm/). Behind ":" are the modules whose headers it may
# include, besides its own. It can only name modules from the lines above,
# so nothing ever goes in a circle; two of a layer do not know each other
# unless one is named here on purpose.
export modules='
base	:
lang	: base
text	= scan.c element.c tokens.c spelling.c root.c : base lang
input	: base
xml	: base input
vocab	: base
threads	: base
unit	: base lang text
codes	: base lang text unit
filter	: base lang text unit
segment	= srx.c srx_*.c srx_int.h : base lang text xml
lexicon	= cldr.c dictd.c dictd_packages.c train.c train.h answer.c answer.h : base lang text vocab threads input xml
match	: base lang text vocab
adapt	: base lang text unit codes match
fuzzy	: base lang text vocab match
ladder	: base
align	: base lang text vocab threads lexicon
store	: base lang text vocab unit codes filter match fuzzy lexicon
check	: base lang text unit lexicon
clean	: base lang text unit filter match check
format	= format/* : base lang text unit xml input
'

# Each outside library has a wall: only these files may include it.
export walls='
unicode/*	tm/text.c tm/scan.c tm/tokens.c tm/spelling.c tm/lang.c tm/lang_name.c tm/segment.c tm/srx_icu.c tm/cldr.c tm/adapt.c tm/adapt_dates.c tm/adapt_doubts.c tm/adapt_forms.c tm/adapt_names.c tm/adapt_numbers.c tm/adapt_values.c
libstemmer.h	tm/tokens.c
libxml/*	tm/xml.c
sqlite3.h	tm/store_sql_int.h
zlib.h		tm/input.c tm/format.c
jansson.h	src/* tm/format/jsonl.c
'

files=$(find tm src -name '*.[ch]' | sort)
[ -n "$files" ] || {
	echo "$TM_SRCDIR: no source files below tm and src"
	exit 1
}

# shellcheck disable=SC2086 # a name with a space will not open, and so fail
awk '
function complain(what)
{
	print FILENAME ":" FNR ": " what
	bad = 1
}

# Does name fit the shell pattern pat, where * stands for anything?
function fits(name, pat,	re)
{
	re = pat
	gsub(/[.]/, "[.]", re)
	gsub(/[*]/, ".*", re)
	return name ~ ("^" re "$")
}

function fits_any(name, pats,	v, n, i)
{
	n = split(pats, v)
	for (i = 1; i <= n; i++)
		if (fits(name, v[i]))
			return 1
	return 0
}

function read_modules(	line, n, i, part, side, name, dep, k, m)
{
	n = split(ENVIRON["modules"], line, "\n")
	for (i = 1; i <= n; i++) {
		if (line[i] == "")
			continue
		split(line[i], side, ":")
		split(side[1], part, "=")
		name = part[1]
		gsub(/[ \t]/, "", name)
		m = split(side[2], dep)
		for (k = 1; k <= m; k++) {
			if (!(dep[k] in extra)) {
				print "tests/arch/layers.sh: " name " names " \
				    dep[k] ", which is not above it"
				bad = 1
			}
			may[name, dep[k]] = 1
		}
		extra[name] = part[2]
		order[++n_modules] = name
	}
}

# The module a file below tm/ belongs to, or "".
function module_of(path,	i, m)
{
	sub(/^tm\//, "", path)
	for (i = 1; i <= n_modules; i++) {
		m = order[i]
		if (path ~ ("^" m "(_[a-z0-9_]+)?[.][ch]$") ||
		    fits_any(path, extra[m]))
			return m
	}
	return ""
}

function read_walls(	line, n, i)
{
	n = split(ENVIRON["walls"], line, "\n")
	for (i = 1; i <= n; i++) {
		if (line[i] == "")
			continue
		split(line[i], part, "\t")
		wall[++n_walls] = part[1]
		sub(/^[^\t]*\t+/, "", line[i])
		inside[n_walls] = line[i]
	}
}

BEGIN {
	read_modules()
	read_walls()
}

FNR == 1 {
	library = FILENAME ~ /^tm\//
	public = FILENAME ~ /^tm\/[^\/]*[.]h$/ && FILENAME !~ /_int[.]h$/
	self = library ? module_of(FILENAME) : ""
	if (library && self == "" && FILENAME != "tm/tm.h")
		complain("belongs to no module of tests/arch/layers.sh")
	if (public && FILENAME != "tm/tm.h")
		header[FILENAME] = 1
}

/^[ \t]*#[ \t]*include[ \t]*</ {
	name = $0
	sub(/^[^<]*</, "", name)
	sub(/>.*/, "", name)
	for (i = 1; i <= n_walls; i++)
		if (fits(name, wall[i]) && !fits_any(FILENAME, inside[i]))
			complain("<" name "> may only be included in " inside[i])
	if (name ~ /^tm\//)
		complain("our own headers are included with quotes")
	next
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	name = $0
	sub(/^[^"]*"/, "", name)
	sub(/".*/, "", name)
	if (FILENAME == "tm/tm.h") {
		in_tm_h[name] = 1
		if (name ~ /_int[.]h$/)
			complain("a public header must not show " name)
		next
	}
	if (name == "config.h") {
		if (FILENAME ~ /[.]h$/)
			complain("config.h is for .c files")
		next
	}
	if (name !~ /^tm\//) {
		if (library)
			complain("say \"tm/...\", not \"" name "\"")
		next
	}
	if (!library) {
		if (name ~ /_int[.]h$/)
			complain("the program sees only public headers, not " \
			    name)
		next
	}
	if (name == "tm/tm.h") {
		complain("tm/tm.h is for users of the library")
		next
	}
	if (public && name ~ /_int[.]h$/)
		complain("a public header must not show " name)
	other = module_of(name)
	if (other == "")
		complain(name " belongs to no module of tests/arch/layers.sh")
	else if (self != "" && other != self && !((self, other) in may))
		complain(self " must not know " other \
		    " (tests/arch/layers.sh)")
	next
}

/^[ \t]*#[ \t]*include/ {
	complain("an include this test cannot read")
}

END {
	for (h in header)
		if (!(h in in_tm_h)) {
			print "tm/tm.h:1: does not include " h
			bad = 1
		}
	exit bad + 0
}' $files
