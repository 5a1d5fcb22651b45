#!/bin/sh
# autogen.sh - from a clone to configure, or all the way
#
#	./autogen.sh		generate configure
#	./autogen.sh demo	... build, and watch the main job on an example
#	./autogen.sh check	... build, and run every test
#
# demo and check install the Debian packages that are missing; other systems
# are told what is missing. Both build in build/, or in place where
# ./configure was run in place. CONFIGURE_FLAGS goes to configure.
set -eu
cd "$(dirname "$0")"

# What we need, one a line: the Debian package, who needs it (all, demo,
# check), and how to tell that it is there: a command, a pkg-config module, a
# header or a file.
packages() {
	cat <<-'END'
	autoconf		all	command	autoreconf
	automake		all	command	automake
	libtool			all	command	libtoolize
	pkg-config		all	command	pkg-config
	gcc			all	command	cc
	libc6-dev		all	header	stdio.h
	make			all	command	make
	libicu-dev		all	module	icu-i18n
	libxml2-dev		all	module	libxml-2.0
	libsqlite3-dev		all	module	sqlite3
	libjansson-dev		all	module	jansson
	zlib1g-dev		all	module	zlib
	libstemmer-dev		all	header	libstemmer.h
	libedit-dev		all	module	libedit
	dict-freedict-ara-eng	all	file	/usr/share/dictd/freedict-ara-eng.index
	dict-freedict-eng-ara	all	file	/usr/share/dictd/freedict-eng-ara.index
	check			check	module	check
	mandoc			check	command	mandoc
	libxml2-utils		check	command	xmllint
	jq			check	command	jq
	valgrind		check	command	valgrind
	END
}

usage() {
	sed -n '4,6s/^#	//p' "$0"
}

is_there() {
	case $1 in
	command) command -v "$2" >/dev/null 2>&1 ;;
	module) pkg-config --exists "$2" 2>/dev/null ;;
	header) echo "#include <$2>" | cc -E - >/dev/null 2>&1 ;;
	file) test -e "$2" ;;
	esac
}

missing() {
	packages | while read -r package who kind what; do
		if [ "$who" = all ] || [ "$who" = "$1" ]; then
			is_there "$kind" "$what" || echo "$package"
		fi
	done
}

install_missing() {
	wanted=$(missing "$1" | tr '\n' ' ')
	[ -n "$wanted" ] || return 0
	if ! command -v apt-get >/dev/null 2>&1; then
		echo "autogen.sh: missing, by the names of Debian's packages: $wanted" >&2
		echo "autogen.sh: install what your system calls them, then try again" >&2
		exit 2
	fi
	as_root=
	if [ "$(id -u)" != 0 ]; then
		if ! command -v sudo >/dev/null 2>&1; then
			echo "autogen.sh: missing: $wanted" >&2
			echo "autogen.sh: as root: apt-get install $wanted" >&2
			exit 2
		fi
		as_root=sudo
	fi
	echo "autogen.sh: installing $wanted"
	$as_root apt-get update -q
	# shellcheck disable=SC2086
	$as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -q -y --no-install-recommends $wanted
	wanted=$(missing "$1" | tr '\n' ' ')
	[ -z "$wanted" ] || {
		echo "autogen.sh: still missing: $wanted" >&2
		exit 2
	}
}

generate() {
	command -v autoreconf >/dev/null 2>&1 || {
		echo "autogen.sh: autoreconf is missing: install autoconf," \
			"automake, libtool and pkg-config" >&2
		exit 2
	}
	autoreconf --install --force
}

build() {
	install_missing "$1"
	generate
	if [ -f config.status ]; then
		build=.
	else
		build=build
	fi
	mkdir -p $build
	here=$PWD
	cd $build
	# shellcheck disable=SC2086
	"$here/configure" ${CONFIGURE_FLAGS-}
	make -j"$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)"
}

case ${1-} in
'')
	generate
	echo "autogen.sh: now ./configure && make && make install"
	;;
demo)
	build demo
	TM_SRCDIR=$here sh "$here/docs/examples/demo.sh" src/tmtool
	;;
check)
	build check
	make check
	;;
-h | --help)
	usage
	;;
*)
	usage >&2
	exit 64
	;;
esac
