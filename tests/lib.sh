# lib.sh - what the scripts in tests/cli begin with
#
# A private folder to work in, a home and a memory of its own, tmtool in the
# PATH, and a few words to claim things with. A script ends with "finish".
# shellcheck shell=sh

: "${TM_SRCDIR:?}" "${TM_BUILDDIR:?}"
box=$(mktemp -d) || exit 1
trap 'chmod -R u+w "$box" 2>/dev/null; rm -rf "$box"' EXIT
trap 'exit 1' HUP INT TERM
cd "$box" || exit 1

# The program itself: libtool's wrapper is slow.
bin=$TM_BUILDDIR/src
if [ -x "$bin/.libs/tmtool" ]; then
	bin=$bin/.libs
	LD_LIBRARY_PATH=$TM_BUILDDIR/tm/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
	export LD_LIBRARY_PATH
fi
unset NO_COLOR TMTOOL_MEMORY TMTOOL_DICTD_PATH
PATH=$bin:$PATH
HOME=$box/home XDG_DATA_HOME=$box/home/share XDG_CACHE_HOME=$box/home/cache
LC_ALL=C.UTF-8
TMTOOL_RULES=$TM_SRCDIR/tm/rules
export PATH HOME XDG_DATA_HOME XDG_CACHE_HOME LC_ALL TMTOOL_RULES
mkdir -p "$HOME"

failures=0

fail() {
	echo "FAIL: $*"
	failures=$((failures + 1))
}

# run WORD...: run tmtool; what it said is in $out and $err, how it ended in
# $status.
run() {
	status=0
	tmtool "$@" >"$box/.out" 2>"$box/.err" </dev/null || status=$?
	out=$(cat "$box/.out") err=$(cat "$box/.err")
}

# is STATUS [TEXT]: the last run ended so and said TEXT on standard error.
is() {
	[ "$status" = "$1" ] || {
		fail "exit status $status, not $1: $err"
		return
	}
	case $err in
	*"${2-}"*) ;;
	*) fail "'$2' is not in: $err" ;;
	esac
}

# says TEXT: the last run printed TEXT.
says() {
	case $out in
	*"$1"*) ;;
	*) fail "'$1' is not in: $out" ;;
	esac
}

skip() {
	echo "SKIP: $*"
	exit 77
}

finish() {
	[ "$failures" = 0 ] || exit 1
	exit 0
}
