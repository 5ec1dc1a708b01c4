"""What can be chosen for a run as a whole, beside its steps: the device and the arithmetic. Told like the options of a
step, so that the same lines show them and the same scopes keep them."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from PySide6.QtCore import QCoreApplication

from app.gui.languages import spoken
from app.gui.pages.option_rows import OptionRow, Place
from app.gui.pages.page import Card
from app.gui.pages.presets import WHOLE
from app.gui.step_options import Scope, StepOptions
from core.options import OptionFact, OptionValue, Words
from core.settings import Device

__all__ = ["WholeRun", "device_title", "whole_facts"]


def device_title(device: str) -> str:
    """A device in the words of the screen."""
    translate = QCoreApplication.translate
    return {
        "auto": translate("RunOptions", "NVIDIA card if it can be used, else processor"),
        "cpu": translate("RunOptions", "processor"),
        "cuda": translate("RunOptions", "NVIDIA card"),
        "intel-gpu": translate("RunOptions", "Intel graphics"),
        "directml": translate("RunOptions", "graphics through DirectML"),
        "coreml": translate("RunOptions", "Apple Core ML"),
    }.get(device, device)


def _said(text: str) -> Words:
    return {spoken(): text}


def whole_facts() -> tuple[OptionFact, ...]:
    """The device and the arithmetic, in the language of the screen."""
    translate = QCoreApplication.translate
    device_help = translate(
        "RunOptions",
        "Automatic is an NVIDIA card if it can be used, else the processor. Results belong to the device: on another"
        " one, all is analysed anew and stored beside.",
    )
    automatic = translate("RunOptions", "automatic")
    precision_help = translate(
        "RunOptions", "Exact for evidence. Faster for a first look: every result is marked as triage and kept beside."
    )
    return (
        OptionFact(
            "device",
            "choice",
            "auto",
            _said(translate("RunOptions", "Models run on")),
            _said(device_help),
            values=tuple(
                OptionValue(one, _said(automatic if one == "auto" else device_title(one))) for one in get_args(Device)
            ),
        ),
        OptionFact(
            "precision",
            "choice",
            "strict",
            _said(translate("RunOptions", "Arithmetic")),
            _said(precision_help),
            values=(
                OptionValue("strict", _said(translate("RunOptions", "exact"))),
                OptionValue("fast", _said(translate("RunOptions", "faster (triage)"))),
            ),
        ),
    )


class WholeRun(Card):
    """Both as lines for the next run. `base` gives what holds by itself: the preset's arithmetic, the program's
    device."""

    def __init__(
        self, options: StepOptions, scopes: Callable[[], tuple[Scope, ...]], base: Callable[[str], str]
    ) -> None:
        super().__init__(QCoreApplication.translate("RunOptions", "Where and how exactly"))
        self.body.setSpacing(0)
        self._options, self._scopes, self._base = options, scopes, base
        self.rows = {fact.name: OptionRow("", fact, self._place(fact.name)) for fact in whole_facts()}
        for row in self.rows.values():
            row.field.setAccessibleName(row.title)
            self.body.addWidget(row)

    def value(self, name: str) -> str:
        given = self._options.changes(self._scopes()).get(WHOLE, {})
        return str(given.get(name, self._base(name)))

    def refresh(self) -> None:
        for row in self.rows.values():
            row.refresh()

    def _place(self, name: str) -> Place:
        def choose(value: object) -> None:
            self._options.choose(WHOLE, name, value, self._base(name), self._scopes())

        def badge() -> str:
            if self.value(name) == self._base(name):
                return ""
            if self._options.origin(WHOLE, name, self._scopes()) == "case":
                return QCoreApplication.translate("StepRow", "from the case")
            return QCoreApplication.translate("StepRow", "for this run")

        return Place(
            value=lambda: self.value(name),
            put=choose,
            is_default=lambda: self.value(name) == self._base(name),
            reset=lambda: choose(self._base(name)),
            badge=badge,
        )
