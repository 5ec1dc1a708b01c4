"""One model pack on the models page: a line, and on request what it finds and misses, its licence and its files."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui import languages
from app.gui.pages.page import button, label
from app.gui.pages.wording import bytes_text
from app.gui.recorded import shown
from core.packs import PackInfo, PackState

__all__ = ["PackRow", "role_title"]


class PackRow(QWidget):
    """One pack: a line, and on request all about it. `verify`, `remove`: asked for with the pack's id."""

    verify = Signal(str)
    remove = Signal(str)

    def __init__(self, pack: PackInfo) -> None:
        super().__init__()
        self.pack = pack
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(12)
        self.about = button("", self.toggle, icon="info", quiet=True)
        self.about.setAccessibleName(self.tr("About {0}").format(pack.id))
        self.about.setToolTip(self.tr("What it finds and misses, licence, files"))
        line.addWidget(self.about)
        line.addWidget(label(pack.id, wrap=False))
        facts = [role_title(pack.role), bytes_text(pack.bytes) if pack.bytes else "", pack.licence_weights]
        line.addWidget(label("  ·  ".join(fact for fact in facts if fact), "muted", wrap=False), 1)
        self.state = label(_state(pack), _STATE_ROLES[pack.state], wrap=False)
        line.addWidget(self.state)
        column.addLayout(line)
        if pack.problem:
            column.addWidget(label(shown(pack.problem), "danger", selectable=True))
        self.details = QWidget()
        self.details.hide()
        column.addWidget(self.details)
        self.tools = self._make_tools()
        column.addWidget(self.tools)
        self.tools.setVisible(pack.state is PackState.DAMAGED)

    def toggle(self) -> None:
        if self.details.isVisible():
            self.details.hide()
            self.tools.setVisible(self.pack.state is PackState.DAMAGED)
        else:
            self.open()

    def open(self) -> None:
        """Show all about it; made when it is first looked at."""
        if self.details.layout() is None:
            self._make_details()
        self.details.show()
        self.tools.setVisible(self.pack.state is not PackState.BUILT_IN)

    def _make_tools(self) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(36, 0, 0, 4)
        pack = self.pack
        self.verify_button = button(self.tr("Verify"), lambda: self.verify.emit(pack.id), icon="hash", quiet=True)
        self.remove_button = button(self.tr("Remove…"), self._ask, icon="delete", quiet=True)
        self.sure_button = button(self.tr("Remove it from this computer"), lambda: self.remove.emit(pack.id))
        self.keep_button = button(self.tr("Keep it"), lambda: self._asking(asking=False), quiet=True)
        self.copy_button = button(self.tr("Copy the command that fetches it"), self._copy, icon="copy", quiet=True)
        for one in (self.verify_button, self.remove_button, self.sure_button, self.keep_button, self.copy_button):
            line.addWidget(one)
        line.addStretch(1)
        self._asking(asking=False)
        return holder

    def _ask(self) -> None:
        self._asking(asking=True)

    def _asking(self, *, asking: bool) -> None:
        there = self.pack.state in (PackState.INSTALLED, PackState.DAMAGED)
        self.verify_button.setVisible(there and not asking)
        self.remove_button.setVisible(there and not asking)
        self.sure_button.setVisible(there and asking)
        self.keep_button.setVisible(there and asking)
        self.copy_button.setVisible(self.pack.state is PackState.MISSING and self._fetchable)

    @property
    def _fetchable(self) -> bool:
        return all(file.urls for file in self.pack.files)

    def _copy(self) -> None:
        first = "" if all(file.sha256 for file in self.pack.files) else " --trust-first"
        QGuiApplication.clipboard().setText(f"main.py models fetch {self.pack.id}{first}")

    def _make_details(self) -> None:
        pack = self.pack
        column = QVBoxLayout(self.details)
        column.setContentsMargins(36, 0, 0, 4)
        column.setSpacing(4)
        card = pack.card.get(languages.spoken()) or pack.card.get("en", "")
        column.addWidget(label(card, selectable=True))
        if pack.state is PackState.MISSING and not pack.package:
            column.addWidget(label(self._means(), "warning", selectable=True))
        for said in filter(None, self._facts()):
            column.addWidget(label(said, "muted", selectable=True))
        for file in pack.files:
            digest = file.sha256 or self.tr("SHA-256 not published")
            column.addWidget(label(f"{file.name}: {digest}", "faint", selectable=True))

    def _means(self) -> str:
        """What it means that it is missing, and how to get it."""
        said = self.tr("Not installed: what it would find is not looked for, and the step says so.")
        if self._fetchable:
            way = self.tr(
                "On a connected computer: main.py models fetch {0}, then main.py models pack {0}; carry the file here."
            )
        else:
            way = self.tr(
                "Its files have no address to fetch them from; where you have them in a folder:"
                " main.py models pack {0} --files FOLDER."
            )
        return f"{said} {way.format(self.pack.id)}"

    def _facts(self) -> list[str]:
        pack = self.pack
        flags = ", ".join(_flag(one) for one in pack.licence_flags)
        licence = self.tr("Licence of the weights: {0}").format(pack.licence_weights) + (f" ({flags})" if flags else "")
        return [
            licence,
            self.tr("From {0}, version {1}").format(pack.publisher, pack.version) if pack.publisher else "",
            self.tr("Needs about {0} of memory").format(bytes_text(pack.memory_bytes)) if pack.memory_bytes else "",
            self.tr("Thresholds calibrated on: {0}").format(pack.calibrated_on) if pack.calibrated_on else "",
            self.tr("Its thresholds are uncalibrated starting values.")
            if pack.thresholds and not pack.calibrated_on
            else "",
            "" if pack.listed else self.tr("Not in the catalogue: nobody but its source vouches for it."),
        ]


_STATE_ROLES = {
    PackState.BUILT_IN: "good",
    PackState.INSTALLED: "good",
    PackState.MISSING: "faint",
    PackState.DAMAGED: "danger",
}


def _state(pack: PackInfo) -> str:
    translate = QCoreApplication.translate
    return {
        PackState.BUILT_IN: translate("PackRow", "comes with the installation"),
        PackState.INSTALLED: translate("PackRow", "installed"),
        PackState.MISSING: translate("PackRow", "missing") if pack.package else translate("PackRow", "not installed"),
        PackState.DAMAGED: translate("PackRow", "damaged"),
    }[pack.state]


def role_title(role: str) -> str:
    """What a pack is for; a role that nobody has put into words keeps its name."""
    translate = QCoreApplication.translate
    return {
        "default": translate("PackRow", "recommended"),
        "light": translate("PackRow", "light"),
        "alternative": translate("PackRow", "alternative"),
        "lab": translate("PackRow", "of the laboratory"),
        "detector": translate("PackRow", "detector"),
        "classifier": translate("PackRow", "classifier"),
        "graded": translate("PackRow", "classifier with levels"),
        "verifier": translate("PackRow", "cross-check"),
        "verifier-alternative": translate("PackRow", "cross-check, alternative"),
        "persons": translate("PackRow", "persons"),
        "pose": translate("PackRow", "pose"),
        "pose-alternative": translate("PackRow", "pose, alternative"),
        "landmarks": translate("PackRow", "landmarks"),
        "quality": translate("PackRow", "quality"),
        "text detector": translate("PackRow", "finds text"),
        "text recogniser": translate("PackRow", "reads text"),
        "script recogniser": translate("PackRow", "reads another script"),
        "second engine": translate("PackRow", "second reader"),
        "orientation classifier": translate("PackRow", "finds upside-down lines"),
        "voice detector": translate("PackRow", "finds speech"),
    }.get(role, role)


def _flag(flag: str) -> str:
    translate = QCoreApplication.translate
    return {
        "noncommercial": translate("PackRow", "research only"),
        "agpl": "AGPL",
        "attribution": translate("PackRow", "name the author"),
    }.get(flag, flag)
