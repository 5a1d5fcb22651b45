# alone.sh - source this first where a test mounts something: it begins again
# with mounts that are nobody else's, or is skipped where that cannot be.
if [ "${TM_ALONE-}" = "" ]; then
	TM_ALONE=1 unshare -m true 2>/dev/null || {
		echo "nothing can be mounted here"
		exit 77
	}
	TM_ALONE=1 exec unshare -m sh "$0" "$@"
fi
