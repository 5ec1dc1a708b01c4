"""The first page: a new case, the recent ones, what was interrupted, and what this computer can do."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.gui import icons, theme
from app.gui.context import Context
from app.gui.pages.engine import Engine
from app.gui.pages.job import Job
from app.gui.pages.opening import (
    cases_folder,
    choose_case,
    make_sample,
    open_case,
    resume_run,
    wish_wizard,
)
from app.gui.pages.page import Card, EmptyState, Page, button, clear, label
from app.gui.pages.rescue import rescue
from app.gui.pages.run_facts import device_title
from app.gui.pages.wording import grouped, moment, number
from app.gui.preferences import Recent
from app.gui.recorded import complaint, shown
from core.case.overview import Glance, can_be_rescued, glance

__all__ = ["StartPage"]

INTERRUPTED = ("interrupted", "stopped")


class StartPage(Page):
    """Looks into the recent cases in the background; a drive that is gone never holds up the window."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "Asservat", widest=980)
        self.say(self.tr("Find, decide, report. Evidence is only ever read; nothing leaves this computer."))
        self._engine = Engine.of(context)
        self._rows: dict[str, RecentRow] = {}
        self._job: Job | None = None
        self._sample: Job | None = None
        self._add_actions()
        self._add_buttons()
        self._recent = Card(self.tr("Recent cases"))
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        self._recent.body.addLayout(self._list)
        self.body.addWidget(self._recent)
        self._engine_card = EngineLine(context, self._engine)
        self.body.addWidget(self._engine_card)
        self.body.addStretch(1)
        context.preferences.changed.connect(self._preference_changed)
        context.case_closed.connect(self._fill)
        self._fill()

    def _add_actions(self) -> None:
        actions, section = self.context.actions, self.tr("Case")
        actions.add("case.new", self.tr("New case…"), "Ctrl+N", self.new_case, section=section)
        actions.add("case.open", self.tr("Open case…"), "Ctrl+O", self.open_case, section=section)
        actions.add("case.sample", self.tr("Try the sample case…"), (), self.try_sample, section=section)

    def _add_buttons(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        self.new_button = button(self.tr("New case"), self.new_case, icon="add", primary=True)
        self.open_button = button(self.tr("Open case…"), self.open_case, icon="open")
        self.sample_button = button(self.tr("Sample case: try it"), self.try_sample, icon="play", quiet=True)
        self.context.actions.explain(self.new_button, "case.new")
        self.context.actions.explain(self.open_button, "case.open")
        row.addWidget(self.new_button)
        row.addWidget(self.open_button)
        row.addStretch(1)
        row.addWidget(self.sample_button)
        self.body.addLayout(row)

    # ------------------------------------------------------------------ what the buttons do

    def new_case(self) -> None:
        wish_wizard(self.context, "case")

    def open_case(self) -> None:
        choose_case(self.context, self)

    def try_sample(self) -> None:
        """Make the sample evidence beside the cases and begin a case over it."""
        if self._sample is not None:
            return
        place = cases_folder(self.context)
        chosen = QFileDialog.getExistingDirectory(
            self, self.tr("Where shall the sample lie?"), str(place if place.is_dir() else Path.home())
        )
        if not chosen:
            return
        folder = _free(Path(chosen) / "asservat-sample")
        self.sample_button.setEnabled(False)
        self.sample_button.setText(self.tr("Making the sample…"))
        self._sample = Job(
            self, lambda job: make_sample(job, folder), self._sample_made, self.context.failed.emit
        ).start()
        self._sample.destroyed.connect(self._sample_ended)

    def _sample_made(self, folder: Path) -> None:
        wish_wizard(self.context, "case", [folder])

    def _sample_ended(self) -> None:
        self._sample = None
        self.sample_button.setEnabled(True)
        self.sample_button.setText(self.tr("Sample case: try it"))

    # ------------------------------------------------------------------ recent cases

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._engine.look()
        self._look()

    def _preference_changed(self, name: str) -> None:
        if name in ("recent", "recent_cases"):
            self._fill()

    def _fill(self) -> None:
        clear(self._list)
        self._rows = {}
        recent = self.context.preferences.values.recent
        for one in recent:
            row = RecentRow(self, one)
            self._rows[one.folder] = row
            self._list.addWidget(row)
        if not recent:
            hidden = self.context.preferences.values.recent_cases == "none"
            text = (
                self.tr("Recent cases are not remembered on this computer. Settings › Privacy changes that.")
                if hidden
                else self.tr("Create a case or try the sample case.")
            )
            self._list.addWidget(EmptyState("folder", self.tr("No case yet"), text))
        if self.isVisible():
            self._look()

    def _look(self) -> None:
        """Ask what became of the recent cases."""
        if self._job is not None:
            self._job.cancel()
        folders = [one.folder for one in self.context.preferences.values.recent]

        def work(job: Job) -> None:
            for folder in folders:
                job.control.checkpoint()
                job.tell((folder, glance(Path(folder))))

        self._job = Job(self, work, self._looked)
        self._job.said.connect(self._told)
        self._job.start()

    def _looked(self, _nothing: None) -> None:
        self._job = None

    def _told(self, found: object) -> None:
        match found:
            case (str() as folder, Glance() as seen) if folder in self._rows:
                self._rows[folder].show_glance(seen)


class RecentRow(QWidget):
    """One recent case: what it is, how far it is, and what can be done with it."""

    def __init__(self, page: StartPage, recent: Recent) -> None:
        super().__init__()
        self._page, self._recent = page, recent
        self._folder = Path(recent.folder)
        named = bool(recent.name)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 7, 4, 7)
        row.setSpacing(12)
        self._icon = label(wrap=False)
        self._icon.setFixedWidth(26)
        row.addWidget(self._icon)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        self.name = label(recent.name or self._folder.name, "heading", wrap=False)
        self.detail = label(str(self._folder), "muted", wrap=False)
        self.detail.setToolTip(str(self._folder))
        texts.addWidget(self.name)
        texts.addWidget(self.detail)
        row.addLayout(texts, 1)
        self.state = label("", "muted", wrap=False)
        self.state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.state)
        self.when = label(_day(recent.opened), "faint", wrap=False)
        row.addWidget(self.when)
        self.resume = button(self.tr("Resume"), self._resume, icon="play")
        self.resume.hide()
        self.locate = button(self.tr("Locate…"), self._locate, icon="location")
        self.locate.hide()
        self.rescue = button(self.tr("Back to the backup"), self._rescue, icon="history")
        self.rescue.setToolTip(self.tr("The newest whole backup takes the place of the damaged file, which is kept."))
        self.rescue.hide()
        self.open = button(self.tr("Open"), self._open)
        self.open.setAccessibleName(self.tr("Open {0}").format(self.name.text()))
        self.forget = button("", self._forget, icon="close", quiet=True)
        self.forget.setToolTip(self.tr("Remove from this list. The case itself stays as it is."))
        self.forget.setAccessibleName(self.tr("Remove {0} from the list").format(self.name.text()))
        for widget in (self.resume, self.locate, self.rescue, self.open, self.forget):
            row.addWidget(widget)
        self.setAccessibleName(self.name.text() if named else str(self._folder))
        self._paint("folder", "muted")
        theme.follow(self, lambda: self._paint("folder", "muted"))

    def show_glance(self, seen: Glance) -> None:
        """What a look into the case has shown."""
        if seen.state == "absent":
            self.state.setText(self.tr("Drive or folder not connected"))
            self.open.hide()
            self.locate.show()
            self._paint("problems", "warning")
            return
        if seen.state == "unreadable":
            self.state.setText(self.tr("Cannot be read"))
            self.state.setToolTip(shown(seen.reason))
            self._paint("problems", "danger")
            self._offer_rescue()
            return
        parts = []
        if self._recent.name:
            parts.append(self.tr("%n evidence item(s)", "", seen.sources))
            parts.append(grouped(self.tr("%n item(s)", "", seen.items), seen.items))
            if seen.items:
                parts.append(self.tr("{0} % graded").format(number(100 * seen.graded / seen.items)))
        if seen.run == "running":
            parts.append(self._at_work(seen))
            self._paint("run", "good")
        elif seen.run in INTERRUPTED:
            parts.append(self.tr("run interrupted"))
            self._paint("pause", "warning")
        self.resume.setVisible(seen.run in INTERRUPTED)
        self.state.setText("  ·  ".join(parts))

    def _at_work(self, seen: Glance) -> str:
        """Who analyses the case now. Nothing to resume: it goes on."""
        case = self._page.context.case
        if self._page.context.run_state and case is not None and case.folder == self._folder.absolute():
            return self.tr("a run goes on")
        return self.tr("being analysed by another program since {0}").format(_day(seen.since))

    def _paint(self, name: str, role: str) -> None:
        self._icon.setPixmap(icons.pixmap(name, theme.current().color(role), 22, self.devicePixelRatioF()))

    def _open(self) -> None:
        if not open_case(self._page.context, self._folder) and not self._page.context.run_state:
            self._offer_rescue()

    def _offer_rescue(self) -> None:
        Job(self, lambda _job: can_be_rescued(self._folder), self.rescue.setVisible).start()

    def _rescue(self) -> None:
        self.rescue.hide()
        rescue(self._page, self._page.context, self._folder)

    def _resume(self) -> None:
        if open_case(self._page.context, self._folder):
            resume_run(self._page.context)

    def _locate(self) -> None:
        title = self.tr("Where is this case now?")
        chosen = QFileDialog.getExistingDirectory(self, title, str(Path.home()))
        if chosen and open_case(self._page.context, Path(chosen)):
            self._page.context.preferences.forget_case(self._recent.folder)

    def _forget(self) -> None:
        self._page.context.preferences.forget_case(self._recent.folder)


class EngineLine(Card):
    """One line about the engine: device, steps that can run, network."""

    def __init__(self, context: Context, engine: Engine) -> None:
        super().__init__()
        self._context, self._engine = context, engine
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(label(self.tr("ENGINE"), "section", wrap=False))
        self.text = label("")
        row.addWidget(self.text, 1)
        self.manage = button(self.tr("Models"), lambda: context.show_view("models"), icon="models", quiet=True)
        self.health = button(self.tr("Health"), lambda: context.show_view("health"), icon="health", quiet=True)
        row.addWidget(self.manage)
        row.addWidget(self.health)
        self.body.addLayout(row)
        engine.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        engine = self._engine
        if not engine.known:
            self.text.setText(self.tr("Looking at what this computer can do…"))
            return
        if engine.error is not None:
            self.text.setText(self.tr("The engine does not start: {0}").format(complaint(engine.error)))
            return
        ready = len(engine.analyzers) - len(engine.missing)
        steps = self.tr("{0} of %n step(s) ready", "", len(engine.analyzers)).format(ready)
        devices = sorted({str(info.settings.get("device", "")) for info in engine.analyzers if not info.missing} - {""})
        parts = [", ".join(map(device_title, devices)) or device_title("cpu"), steps, self.tr("network: off")]
        self.text.setText("  ·  ".join(parts))


def _day(iso: str) -> str:
    said = moment(iso)
    return said[11:] if said[:10] == datetime.now().astimezone().strftime("%Y-%m-%d") else said[:10]


def _free(folder: Path) -> Path:
    """The folder, or the next of the same name that does not exist yet."""
    number = 2
    found = folder
    while found.exists():
        found = folder.with_name(f"{folder.name}-{number}")
        number += 1
    return found
