"""EasyOCR as the second engine.

With a stand-in for the library: what it is asked for, and what becomes of its answers. Where the library is installed
(it brings torch and is an extra), also the real thing: networks of random weights saved as the publisher saves his, a
pickle with code in it, and real weights where the package `easyocr_en_models` has them.
"""

from __future__ import annotations

import hashlib
import importlib.util
import pickle
import sys
import types
from collections.abc import Mapping
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.control import Control
from core.errors import ModelError, ModelMissing
from models import catalogue, ocr_compare, ocr_easy, ocr_scripts
from models.local import LocalBackend
from models.ocr_easy import SecondLine
from tests.models.pictures import sample, text_page
from tests.models.tiny import Packs

MODEL = "easyocr-english"
PACK = next(one for one in ocr_scripts.scripts().second if one.model == MODEL)
REAL = all(importlib.util.find_spec(name) is not None for name in ("easyocr", "torch"))
real = pytest.mark.skipif(not REAL, reason="needs EasyOCR and torch (the extra `easyocr`)")


def fill(packs: Packs, contents: Mapping[str, bytes], md5: bool = True) -> None:
    """A pack of these files; the catalogue vouches for them, with `md5` also in the publisher's name."""
    for name, content in contents.items():
        path = packs.path(MODEL, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    packs.vouch(MODEL)
    if md5:
        packs.change(MODEL, {name: {"md5": hashlib.md5(content).hexdigest()} for name, content in contents.items()})


class Stand:
    """A stand-in for `easyocr.Reader` that loads its weights as the library does and answers what it is told."""

    asked: ClassVar[list[dict[str, Any]]] = []
    answer: ClassVar[list[tuple[list[list[int]], str, float]]] = []

    def __init__(self, lang_list: list[str], **named: Any) -> None:
        loaded = sys.modules["torch"].load(
            Path(named["model_storage_directory"]) / "english_g2.pth", weights_only=False
        )
        sys.path.append(named["user_network_directory"])
        Stand.asked.append({"languages": lang_list, "loaded": loaded, **named})

    def detect(self, img: NDArray[np.uint8], reformat: bool) -> tuple[list[Any], list[Any]]:
        assert img.shape[2] == 3
        assert not reformat
        return [[[1, 2, 3, 4]]], [[]]

    def recognize(self, grey: NDArray[np.uint8], horizontal: Any, free: Any, reformat: bool) -> list[Any]:
        assert grey.ndim == 2
        assert (horizontal, free, reformat) == ([[1, 2, 3, 4]], [], False)
        return list(Stand.answer)


@pytest.fixture
def stand(packs: Packs, monkeypatch: pytest.MonkeyPatch) -> Packs:
    """The stand-in as the installed library, and a pack for it."""
    torch, easyocr = types.ModuleType("torch"), types.ModuleType("easyocr")
    torch.load = lambda path, **named: {"path": path, **named}  # type: ignore[attr-defined]  # a module made for this test
    torch.set_num_threads = lambda number: None  # type: ignore[attr-defined]  # a module made for this test
    easyocr.Reader = Stand  # type: ignore[attr-defined]  # a module made for this test
    for module in (torch, easyocr):
        module.__spec__ = ModuleSpec(module.__name__, None)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(ocr_easy, "versions", lambda: {"easyocr": "1.7.2", "torch": "2"})
    Stand.asked.clear()
    Stand.answer.clear()
    fill(packs, {"english_g2.pth": b"network", "craft_mlt_25k.pth": b"detector"})
    return packs


def test_the_library_gets_local_folders_and_may_load_tensors_only(stand: Packs) -> None:
    path, load = list(sys.path), sys.modules["torch"].load
    ocr_easy.open_reader(PACK, "cpu")
    (asked,) = Stand.asked
    assert asked["languages"] == ["en"]
    assert asked["download_enabled"] is asked["gpu"] is asked["quantize"] is asked["verbose"] is False
    assert asked["model_storage_directory"] == str(stand.packs / MODEL)
    assert asked["loaded"]["weights_only"] is True
    assert not Path(asked["user_network_directory"]).exists()
    assert sys.path == path
    assert sys.modules["torch"].load is load
    ocr_easy.open_reader(PACK, "cuda")
    assert Stand.asked[1]["gpu"] == "cuda"


@pytest.mark.parametrize("name", ["english_g2.pth", "craft_mlt_25k.pth"])
def test_other_bytes_are_not_loaded(stand: Packs, name: str) -> None:
    stand.path(MODEL, name).write_bytes(b"something else")
    with pytest.raises(ModelError, match="not the file they should be"):
        ocr_easy.open_reader(PACK, "cpu")
    assert Stand.asked == []


def test_the_publishers_md5_must_fit_as_well(stand: Packs) -> None:
    stand.change(MODEL, {"english_g2.pth": {"md5": "0" * 32}})
    with pytest.raises(ModelError, match="MD5 differs"):
        ocr_easy.open_reader(PACK, "cpu")
    assert Stand.asked == []


def test_a_pack_of_another_format_is_refused(stand: Packs) -> None:
    with pytest.raises(ModelError, match="no pack of EasyOCR"):
        ocr_easy.open_reader(PACK.model_copy(update={"model": "ppocrv6-rec-small"}), "cpu")


def test_without_the_library_it_says_how_to_get_it(packs: Packs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr_easy, "installed", lambda: False)
    with pytest.raises(ModelMissing, match="EasyOCR, is not installed"):
        ocr_easy.open_reader(PACK, "cpu")


def second_line(text: str, x: float, y: float, score: float = 0.9) -> SecondLine:
    return SecondLine(np.array([[x, y], [x + 40, y], [x + 40, y + 20], [x, y + 20]], np.float32), text, score)


def test_lines_of_both_engines_are_matched_by_their_place() -> None:
    quads = [second_line("", 0, y).quad * np.array([4, 1], np.float32) for y in (0, 100)]
    words = [second_line("Welt", 90, 2), second_line("Hallo", 10, 0), second_line("fern", 10, 300)]
    found, alone = ocr_compare.matched(quads, words)
    assert [[line.text for line in lines] for lines in found] == [["Hallo", "Welt"], []]
    assert [line.text for line in alone] == ["fern"]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Hallo Welt", "hallowelt", 1.0),
        ("abcd", "abxd", 0.75),
        ("abc", "", 0.0),
        ("", "", 1.0),
        ("kitten", "sitting", 4 / 7),
    ],
)
def test_agreement(first: str, second: str, expected: float) -> None:
    assert ocr_compare.agreement(first, second) == pytest.approx(expected)


@pytest.mark.skipif(importlib.util.find_spec("rapidocr") is None, reason="needs the first engine")
class TestInTheAnalyzer:
    PAGE = text_page("Hauptbahnhof", size=40, width=400)
    BOX: ClassVar[list[list[int]]] = [[20, 10], [300, 10], [300, 60], [20, 60]]

    def test_every_line_says_what_the_second_engine_read(self, backend: LocalBackend, stand: Packs) -> None:
        far = [[20, 200], [200, 200], [200, 240], [20, 240]]
        Stand.answer += [(self.BOX, "Hauptbahnhaf", 0.8), (far, "only here", 0.7), (far, "too weak", 0.2)]
        (result,) = backend.analyze("ocr", [sample(self.PAGE)], {"second": "easyocr", "gate": False}, Control())
        first, only = result.findings
        assert first.text == "Hauptbahnhof"
        assert first.attributes["second"] == {
            "engine": "easyocr",
            "model": MODEL,
            "text": "Hauptbahnhaf",
            "score": 0.8,
            "agreement": round(1 - 1 / 12, 4),
        }
        assert only.text == "only here"
        assert only.attributes["engine"] == "easyocr"
        assert only.attributes["recogniser"] == MODEL
        assert only.region is not None
        assert only.region.y == pytest.approx(200 / self.PAGE.shape[0], abs=0.02)
        assert stand.packs.is_dir()

    def test_it_is_not_asked_unless_wanted(self, backend: LocalBackend, stand: Packs) -> None:
        (result,) = backend.analyze("ocr", [sample(self.PAGE)], {"gate": False}, Control())
        assert "second" not in result.findings[0].attributes
        assert Stand.asked == []

    def test_a_missing_pack_is_said_and_not_passed_over(self, backend: LocalBackend, packs: Packs) -> None:
        with pytest.raises(ModelMissing, match="No pack of EasyOCR"):
            backend.analyze("ocr", [sample(self.PAGE)], {"second": "easyocr", "gate": False}, Control())
        options = {"second": "easyocr", "second_pack": "easyocr-latin", "gate": False}
        with pytest.raises(ModelMissing, match="easyocr-latin"):
            backend.analyze("ocr", [sample(self.PAGE)], options, Control())

    def test_only_a_run_with_it_has_it_in_its_settings(self, backend: LocalBackend, stand: Packs) -> None:
        (info,) = [one for one in backend.describe() if one.name == "ocr"]
        assert info.choice == "second"
        with_it, without = info.choices["easyocr"], info.choices["none"]
        assert with_it.settings["second"] == {"adapter": ocr_easy.ADAPTER, "easyocr": "1.7.2", "torch": "2"}
        assert MODEL in [model.name for model in with_it.models]
        assert "second" not in without.settings
        assert MODEL not in [model.name for model in without.models]
        assert with_it.missing is without.missing is None
        assert with_it.patience >= without.patience + 120  # it is slow, and that is no hang

    def test_what_is_missing_for_it_is_said_before_anything_is_looked_at(
        self, backend: LocalBackend, packs: Packs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for there, words in ((False, "EasyOCR, is not installed"), (True, "No pack of EasyOCR")):
            monkeypatch.setattr(ocr_easy, "installed", lambda there=there: there)
            monkeypatch.setattr(ocr_easy, "versions", dict)
            (info,) = [one for one in backend.describe() if one.name == "ocr"]
            assert words in (info.choices["easyocr"].missing or "")
            assert info.missing is None


@real
class TestTheRealLibrary:
    """Its own loader, its own network code."""

    @pytest.fixture
    def random_pack(self, packs: Packs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Packs:
        """Networks of random weights, saved as the publisher's are: state dicts of networks wrapped for GPUs."""
        torch, library = pytest.importorskip("torch"), pytest.importorskip("easyocr.easyocr")
        from easyocr.craft import CRAFT
        from easyocr.model.vgg_model import Model

        torch.manual_seed(1)
        known = library.recognition_models["gen2"]["english_g2"]
        network = Model(input_channel=1, output_channel=256, hidden_size=256, num_class=len(known["characters"]) + 1)
        contents = {}
        for name, made in (("english_g2.pth", network), ("craft_mlt_25k.pth", CRAFT(pretrained=False))):
            torch.save({f"module.{key}": value for key, value in made.state_dict().items()}, tmp_path / name)
            contents[name] = (tmp_path / name).read_bytes()
        fill(packs, contents)
        md5 = {name: hashlib.md5(content).hexdigest() for name, content in contents.items()}
        monkeypatch.setitem(known, "md5sum", md5["english_g2.pth"])
        monkeypatch.setitem(library.detection_models["craft"], "md5sum", md5["craft_mlt_25k.pth"])
        return packs

    def test_weights_as_published_are_loaded_and_run(self, random_pack: Packs) -> None:
        reader = ocr_easy.open_reader(PACK, "cpu")
        grey = cv2.cvtColor(text_page("Text", size=40, width=300), cv2.COLOR_RGB2GRAY)
        quads = [[10, 200, 10, 60]]
        found = reader._reader.recognize(np.asarray(grey, np.uint8), quads, [], reformat=False)
        assert len(found) == 1
        assert reader.read(text_page("Text", size=40, width=300), np.asarray(grey, np.uint8)) is not None

    def test_a_pickle_with_code_in_it_runs_nothing(self, random_pack: Packs, tmp_path: Path) -> None:
        mark = tmp_path / "ran"

        class Bomb:
            def __reduce__(self) -> tuple[Any, ...]:
                return (Path.touch, (mark,))

        library = pytest.importorskip("easyocr.easyocr")
        content = pickle.dumps({"module.x": Bomb()})
        pickle.loads(content)
        assert mark.exists()
        mark.unlink()
        fill(random_pack, {"english_g2.pth": content})
        library.recognition_models["gen2"]["english_g2"]["md5sum"] = hashlib.md5(content).hexdigest()
        with pytest.raises(ModelError, match="cannot load the pack") as refused:
            ocr_easy.open_reader(PACK, "cpu")
        assert "MD5" not in refused.value.advice, "torch refused it, not the library's sum"
        assert not mark.exists()

    def test_real_weights_read_as_the_library_alone(self, packs: Packs) -> None:
        spec = importlib.util.find_spec("easyocr_en_models")
        if spec is None or not spec.submodule_search_locations:
            pytest.skip("needs real weights: the package easyocr_en_models")
        weights = Path(spec.submodule_search_locations[0]) / "models"
        published = catalogue.entry(MODEL).files
        for file in published:
            path = packs.path(MODEL, file.name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes((weights / file.name).read_bytes())
        reader = ocr_easy.open_reader(PACK, "cpu")  # the published sums, nothing vouched for here
        page = text_page("Meeting point at the station", "Bring 1250 in cash", size=32, width=600)
        grey = np.asarray(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), np.uint8)
        got = reader.read(page, grey)
        assert [line.text for line in got] == ["Meeting point at the station", "Bring 1250 in cash"]
        alone = pytest.importorskip("easyocr").Reader(
            ["en"],
            gpu=False,
            model_storage_directory=str(weights),
            download_enabled=False,
            verbose=False,
            quantize=False,
        )
        expected = alone.readtext(np.ascontiguousarray(page))
        for line, (quad, text, score) in zip(got, expected, strict=True):
            assert line.text == text
            assert line.score == pytest.approx(float(score), abs=1e-5)
            np.testing.assert_allclose(line.quad, quad, atol=0.01)
