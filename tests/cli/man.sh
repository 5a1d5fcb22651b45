#!/bin/sh
# The pages are good mdoc.
. "${TM_SRCDIR:?}/tests/lib.sh"
command -v mandoc >/dev/null || skip "mandoc is not installed"
for page in "$TM_SRCDIR"/docs/man/*.[1-8]; do
	mandoc -Tlint -W warning "$page" || fail "$page"
done
finish
