"""What the portable folder must hold beside what PyInstaller finds by following imports.

It is read out of the sources and the catalogue wherever that can be done, so that a new folder, step or weight is in it
without anybody thinking of this file. `tests/test_portable.py` holds it against the sources.
"""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("app", "core", "models")
READ_AS_FILES = ("resources/sample_case.py", "core/case/migrations")
"""Sources that are run from their files and not imported by name: the sample's recipe, and the steps of the schema."""
PAPERS = ("LICENSE", "NOTICES.md", "docs/installing.md", "docs/models.md")
"""Lie beside the program, where a person looks."""
NEVER = ("shape_predictor_68_face_landmarks.dat",)
"""For non-commercial use only; the set-up deletes it, and it must not slip in where the set-up was another."""
UNUSED = ("qgtk3", "virtualkeyboard")
"""Parts of names of Qt's libraries that nothing here loads. The GTK theme would mix this machine's libraries with those
of the machine that the folder is carried to; the keyboard on the screen has a licence of its own."""

Data = list[tuple[str, str]]
"""A file, and the folder inside the program that it goes to: what PyInstaller takes."""


def own_modules() -> list[str]:
    """Every module of ours: pages, analyzers and decoders are named by strings, which PyInstaller does not follow."""
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found


def libraries_by_name() -> list[str]:
    """Libraries that our sources import or look for by a string, and those of sources that are run from their files.

    Only what is installed: an optional one that is missing is told by the program itself.
    """
    named: set[str] = set()
    for path in _sources():
        text = path.read_text(encoding="utf-8")
        if "import_module" in text or "find_spec" in text:
            named |= set(_strings(ast.parse(text)))
    for path in _files(READ_AS_FILES):
        if path.suffix == ".py":
            named |= set(_imports(ast.parse(path.read_text(encoding="utf-8"))))
    return sorted(name for name in named if name.split(".")[0] not in PACKAGES and _installed(name))


def weights() -> Data:
    """The weights that the catalogue takes out of installed packages; of those packages nothing else is meant here.

    Raises `FileNotFoundError` when one is not there: a folder without it would fail where nobody can install it.
    """
    found = []
    for package, name in weights_of_packages():
        spec = importlib.util.find_spec(package)
        path = Path(next(iter((spec and spec.submodule_search_locations) or [package]))) / name
        if not path.is_file():
            raise FileNotFoundError(f"{package} lacks {name}: run `make setup`")
        found.append((str(path), str(Path(package, name).parent)))
    return found


def weights_of_packages() -> list[tuple[str, str]]:
    """Package and file name in it."""
    found = []
    for path in sorted((ROOT / "resources" / "models" / "catalogue").glob("*.json")):
        for entry in json.loads(path.read_text(encoding="utf-8"))["models"]:
            found += [(entry["package"], file["name"]) for file in entry["files"] if entry.get("package")]
    return sorted(set(found))


def own_files() -> Data:
    """`resources/` and the sources that are read as files, each where the sources look for it."""
    wanted = [*_files(("resources",)), *_files(READ_AS_FILES)]
    return sorted({(str(path), str(path.relative_to(ROOT).parent)) for path in wanted if path.suffix != ".ts"})


def engines() -> Data:
    """OpenVINO's libraries and plugins, which it opens by name from its own folder; no import shows them."""
    spec = importlib.util.find_spec("openvino")
    if spec is None or not spec.submodule_search_locations:
        return []
    folder = Path(next(iter(spec.submodule_search_locations))) / "libs"
    kept = (path for path in sorted(folder.iterdir()) if path.is_file() and path.suffix != ".lib")
    return [(str(path), "openvino/libs") for path in kept]


def is_wanted(place: str) -> bool:
    """Whether a file that PyInstaller has found goes into the folder; `place` is its path in there."""
    name = Path(place).name
    return name not in NEVER and not any(part in name.lower() for part in UNUSED)


def distributions() -> list[str]:
    """Installed distributions of the run's lock files: their metadata goes along, for versions are recorded and every
    licence text lies in it."""
    return sorted(name for name in _locked() if _version(name))


def foreign() -> list[str]:
    """Top-level modules that no lock file of the run brings: tools and test libraries of the same environment."""
    locked = _locked()
    return sorted(
        module
        for module, owners in importlib.metadata.packages_distributions().items()
        if not {_plain(owner) for owner in owners} & locked and module.isidentifier()
    )


def _locked() -> set[str]:
    try:
        backend = (Path(sys.prefix) / ".backend").read_text(encoding="utf-8").strip()
    except OSError:
        backend = "cpu"
    locks = [backend, *os.environ.get("EXTRAS", "").split()]
    texts = [(ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8") for name in locks]
    return {_plain(name) for text in texts for name in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def _sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def _files(places: tuple[str, ...]) -> Iterator[Path]:
    for place in places:
        path = ROOT / place
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (one for one in inside if one.is_file() and "__pycache__" not in one.parts)


def _strings(tree: ast.AST) -> Iterator[str]:
    """First arguments of `import_module` and `find_spec`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in {"import_module", "find_spec"} and isinstance(node.args[0].value, str):
                yield node.args[0].value


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)
