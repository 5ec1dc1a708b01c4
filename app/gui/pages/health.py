"""Whether everything is well: this computer, the installation, the case; backups, and the support bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QGridLayout, QWidget

from app.gui import icons, log_file, theme
from app.gui.context import Context
from app.gui.pages.bundle import bundle_parts, write_bundle
from app.gui.pages.case_care import CaseCare
from app.gui.pages.engine import Engine
from app.gui.pages.machine import Gauges
from app.gui.pages.page import Card, Page, button, clear, label
from app.gui.recorded import complaint, shown
from app.parts import Check
from core.case.overview import runs, standing, troubles
from core.errors import StorageError
from core.pipeline.plan import versions

__all__ = ["HealthPage"]

SHOWN_VERSIONS = ("asservat", "python", "system")


class HealthPage(Page):
    """Reads the gauges only while it is on the screen."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "", widest=1100)
        self.title.setText(self.tr("Health"))
        self.setAccessibleName(self.tr("Health"))
        self._engine = Engine.of(context)
        self._gauges = Gauges(context)
        computer = Card(self.tr("This computer"))
        computer.body.addWidget(self._gauges)
        self.body.addWidget(computer)
        self.care = CaseCare(context)
        self.body.addWidget(self.care)
        self._checks = self._make_checks()
        self.body.addWidget(self._checks)
        self.body.addWidget(self._make_bundle())
        self.body.addStretch(1)
        self._engine.changed.connect(self._show_checks)
        theme.current().changed.connect(self._show_checks)
        context.actions.add(
            "help.bundle", self.tr("Save a support bundle…"), (), self.save_bundle, section=self.tr("Help")
        )
        self._show_checks()

    def _make_checks(self) -> Card:
        card = Card(self.tr("Installation"))
        self.again = button(self.tr("Look again"), lambda: self._engine.look(again=True), icon="refresh", quiet=True)
        card.head.addWidget(self.again)
        holder = QWidget()
        self._list = QGridLayout(holder)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setHorizontalSpacing(14)
        self._list.setColumnStretch(2, 1)
        card.body.addWidget(holder)
        return card

    def _make_bundle(self) -> Card:
        card = Card(
            self.tr("Support bundle"),
            self.tr(
                "Versions, settings, counts of problems by code and the tail of the log, for whoever looks for a"
                " mistake in the program. No file names, no text, no pictures, no case facts. Nothing is sent."
            ),
        )
        self.bundle_button = button(self.tr("Save a support bundle…"), self.save_bundle, icon="bundle")
        card.body.addWidget(self.bundle_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.saved = label("", "muted", selectable=True)
        self.saved.hide()
        card.body.addWidget(self.saved)
        return card

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._gauges.machine.watch(True)
        self._engine.look()
        self.care.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._gauges.machine.watch(False)

    # ------------------------------------------------------------------ the installation

    def _show_checks(self) -> None:
        clear(self._list)
        self.again.setEnabled(not self._engine.busy)
        known = versions()
        lines = [Check(name, None, known[name]) for name in SHOWN_VERSIONS if name in known]
        lines += self._engine.checks
        if self._engine.error is not None:
            lines.append(Check(self.tr("engine"), False, complaint(self._engine.error)))
        if not self._engine.known:
            lines.append(Check(self.tr("engine"), None, self.tr("Looking at what this computer can do…")))
        for row, check in enumerate(lines):
            self._add_check(row, check)

    def _add_check(self, row: int, check: Check) -> None:
        marks = {True: ("check", "good"), False: ("problems", "danger"), None: ("info", "muted")}
        words = {True: self.tr("good"), False: self.tr("needs attention"), None: self.tr("for your information")}
        icon, role = marks[check.ok]
        mark = label(wrap=False)
        mark.setPixmap(icons.pixmap(icon, theme.current().color(role), 16, self.devicePixelRatioF()))
        mark.setAccessibleName(words[check.ok])
        mark.setToolTip(words[check.ok])
        self._list.addWidget(mark, row, 0)
        self._list.addWidget(label(shown(check.name), wrap=False), row, 1)
        self._list.addWidget(
            label(shown(check.sentence), "danger" if check.ok is False else "muted", selectable=True), row, 2
        )

    # ------------------------------------------------------------------ the bundle

    def save_bundle(self) -> None:
        """Ask where, gather what may go in, write it."""
        start = str(Path.home() / "asservat-support.zip")
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save a support bundle"), start, "ZIP (*.zip)")
        if not path:
            return
        if self.context.case is None:
            self._write(Path(path), None)
            return

        def work(connection: Any) -> Any:
            return standing(connection), troubles(connection), runs(connection)

        self.context.query(work, lambda found: self._write(Path(path), found), key="bundle")

    def _write(self, path: Path, found: Any) -> None:
        now, problems, history = found if found is not None else (None, (), ())
        parts = bundle_parts(
            self.context.preferences.values,
            self._engine.checks,
            log=log_file.tail(),
            now=now,
            problems=problems,
            history=history,
        )
        try:
            write_bundle(path, parts)
        except OSError as error:
            advice = self.tr("Choose another place.")
            self.context.failed.emit(
                StorageError(self.tr("The bundle could not be written ({0}).").format(error.strerror), advice)
            )
            return
        self.saved.setText(self.tr("Saved: {0}. Read it before you hand it on.").format(path))
        self.saved.show()
