"""What can be chosen for an analyzer: the facts of each option, so that whoever asks the examiner needs to know neither
the analyzer nor its type. They are made from the analyzer's own options type (`models/option_facts.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["AUTO", "Flaw", "OptionFact", "OptionValue", "Words", "normal"]

Words = Mapping[str, str]
"""A text by language (`en`, `de`)."""

AUTO = "auto"
"""What stands for a list that is left to the analyzer."""

FlawKind = Literal["number", "whole", "range", "value", "empty", "missing"]


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a value cannot be used. `subject`: the part of it that is meant, or what is missing."""

    kind: FlawKind
    subject: str = ""


@dataclass(frozen=True, slots=True)
class OptionValue:
    """One value that an option can have. `label` and `text` are empty where the value speaks for itself.

    `needs`: what is not installed here and would have to be (packs, libraries); empty: it can be used.
    """

    value: str
    label: Words = field(default_factory=dict)
    text: Words = field(default_factory=dict)
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OptionFact:
    """One option. `values`: those there are, for choices and lists. `least`, `most`: ends of the range of a number;
    `open_least`, `open_most`: the end itself is not possible. `main`: worth being shown first.

    `decides`: which models do the work hangs on it; a value that lacks something makes the analyzer *skipped*. With
    other options such a value cannot be run at all.
    """

    name: str
    kind: Literal["flag", "whole", "number", "choice", "list", "text"]
    default: Any
    label: Words
    help: Words
    values: tuple[OptionValue, ...] = ()
    least: float | None = None
    most: float | None = None
    open_least: bool = False
    open_most: bool = False
    main: bool = False
    decides: bool = False

    def value(self, name: str) -> OptionValue | None:
        return next((one for one in self.values if one.value == name), None)

    def flaw(self, value: Any) -> Flaw | None:
        """Why this value cannot be used; None: it can. What the options type refuses is refused here, and no more."""
        match self.kind:
            case "flag":
                return None if isinstance(value, bool) else Flaw("value", str(value))
            case "whole" | "number":
                return self._number_flaw(value)
            case "choice":
                return self._choice_flaw(str(value))
            case "list":
                return self._list_flaw(value)
            case "text":
                return None

    def _number_flaw(self, value: Any) -> Flaw | None:
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124 - no number
            return Flaw("number", str(value))
        if self.kind == "whole" and not float(value).is_integer():
            return Flaw("whole", str(value))
        low = self.least is not None and (value < self.least or (self.open_least and value == self.least))
        high = self.most is not None and (value > self.most or (self.open_most and value == self.most))
        return Flaw("range", str(value)) if low or high else None

    def _choice_flaw(self, value: str) -> Flaw | None:
        found = self.value(value)
        if found is None:
            return Flaw("value", value)
        return Flaw("missing", ", ".join(found.needs)) if found.needs and not self.decides else None

    def _list_flaw(self, value: Any) -> Flaw | None:
        named = normal(self, value)
        if named == AUTO:
            return None
        if not named:
            return Flaw("empty")
        unknown = [one for one in named if self.value(one) is None]
        return Flaw("value", ", ".join(unknown)) if unknown else None

    def needs(self, value: Any) -> tuple[str, ...]:
        """What is not installed of that which this value asks for."""
        named = normal(self, value) if self.kind == "list" else [str(value)] if self.kind == "choice" else []
        found = [self.value(one) for one in named] if isinstance(named, Sequence) and named != AUTO else []
        return tuple(dict.fromkeys(need for one in found if one is not None for need in one.needs))


def normal(fact: OptionFact, value: Any) -> Any:
    """The one spelling of a value, because options are part of the config: lists sorted and in lower case, numbers as
    what they are. A value that cannot be used comes back as it is."""
    if fact.kind == "list":
        if value == AUTO:
            return AUTO
        named = value.split(",") if isinstance(value, str) else value
        if not isinstance(named, list | tuple) or not all(isinstance(one, str) for one in named):
            return value
        wanted = sorted({one.strip().lower() for one in named} - {""})
        return AUTO if wanted == [AUTO] else wanted
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if fact.kind == "number":
        return float(value)
    return int(value) if fact.kind == "whole" and float(value).is_integer() else value
