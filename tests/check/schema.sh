#!/bin/sh
# schema.sh SOURCE BUILD: migrations are append-only. Each shipped file keeps the hash it had; a change is a new file with a new line here.
set -eu
cd "$1/core/store/sql"
bad=0
pinned='113bfe784a963f2a0094b38bb53186e98e0b80773a68cbea84a510d495f4c8bd  0001-core.sql
a4d66b87af682662c97c98d5eb5a877074001c9d0e344cd1ddd43b8f55da7eeb  0002-detection-lang.sql
9aaf36fdb8d1b271b97c5ade39e0fbc064d154b5ec00381ce07054bb2c8d41c8  0003-services.sql
3dfc8c6029abe3a0136ba20691e019e7ae5f670051d7a9757f9f1086bbafaf72  0004-samples.sql
4df9b7e98318dc9a56eaf39e8126ef29defdff3bfffe075c51eef1f7148b4a53  0005-views.sql
2dd058ab31867b00db99e1f0658ca837bf9122ed6560e85bb394136155c2b2fe  0006-erased-answers.sql
884a92fc6a345d1ebcc9ba3ce9047b799aa338b152b7de8154fcf3783e784bae  0007-walks.sql
7c0c4b21498d1f278ea4243a7198c7fa3014b41f67d572f756e6e2f34ff9a933  0008-corrected-figures.sql
128a25ae5b17f8806717634625fb551023db4efd309bf135e4af159cb0423603  0009-lists.sql
719cc2ef2e6aface0245fe0134d8341bcde3a05f5a0f30278239e8aba62dfaa1  0010-erasure.sql
010483dc871eff795c03f5c3105d226b7a6901d1a11f0698c1a617e7bb531f26  0011-rogan-gladen.sql'
for file in [0-9][0-9][0-9][0-9]-*.sql; do
	line=$(sha256sum "$file")
	case "$pinned" in
	*"$line"*) ;;
	*) echo "$file is not what was shipped (or is not pinned yet in schema.sh): $line"; bad=1 ;;
	esac
done
number=0
for file in [0-9][0-9][0-9][0-9]-*.sql; do
	number=$((number + 1))
	[ "${file%%-*}" = "$(printf '%04d' "$number")" ] || { echo "$file: the next number is $number"; bad=1; }
done
exit $bad
