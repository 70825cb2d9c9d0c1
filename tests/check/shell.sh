#!/bin/sh
# shell.sh SOURCE BUILD: shellcheck over every shell script.
set -eu
cd "$1"
command -v shellcheck >/dev/null || { echo "skipped: shellcheck is not installed"; exit 77; }
scripts="run .ci/run $(find tests po cmake playground -name '*.sh' -type f | LC_ALL=C sort)"
# shellcheck disable=SC2086
shellcheck $scripts
