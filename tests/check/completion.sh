#!/bin/sh
# completion.sh SOURCE BUILD: the completion script, sourced in bash, completes commands and options.
set -eu
command -v bash >/dev/null || { echo "skipped: bash is not installed"; exit 77; }
"$2/bin/amplimeter" completion >"${TMPDIR:-/tmp}/amplimeter-completion.$$"
trap 'rm -f "${TMPDIR:-/tmp}/amplimeter-completion.$$"' EXIT
bash --norc --noprofile -s "${TMPDIR:-/tmp}/amplimeter-completion.$$" <<'BASH'
set -eu
. "$1"
bad=0
# expect WANTED WORD...: what TAB offers after the last word
expect() {
	wanted=$1
	shift
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	_amplimeter
	[ "${COMPREPLY[*]:-}" = "$wanted" ] || { echo "after \"$*\": \"${COMPREPLY[*]:-}\" instead of \"$wanted\""; bad=1; }
}
expect crawl amplimeter cr
expect '--db --dry-run' amplimeter crawl --d
expect '--json' amplimeter status --j
expect '' amplimeter status stu
expect '' amplimeter nosuch --d
complete -p amplimeter | grep -q -- '-F _amplimeter' || { echo "no completion is registered for amplimeter"; bad=1; }
exit $bad
BASH
