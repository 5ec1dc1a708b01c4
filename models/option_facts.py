"""What can be chosen for an analyzer, told from its own options type: kinds, defaults, ranges and values stand there
and nowhere else. Words in both languages are data (`resources/models/options.json`); a test holds the two together.

Which packs there are is asked of the analyzer (`models.interface.Offering`).
"""

from __future__ import annotations

import functools
import json
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, Union, cast, get_args, get_origin

import annotated_types
from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from core.errors import ModelError, ModelMissing
from core.options import AUTO, OptionFact, OptionValue, Words
from core.records import AnalyzerInfo
from models import catalogue
from models.interface import Analyzer, Offering

__all__ = ["facts", "lacks", "pack_value", "words"]


class _Texts(BaseModel):
    """What is said of one option. `values`: words for values that do not speak for themselves."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: dict[str, str]
    help: dict[str, str]
    main: bool = False
    values: dict[str, dict[str, str]] = Field(default_factory=dict)


@functools.cache
def words() -> Mapping[str, Mapping[str, _Texts]]:
    """Analyzer → option → what is said of it, in the order of the screen."""
    read = json.loads((catalogue.RESOURCES / "options.json").read_text(encoding="utf-8"))
    return {
        analyzer: {name: _Texts.model_validate(texts) for name, texts in options.items()}
        for analyzer, options in read["analyzers"].items()
    }


def facts(
    analyzer: Analyzer, hidden: frozenset[str], decides: str, choices: Mapping[str, AnalyzerInfo]
) -> tuple[OptionFact, ...]:
    """Every option that is somebody's to choose, those that matter most first. `hidden`: left out; `decides`: the
    option that the analyzer's models hang on, and `choices` which those are. Loads nothing."""
    offers = analyzer.offers() if isinstance(analyzer, Offering) else {}
    texts = words().get(analyzer.name, {})
    made = [
        _fact(name, info, texts.get(name), offers.get(name, ()), decides)
        for name, info in analyzer.options_type.model_fields.items()
        if name not in hidden
    ]
    made = [replace(one, values=_with_models(one, choices)) if one.decides else one for one in made]
    order = list(texts)
    return tuple(sorted(made, key=lambda one: (not one.main, order.index(one.name) if one.name in order else 99)))


def _fact(name: str, info: FieldInfo, texts: _Texts | None, offered: Sequence[OptionValue], decides: str) -> OptionFact:
    kind, literal = _kind(info.annotation, offered)
    said = texts.values if texts is not None else {}
    values = offered or tuple(OptionValue(one) for one in literal)
    plain = info.get_default(call_default_factory=True)
    limits = {type(one): one for one in info.metadata}
    least, most = _end(limits, annotated_types.Ge, "ge"), _end(limits, annotated_types.Le, "le")
    above, below = _end(limits, annotated_types.Gt, "gt"), _end(limits, annotated_types.Lt, "lt")
    return OptionFact(
        name=name,
        kind=kind,
        default=list(plain) if isinstance(plain, tuple) else plain,
        label=texts.label if texts is not None else {"en": name},
        help=texts.help if texts is not None else {"en": info.description or ""},
        values=tuple(OptionValue(one.value, said.get(one.value, one.label), one.text, one.needs) for one in values),
        least=least if least is not None else above,
        most=most if most is not None else below,
        open_least=above is not None,
        open_most=below is not None,
        main=texts is not None and texts.main,
        decides=name == decides,
    )


def _with_models(fact: OptionFact, choices: Mapping[str, AnalyzerInfo]) -> tuple[OptionValue, ...]:
    """What `auto` and its like mean on this computer."""
    return tuple(
        replace(one, text=_here(choices[one.value])) if not one.text and one.value in choices else one
        for one in fact.values
    )


def _here(info: AnalyzerInfo) -> Words:
    names = ", ".join(model.name for model in info.models)
    return {"en": f"Here: {names}.", "de": f"Hier: {names}."} if names and not info.missing else {}


def _end(limits: Mapping[type, Any], kind: type, name: str) -> float | None:
    return cast("float", getattr(limits[kind], name)) if kind in limits else None


def _kind(
    annotation: Any, offered: Sequence[OptionValue]
) -> tuple[Literal["flag", "whole", "number", "choice", "list", "text"], tuple[str, ...]]:
    """What kind of thing is chosen, and the values its type allows."""
    if get_origin(annotation) is Literal:
        return "choice", tuple(str(one) for one in get_args(annotation))
    if get_origin(annotation) in (Union, types.UnionType):
        parts = get_args(annotation)
        if any(get_origin(one) is tuple for one in parts) and any(AUTO in get_args(one) for one in parts):
            return "list", ()
        raise TypeError(f"an option of this type cannot be told to an examiner: {annotation}")
    if annotation is bool:
        return "flag", ()
    if annotation is int:
        return "whole", ()
    if annotation is float:
        return "number", ()
    if annotation is str:
        return ("choice" if offered else "text"), ()
    raise TypeError(f"an option of this type cannot be told to an examiner: {annotation}")


# ---------------------------------------------------------------------- for analyzers that offer packs


def lacks(*models: str) -> tuple[str, ...]:
    """Those of these packs that are not installed here, or that nobody vouches for."""
    return tuple(_missing(models))


def _missing(models: Sequence[str]) -> Iterator[str]:
    for model in models:
        try:
            if not catalogue.usable(model):
                catalogue.entry(model)
                yield model
        except (ModelMissing, ModelError):
            yield model


def pack_value(value: str, *models: str, needs: Sequence[str] = ()) -> OptionValue:
    """A value that stands for packs: what they are, and which are not here. `needs`: what else is not here."""
    named = models or (value,)
    known = catalogue.catalogue()
    text: Words = known[named[0]].card.model_dump() if named[0] in known else {}
    return OptionValue(value, text=text, needs=(*needs, *lacks(*named)))
