#!/bin/sh
# fit-confidence.sh LIST FOLDER - fit the confidence of pairs anew
#
# When the aligner changes, its posteriors do, and what is made of them must
# follow. Each line of LIST is a set: its name, as fit-confidence.py wants it,
# and what quality_align -c gets ("news_a.de-fr de fr sets/news_a.de-fr",
# "ntrex_aren_a+d -d ar en sets/ntrex_aren_a"). FOLDER gets NAME.txt of each,
# and table.tsv, what is promised and kept where a family was left out;
# tm/align_sure_int.h is written. The former of two steps takes as long as
# aligning all sets, the latter minutes. Needs TM_SRCDIR and TM_BUILDDIR with
# tests/quality/quality_align built; PYTHON is one that has scikit-learn.
set -eu
list=${1:?} folder=${2:?} fit=${TM_SRCDIR:?}/tests/quality/fit-confidence.py
measure=${TM_BUILDDIR:?}/tests/quality/quality_align
: "${PYTHON:=python3}"

mkdir -p "$folder"
while read -r name arguments; do
	# shellcheck disable=SC2086 # they are several
	"$measure" -c $arguments >"$folder/$name.txt"
done <"$list"
"$PYTHON" "$fit" "$folder"/*.txt >"$folder/table.tsv"
"$PYTHON" "$fit" -w "$folder"/*.txt >"$folder/table.h"
mv "$folder/table.h" "$TM_SRCDIR/tm/align_sure_int.h"
