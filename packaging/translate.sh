#!/usr/bin/env bash
# Bring the translations up to date with the sources and compile them: make translations
#   packaging/translate.sh          update resources/translations/*.ts, compile *.qm
#   packaging/translate.sh check    change nothing; fail when a file is behind the sources
# English is the source; asservat_en.ts holds only its plural forms.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
[ -d "$bin" ] || bin=.venv/Scripts
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=resources/translations
if [ "${1:-}" = check ]; then
    cp resources/translations/*.ts "$work"
    out=$work
fi
"$bin/python" packaging/translatable.py > "$work/texts.cpp"
"$bin/pyside6-lupdate" -locations none -no-obsolete "$work/texts.cpp" -ts "$out/asservat_de.ts" > /dev/null
"$bin/pyside6-lupdate" -locations none -no-obsolete -pluralonly "$work/texts.cpp" -ts "$out/asservat_en.ts" > /dev/null
if [ "${1:-}" = check ]; then
    for file in "$out"/*.ts; do
        diff -u "resources/translations/$(basename "$file")" "$file" || { echo "run packaging/translate.sh"; exit 1; }
    done
    exit 0
fi
for language in de en; do
    "$bin/pyside6-lrelease" "$out/asservat_$language.ts" -qm "$out/asservat_$language.qm" > /dev/null
done
