"""The question a run asks when its device has no memory left. It stays until the examiner has decided."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout

from app.gui.context import Context
from app.gui.pages.opening import resume_run
from app.gui.pages.page import Card, button, label
from app.gui.recorded import shown

__all__ = ["DeviceQuestion"]


class DeviceQuestion(Card):
    """Hidden until `ask`. Going on on the processor is a choice, never silent: its results stand under their own
    configuration, beside those of the card."""

    def __init__(self, context: Context) -> None:
        super().__init__(self.tr("The run needs a decision"))
        self._context = context
        self.text = label("", selectable=True)
        self.body.addWidget(self.text)
        self.body.addWidget(
            label(
                self.tr(
                    "What is finished is stored. On the processor everything left is slower; the change of device is"
                    " recorded with the run and printed in reports."
                ),
                "muted",
            )
        )
        row = QHBoxLayout()
        self.again = button(self.tr("Try the same device again"), lambda: self._go(""), icon="refresh", primary=True)
        self.processor = button(self.tr("Go on on the processor"), lambda: self._go("cpu"), icon="play")
        self.later = button(self.tr("Leave it stopped"), self.hide, quiet=True)
        for widget in (self.again, self.processor, self.later):
            row.addWidget(widget)
        row.addStretch(1)
        self.body.addLayout(row)
        self.hide()

    def ask(self, question: str) -> None:
        self.text.setText(shown(question))
        self.show()

    def _go(self, device: str) -> None:
        self.hide()
        resume_run(self._context, device)
