"""The sample that `make demo` runs on is what it says: varied, partly broken, and the same at every run."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import itertools
import os
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import av
import pytest
from PIL import Image

from core.evidence.sniff import mismatch, sniff
from core.evidence.walk import walk

RECIPE = Path(__file__).resolve().parents[2] / "resources" / "sample_case.py"


@pytest.fixture(scope="module")
def recipe() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sample_case", RECIPE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def sample(recipe: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    recipe.make(folder)
    return folder


def test_there_is_something_of_everything(sample: Path) -> None:
    entries = list(walk(sample))
    assert 55 <= len(entries) <= 70
    assert {entry.state for entry in entries} == {"file"}
    data = {entry.path: (sample / entry.path).read_bytes() for entry in entries}
    typed = {path: sniff(content[:4096], content[-128:], len(content)) for path, content in data.items()}
    kinds = Counter(kind for _, kind in typed.values())
    assert kinds["image"] > 35
    assert kinds["video"] >= 3
    assert kinds["audio"] >= 4
    assert kinds["other"] >= 6
    assert {path for path in data if mismatch(path, typed[path][0])} >= {"getarnt/urlaub.txt", "getarnt/rechnung.jpg"}
    assert len({hashlib.sha256(content).digest() for content in data.values()}) <= len(data) - 8  # duplicates
    if os.name == "posix":
        assert any("\n" in path for path in data)
        assert any(len(os.fsencode(Path(path).name)) >= 200 for path in data)


def test_good_pictures_open_and_carry_their_facts(sample: Path) -> None:
    with Image.open(sample / "DCIM" / "100SAMPL" / "IMG_1001.jpg") as photo:
        exif = photo.getexif()
    assert exif[0x010F] == "Sample Optics"
    degrees, minutes, seconds = exif.get_ifd(0x8825)[2]
    assert float(degrees) + float(minutes) / 60 + float(seconds) / 3600 == pytest.approx(50.9413, abs=1e-4)
    orientations = set()
    for path in (sample / "DCIM").rglob("*.jpg"):
        with Image.open(path) as photo:
            orientations.add(photo.getexif().get(0x0112))
    assert {1, 3, 6, 8} <= orientations
    for name in ("drei Seiten.tiff", "animiert.gif"):
        with Image.open(sample / "Formate" / name) as picture:
            assert picture.n_frames == 3  # type: ignore[attr-defined]  # of animated formats


def test_the_film_has_its_cuts(sample: Path) -> None:
    with av.open(io.BytesIO((sample / "Videos" / "sechs Szenen.mp4").read_bytes())) as film:
        means = [frame.to_ndarray(format="gray").astype(float) for frame in film.decode(video=0)]
    assert len(means) == 240
    jumps = [index for index in range(1, 240) if abs(means[index] - means[index - 1]).mean() > 12]
    assert jumps == [40, 80, 120, 160, 200]


@pytest.mark.parametrize(
    "name", ["abgeschnitten.jpg", "abgeschnitten.png", "nur der kopf.jpg", "falsche prüfsumme.png"]
)
def test_broken_pictures_are_broken(sample: Path, name: str) -> None:
    data = io.BytesIO((sample / "gerettet" / name).read_bytes())
    with pytest.raises((OSError, SyntaxError)):
        Image.open(data).load()


@pytest.mark.parametrize("files", [10, pytest.param(1000, marks=pytest.mark.slow)])
def test_the_same_at_every_run(recipe: ModuleType, sample: Path, files: int) -> None:
    for number, (name, data) in enumerate(itertools.islice(recipe._files(), files), start=1):
        path = sample / name
        assert path.read_bytes() == data, name
        assert path.stat().st_mtime == recipe.FIRST_MOMENT + 60 * number


def test_nothing_is_written_over(recipe: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").write_bytes(b"x")
    assert recipe.main([str(tmp_path)]) == 2
    assert "nothing was written" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    assert sys.modules.get("sample_case") is None
