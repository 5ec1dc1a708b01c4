#!/usr/bin/env bash
# Make .venv and fill it from the lock files. Quick and silent when there is nothing to do.
#
#   packaging/setup.sh            what the program needs
#   packaging/setup.sh dev        and what its tests need
#   packaging/setup.sh build      and what makes the portable folder
#
# EXTRAS="insightface easyocr"  what is not for everybody: requirements/NAME.txt, several apart by blanks
# BACKEND=cpu|gpu   which ONNX Runtime (default: the one that is there, else cpu)
# PYTHON=…          the interpreter to use (default: 3.11 if it is found, else a newer one)
# WHEELS=FOLDER     install from this folder and from nowhere else (a machine without a network)
set -euo pipefail
cd "$(dirname "$0")/.."

venv=.venv
python=$venv/bin/python
say() { printf '%s\n' "$@" >&2; }

as_root() { # runs the command as root, or says that it cannot
    if [ "$(id -u)" = 0 ]; then "$@"; elif sudo -n true 2>/dev/null; then sudo -n "$@"; else return 1; fi
}

system_packages() { # installs Debian packages, or prints the line that does
    if command -v apt-get >/dev/null; then
        say "Installing system packages: $*"
        if as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update >&2 &&
            as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >&2; then
            return 0
        fi
        say "" "System packages are missing and could not be installed from here. Run this line, then run make again:"
        say "    sudo apt-get update && sudo apt-get install -y $*"
    else
        say "System packages are missing; on Debian and Ubuntu they are called: $*"
    fi
    return 1
}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3.11 python3.12 python3.13 python3 python}; do
        if command -v "$candidate" >/dev/null && is_new_enough "$candidate"; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

make_venv() {
    local base version
    if ! base=$(find_python); then
        system_packages python3.11 python3.11-venv || { say "Asservat needs Python 3.11 or newer."; exit 1; }
        base=$(find_python) || { say "Asservat needs Python 3.11 or newer, and this system offers none."; exit 1; }
    fi
    say "Making $venv with $("$base" --version)"
    if ! "$base" -c 'import venv, ensurepip' 2>/dev/null; then # Debian ships them apart from Python
        version=$("$base" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        system_packages "python$version-venv" || exit 1
    fi
    rm -rf "$venv"
    "$base" -m venv "$venv" || { rm -rf "$venv"; say "The virtual environment could not be made."; exit 1; }
}

lock_sum() { sha256sum <"requirements/$1.txt" | cut -d' ' -f1; }

install_lock() { # name: installs requirements/NAME.txt unless exactly that was installed before
    local stamp=$venv/.lock-$1 sum
    sum=$(lock_sum "$1")
    [ "$(cat "$stamp" 2>/dev/null || true)" = "$sum" ] && return 0
    "$python" -m pip --version >/dev/null 2>&1 || make_venv # it was interrupted while it was made
    say "Installing requirements/$1.txt"
    # One package exists as a source archive only; nothing is compiled, it holds weights (see models/faces_dlib.py).
    local options=(--quiet --disable-pip-version-check --no-deps --require-hashes
        --only-binary=:all: --no-binary=face-recognition-models)
    [ -n "${WHEELS:-}" ] && options+=(--no-index --find-links "$WHEELS")
    if ! "$python" -m pip install "${options[@]}" -r "requirements/$1.txt"; then
        say "" "The packages could not be installed (see above). Without a network, collect them elsewhere with"
        say "    python3 -m pip download --no-deps --require-hashes --only-binary=:all: --no-binary=face-recognition-models \\"
        say "        -r requirements/$1.txt -d FOLDER && python3 -m pip download setuptools -d FOLDER"
        say "and run: make setup WHEELS=FOLDER"
        exit 1
    fi
    echo "$sum" >"$stamp"
    checked=
}

remove_unused_weights() { # the 68-point file is for non-commercial use only; Asservat never reads it
    find "$venv" -path '*face_recognition_models/models/shape_predictor_68_face_landmarks.dat' -delete
}

choose_backend() { # of onnxruntime and onnxruntime-gpu exactly one may be installed: they are the same module
    local before
    before=$(cat "$venv/.backend" 2>/dev/null || true)
    backend=${BACKEND:-${before:-cpu}}
    case $backend in cpu | gpu) ;; *) say "BACKEND is cpu or gpu, not '$backend'."; exit 2 ;; esac
    if [ -n "$before" ] && [ "$before" != "$backend" ]; then
        say "Changing from $before to $backend"
        "$python" -m pip uninstall --quiet --yes onnxruntime onnxruntime-gpu 2>/dev/null || true
        rm -f "$venv/.lock-cpu" "$venv/.lock-gpu"
    fi
    echo "$backend" >"$venv/.backend"
}

debian_package_of() {
    case $1 in
        libGL.so.1) echo libgl1 ;;
        libEGL.so.1) echo libegl1 ;;
        libglib-2.0.so.0 | libgthread-2.0.so.0) echo libglib2.0-0 ;;
        libgomp.so.1) echo libgomp1 ;;
        libstdc++.so.6) echo libstdc++6 ;;
        libfontconfig.so.1) echo libfontconfig1 ;;
        libz.so.1) echo zlib1g ;;
        libpulse.so.0 | libpulse-simple.so.0) echo libpulse0 ;;
        libdbus-1.so.3) echo libdbus-1-3 ;;
        libgssapi_krb5.so.2) echo libgssapi-krb5-2 ;;
        libxkbcommon.so.0) echo libxkbcommon0 ;;
        *) return 1 ;;
    esac
}

# What Qt loads for a window and for sound; found by looking, because a missing one of these is no import error.
desk_packages="libgl1 libegl1 libglib2.0-0 libfontconfig1 libdbus-1-3 libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0
    libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxcb-randr0 libxcb-sync1 libxcb-xfixes0 libxcb-render-util0
    libxcb-image0 libxrandr2 libpulse0 libgssapi-krb5-2 fonts-dejavu-core"

check_desk() { # only where packages have Debian's names; elsewhere a desktop has these libraries anyway
    local package status missing=()
    command -v dpkg-query >/dev/null || return 0
    for package in $desk_packages; do
        status=$(dpkg-query -W -f '${Status};' "$package" "${package}t64" 2>/dev/null || true)
        [[ $status == *"ok installed"* ]] || missing+=("$package")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        system_packages "${missing[@]}" || say "Without them the desk may not open; the command line works."
    fi
}

check_libraries() { # import what is native; a system library that is missing is named by the error
    local tries error library package
    [ -e "$venv/.checked" ] && [ -n "$checked" ] && return 0
    for tries in 1 2 3 4 5 6; do
        error=$("$python" -c 'import av, ctranslate2, cv2, dlib, numpy, openvino, onnxruntime, PIL.Image, PySide6.QtWidgets, PySide6.QtMultimedia, pillow_heif, shapely, simplejpeg' 2>&1) && {
            touch "$venv/.checked"
            return 0
        }
        library=$(printf '%s' "$error" | sed -n 's/.*\(lib[A-Za-z0-9_+.-]*\.so[.0-9]*\): cannot open shared object.*/\1/p' | head -n1)
        package=$(debian_package_of "$library") || break
        system_packages "$package" || exit 1
    done
    say "A library does not load:" "$error"
    exit 1
}

checked=yes
if [ ! -x "$python" ] || ! is_new_enough "$python"; then make_venv; fi
choose_backend
install_lock "$backend"
remove_unused_weights
case ${1:-} in dev | build) install_lock "$1" ;; esac
for extra in ${EXTRAS:-}; do
    case $extra in insightface | easyocr) ;; *) say "EXTRAS knows insightface and easyocr, not '$extra'."; exit 2 ;; esac
    install_lock "$extra"
done
if [ ! -e "$venv/.desk" ]; then check_desk && touch "$venv/.desk"; fi
check_libraries # last: what Qt needs is installed by then, and what is still missing is named by the import itself
