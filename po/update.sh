#!/bin/sh
# update.sh: gathers the marked strings of the sources and merges them into fr.po. With --check: fails when a string has no French.
set -eu
cd "$(dirname "$0")/.."
pot=$(mktemp)
trap 'rm -f "$pot" "$pot.po"' EXIT
find core crawler analysis cli playground \( -name '*.[ch]' -o -name '*.def' \) | LC_ALL=C sort | xgettext --from-code=UTF-8 --language=C --keyword=_ --keyword=N_ \
	--keyword=amp_ngettext:1,2 --keyword=AMP_COUNT:2,3 --no-location --sort-output --package-name=amplimeter --copyright-holder='the amplimeter authors' \
	--msgid-bugs-address='the amplimeter authors' -f - -o "$pot"
case ${1:-} in
--check)
	msgcmp --use-untranslated po/fr.po "$pot" >/dev/null 2>"$pot.po" || { cat "$pot.po" >&2; exit 1; }
	msgmerge -q --no-fuzzy-matching po/fr.po "$pot" -o "$pot.po"
	left=$(msgattrib --untranslated --no-obsolete "$pot.po" | grep -c '^msgid' || true)
	[ "$left" -le 1 ] || { msgattrib --untranslated --no-obsolete "$pot.po" >&2; echo "$((left - 1)) strings have no French" >&2; exit 1; }
	;;
*)
	msgmerge -q --no-fuzzy-matching --no-location --sort-output po/fr.po "$pot" -o "$pot.po"
	# without what the sources say no longer, and without the date, which would make every update a conflict
	msgattrib --no-obsolete "$pot.po" | sed '/^"POT-Creation-Date:/d' >po/fr.po
	msgfmt --statistics -o /dev/null po/fr.po
	;;
esac
