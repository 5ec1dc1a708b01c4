"""Every step with its models: what is there, what is missing and what that means, licence, hash, speed here."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.gui import icons, theme
from app.gui.context import Context
from app.gui.labels import label_text
from app.gui.languages import spoken
from app.gui.pages.engine import Engine, speed_key
from app.gui.pages.explained import lacking, limits
from app.gui.pages.packs import PacksPanel
from app.gui.pages.page import Card, EmptyState, Page, button, clear, label
from app.gui.pages.wording import bytes_text, number
from app.gui.recorded import complaint, shown
from app.gui.terms import analyzer_title
from core.records import AnalyzerInfo, ModelInfo
from core.setting_words import setting_value

__all__ = ["AnalyzerCard", "ModelsPage"]


class ModelsPage(Page):
    """Opens no connection: models come with the installation or from a folder."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "", widest=1100)
        self.title.setText(self.tr("Models"))
        self.setAccessibleName(self.tr("Models"))
        self._engine = Engine.of(context)
        self.measure = button(self.tr("Measure this computer"), self._engine.measure, icon="gauge")
        self.again = button(self.tr("Look again"), lambda: self._engine.look(again=True), icon="refresh")
        self.head.addWidget(self.measure)
        self.head.addWidget(self.again)
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        self.body.addLayout(self._list)
        self.packs = PacksPanel(context)
        self.packs.changed.connect(lambda: self._engine.look(again=True))
        self.body.addWidget(self.packs)
        self.body.addStretch(1)
        self.setAcceptDrops(True)
        self.cards: dict[str, AnalyzerCard] = {}
        self._engine.changed.connect(self._show)
        context.preferences.changed.connect(self._preference_changed)
        context.actions.add(
            "models.measure", self.tr("Measure this computer"), (), self._engine.measure, section=self.tr("Models")
        )
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._engine.look()
        self.packs.look()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Packs may be dropped anywhere on the page; anything else is the window's."""
        if self.packs.importable(event.mimeData().urls()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.packs.bring_in(self.packs.importable(event.mimeData().urls()))

    def _preference_changed(self, name: str) -> None:
        if name == "speeds":
            self._show()

    def _show(self) -> None:
        engine = self._engine
        self.measure.setEnabled(engine.known and not engine.busy)
        self.measure.setText(self.tr("Measuring…") if engine.busy == "measuring" else self.tr("Measure this computer"))
        self.again.setEnabled(not engine.busy)
        clear(self._list)
        self.cards = {}
        if not engine.known:
            self.say(self.tr("Looking at what this computer can do…"))
            return
        if engine.error is not None:
            self.say("")
            self._list.addWidget(EmptyState("problems", self.tr("The engine does not start"), complaint(engine.error)))
            return
        ready = len(engine.analyzers) - len(engine.missing)
        said = self.tr("{0} of %n step(s) can run here.", "", len(engine.analyzers)).format(ready)
        self.say(f"{said} {self.tr('Nothing is ever downloaded.')}")
        speeds = self.context.preferences.values.speeds
        for info in sorted(engine.analyzers, key=lambda one: not one.missing):
            self.cards[info.name] = AnalyzerCard(info, speeds.get(speed_key(info.name, "strict")))
            self._list.addWidget(self.cards[info.name])


class AnalyzerCard(Card):
    """One analyzer. `seconds`: for one picture, measured here."""

    def __init__(self, info: AnalyzerInfo, seconds: float | None) -> None:
        super().__init__(analyzer_title(info.name))
        self.info = info
        self._state = label(wrap=False)
        self._words = label(
            self.tr("missing") if info.missing else self.tr("ready"), "warning" if info.missing else "good", wrap=False
        )
        self.head.addWidget(self._state)
        self.head.addWidget(self._words)
        if info.missing:
            said = label(lacking(info.missing, here=True), "warning", selectable=True)
            said.setToolTip(shown(info.missing))
            self.body.addWidget(said)
            self.body.addWidget(
                label(self.tr("Until then this step is recorded as not run: never as “nothing found”."))
            )
        facts = [
            self.tr("Step {0}, version {1}").format(info.name, info.version),
            self._device(),
            self.tr("{0} pictures a second here").format(number(1 / max(seconds, 1e-6), 1)) if seconds else "",
        ]
        self.body.addWidget(label("  ·  ".join(fact for fact in facts if fact), "muted"))
        if info.limits:
            self.body.addWidget(
                label(self.tr("What it cannot know: {0}").format(limits(info.name, info.limits)), "muted")
            )
        if info.labels:
            read = "  ·  ".join(dict.fromkeys(map(label_text, info.labels)))  # many hold a comma
            labels = label(self.tr("Labels: {0}").format(read), "faint")
            labels.setToolTip(", ".join(info.labels))
            self.body.addWidget(labels)
        if info.models:
            self.body.addWidget(self._models())
        theme.current().changed.connect(self._paint)
        self._paint()

    def _device(self) -> str:
        values = (self.info.settings.get(key) for key in ("runtime", "engine", "device", "precision"))
        return ", ".join(setting_value(value, spoken()) for value in values if value)

    def _models(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 4, 0, 0)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(4, 1)
        heads = (self.tr("Model"), self.tr("Version"), self.tr("Size"), self.tr("Licence"), "SHA-256", "")
        for column, text in enumerate(heads):
            grid.addWidget(label(text, "section", wrap=False), 0, column)
        for row, model in enumerate(self.info.models, start=1):
            self._add_model(grid, row, model)
        return holder

    def _add_model(self, grid: QGridLayout, row: int, model: ModelInfo) -> None:
        name = label(model.name, wrap=False)
        name.setToolTip("\n".join(filter(None, (model.role, model.source))))
        grid.addWidget(name, row, 0)
        grid.addWidget(label(model.version, "muted", wrap=False), row, 1)
        grid.addWidget(label(bytes_text(model.bytes) if model.bytes else "–", "muted", wrap=False), row, 2)
        licence = label(model.licence, "muted")
        scale = theme.current().scale
        licence.setMinimumWidth(round(110 * scale))
        grid.addWidget(licence, row, 3)
        digest = label(f"{model.sha256[: 24 if scale <= 1.3 else 8]}…", "muted", wrap=False, selectable=True)
        digest.setToolTip(model.sha256)
        digest.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(digest, row, 4)
        copy = button("", lambda: QGuiApplication.clipboard().setText(model.sha256), icon="copy", quiet=True)
        copy.setToolTip(self.tr("Copy the SHA-256"))
        copy.setAccessibleName(self.tr("Copy the SHA-256 of {0}").format(model.name))
        grid.addWidget(copy, row, 5)

    def _paint(self) -> None:
        name, role = ("problems", "warning") if self.info.missing else ("check", "good")
        self._state.setPixmap(icons.pixmap(name, theme.current().color(role), 18, self.devicePixelRatioF()))
