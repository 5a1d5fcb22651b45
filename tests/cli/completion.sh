#!/bin/sh
# bash completes commands, options, choices and files.
. "${TM_SRCDIR:?}/tests/lib.sh"
command -v bash >/dev/null || skip "bash is not installed"
: >one.tmx

completed() {
	bash -c '. "$TM_SRCDIR/docs/completions/bash/tmtool"
		COMP_WORDS=(tmtool "$@") COMP_CWORD=$#
		_tmtool
		printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}

out=$(completed al)
[ "$out" = align ] || fail "al: $out"
out=$(completed align --pre)
[ "$out" = --presegmented ] || fail "--pre: $out"
out=$(completed align --format js)
[ "$out" = json ] || fail "--format js: $out"
out=$(completed import one)
[ "$out" = one.tmx ] || fail "one: $out"
if command -v zsh >/dev/null; then
	zsh -n "$TM_SRCDIR/docs/completions/zsh/_tmtool" || fail zsh
fi
if command -v fish >/dev/null; then
	fish -n "$TM_SRCDIR/docs/completions/fish/tmtool.fish" || fail fish
fi
finish
