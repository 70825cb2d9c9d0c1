#!/bin/sh
# detector_input.sh BIN_DIR: texts that nothing can be said of, and lexicons and models that are not what they should be, through score and
# detect: a clear error or a recorded missing, never a silent zero.
set -eu
bin=$(cd "$1" && pwd)
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
export LC_ALL=C AMPLIMETER_LANG=en
cd "$work"
bad=0
fail() { echo "$*"; bad=1; }

# A model of invented words, beside the shipped lexicons.
mkdir whole
cp "$root"/analysis/data/lexicon-*.tsv whole
"$bin/amplimeter" train "$root/tests/train/manifest.json" --inputs "$root/tests/train" --out whole >/dev/null 2>err || { cat err; exit 1; }
export AMPLIMETER_DATA="$work/whole"

echo "texts"
for detector in lexicon linear; do
	printf 'bon\377\376jour\n\n  \t\nvoisins\n' >texts
	"$bin/amplimeter" score --detector $detector <texts >out 2>err || fail "$detector: bytes that are no UTF-8 end the run"
	[ "$(wc -l <out)" = 4 ] || fail "$detector: not one line a record"
	[ "$(grep -c '"score":null,"label":null' out)" = 2 ] || { fail "$detector: two blank texts are not two missing scores:"; cat out; }
	grep -q 'line 2: the record has no text' err || { fail "$detector: which text is missing is not said:"; cat err; }
	sed -n 1p out | grep -q '"text":"bon\\\?.*jour","score":[0-9]' || { fail "$detector: a text with broken bytes has no score:"; sed -n 1p out; }
	printf '{"id":1,"text":"x"}\n{"id":2,"text":\n{"id":3,"text":7}\n' | "$bin/amplimeter" score --detector $detector --format jsonl >out 2>err ||
		fail "$detector: a broken line ends the run"
	[ "$(grep -c '"score":null' out)" = 2 ] || { fail "$detector: broken records are not missing:"; cat out; }
	# ten megabytes in one record, hateful words of the training set at its very end: read to the end, in bounded time
	{ yes 'les voisins du quartier sont venus' | head -c 10485760 | tr '\n' ' '; echo ' les zibs sont des parasites'; } >long
	"$bin/amplimeter" score --detector $detector --format lines <long >out 2>err || fail "$detector: ten megabytes of text end the run"
	grep -q '"score":[0-9]' out || fail "$detector: ten megabytes of text have no score"
done

echo "lexicons and models"
# refused CODE TEXT: score and detect with the data folder `broken`
"$bin/amplimeter" ingest --db own.db --platform bluesky "$root/tests/golden/bluesky/feed-recognised/input.json" >/dev/null 2>err || { cat err; exit 1; }
refused() {
	for command in score "detect --db own.db"; do
		got=0
		# shellcheck disable=SC2086 # a command with its options
		echo bonjour | AMPLIMETER_DATA="$work/broken" "$bin/amplimeter" $command --detector "${detector:-linear}" >out 2>err || got=$?
		[ "$got" = "$1" ] || fail "$command, $2: exit $got instead of $1"
		[ ! -s out ] || fail "$command, $2: prints a score all the same"
		grep -qF "$2" err || { fail "$command: \"$2\" is not said, but:"; cat err; }
		grep -q broken/l err || { fail "$command, $2: the file is not named"; cat err; }
	done
}
afresh() {
	rm -rf broken
	cp -R whole broken
}
afresh; rm broken/linear.model; refused 1 'There is no model'
afresh; : >broken/linear.model; refused 1 'is not a model'
afresh; echo 'not a model at all' >broken/linear.model; refused 1 'is not a model'
afresh; head -c 40 whole/linear.model >broken/linear.model; refused 1 'it was cut or joined'
afresh; head -c 100000 whole/linear.model >broken/linear.model; refused 1 'it was cut or joined'
afresh; echo >>broken/linear.model; refused 1 'it was cut or joined'
afresh; printf '\011' | dd of=broken/linear.model bs=1 seek=8 conv=notrunc 2>/dev/null; refused 1 'was trained for features 9'
afresh; printf '\011' | dd of=broken/linear.model bs=1 seek=12 conv=notrunc 2>/dev/null; refused 1 'normal form 9'
afresh; printf 'changed' | dd of=broken/linear.model bs=1 seek=5000 conv=notrunc 2>/dev/null; refused 1 'was changed or damaged'
afresh; printf 'zib\t-\tnosuch\tjewish\t-\t0.5\t-\t-\tusage\n' >>broken/lexicon-fr.tsv; refused 2 'Unknown kind "nosuch"'
afresh; printf 'zib\t-\tslur\n' >>broken/lexicon-fr.tsv; refused 2 'broken/lexicon-fr.tsv:'
detector=lexicon
refused 2 'broken/lexicon-fr.tsv:'

# Other lexicons than those of the training: scores of another detector, and said.
afresh
printf 'zibulon\t-\tslur\tjewish\tinsult\t1\t-\t-\tusage\n' >>broken/lexicon-fr.tsv
echo bonjour | "$bin/amplimeter" score --detector linear >before 2>err
[ ! -s err ] || { fail "the model's own lexicons are not known:"; cat err; }
echo bonjour | AMPLIMETER_DATA="$work/broken" "$bin/amplimeter" score --detector linear >after 2>err || fail "another lexicon ends the run"
grep -q 'trained with other lexicons' err || { fail "another lexicon is not said"; cat err; }
[ "$(sed 's/.*"version"//' before)" != "$(sed 's/.*"version"//' after)" ] || fail "another lexicon is the same version of the detector"

[ "$bad" = 0 ] && echo "detector_input: all said and nothing made up"
exit "$bad"
