#!/bin/sh
# Brings POTFILES, the template and nl.po up to date with the sources. Run from anywhere; then translate what is new.
set -eu
cd "$(dirname "$0")/.."
find proto daemon client admin \( -name '*.c' -o -name '*.def' \) | LC_ALL=C sort | xargs grep -lE '(N_|[^A-Za-z0-9]_)\(' > po/POTFILES
xgettext --keyword=N_ --keyword=_ --from-code=UTF-8 --language=C --no-wrap --package-name=brug -o po/brug.pot -f po/POTFILES
[ -f po/nl.po ] || msginit --no-translator --no-wrap -l nl -i po/brug.pot -o po/nl.po
msgmerge --quiet --update --backup=none --no-wrap --no-fuzzy-matching po/nl.po po/brug.pot
msgfmt --check --statistics -o /dev/null po/nl.po
