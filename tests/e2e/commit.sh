#!/bin/sh
# commit.sh CMAKE SOURCE BIN_DIR: the program names the commit it was built from, after a pull as well, and says where files were changed.
set -eu
cmake=$1 source=$2 bin=$3
command -v git >/dev/null 2>&1 || { echo "skipped: git is not installed"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT INT TERM
repo=$dir/repo
git init -q "$repo"
cd "$repo"
commit() { git -c user.name=t -c user.email=t@example.org -c commit.gpgsign=false commit -q "$@"; }
make() { "$cmake" -DSOURCE="${1:-$repo}" -DOUT="$dir/commit.h" -P "$source/cmake/commit.cmake"; }
is() {
	[ "$(cat "$dir/commit.h")" = "#define AMP_COMMIT \"$1\"" ] || { echo "FAIL $2: $(cat "$dir/commit.h") is not $1"; exit 1; }
}
echo one >file
git add file
commit -m one
first=$(git rev-parse --short=12 HEAD)
make
is "$first" "a commit"
touch -d @1 "$dir/commit.h"
make
[ "$(stat -c %Y "$dir/commit.h")" = 1 ] || { echo "FAIL: written again though nothing changed, so that everything is linked again"; exit 1; }
: >untracked
make
is "$first" "a file that git does not know"
echo two >file
make
is "$first-modified" "a changed file"
commit -am two
second=$(git rev-parse --short=12 HEAD)
[ "$second" != "$first" ]
make
is "$second" "the next commit"
mkdir "$dir/none"
GIT_CEILING_DIRECTORIES=$dir make "$dir/none"
is "" "outside a checkout"

# the program itself
if [ -d "$source/.git" ]; then
	said=$("$bin/amplimeter" --version)
	case $said in
	"amplimeter "*" "[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]*) ;;
	*) echo "FAIL: amplimeter --version says \"$said\""; exit 1 ;;
	esac
fi
echo ok
