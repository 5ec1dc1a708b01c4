from __future__ import annotations

import hashlib
import importlib.machinery
import json
from pathlib import Path

import pytest

from core.errors import ModelError, ModelMissing
from models import catalogue


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
