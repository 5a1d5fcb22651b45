#!/bin/sh
# interchange.sh - real programs read what we write
#
# For each that is installed one line, PASS, FAIL or SKIP: OmegaT fills a
# project from our TMX and takes the translation in context where a source
# has two; translate-toolkit's pretranslate fills a PO file from our TMX;
# msgfmt -c takes our PO; the XLIFF schemas of Debian's
# php-symfony-translation (XLIFF_SCHEMAS=FOLDER names another place) take our
# XLIFF 1.2 and 2.0. Fails where one of them does.
#
# Needs TM_SRCDIR and TM_BUILDDIR.
. "${TM_SRCDIR:?}/tests/lib.sh"
schemas=${XLIFF_SCHEMAS:-/usr/share/php/Symfony/Component/Translation/Resources/schemas}

cat >units.jsonl <<'X'
{"srclang":"en","variants":[{"lang":"en","text":"One day."},{"lang":"ar","text":"يوم واحد."}],"document":"a.txt","position":1}
{"srclang":"en","variants":[{"lang":"en","text":"Save the file."},{"lang":"ar","text":"احفظ الملف أولا."}],"document":"a.txt","position":2}
{"srclang":"en","variants":[{"lang":"en","text":"Two days."},{"lang":"ar","text":"يومان."}],"document":"a.txt","position":3}
{"srclang":"en","variants":[{"lang":"en","text":"Save the file."},{"lang":"ar","text":"خزن الملف ثانيا."}],"document":"a.txt","position":4}
{"srclang":"en","variants":[{"lang":"en","text":"Press OK","codes":[{"at":6,"xml":"<ph x=\"1\">&lt;br&gt;</ph>"}]},{"lang":"ar","text":"اضغط موافق","codes":[{"at":9,"xml":"<ph x=\"1\">&lt;br&gt;</ph>"}]}]}
X
tmtool import -q -m units.tm units.jsonl || fail "import"

verdict() { # NAME CONDITION...
	name=$1
	shift
	if "$@"; then
		echo "PASS $name"
	else
		echo "FAIL $name"
		failures=$((failures + 1))
	fi
}

omegat=/usr/share/omegat/OmegaT.jar
if [ -f "$omegat" ] && command -v java >/dev/null; then
	mkdir -p p/source p/target p/tm/auto p/omegat p/glossary p/dictionary conf
	printf 'One day.\n\nSave the file.\n\nTwo days.\n\nSave the file.\n' \
		>p/source/a.txt
	{
		printf '<?xml version="1.0" encoding="UTF-8"?>\n<omegat><project '
		printf 'version="1.0">'
		for x in source_dir target_dir tm_dir glossary_dir \
			glossary_file dictionary_dir; do
			printf '<%s>__DEFAULT__</%s>' $x $x
		done
		printf '<source_lang>en</source_lang><target_lang>ar'
		printf '</target_lang><sentence_seg>false</sentence_seg>'
		printf '<support_default_translations>true'
		printf '</support_default_translations></project></omegat>\n'
	} >p/omegat.project
	tmtool export -q -m units.tm --for omegat -o p/tm/auto/m.tmx
	java -Djava.awt.headless=true -jar "$omegat" p \
		--mode=console-translate --config-dir="$box/conf" --no-team \
		>omegat.log 2>&1
	printf 'يوم واحد.\n\nاحفظ الملف أولا.\n\nيومان.\n\nخزن الملف ثانيا.\n' >want
	verdict "omegat: 4 of 4, in context" cmp -s want p/target/a.txt
else
	echo "SKIP omegat"
fi

if command -v pretranslate >/dev/null && command -v msgfmt >/dev/null; then
	printf 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n' >t.po
	printf 'msgid "One day."\nmsgstr ""\n\nmsgid "Two days."\nmsgstr ""\n' >>t.po
	tmtool export -q -m units.tm --level 1 -o units.tmx 2>/dev/null
	pretranslate --tm=units.tmx -s 75 -t t.po t.po out.po >/dev/null 2>&1
	verdict "pretranslate: 2 of 2" \
		sh -c 'msgfmt --statistics -o /dev/null out.po 2>&1 | grep -q "^2 translated"'
else
	echo "SKIP pretranslate"
fi

if command -v msgfmt >/dev/null; then
	tmtool export -q -m units.tm -o units.po 2>/dev/null
	verdict "msgfmt -c" sh -c 'msgfmt -c -o /dev/null units.po 2>/dev/null'
else
	echo "SKIP msgfmt"
fi

# The schemas import one that they have not got where they say.
mkdir -p xsd/informativeCopiesOf3rdPartySchemas/w3c
for xsd in "$schemas"/*.xsd; do
	[ -f "$xsd" ] && sed 's|http://www.w3.org/2001/xml.xsd|xml.xsd|' \
		"$xsd" >"xsd/${xsd##*/}"
done
[ -f xsd/xml.xsd ] && cp xsd/xml.xsd xsd/informativeCopiesOf3rdPartySchemas/w3c

# Every pair of languages of every file of the collection, where it is.
mkdir -p in
cp units.tmx in/ 2>/dev/null || tmtool export -q -m units.tm -o in/units.tmx
for f in "$TM_SRCDIR"/../shared/data/tmx/*.tmx; do
	[ -f "$f" ] && tmtool convert -q --split "$f" "in/${f##*/}" 2>/dev/null
done

# all_pass EXTENSION FORMAT COMMAND...: each of them, written in the format,
# is taken by the command.
all_pass() {
	ext=$1 to=$2 n=0 bad=0
	shift 2
	for f in in/*.tmx; do
		tmtool convert -q "$f" "x.$ext" -f "$to" 2>/dev/null || continue
		n=$((n + 1))
		"$@" "x.$ext" >said 2>&1 || {
			bad=$((bad + 1))
			echo "$f: $(head -n 1 said)"
		}
	done
	echo "$to: $n files, $bad refused"
	[ "$n" -gt 0 ] && [ "$bad" = 0 ]
}

for v in 1.2:xliff:xliff-core-1.2-strict 2.0:xliff2:xliff-core-2.0; do
	name=${v%%:*} xsd=xsd/${v##*:}.xsd
	format=${v#*:}
	if [ -f "$xsd" ] && command -v xmllint >/dev/null; then
		verdict "xliff $name" all_pass xlf "${format%:*}" \
			xmllint --noout --nonet --schema "$xsd"
	else
		echo "SKIP xliff $name"
	fi
done
if command -v msgfmt >/dev/null; then
	verdict "msgfmt -c of all" all_pass po po msgfmt -c -o /dev/null
fi
finish
