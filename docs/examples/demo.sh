#!/bin/sh
# demo.sh TMTOOL - the main job on the example pair, each command shown; what
# it makes goes to the folder demo, here
set -eu
tmtool=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
mkdir -p demo
dir=$(cd demo && pwd)
rm -f "$dir"/demo.*
cd "$(dirname "$0")"
# The rules of this tree, also where nothing is installed yet.
TMTOOL_RULES=${TMTOOL_RULES-$(cd ../../tm/rules && pwd)}
TMTOOL_MEMORY=$dir/demo.tm
export TMTOOL_RULES TMTOOL_MEMORY

show() {
	printf '\n$ tmtool'
	for word; do
		case $word in
		*[!A-Za-z0-9./_=-]*) printf " '%s'" "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
	printf '\n'
	"$tmtool" "$@"
}

printf 'The memory is %s.\n' "$TMTOOL_MEMORY"
show align ar.txt en.txt -o "$dir/demo.tmx"
show align ar.txt en.txt --dry-run --quiet -o -
show info
# An Arabic sentence of the article with another number, and an English one.
show lookup 'ويرقد الحطام على عمق 42 مترًا، وعلى بُعد نحو 400 متر من الشاطئ، تحت طبقة من الرمال حفظت جزءًا كبيرًا من هيكل السفينة الخشبي.'
show lookup 'But she warned that “wood that has lain under the sand for ten centuries can be ruined within days if it is not kept wet.”'
printf '\n%s opens in OmegaT, Trados, memoQ and the rest.\n' "$dir/demo.tmx"
