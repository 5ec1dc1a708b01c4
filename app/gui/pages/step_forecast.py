"""What would happen with each step of a run that is being prepared: run or be skipped and why, how much is left to look
at, how long. The case is asked by the very keys under which the results would be stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.gui.context import Context
from app.gui.pages.wording import grouped
from app.gui.recorded import complaint
from core.case.forecast import Ahead, Wanted, ahead
from core.errors import AsservatError
from core.options import OptionFact
from core.pipeline.plan import step_for
from core.records import AnalyzerInfo, MediaKind, SampleKind, config_hash
from core.settings import RunSettings

__all__ = ["Outlook", "ask_ahead", "left_text", "outlook"]

KEY = "steps-ahead"


def _tr(text: str, count: int | None = None) -> str:
    if count is None:
        return QCoreApplication.translate("StepForecast", text)
    return QCoreApplication.translate("StepForecast", text, "", count)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the options of a step lead to. `config` empty: it cannot be told. `skipped`: the reason. `writes`: what is
    heard is written down, which takes the longer the more is said, so nobody knows beforehand."""

    config: str = ""
    kinds: frozenset[MediaKind] = frozenset()
    skipped: str = ""
    writes: bool = False


def outlook(info: AnalyzerInfo, settings: RunSettings) -> Outlook:
    """As a run with these settings would do it. Raises nothing: what is wrong with a value is said at its field."""
    try:
        step = step_for(info, settings, {})
    except AsservatError as error:
        return Outlook(skipped=complaint(error))
    kinds = frozenset(kind for kind in MediaKind if step.looks_at(kind))
    if not step.info.missing:
        listens = step.info.accepts == {SampleKind.SOUND}
        return Outlook(config_hash(step.config), kinds, writes=listens and len(step.info.models) > 1)
    needs = _needs(info, step.options)
    if needs:
        said = _tr("Would be skipped for every item, with this reason: not installed here: {0}.")
        return Outlook(skipped=said.format(", ".join(needs)))
    return Outlook(skipped=_tr("Would be skipped for every item: its models are not installed here."))


def _needs(info: AnalyzerInfo, options: Mapping[str, Any]) -> tuple[str, ...]:
    deciding: Sequence[OptionFact] = [fact for fact in info.facts if fact.decides]
    return deciding[0].needs(options.get(deciding[0].name)) if deciding else ()


def ask_ahead(context: Context, steps: Mapping[str, Outlook], done: Callable[[dict[str, Ahead]], None]) -> None:
    """How much of the open case is left to these steps; a newer question replaces the older."""
    wanted = {name: Wanted(one.config, one.kinds) for name, one in steps.items() if one.config}
    context.query(lambda connection: ahead(connection, wanted), done, key=KEY)


def left_text(found: Ahead) -> str:
    """How much is left, and whether that is because the options are others than before."""
    if not found.contents:
        return _tr("The case has no item yet that this step looks at.")
    if not found.left:
        text = _tr("Nothing to do: all %n item(s) have results under these options.", found.contents)
        return grouped(text, found.contents)
    if found.before and not found.settled:
        text = _tr(
            "All %n item(s) are looked at again: there are no results under exactly these options yet. Old ones stay.",
            found.contents,
        )
        return grouped(text, found.contents)
    if found.settled:
        text = _tr("%n item(s) left to look at; the others have results under these options.", found.left)
        return grouped(text, found.left)
    return grouped(_tr("%n item(s) to look at.", found.left), found.left)
