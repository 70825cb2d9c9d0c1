#!/bin/sh
# format.sh SOURCE BUILD: every C file is as .clang-format says. Only clang-format 14 (Debian 12) is asked: others break lines elsewhere.
set -eu
cd "$1"
clang-format --version 2>/dev/null | grep -q 'version 14\.' || { echo "skipped: clang-format 14 is not installed"; exit 77; }
find core crawler analysis cli playground tests -name '*.[ch]' -exec clang-format --dry-run -Werror {} + || exit 1
