#!/bin/sh
# manual.sh SOURCE BUILD: the manual pages and the documents say what --help says, and every example of --help works when typed.
set -eu
src=$1
bin=$2/bin
export LC_ALL=C AMPLIMETER_LANG=en
bad=0
say() { echo "$*"; bad=1; }
program=$bin/amplimeter
man=$src/docs/amplimeter.1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# options: the long names in an option table of --help
options() { sed -n 's/^ *\(-[a-z], \)\{0,1\}--\([a-z-]*\).*/\2/p' | sort -u; }
# section NAME: the options that the command's section of the manual names
section() { awk -v name="$1" '/^\.S[sh] / { on = ($2 == name) } on' "$man" | grep -oE '(Fl|\|) -[a-z][a-z-]*' | sed 's/.* -//' | sort -u; }

"$program" --help | sed -n 's/^  \([a-z]*\)  *[a-z].*/\1/p' >"$work/commands"
[ "$(wc -l <"$work/commands")" -ge 15 ] || say "--help lists fewer than 15 commands"
sed -n 's/^\.Ss \([a-z]*\)$/\1/p' "$man" >"$work/sections"
diff "$work/commands" "$work/sections" >"$work/diff" || { say "the commands of --help (<) and of docs/amplimeter.1 (>) differ:"; cat "$work/diff"; }
while read -r command; do
	"$program" "$command" --help >"$work/help"
	options <"$work/help" >"$work/$command.options"
	grep -v '^help$' "$work/$command.options" >"$work/of_help"
	section "$command" | grep -v '^help$' >"$work/of_man" || true
	diff "$work/of_help" "$work/of_man" >"$work/diff" || { say "$command: the options of --help (<) and of docs/amplimeter.1 (>) differ:"; cat "$work/diff"; }
	awk '/^ +(-[a-z], )?--/ { sub(/^ +(-[a-z], )?--[^ ]+( [^ ]+)?/, ""); if ($0 !~ /[a-z]/) bad = 1 } END { exit bad }' "$work/help" ||
		say "$command --help leaves an option without explanation"
	sed -n '/^Example:/,$ s/^  //p' "$work/help" >"$work/$command.examples"
	[ -s "$work/$command.examples" ] || say "$command --help has no example"
done <"$work/commands"

# the practice service, whose page is one list
"$bin/amplimeter-playground" --help | options >"$work/of_help"
grep -oE '^\.It.* Fl -[a-z-]*' "$src/docs/amplimeter-playground.1" | sed 's/.* -//' | sort -u >"$work/of_man"
diff "$work/of_help" "$work/of_man" >"$work/diff" || { say "the options of amplimeter-playground --help (<) and of its manual page (>) differ:"; cat "$work/diff"; }

# commands that documents show: command and options exist
for document in "$src"/README.md "$src"/docs/*.1 "$src"/docs/*.md "$src"/personas/*.md; do
	sed 's/`/\n/g' "$document" | grep -oE '(^|[ /|>(])amplimeter [a-z]+ [^|`<>«»]*' | sed 's/^[^a]*amplimeter //' >"$work/shown" || true
	while read -r command rest; do
		grep -qx "$command" "$work/commands" || continue # prose
		for word in $rest; do
			case $word in
			--[a-z]*) name=$(printf '%s' "$word" | sed 's/^--//; s/[^a-z-].*//') ;;
			*) continue ;;
			esac
			grep -qx -e "$name" "$work/$command.options" || say "${document#"$src"/} shows amplimeter $command --$name, which does not exist"
		done
	done <"$work/shown"
done

# every example, as typed, in the order of --help (a crawl that would go out is only planned)
mkdir "$work/try"
ln -s "$src/personas" "$src/tests" "$work/try/"
cd "$work/try"
PATH=$bin:$PATH
tried=0
while read -r command; do
	while IFS= read -r line; do
		case $line in
		*" crawl "*--dry-run*) ;;
		*" crawl "*) line="$line --dry-run" ;;
		esac
		code=0
		bash -c "$line" >"$work/out" 2>&1 || code=$?
		tried=$((tried + 1))
		# doctor may find this machine wanting
		{ [ $code = 0 ] || { [ "$command" = doctor ] && [ $code = 1 ]; }; } || { say "the example of $command fails with exit $code: $line"; tail -n 5 "$work/out"; }
	done <"$work/$command.examples"
	[ "$command" != crawl ] || rm -f study.db
done <"$work/commands"
[ "$tried" -ge 15 ] || say "only $tried examples were tried"

if command -v mandoc >/dev/null; then
	mandoc -T lint -W warning "$src"/docs/*.1 || bad=1
else
	echo "mandoc is not installed: the pages' syntax was not checked"
fi
exit $bad
