"""The portable folder holds what the sources reach for without an import. It is not built here, which takes minutes:
what its recipe collects is held against the sources, so that a forgotten folder, step or weight fails at once."""

from __future__ import annotations

import ast
import importlib.util
import re
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from models.catalogue import published

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(path for package in ("app", "core", "models") for path in (ROOT / package).rglob("*.py"))


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "packaging" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def contents(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.delenv("EXTRAS", raising=False)
    yield _load("contents")
    sys.modules.pop("contents")


@pytest.fixture
def portable(contents: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.setattr(sys, "path", list(sys.path))  # the script puts its own folder there
    yield _load("portable")
    sys.modules.pop("portable")


def _beside_the_sources() -> set[str]:
    """What the sources name by their own place: `Path(__file__)….parents[N] / "a" / "b"`, `.with_name("c")`."""
    found = set()
    for path in (one for one in SOURCES if "__file__" in one.read_text(encoding="utf-8")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            text = ast.unparse(node) if isinstance(node, ast.BinOp | ast.Call) else ""
            if known := re.fullmatch(r"Path\(__file__\)\.resolve\(\)\.parents\[(\d)\]((?: / '[^']+')+)", text):
                base = path.parents[int(known[1])]
                found.add(base.joinpath(*re.findall(r"'([^']+)'", known[2])).relative_to(ROOT).as_posix())
            elif known := re.match(r"Path\(__file__\)\.with_name\('([^']+)'\)", text):
                found.add(path.with_name(known[1]).relative_to(ROOT).as_posix())
    return found


def test_every_file_that_the_sources_read_beside_themselves_goes_along(contents: ModuleType) -> None:
    places = _beside_the_sources()
    assert {"core/case/migrations", "resources/translations", "resources/sample_case.py"} <= places
    packed = {f"{folder}/{Path(source).name}": Path(source) for source, folder in contents.own_files()}
    for place in sorted(places):
        inside = (ROOT / place).rglob("*") if (ROOT / place).is_dir() else [ROOT / place]
        wanted = [one for one in inside if one.is_file() and one.suffix not in {".ts", ".pyc"}]
        assert wanted, place
        for path in wanted:
            assert packed.get(path.relative_to(ROOT).as_posix()) == path, path


def test_no_source_reaches_for_files_in_a_way_that_this_test_does_not_see() -> None:
    """Whoever writes `__file__` in a new way has to say here what it reads."""
    known = re.compile(r"Path\(__file__\)\.(resolve\(\)\.parents\[\d\]|with_name\(\"[^\"]+\"\))")
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        assert text.count("__file__") == len(known.findall(text)), path
        assert "importlib.resources" not in text, path


def test_every_weight_that_the_catalogue_takes_from_a_package_goes_along(contents: ModuleType) -> None:
    wanted = {(entry.package, file.name) for entry in published().values() if entry.package for file in entry.files}
    assert len(wanted) >= 8
    assert set(contents.weights_of_packages()) == wanted
    packed = {f"{folder}/{Path(source).name}" for source, folder in contents.weights()}
    assert packed == {f"{package}/{name}" for package, name in wanted}


def test_weights_that_are_not_installed_stop_the_build(contents: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "weights_of_packages", lambda: [("nudenet", "none.onnx")])
    with pytest.raises(FileNotFoundError, match=r"nudenet lacks none\.onnx"):
        contents.weights()


def test_modules_and_libraries_that_are_named_by_strings_go_along(contents: ModuleType) -> None:
    ours = set(contents.own_modules())
    named = set()
    for path in SOURCES:
        named |= set(re.findall(r'"((?:app|core|models)(?:\.\w+)+):\w+"', path.read_text(encoding="utf-8")))
    assert {"models.nsfw", "app.gui.review_page"} <= named
    assert named <= ours
    assert {"main", "resources"}.isdisjoint(ours)
    assert {"av", "dlib", "ctranslate2", "alembic.op", "pillow_heif"} <= set(contents.libraries_by_name())


def test_metadata_of_every_library_whose_version_is_recorded_goes_along(contents: ModuleType) -> None:
    from core.pipeline.plan import LIBRARIES

    packed = set(contents.distributions())
    assert {name.lower() for name in LIBRARIES} <= packed | {"onnxruntime-gpu", "onnx"}
    asked = set()
    for path in SOURCES:
        asked |= set(
            re.findall(
                r'(?:metadata|library|engine)[._]version\(["\']([\w-]+)["\']\)', path.read_text(encoding="utf-8")
            )
        )
    assert {"ctranslate2", "dlib-bin"} <= asked
    assert asked - {"onnxruntime-gpu", "onnx", "insightface"} <= packed, asked - packed
    assert {"nudenet", "rapidocr", "face-recognition-models"} <= packed  # their licence texts


def test_test_tools_of_the_same_environment_stay_out(contents: ModuleType) -> None:
    foreign = set(contents.foreign())
    assert {"pytest", "mypy", "hypothesis"} <= foreign
    assert foreign.isdisjoint({"numpy", "PIL", "cv2", "av", "PySide6", "packaging", "typing_extensions", "openvino"})


def test_what_may_not_be_passed_on_stays_out(contents: ModuleType) -> None:
    assert not contents.is_wanted("face_recognition_models/models/shape_predictor_68_face_landmarks.dat")
    assert not contents.is_wanted("PySide6/Qt/plugins/platformthemes/libqgtk3.so")
    assert contents.is_wanted("face_recognition_models/models/shape_predictor_5_face_landmarks.dat")
    assert contents.is_wanted("PySide6/Qt/plugins/platforms/libqoffscreen.so")
    assert all((ROOT / paper).is_file() for paper in contents.PAPERS)
    assert {"LICENSE", "NOTICES.md"} <= set(contents.PAPERS)


def test_the_recipe_makes_one_folder_and_takes_all_of_it() -> None:
    text = (ROOT / "packaging" / "asservat.spec").read_text(encoding="utf-8")
    calls = {
        node.func.id: node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert "COLLECT" in calls  # one file would have none
    for name in ("EXE", "COLLECT"):
        told = {word.arg: ast.unparse(word.value) for word in calls[name].keywords}
        assert told["upx"] == "False"
    assert "exclude_binaries=True" in ast.unparse(calls["EXE"])
    for part in ("own_files", "weights", "distributions", "engines", "own_modules", "libraries_by_name", "is_wanted"):
        assert f"contents.{part}(" in text


def test_the_same_folder_gives_the_same_zip(portable: ModuleType, tmp_path: Path) -> None:
    made = []
    for number, names in enumerate((["b", "a", "c/d"], ["c/d", "b", "a"])):
        folder = tmp_path / f"at{number}"
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(name.encode() * 100)
        (folder / "a").chmod(0o755)
        portable.pack(folder, tmp_path / f"{number}.zip")
        made.append((tmp_path / f"{number}.zip").read_bytes())
    assert made[0] == made[1]
    with zipfile.ZipFile(tmp_path / "0.zip") as archive:
        assert archive.namelist() == ["Asservat/a", "Asservat/b", "Asservat/c/d"]
        assert archive.read("Asservat/b") == b"b" * 100
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.skipif(sys.platform == "win32", reason="a Windows build has no links and no rights to keep")
def test_links_stay_links_and_programs_stay_programs(portable: ModuleType, tmp_path: Path) -> None:
    """A link that became a copy would load a library twice."""
    folder = tmp_path / "from"
    (folder / "lib").mkdir(parents=True)
    (folder / "lib" / "x.so").write_bytes(b"x")
    (folder / "x.so").symlink_to("lib/x.so")
    (folder / "Asservat").write_bytes(b"run")
    (folder / "Asservat").chmod(0o755)
    portable.pack(folder, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        modes = {info.filename: info.external_attr >> 16 for info in archive.infolist()}
        assert archive.read("Asservat/x.so") == b"lib/x.so"
    assert stat.S_ISLNK(modes["Asservat/x.so"])
    assert modes["Asservat/Asservat"] & stat.S_IXUSR
    assert not modes["Asservat/lib/x.so"] & stat.S_IXUSR


@pytest.mark.skipif(sys.platform == "win32", reason="sha256sum is a tool of Linux")
def test_sums_are_what_sha256sum_checks(portable: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "Asservat-1.zip").write_bytes(b"one")
    portable.sums([tmp_path / "Asservat-1.zip"], tmp_path / "SHA256SUMS")
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, check=True, capture_output=True)


def test_the_program_names_itself_as_it_was_called(monkeypatch: pytest.MonkeyPatch) -> None:
    import app.called

    assert app.called.as_called("main.py models fetch x") == "main.py models fetch x"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    spec = importlib.util.spec_from_file_location("frozen_called", app.called.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.as_called("main.py models fetch x") == "Asservat models fetch x"
