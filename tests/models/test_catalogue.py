from __future__ import annotations

import hashlib
import importlib.machinery
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import ModelError, ModelMissing, PackError
from core.packs import PackState
from models import catalogue, packs
from models.local import BackendSpec, LocalBackend


def test_entries_say_all_that_a_report_needs() -> None:
    entries = catalogue.catalogue()
    assert set(entries) >= {"nudenet-320n", "ppocrv6-det-small", "ppocr-cls-v2-mobile", "ppocrv6-rec-small"}
    for one in entries.values():
        assert all(file.sha256 is None or len(file.sha256) == 64 for file in one.files)
        assert not one.package or len(one.sha256) == 64
        assert one.licence_weights
        assert one.source
        assert one.card.de != one.card.en
    assert entries["nudenet-320n"].licence_flags == ("agpl",)
    assert entries["nudenet-320n"].labels[4] == "FEMALE_GENITALIA_EXPOSED"
    assert len(entries["nudenet-320n"].labels) == 18


@pytest.mark.parametrize("model", sorted(name for name, one in catalogue.catalogue().items() if one.package))
def test_installed_weights_are_the_ones_named(model: str) -> None:
    path = catalogue.verify(model)
    assert path.stat().st_size == catalogue.entry(model).bytes
    assert hashlib.sha256(path.read_bytes()).hexdigest() == catalogue.entry(model).sha256


def _install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.machinery.ModuleSpec("nudenet", None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    monkeypatch.setattr("models.catalogue.importlib.util.find_spec", lambda name: spec)


def test_other_bytes_under_the_same_name_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "320n.onnx").write_bytes(b"something else")
    _install(tmp_path, monkeypatch)
    with pytest.raises(ModelError, match=hashlib.sha256(b"something else").hexdigest()):
        catalogue.verify("nudenet-320n")


def test_a_file_replaced_while_running_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = catalogue.locate("nudenet-320n").read_bytes()
    (tmp_path / "320n.onnx").write_bytes(real)
    _install(tmp_path, monkeypatch)
    catalogue.verify("nudenet-320n")
    (tmp_path / "320n.onnx").write_bytes(real[:-1])
    with pytest.raises(ModelError):
        catalogue.verify("nudenet-320n")


def test_missing_weights_and_unknown_models_have_their_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(tmp_path, monkeypatch)
    with pytest.raises(ModelMissing, match="not installed"):
        catalogue.locate("nudenet-320n")
    with pytest.raises(ModelError, match="no model called yolo"):
        catalogue.entry("yolo")


def test_severity_covers_every_label_once() -> None:
    groups = json.loads((catalogue.RESOURCES / "nsfw_severity.json").read_text())["groups"]
    listed = [label for labels in groups.values() for label in labels]
    assert sorted(listed) == sorted(catalogue.entry("nudenet-320n").labels)


class TestBrokenCatalogue:
    """A laboratory's list with gaps or damage: each analyzer says what it lacks, the others go on."""

    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        made = tmp_path / "list"
        shutil.copytree(catalogue.RESOURCES / "catalogue", made)
        monkeypatch.setenv("ASSERVAT_CATALOGUE", str(made))
        monkeypatch.setenv("ASSERVAT_PACKS", str(tmp_path / "packs"))
        catalogue.forget()
        yield made
        monkeypatch.undo()
        catalogue.forget()

    @pytest.mark.parametrize("name", ["nsfw", "ocr", "faces", "speech", "embedding", "logo", "restraint"])
    @pytest.mark.parametrize("how", ["gone", "no JSON", "no list"])
    def test_one_file_costs_one_analyzer(self, folder: Path, name: str, how: str) -> None:
        path = folder / f"{name}.json"
        if how == "gone":
            path.unlink()
        else:
            path.write_text('{"models": [' if how == "no JSON" else '{"other": 1}', encoding="utf-8")
        infos = {info.name: info for info in LocalBackend(BackendSpec()).describe()}
        assert len(infos) == 7
        if name in ("nsfw", "ocr", "faces", "speech"):  # these need a file that comes with a package
            said = infos[name].missing or ""
            assert "The catalogue has no model called" in said
            assert how == "gone" or str(path) in said
        needed_by_faces = {"nsfw": "faces"}.get(name)  # whose proposals come from NudeNet
        for other in ("nsfw", "ocr", "speech"):
            if other not in (name, needed_by_faces):
                assert infos[other].missing is None, infos[other].missing
        assert infos["logo"].missing is None

    def test_an_empty_list_leaves_nothing_but_sentences(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ASSERVAT_CATALOGUE", str(tmp_path))
        monkeypatch.setenv("ASSERVAT_PACKS", str(tmp_path / "packs"))
        catalogue.forget()
        try:
            infos = LocalBackend(BackendSpec()).describe()
            assert [info.name for info in infos if info.missing is None] == ["logo"]
            assert "holds no catalogue file" in str(infos[0].missing)
        finally:
            monkeypatch.undo()
            catalogue.forget()

    def test_one_bad_entry_costs_one_model(self, folder: Path) -> None:
        path = folder / "ocr.json"
        listed = json.loads(path.read_text(encoding="utf-8"))
        damaged = listed["models"][0].pop("licence_weights") and listed["models"][0]["id"]
        path.write_text(json.dumps(listed), encoding="utf-8")
        known = catalogue.published()
        assert damaged not in known
        assert all(one["id"] in known for one in listed["models"][1:])
        assert list(catalogue.unread()) == ["ocr.json"]
        with pytest.raises(ModelMissing, match=f"The entry {damaged} of .*licence_weights"):
            catalogue.entry(damaged)

    def test_packs_and_verify_name_it(self, folder: Path) -> None:
        (folder / "nsfw.json").write_bytes(b"\xff\xfe")
        (told,) = [one for one in packs.known() if one.id == "nsfw.json"]
        assert told.state is PackState.DAMAGED
        assert str(folder / "nsfw.json") in told.problem
        assert "nudenet-320n" not in {one.id for one in packs.known()}
        (check,) = packs.verify("nsfw.json")
        assert check.ok is False
        with pytest.raises(PackError, match="not installed"):
            packs.remove("nsfw.json")
