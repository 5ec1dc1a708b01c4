#!/usr/bin/env bash
# Write requirements/{cpu,gpu,insightface,easyocr,build,dev}.txt: every package with its version and hashes, for all systems and Python >= 3.11.
#
# The files are installed with `pip install --require-hashes --no-deps`, so what is left out here is never installed:
#   opencv-python        rapidocr and insightface ask for it; opencv-python-headless is the same module without Qt
#   openvino-telemetry   nothing here reports to anybody
#   onnxruntime          (all but cpu) asked for by name; beside onnxruntime-gpu it would win silently
# They hold no download addresses: any package index, mirror or folder of wheels will do, the hashes decide.
set -euo pipefail
cd "$(dirname "$0")/.."

uv=${UV:-.venv/bin/uv}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
never="python_version < '3'"
printf '%s\n' "opencv-python ; $never" "openvino-telemetry ; $never" >"$scratch/cpu"
{ cat "$scratch/cpu"; echo "onnxruntime ; $never"; } >"$scratch/gpu"

compile() { # what it is made of, where it goes, further options
    "$uv" pip compile "$1" --output-file "$2" --universal --python-version 3.11 --fork-strategy fewest \
        --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --no-config --quiet \
        "${@:3}"
}

compile pyproject.toml requirements/cpu.txt --extra cpu --override "$scratch/cpu"
echo "nvidia-cublas-cu12<12.9.3" >"$scratch/gpu-constraints" # 12.9.3 has no wheels for Windows
compile pyproject.toml requirements/gpu.txt --extra gpu --override "$scratch/gpu" --constraint "$scratch/gpu-constraints"
extra() { # the packages of an extra, one a line
    "${PYTHON:-.venv/bin/python}" -c '
import pathlib, sys, tomllib
project = tomllib.loads(pathlib.Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
print(*project["optional-dependencies"][sys.argv[1]], sep="\n")' "$1"
}
for name in insightface easyocr build dev; do
    extra "$name" >"$scratch/$name.in"
    compile "$scratch/$name.in" "requirements/$name.txt" --constraint requirements/cpu.txt --override "$scratch/gpu"
done

if grep -nE '://|^ *(-i|--index|--find|--extra)|@ ' requirements/*.txt; then
    echo "The lock files name a place to download from (see above); they must not." >&2
    exit 1
fi
if grep -nE '^(opencv-python|openvino-telemetry)==' requirements/*.txt || grep -n '^onnxruntime==' requirements/{gpu,insightface,easyocr,build,dev}.txt; then
    echo "The lock files hold a package that must never be installed (see above)." >&2
    exit 1
fi
