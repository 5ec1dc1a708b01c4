"""The frame around the code: lock files, commands, licences."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.test_architecture import imports, sources

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("cpu", "gpu", "dev", "insightface", "easyocr")


def lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def packages(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ \\\n]+)", lock(name), re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_locks_hold_hashes_and_no_addresses(name: str) -> None:
    text = lock(name)
    assert "://" not in text
    assert not re.search(r"^\s*-(i|f|-index|-find|-extra)", text, re.MULTILINE)
    entries = [entry for entry in re.split(r"\n(?=\S)", text.strip()) if not entry.startswith("#")]
    assert entries
    assert all(re.match(r"[A-Za-z0-9._-]+==\S+", entry) and "--hash=sha256:" in entry for entry in entries)


def test_exactly_one_onnx_runtime_and_no_second_opencv() -> None:
    cpu, gpu = packages("cpu"), packages("gpu")
    assert "onnxruntime" in cpu
    assert "onnxruntime-gpu" not in cpu
    assert "onnxruntime-gpu" in gpu
    for name in ("gpu", "dev", "insightface", "easyocr"):  # installed beside either of them
        assert "onnxruntime" not in packages(name)
    for name in LOCKS:
        assert not {"opencv-python", "opencv-contrib-python", "openvino-telemetry"} & packages(name).keys()


def test_locks_agree_with_each_other_and_with_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    for name, wanted in (
        ("cpu", project["dependencies"] + extras["cpu"]),
        ("gpu", project["dependencies"] + extras["gpu"]),
        ("dev", extras["dev"]),
        ("insightface", extras["insightface"]),
        ("easyocr", extras["easyocr"]),
    ):
        names = {_name(requirement) for requirement in wanted}
        assert names <= packages(name).keys(), f"run `make lock`: requirements/{name}.txt is older than pyproject.toml"
    known: dict[str, str] = {}
    for name in ("cpu", "dev", "insightface", "easyocr"):  # installed one over the other
        assert {one: version for one, version in packages(name).items() if known.get(one, version) != version} == {}
        known |= packages(name)


def test_every_extra_with_a_lock_can_be_chosen_and_collected() -> None:
    """`make setup EXTRAS=…` knows it, and the page about machines without a network names its file."""
    setup = (ROOT / "packaging" / "setup.sh").read_text(encoding="utf-8")
    page = (ROOT / "docs" / "installing.md").read_text(encoding="utf-8")
    for name in ("insightface", "easyocr"):
        assert re.search(rf"case \$extra in .*\b{name}\b.*\) ;;", setup)
        assert f"EXTRAS={name}" in page
        assert f"requirements/{name}.txt" in page


def test_what_is_installed_is_what_is_locked() -> None:
    from importlib import metadata

    locked = packages("dev") | packages("gpu" if _installed("onnxruntime-gpu") else "cpu")
    found = {name: metadata.version(name) for name in locked if _installed(name)}
    assert {name: version for name, version in found.items() if version != locked[name]} == {}, "run `make setup-dev`"
    assert _installed("onnxruntime") != _installed("onnxruntime-gpu")


def test_every_library_that_is_imported_is_declared() -> None:
    """What happens to be installed here is not there on a fresh machine."""
    from importlib import metadata

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {_name(text) for text in project["dependencies"] + project["optional-dependencies"]["cpu"]}
    providers = metadata.packages_distributions()
    undeclared = {
        f"{path.relative_to(ROOT)}:{line} imports {module}"
        for path in [ROOT / "main.py", *sources()]
        for module, line in imports(path)
        if module not in sys.stdlib_module_names and module not in {"app", "core", "models", "main"}
        if not declared & {_name(provider) for provider in providers.get(module, [])}
    }
    assert undeclared == set()


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def _installed(name: str) -> bool:
    from importlib import metadata

    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
def test_make_says_what_there_is() -> None:
    told = subprocess.run(["make", "-C", str(ROOT)], capture_output=True, text=True, check=True).stdout
    for target in ("setup", "demo", "test", "bench"):
        assert f"make {target} " in told


def test_continuous_integration_runs_the_tests_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert lines[-1] == "exec make test"


def test_licences_are_there() -> None:
    assert "GNU GENERAL PUBLIC LICENSE" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    notices = (ROOT / "NOTICES.md").read_text(encoding="utf-8")
    for named in ("NudeNet", "AGPL-3.0", "PP-OCR", "Apache-2.0", "x265", "DejaVu", "Droid"):
        assert named in notices


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_scripts_are_well_formed() -> None:
    for path in sorted((ROOT / "packaging").glob("*.sh")):
        subprocess.run(["bash", "-n", str(path)], check=True)
