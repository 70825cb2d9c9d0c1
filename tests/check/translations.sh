#!/bin/sh
# translations.sh SOURCE BUILD: every string for people has French whose printf formats match, and the built program speaks it.
set -eu
for tool in xgettext msgmerge msgattrib msgcmp msgfmt; do
	command -v $tool >/dev/null || { echo "skipped: $tool is not installed"; exit 77; }
done
cd "$1"
export LC_ALL=C
sh po/update.sh --check
msgfmt --check -o /dev/null po/fr.po
! msgattrib --only-fuzzy --no-obsolete po/fr.po | grep . || { echo "po/fr.po has fuzzy entries"; exit 1; }
# French typography: a non-breaking space before : ; ! ? and inside the quotation marks
bad=$(msgattrib --translated --no-obsolete --no-wrap po/fr.po | awk '
	/^msgstr/ { on = 1 } /^$|^msgid/ { on = 0 }
	on && (/[^ "]  *[;:!?»]([ "\\]|$)/ || /« /)')
[ -z "$bad" ] || { printf 'an ordinary space where French wants a non-breaking one:\n%s\n' "$bad"; exit 1; }
# the catalogue is found beside the program, under any locale
AMPLIMETER_LANG=fr "$2/bin/amplimeter" --help | grep -q 'Usage : amplimeter COMMANDE' || { echo "the built program does not speak French"; exit 1; }
"$2/bin/amplimeter" report --help --lang fr | grep -q 'rapport' || { echo "--lang fr does not speak French"; exit 1; }
AMPLIMETER_LANG=fr "$2/bin/amplimeter" report --help --lang en | grep -q 'Usage: amplimeter report' || { echo "--lang en does not win over AMPLIMETER_LANG"; exit 1; }
