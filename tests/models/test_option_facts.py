"""What is told of options is what the options types themselves accept, and it is told in both languages."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import UsageError
from core.options import AUTO, OptionFact, normal
from core.pipeline.plan import make_steps
from core.records import AnalyzerInfo, config_hash
from core.settings import RunSettings
from models import catalogue, registry
from models.interface import Offering
from models.local import BackendSpec, LocalBackend
from models.option_facts import words
from tests.support import whisper_pack
from tests.support.tiny_models import Shelf


@pytest.fixture(scope="module")
def backend() -> Iterator[LocalBackend]:
    made = LocalBackend(BackendSpec())
    yield made
    made.close()


def infos(backend: LocalBackend) -> dict[str, AnalyzerInfo]:
    return {info.name: info for info in backend.describe()}


def all_facts(backend: LocalBackend) -> Iterator[tuple[str, OptionFact]]:
    for info in backend.describe():
        for fact in info.facts:
            yield info.name, fact


def fact_of(backend: LocalBackend, analyzer: str, name: str) -> OptionFact:
    return next(one for one in infos(backend)[analyzer].facts if one.name == name)


def accepted(backend: LocalBackend, analyzer: str, name: str, value: Any) -> bool:
    try:
        backend.check(analyzer, {name: value})
    except UsageError:
        return False
    return True


def trials(fact: OptionFact) -> list[Any]:
    """Values at, inside and outside the ends of the range, of other kinds, and all that are named."""
    tried: list[Any] = [fact.default, "no such value"]
    if fact.kind in ("whole", "number"):
        step = 1 if fact.kind == "whole" else 0.001
        for end in (fact.least, fact.most):
            if end is not None:
                tried += [end, end - step, end + step]
        tried += [10**9, -(10**9), 20.5]
    if fact.kind == "list":
        tried += ["de", "ru,de", ["de"], ["RU", " de "], "xx", ["xx"], [], ""]
    if fact.kind == "choice":
        tried += [one.value for one in fact.values]
    return tried


def test_every_option_but_those_of_the_case_is_told(backend: LocalBackend) -> None:
    for place in registry.ANALYZERS:
        analyzer = registry.make(place)
        info = infos(backend)[analyzer.name]
        assert {fact.name for fact in info.facts} == set(analyzer.options_type.model_fields) - info.unkeyed
        for fact in info.facts:
            assert fact.default == info.options[fact.name] or list(info.options[fact.name]) == fact.default


def test_every_option_is_told_in_both_languages_and_no_other(backend: LocalBackend) -> None:
    for name, fact in all_facts(backend):
        for text in (fact.label, fact.help):
            assert set(text) == {"en", "de"}, f"{name}.{fact.name} needs words in resources/models/options.json"
            assert all(text.values())
    known = {name: {fact.name for fact in info.facts} for name, info in infos(backend).items()}
    assert {name: set(options) for name, options in words().items()} == known


def test_values_that_do_not_speak_for_themselves_have_words(backend: LocalBackend) -> None:
    for name, fact in all_facts(backend):
        if fact.kind != "choice":
            continue
        said = words()[name][fact.name].values
        assert set(said) <= {one.value for one in fact.values}, f"{name}.{fact.name}"
        for one in fact.values:
            packs = one.value in catalogue.catalogue()
            language = fact.name == "language"
            assert one.label or packs or (language and one.value), f"{name}.{fact.name} = {one.value!r} has no words"
            assert not one.label or set(one.label) == {"en", "de"}


def test_a_flaw_is_told_where_the_type_refuses_and_nowhere_else(backend: LocalBackend) -> None:
    tried = 0
    for name, fact in all_facts(backend):
        for value in trials(fact):
            flaw = fact.flaw(value)
            if flaw is not None and flaw.kind == "missing":
                continue  # the type knows nothing of packs
            listed = {one.value for one in fact.values}
            if fact.kind == "choice" and value not in listed and accepted(backend, name, fact.name, value):
                continue  # a pack by any name is text to the type; what it is not is told by the plan
            assert (flaw is None) == accepted(backend, name, fact.name, value), (
                f"{name}.{fact.name} = {value!r}: {flaw}"
            )
            tried += 1
    assert tried > 150


def test_which_ranges_are_told(backend: LocalBackend) -> None:
    keep = fact_of(backend, "nsfw", "keep_score")
    assert (keep.kind, keep.least, keep.most, keep.open_least) == ("number", 0.01, 1, False)
    gate = fact_of(backend, "ocr", "gate_threshold")
    assert (gate.least, gate.most, gate.open_least, gate.open_most) == (0, 1, True, True)
    assert fact_of(backend, "faces", "smallest").kind == "whole"
    assert infos(backend)["ocr"].facts[0].name == "languages"


def test_one_spelling_for_one_choice() -> None:
    fact = OptionFact("languages", "list", AUTO, {}, {})
    assert normal(fact, "ru, DE") == normal(fact, ["de", "ru"]) == ["de", "ru"]
    assert normal(fact, "auto") == AUTO
    number = OptionFact("x", "number", 0.5, {}, {})
    assert config_hash({"x": normal(number, 1)}) == config_hash({"x": normal(number, 1.0)})
    whole = OptionFact("x", "whole", 1, {}, {})
    assert normal(whole, 8.0) == 8
    assert isinstance(normal(whole, 8.0), int)
    assert normal(whole, "eight") == "eight"


def test_the_same_choice_is_the_same_config_however_it_was_written(backend: LocalBackend) -> None:
    def config(languages: object) -> str:
        settings = RunSettings(analyzers=("ocr",), options={"ocr": {"languages": languages}})
        return config_hash(make_steps(backend, settings)[0].config)

    assert config("ru,de") == config(["de", "ru"]) != config("auto")


def test_packs_that_are_not_here_are_told_with_what_they_lack(shelf: Shelf) -> None:
    backend = LocalBackend(BackendSpec())
    assert fact_of(backend, "nsfw", "classifier").decides
    known = fact_of(backend, "nsfw", "classifier").value("nsfw-vit-384")
    assert known is not None
    assert known.needs == ("nsfw-vit-384",)
    graded = fact_of(backend, "nsfw", "graded")
    flaw = graded.flaw("nsfw-graded-448")
    assert flaw is not None
    assert (flaw.kind, flaw.subject) == ("missing", "nsfw-graded-448")
    assert graded.flaw("auto") is None
    assert fact_of(backend, "nsfw", "classifier").flaw("nsfw-vit-384") is None  # the step is skipped, with its reason
    languages = fact_of(backend, "ocr", "languages")
    assert languages.needs("ru,de") == ("ppocrv5-rec-cyrillic",)
    assert languages.needs("de") == ()
    backend.close()


def test_a_whisper_pack_is_offered_once_it_is_installed(shelf: Shelf) -> None:
    name = whisper_pack.install(shelf.packs)
    catalogue.forget()
    backend = LocalBackend(BackendSpec())
    auto = fact_of(backend, "speech", "model").value("auto")
    assert auto is not None
    assert auto.text == {"en": f"Here: silero-vad-v6, {name}.", "de": f"Hier: silero-vad-v6, {name}."}
    model = fact_of(backend, "speech", "model").value(name)
    assert model is not None
    assert model.needs == ()
    assert model.text["de"]
    backend.close()


def test_a_whisper_pack_that_is_not_here_makes_the_step_skipped_not_refused() -> None:
    backend = LocalBackend(BackendSpec())
    absent = next(one.value for one in fact_of(backend, "speech", "model").values if one.needs)
    settings = RunSettings(analyzers=("speech",), options={"speech": {"model": absent}})
    (step,) = make_steps(backend, settings)
    assert step.info.missing
    assert absent in step.info.missing
    backend.close()


def test_every_analyzer_that_names_packs_offers_only_options_it_has() -> None:
    for place in registry.ANALYZERS:
        analyzer = registry.make(place)
        if isinstance(analyzer, Offering):
            assert set(analyzer.offers()) <= set(analyzer.options_type.model_fields)


def test_the_page_of_options_says_what_the_program_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASSERVAT_PACKS", str(tmp_path))
    catalogue.forget()
    root = Path(__file__).resolve().parents[2]
    specification = importlib.util.spec_from_file_location("options_page", root / "packaging" / "options_page.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    written = (root / "docs" / "options.md").read_text(encoding="utf-8")
    assert module.page() == written, "run `python packaging/options_page.py > docs/options.md`"
    monkeypatch.undo()
    catalogue.forget()
