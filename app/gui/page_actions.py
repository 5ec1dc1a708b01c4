"""Actions of pages that are made when they are first shown: they are there from the beginning all the same.

Without this, the command palette and the overlay of keys would not know how to start a run before somebody has been on
the page of the run, and its key would do nothing. A stand-in makes the page, whose own action takes its place.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from app.gui.window import MainWindow

__all__ = ["STAND_INS", "StandIn", "install"]

translate = QCoreApplication.translate
Words = Callable[[], str]


class StandIn(NamedTuple):
    """`page` makes the action `id`; text, keys and section are those that it will have."""

    page: str
    id: str
    text: Words
    keys: str
    section: Words


def _run() -> str:
    return translate("RunPage", "Run")


def _case() -> str:
    return translate("CaseCare", "Case")


def _models() -> str:
    return translate("ModelsPage", "Models")


STAND_INS = (
    StandIn("run", "run.start", lambda: translate("RunPage", "Start a run…"), "Ctrl+R", _run),
    StandIn("run", "run.pause", lambda: translate("RunPage", "Pause or go on with the run"), "Pause", _run),
    StandIn("run", "run.stop", lambda: translate("RunPage", "Stop the run after the files in hand"), "", _run),
    StandIn("run", "run.resume", lambda: translate("RunPage", "Go on with the newest run"), "", _run),
    StandIn("run", "run.retry", lambda: translate("RunPage", "Try failed files again"), "", _run),
    StandIn("health", "case.backup", lambda: translate("CaseCare", "Back up the case"), "", _case),
    StandIn("health", "case.check", lambda: translate("CaseCare", "Check the integrity of the case"), "", _case),
    StandIn("health", "case.audit", lambda: translate("CaseCare", "Save the audit trail of the case"), "", _case),
    StandIn(
        "health",
        "help.bundle",
        lambda: translate("HealthPage", "Save a support bundle…"),
        "",
        lambda: translate("HealthPage", "Help"),
    ),
    StandIn(
        "report",
        "report.write",
        lambda: translate("ReportPage", "Write the report"),
        "",
        lambda: translate("ReportPage", "Report"),
    ),
    StandIn("models", "models.import", lambda: translate("PacksPanel", "Import a model pack…"), "", _models),
    StandIn("models", "models.measure", lambda: translate("ModelsPage", "Measure this computer"), "", _models),
)


def install(window: MainWindow) -> None:
    """Register what no page has registered yet."""
    for one in STAND_INS:
        if one.id not in window.context.actions:
            slot = partial(_trigger, window, one)
            window.context.actions.add(one.id, one.text(), one.keys or (), slot, section=one.section())


def _trigger(window: MainWindow, one: StandIn) -> None:
    """Make the page, and do what its action does. A report is not written unseen: its page is shown instead, and so
    are the pages on which the answer of an action will stand."""
    needs_case = one.page not in ("models", "health") or one.section() == _case()
    if needs_case and window.context.case is None:
        return
    window.page(one.page)
    if one.page != "run":
        window.show_view(one.page)
    if one.page != "report":
        window.context.actions[one.id].trigger()
