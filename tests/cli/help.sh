#!/bin/sh
# Every command has a page, every option of the program is in the page and
# every option of the page in the program.
. "${TM_SRCDIR:?}/tests/lib.sh"

in_program() {
	tmtool --complete "$1" | sed -n 's/^\(--*[^	]*\)	.*/\1/p' | sort -u
}

# ".It Fl m , Fl -memory Ar file" -> -m and --memory
in_page() {
	sed -n 's/^\.It Fl //p' "$1" | sed 's/ Ar .*//; s/ , Fl /\n/g' |
		sed 's/^/-/' | sort -u
}

commands=$(tmtool --complete | sed -n 's/^\([a-z]*\)	.*/\1/p')
[ -n "$commands" ] || fail "no commands"
for command in $commands; do
	page=$TM_SRCDIR/docs/man/tmtool-$command.1
	[ -f "$page" ] || {
		fail "$command has no page"
		continue
	}
	in_program "$command" >program
	in_page "$page" >page
	cmp -s program page || {
		fail "$command: program (<) and page (>) differ"
		diff program page
	}
	grep -q "Xr tmtool-$command 1" "$TM_SRCDIR/docs/man/tmtool.1" ||
		fail "tmtool.1 does not name $command"
	summary=$(tmtool --complete | sed -n "s/^$command	//p")
	grep -qxF "$summary" "$TM_SRCDIR/docs/man/tmtool.1" ||
		fail "tmtool.1 does not say that $command is to $summary"
	grep -qxF ".Nd $summary" "$page" ||
		fail "the page of $command does not say '$summary'"
	run "$command" --help
	is 0
	says "Usage: tmtool $command"
	run help "$command"
	is 0
	run "$command" --no-such-option
	is 64 "there is no option '--no-such-option'"
	is 64 "Try 'tmtool $command --help'"
done

run --help
is 0
says "Usage: tmtool COMMAND"
run --version
is 0
says "tmtool "
run
is 64 Usage
run alin a b
is 64 "did you mean 'align'?"
run frobnicate
is 64 "there is no command 'frobnicate'"
run align one
is 64 "align needs SRC TGT"
run align a b c
is 64 "'c' is one argument too many"
run align --from
is 64 "'--from' needs a value"
run align --from '' a b
is 64 "is not a language tag"
run align --dry-run=yes a b
is 64 "'--dry-run=yes' takes no value"
run lookup --min 0 x
is 64 "--min: '0' is not a whole number from 1 to"
run align --review-below 2 a b
is 64 "--review-below: '2' is not a number from 0 to 1"
run align --format docx a b
is 64 "--format: 'docx' is none of tmx, tsv"
finish
