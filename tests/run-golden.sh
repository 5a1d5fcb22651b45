#!/bin/sh
# run-golden.sh [COMMAND[/CASE]]... - run the cases below tests/golden
#
# A case is a folder tests/golden/COMMAND/CASE; to add one, no code is
# needed:
#
#	args		what follows "tmtool", in shell quotes
#	expected	standard output, byte for byte
#	stdin		standard input (absent: empty)
#	status		the exit status (absent: 0)
#	errors		lines; each must occur in standard error
#	setup		shell lines run before, with tmtool in the PATH
#
# Everything else in the folder is there for the case to use. It runs in a
# copy of its folder, with a home and a memory of its own and without
# dictionaries, so cases neither see the machine nor each other. Where the
# name of that private place is printed, it reads BOX.
#
# Prints PASS or FAIL for each case, a diff with a FAIL, and a line of counts.
# UPDATE=1 rewrites "expected" ("make update-golden"); JOBS=N runs N at once.
# Needs TM_SRCDIR and TM_BUILDDIR. Exits 0, or 1 when a case fails or there
# is none.
set -u
golden=${TM_SRCDIR:?}/tests/golden
: "${TM_BUILDDIR:?}" "${UPDATE:=}" "${JOBS:=$(getconf _NPROCESSORS_ONLN)}"

tmp=$(mktemp -d) || exit 1
trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# The program itself, not libtool's wrapper: the wrapper is slow, and may
# write to the build folder while another case runs.
bin=$TM_BUILDDIR/src
if [ -x "$bin/.libs/tmtool" ]; then
	bin=$bin/.libs
	LD_LIBRARY_PATH=$TM_BUILDDIR/tm/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
	export LD_LIBRARY_PATH
fi
[ -x "$bin/tmtool" ] || {
	echo "$bin/tmtool: not built"
	exit 1
}

# The same surroundings everywhere.
unset NO_COLOR FORCE_COLOR CLICOLOR CLICOLOR_FORCE COLUMNS LANG LANGUAGE
export LC_ALL=C.UTF-8 TZ=UTC USER=tester LOGNAME=tester
export PATH="$bin:$PATH" TMTOOL_RULES="$TM_SRCDIR/tm/rules"
# What has no date is dated by its file, but no later than this.
export SOURCE_DATE_EPOCH=1700000000
# A sanitizer that speaks up must not look like an answer.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}exitcode=99"
export LSAN_OPTIONS="${LSAN_OPTIONS:+$LSAN_OPTIONS:}exitcode=99"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}exitcode=99"
limit=
command -v timeout >/dev/null && limit='timeout 60'

# Replace the name of the private place in a file, if it is there.
hide_box()
{
	grep -qF "$box" "$1" || return 0
	sed "s|$box|BOX|g" "$1" >"$1.new" && mv "$1.new" "$1"
}

# Run one case in $box; say on standard output what is wrong.
run_case()
{
	[ -f "$1/args" ] || {
		echo "no 'args'"
		return
	}
	mkdir "$box/home" || return
	cp -R "$1" "$box/case" && chmod -R u+w "$box/case" || return
	(
		export HOME="$box/home" XDG_DATA_HOME="$box/home/data"
		export XDG_CONFIG_HOME="$box/home/config"
		export XDG_CACHE_HOME="$box/home/cache"
		export TMTOOL_MEMORY="$box/home/memory.tm"
		export TMTOOL_DICTD_PATH="$box/home/dictd"
		cd "$box/case" || exit
		if [ -f setup ]; then
			set -e
			# shellcheck source=/dev/null
			. ./setup >"$box/setup.log" 2>&1 </dev/null
			set +e
		fi
		: >"$box/ready"
		[ -f stdin ] || : >stdin
		set -f
		eval "set -- $(cat args)"
		# shellcheck disable=SC2086 # two words, or none
		exec $limit tmtool "$@" <stdin >"$box/out" 2>"$box/err"
	)
	status=$?
	if [ ! -f "$box/ready" ]; then
		echo "setup failed:"
		cat "$box/setup.log"
		return
	fi
	hide_box "$box/out"
	hide_box "$box/err"
	want=0
	[ ! -f "$1/status" ] || want=$(cat "$1/status")
	if [ "$status" != "$want" ]; then
		echo "exit status $status, not $want; standard error:"
		cat "$box/err"
	elif [ -n "$UPDATE" ]; then
		cmp -s "$box/out" "$1/expected" || {
			cp "$box/out" "$1/expected" && : >"$box/updated"
		}
	fi
	if [ ! -f "$1/expected" ]; then
		echo "no 'expected'; UPDATE=1 writes it"
	elif ! cmp -s "$1/expected" "$box/out"; then
		(cd "$1" && diff -u -L expected -L got expected "$box/out")
	fi
	[ ! -f "$1/errors" ] || while IFS= read -r line || [ -n "$line" ]; do
		grep -qF -e "$line" "$box/err" || {
			echo "standard error lacks: $line"
			echo "it is:"
			cat "$box/err"
		}
	done <"$1/errors"
}

# Every JOBS-th case, from the $1-th on.
run_share()
{
	n=0
	while IFS= read -r name; do
		n=$((n + 1))
		[ $((n % JOBS)) = "$1" ] || continue
		box=$tmp/box.$n
		mkdir "$box" || continue
		run_case "$golden/$name" >"$box/log" 2>&1
		verdict=PASS
		[ ! -f "$box/updated" ] || verdict=UPDATED
		[ ! -s "$box/log" ] || verdict=FAIL
		{
			echo "$verdict: $name"
			sed 's/^/    /' "$box/log"
		} >"$tmp/result.$n"
		rm -rf "$box"
	done <"$tmp/cases"
}

[ $# -gt 0 ] || set -- .
(cd "$golden" && find "$@" -type f '(' -name args -o -name expected ')') |
	sed 's|^\./||; s|/[a-z]*$||' | sort -u >"$tmp/cases"
job=0
while [ "$job" -lt "$JOBS" ]; do
	run_share "$job" &
	job=$((job + 1))
done
wait

n=0
passed=0
failed=0
while IFS= read -r name; do
	n=$((n + 1))
	cat "$tmp/result.$n" || echo "FAIL: $name (did not run)"
	case $(head -n 1 "$tmp/result.$n") in
	PASS* | UPDATED*) passed=$((passed + 1)) ;;
	*) failed=$((failed + 1)) ;;
	esac
done <"$tmp/cases"
echo "golden: $passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
