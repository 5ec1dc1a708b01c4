"""Models that are installed but cannot be used (a damaged pack): the others of an analyzer work on, and every result
that they would have had a part in says so (`SampleResult.without`), which makes its outcome partial.

Nothing takes their place by itself: another model would give other results under the same configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

from core.errors import DeviceExhausted, ModelError, ModelMissing
from models import catalogue

__all__ = ["LeftOut"]

T = TypeVar("T")
P = ParamSpec("P")


class LeftOut:
    """What was left out while the models of an analyzer were opened. Filled by one thread, read by many."""

    def __init__(self) -> None:
        self._errors: dict[str, ModelError] = {}
        self._torn: dict[str, str] = {}

    def attempt(self, part: str, model: str, opened: Callable[P, T], *given: P.args, **named: P.kwargs) -> T | None:
        """What `opened` gives for the rest of the arguments; None when the model cannot be used, which is noted for
        `part`. Too little memory on a device is the examiner's question (`DeviceExhausted`), and what was asked for and
        is not here was never promised (`ModelMissing`): both are raised."""
        try:
            return opened(*given, **named)
        except (DeviceExhausted, ModelMissing):
            raise
        except ModelError as error:
            self._errors[part] = error
            self._torn[part] = _sentence(model, error)
            return None

    def passed_over(self, part: str, packs: Iterable[str]) -> None:
        """Nothing does the work of `part`: note the first of these packs that lies here and cannot be used."""
        torn = next(filter(None, map(catalogue.torn, packs)), "")
        if torn:
            self._torn.setdefault(part, torn)

    def note(self, part: str, sentence: str) -> None:
        """A reason that is known already."""
        self._torn.setdefault(part, sentence)

    def parts(self) -> frozenset[str]:
        return frozenset(self._torn)

    def sentences(self) -> tuple[str, ...]:
        """Why each of them was left out."""
        return tuple(dict.fromkeys(self._torn.values()))

    def without(self, *parts: str) -> LeftOut:
        """The same for who does not ask for these parts."""
        other = LeftOut()
        other._errors = {name: error for name, error in self._errors.items() if name not in parts}
        other._torn = {name: sentence for name, sentence in self._torn.items() if name not in parts}
        return other

    def raise_first(self) -> None:
        """Nothing is left that could work: the first reason, as an error."""
        for error in self._errors.values():
            raise error


def _sentence(model: str, error: ModelError) -> str:
    return f"{model} could not be used, so this was looked at without it: {error}"
