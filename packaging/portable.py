"""Make `dist/Asservat`, a folder that runs without Python and without being installed, and a zip of it with its sums.

    python packaging/portable.py           with PyInstaller from requirements/build.txt; `make portable` sees to that
    python packaging/portable.py --zip     only zip the folder that is there

The zip holds its files in one order and with one time, so that the same folder always gives the same zip. Links, which
Linux builds have, stay links: `unzip` and 7-Zip make them again, Python's `zipfile` does not.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import stat
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import contents

NAME = "Asservat"
DIST = contents.ROOT / "dist"
WHEN = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can say."""
_SYSTEMS = {"linux": "linux", "win32": "windows", "darwin": "macos"}
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


def version() -> str:
    with (contents.ROOT / "pyproject.toml").open("rb") as stream:
        return str(tomllib.load(stream)["project"]["version"])


def system() -> str:
    """Like `linux-x86_64`, `windows-x86_64`."""
    machine = platform.machine().lower()
    return f"{_SYSTEMS.get(sys.platform, sys.platform)}-{_MACHINES.get(machine, machine)}"


def build() -> Path:
    """Run PyInstaller; returns the folder."""
    work = contents.ROOT / "build" / "portable"
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN"]
    command += [f"--distpath={DIST}", f"--workpath={work}", str(contents.ROOT / "packaging" / "asservat.spec")]
    # With a fixed seed, sets are always walked in the same order, so the same sources give the same archive.
    fixed = {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "315532800"}
    subprocess.run(command, check=True, env=os.environ | fixed, cwd=contents.ROOT)
    folder = DIST / NAME
    for paper in contents.PAPERS:
        shutil.copyfile(contents.ROOT / paper, folder / Path(paper).name)
    for place in (Path(os.__file__).parent, Path(sys.base_prefix)):  # where Linux and Windows have Python's own licence
        if (place / "LICENSE.txt").is_file():
            shutil.copyfile(place / "LICENSE.txt", folder / "LICENSE-Python.txt")
    return folder


def members(folder: Path) -> Iterator[Path]:
    """Files and links in an order that does not depend on the disk; links to folders are not walked into."""
    for path in sorted(folder.rglob("*"), key=lambda one: one.relative_to(folder).as_posix()):
        if path.is_symlink() or path.is_file():
            yield path


def pack(folder: Path, target: Path) -> None:
    """Write the zip: everything below one folder `Asservat`, with the same bytes for the same folder."""
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as made:
        for path in members(folder):
            entry = zipfile.ZipInfo(f"{NAME}/{path.relative_to(folder).as_posix()}", WHEN)
            entry.create_system = 3  # Unix, on Windows as well: only so are rights and links kept
            entry.compress_type = zipfile.ZIP_DEFLATED
            if path.is_symlink():
                entry.external_attr = (stat.S_IFLNK | 0o777) << 16
                made.writestr(entry, path.readlink().as_posix())
                continue
            runs = bool(path.stat().st_mode & stat.S_IXUSR)
            entry.external_attr = (stat.S_IFREG | (0o755 if runs else 0o644)) << 16
            with path.open("rb") as source, made.open(entry, "w", force_zip64=True) as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
    part.replace(target)


def sums(files: list[Path], target: Path) -> None:
    """SHA256SUMS as `sha256sum --check` reads it."""
    lines = []
    for path in sorted(files):
        with path.open("rb") as stream:
            lines.append(f"{hashlib.file_digest(stream, 'sha256').hexdigest()}  {path.name}\n")
    target.write_text("".join(lines), encoding="utf-8", newline="\n")


def main() -> int:
    folder = DIST / NAME if "--zip" in sys.argv[1:] else build()
    target = DIST / f"{NAME}-{version()}-{system()}.zip"
    pack(folder, target)
    sums([path for path in DIST.glob(f"{NAME}-*") if path.suffix in {".zip", ".exe"}], DIST / "SHA256SUMS")
    size = sum(path.stat().st_size for path in members(folder) if not path.is_symlink())
    print(f"{folder}: {size / 1e6:.0f} MB")  # noqa: T201 - a build script says what it made
    print(f"{target}: {target.stat().st_size / 1e6:.0f} MB")  # noqa: T201 - a build script says what it made
    return 0


if __name__ == "__main__":
    sys.exit(main())
