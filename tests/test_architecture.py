"""The rules of the house that import-linter cannot say: one door for each foreign library, no drawers for everything.

Which layer may import which is in pyproject.toml ([tool.importlinter]) and checked by `make contracts`.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("app", "core", "models")

DOORS = {
    "sqlalchemy": ("core/case/",),
    "alembic": ("core/case/",),
    "sqlite3": ("core/case/",),
    "PIL": ("core/decode/",),
    "av": ("core/decode/",),
    "pillow_heif": ("core/decode/",),
    "simplejpeg": ("core/decode/",),
    "reportlab": ("core/report/pdf",),
    "hnswlib": ("core/search/vectors",),
    "openvino": ("models/",),
    "onnxruntime": ("models/",),
    "nudenet": ("models/",),
    "faster_whisper": ("models/speech",),
    "ctranslate2": ("models/speech",),
    "rapidocr": ("models/",),
    "grpc": ("models/remote/",),
    "PySide6": ("app/gui/",),
    "typer": ("app/cli/",),
    "rich": ("app/cli/",),
    "main": (),
    "tests": (),
}
NO_SUBJECT = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc", "tools"}
LONG = 500  # lines; the aim is 300


def sources() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


@cache
def imports(path: Path) -> tuple[tuple[str, int], ...]:
    """Top-level name and line of everything that a module imports, wherever in it."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0], node.lineno


def test_each_foreign_library_has_one_door() -> None:
    wrong = [
        f"{name}:{line} imports {library}; it may only be imported in {DOORS[library] or 'no layer'}"
        for path in sources()
        for name in [path.relative_to(ROOT).as_posix()]
        for library, line in imports(path)
        if library in DOORS and not name.startswith(DOORS[library] or ("-",))
    ]
    assert wrong == []


def test_every_module_is_named_after_its_subject() -> None:
    assert [str(path) for path in sources() if path.stem in NO_SUBJECT or path.parent.name in NO_SUBJECT] == []


def test_no_module_grows_without_end() -> None:
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_bytes().splitlines()) for path in sources()}
    assert {name: lines for name, lines in lengths.items() if lines > LONG} == {}


def test_packaging_is_not_a_package() -> None:
    """It would hide the library of that name from everything that runs in the project folder."""
    assert not (ROOT / "packaging" / "__init__.py").exists()


@pytest.mark.parametrize("module", ["main", "core.records", "core.errors", "core.evidence.workers"])
def test_what_every_child_imports_is_light(module: str) -> None:
    """`spawn` imports main.py in every child; nothing heavy may come with it."""
    heavy = {"PIL", "av", "cv2", "sqlalchemy", "openvino", "typer"}
    code = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.strip() == "[]"


ONLINE = "models/packs_fetch.py"
SILENT = "models/offline.py"  # names `socket` to keep others from opening one


def test_nothing_names_a_network_library() -> None:
    """No part of the program speaks to the network by itself (a remote, when it comes, is models/remote); `models
    fetch` does on command."""
    network = {"socket", "http", "urllib", "requests", "httpx", "aiohttp", "ftplib", "smtplib", "webbrowser"}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sources()
        if "remote" not in path.parts and path.relative_to(ROOT).as_posix() not in (ONLINE, SILENT)
        for name, line in imports(path)
        if name in network
    ]
    assert wrong == []


def test_only_the_command_that_fetches_opens_the_door_to_the_network() -> None:
    """One import of it in the whole program, inside the function behind `models fetch`."""
    places = [
        (path.relative_to(ROOT).as_posix(), function.name)
        for path in sources()
        for function in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(function, ast.FunctionDef)
        for node in function.body
        if isinstance(node, ast.ImportFrom | ast.Import) and "packs_fetch" in ast.unparse(node)
    ]
    named = [path.relative_to(ROOT).as_posix() for path in sources() if b"packs_fetch" in path.read_bytes()]
    assert places == [("models/packs.py", "fetch")]
    assert set(named) <= {"models/packs.py", ONLINE}
