#!/bin/sh
# all.sh BIN_DIR WORK_DIR [NAME...]: every script of this folder that starts a server, or those named; the last line adds up theirs.
set -eu
bin=$1
work=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || set -- dokuwiki gitweb hgweb wordpress nodebb bluesky
for name in "$@"; do
	[ -f "$here/$name.sh" ] || { echo "test-real: no server \"$name\"" >&2; exit 2; }
done
mkdir -p "$work"
sums=$work/sums
: >"$sums"
for name in "$@"; do
	printf '\n==== %s ====\n' "$name"
	started=$(date +%s)
	# the script's own exit code is in its last line
	sh "$here/$name.sh" "$bin" "$work" >"$work/$name.log" 2>&1 || true
	cat "$work/$name.log"
	# one that ended early has no sum: that is a failure
	tail -n 1 "$work/$name.log" | grep -E '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' | sed "s/\$/ in $(($(date +%s) - started)) s: $name/" >>"$sums" ||
		echo "0 passed, 1 failed in $(($(date +%s) - started)) s: $name, which stopped" >>"$sums"
done
echo
cat "$sums"
echo
awk '{ passed += $1; failed += $3; if (/skipped/) skipped += $5 }
	END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped; exit failed > 0 }' "$sums"
