#!/usr/bin/env bash
# The main job on one folder: evidence → case → report. Prints where everything lies.
#
# EVIDENCE=FOLDER   what to analyse (default: a sample made by resources/sample_case.py)
# CASE=FOLDER       the case (default: demo-case/case); a case that is there goes on where it was
set -euo pipefail
cd "$(dirname "$0")/.."

python=.venv/bin/python
home=demo-case
evidence=${EVIDENCE:-$home/evidence}
# A case of its own for each folder of evidence, so that `make demo EVIDENCE=…` never mixes with the sample.
if [ -n "${EVIDENCE:-}" ]; then default_case=$home/case-$(printf '%s' "$EVIDENCE" | sha256sum | cut -c1-8); else default_case=$home/case; fi
case=${CASE:-$default_case}

mkdir -p "$home"
recipe=$(sha256sum <resources/sample_case.py)
if [ -z "${EVIDENCE:-}" ] && [ "$(cat "$home/.sample-made" 2>/dev/null || true)" != "$recipe" ]; then
    echo "Making a sample of evidence in $evidence"
    rm -rf "$evidence"
    "$python" resources/sample_case.py "$evidence" --logo "$home/logos/Nordwind.png"
    echo "$recipe" >"$home/.sample-made"
fi

# Everything there is; what needs a pack that is not installed says so for every file.
"$python" main.py analyze "$evidence" --case "$case" --analyzers all
if [ -z "${EVIDENCE:-}" ]; then # one reference picture is enough, also after the run
    "$python" main.py logos "$case" add Nordwind "$home/logos/Nordwind.png"
fi
report=$home/reports/$(basename "$case")-$(date +%Y%m%d-%H%M%S)
mkdir -p "$home/reports"
"$python" main.py report "$case" --out "$report"

run() { printf '%-21s%s' "$1" "$python main.py"; shift; printf ' %q' "$@"; echo; } # a command that can be copied

echo
printf '%-21s%s\n' \
    Evidence "$evidence" \
    Case "$case" \
    PDF "$report/report.pdf" \
    CSV "$report/findings.csv" \
    "" "$report/outcomes.csv"
echo
run "Look into the case" findings "$case"
run "Search in it" search "$case" WORDS
run "Look for a logo" logos "$case" add NAME PICTURE
run "Check the report" verify "$report"
if [ -d app/gui ]; then
    run "Open the desk" "$case"
else
    echo "The desk (the window) is not part of this version yet; the commands above show everything in the case."
fi
