"""Model packs on the models page: what is there and missing, importing by button and by drop, verifying, removing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.gui import languages
from app.gui.context import Context
from app.gui.pages.engine import Engine
from app.gui.pages.models import ModelsPage
from app.gui.pages.pack_row import PackRow
from app.gui.pages.packs import PacksPanel
from core.control import Control
from core.errors import PackError, PackUnlisted
from core.packs import PackCheck, PackFile, PackInfo, PackProgress, PackState, Tell

FILE = PackFile("model.onnx", "", 12_000_000, "ab" * 32, "A", ("https://example.org/model.onnx",), (), (), True)


def pack(name: str, state: PackState, **changes: object) -> PackInfo:
    made = PackInfo(
        id=name,
        task="nsfw",
        role="default",
        publisher="Somebody",
        version="1",
        revision="",
        format="onnx",
        package="nudenet" if state is PackState.BUILT_IN else "",
        licence_code="MIT",
        licence_weights="Apache-2.0",
        licence_flags=("noncommercial",),
        source="made here",
        listed=True,
        lab=False,
        state=state,
        folder="",
        bytes=12_000_000,
        files=(FILE,),
        labels=(),
        thresholds={"keep": 0.2},
        calibrated_on="",
        memory_bytes=None,
        preprocess="",
        provenance="",
        card={"en": "Finds a lot.", "de": "Findet vieles."},
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # values of its fields, by their names


class FakeKeeper:
    """Packs without files. `refuse`: what the next import raises."""

    def __init__(self) -> None:
        self.packs = {
            "built": pack("built", PackState.BUILT_IN),
            "here": pack("here", PackState.INSTALLED),
            "away": pack("away", PackState.MISSING, task="faces"),
            "broken": pack("broken", PackState.DAMAGED, problem="model.onnx is missing."),
        }
        self.refuse: PackError | None = None
        self.asked: list[tuple[object, ...]] = []

    def known(self) -> Sequence[PackInfo]:
        return list(self.packs.values())

    def show(self, pack: str) -> PackInfo:
        return self.packs[pack]

    def fetch(
        self, pack: str, *, trust_first: bool = False, tell: Tell | None = None, control: Control | None = None
    ) -> PackInfo:
        raise AssertionError("the desk fetches nothing")

    def pack(
        self,
        what: str,
        out: Path | None = None,
        *,
        files: Path | None = None,
        trust_first: bool = False,
        tell: Tell | None = None,
        control: Control | None = None,
    ) -> Path:
        raise AssertionError("the desk packs nothing")

    def install(
        self, path: Path, *, accept_unlisted: bool = False, tell: Tell | None = None, control: Control | None = None
    ) -> PackInfo:
        self.asked.append(("install", path, accept_unlisted))
        if tell is not None:
            tell(PackProgress(path.name, "unpacking", "model.onnx", 1, 2))
        if self.refuse is not None and not accept_unlisted:
            raise self.refuse
        self.packs["away"] = pack("away", PackState.INSTALLED, task="faces")
        return self.packs["away"]

    def verify(
        self, pack: str = "", *, tell: Tell | None = None, control: Control | None = None
    ) -> Sequence[PackCheck]:
        self.asked.append(("verify", pack))
        wrong = [PackCheck("broken", False, "model.onnx is missing.")] if pack in ("", "broken") else []
        return [PackCheck("here", True, "as listed"), *wrong]

    def remove(self, pack: str) -> None:
        self.asked.append(("remove", pack))
        del self.packs[pack]


@pytest.fixture
def keeper() -> FakeKeeper:
    return FakeKeeper()


@pytest.fixture
def page(context: Context, keeper: FakeKeeper, qtbot: QtBot) -> ModelsPage:
    object.__setattr__(context.parts, "open_packs", lambda: keeper)
    made = ModelsPage(context)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    qtbot.waitUntil(lambda: Engine.of(context).known and len(made.packs.rows) == 4)
    return made


def texts(widget: QWidget) -> str:
    return "\n".join(one.text() for one in widget.findChildren(QLabel))


def settled(panel: PacksPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not panel.busy)


def test_what_is_there_and_what_is_missing_with_what_that_means(page: ModelsPage) -> None:
    rows = page.packs.rows
    assert [rows[name].state.text() for name in ("built", "here", "away", "broken")] == [
        "comes with the installation",
        "installed",
        "not installed",
        "damaged",
    ]
    assert "model.onnx is missing." in texts(rows["broken"])
    rows["away"].toggle()
    said = texts(rows["away"])
    assert "Finds a lot." in said
    assert "models fetch away" in said
    assert "research only" in said
    assert "ab" * 32 in said
    rows["away"].copy_button.click()
    assert QGuiApplication.clipboard().text() == "main.py models fetch away"
    rows["built"].toggle()
    unpublished = PackRow(pack("new", PackState.MISSING, files=(replace(FILE, sha256=""),)))
    unpublished.copy_button.click()
    assert QGuiApplication.clipboard().text() == "main.py models fetch new --trust-first"
    homeless = PackRow(pack("own", PackState.MISSING, files=(replace(FILE, urls=()),)))
    homeless.open()
    assert "models pack own --files" in texts(homeless)
    assert homeless.copy_button.isHidden()
    assert not rows["built"].tools.isVisible()


def test_the_card_is_in_the_language_of_the_screen(context: Context, keeper: FakeKeeper, qtbot: QtBot) -> None:
    object.__setattr__(context.parts, "open_packs", lambda: keeper)
    assert languages.install("de") == "de"
    try:
        panel = PacksPanel(context)
        qtbot.addWidget(panel)
        panel.show()
        panel.look()
        qtbot.waitUntil(lambda: len(panel.rows) == 4)
        panel.rows["here"].toggle()
        assert "Findet vieles." in texts(panel.rows["here"])
    finally:
        languages.install("en")


def test_a_pack_is_imported_by_button(
    page: ModelsPage, keeper: FakeKeeper, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (["/media/stick/away.asservat-pack"], ""))
    with qtbot.waitSignal(page.packs.changed):
        qtbot.mouseClick(page.packs.import_button, Qt.MouseButton.LeftButton)
    assert keeper.asked == [("install", Path("/media/stick/away.asservat-pack"), False)]
    assert "away" in page.packs.said.text()
    qtbot.waitUntil(lambda: page.packs.rows["away"].state.text() == "installed")


def drop(page: ModelsPage, *paths: Path) -> bool:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPointF(5, 5).toPoint(), Qt.DropAction.CopyAction, data, buttons, keys)
    entering.ignore()
    page.dragEnterEvent(entering)
    if entering.isAccepted():
        page.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, keys))
    return entering.isAccepted()


def test_packs_and_a_laboratory_s_folder_are_dropped_and_nothing_else(
    page: ModelsPage, keeper: FakeKeeper, qtbot: QtBot, tmp_path: Path
) -> None:
    lab = tmp_path / "lab"
    lab.mkdir()
    assert not drop(page, lab, tmp_path / "photo.jpg")
    (lab / "detector.json").write_text("{}", encoding="utf-8")
    assert drop(page, lab, tmp_path / "photo.jpg", tmp_path / "x.asservat-pack")
    settled(page.packs, qtbot)
    assert [one[1] for one in keeper.asked] == [lab, tmp_path / "x.asservat-pack"]


def test_a_refused_pack_is_said_and_an_unlisted_one_may_be_accepted(
    page: ModelsPage, keeper: FakeKeeper, qtbot: QtBot
) -> None:
    path = Path("x.asservat-pack")
    keeper.refuse = PackError("The pack x is refused: it is damaged.", "Carry it over once more.")
    page.packs.bring_in([path])
    settled(page.packs, qtbot)
    assert page.packs.said.text() == "The pack x is refused: it is damaged. Carry it over once more."
    assert not page.packs.accept_button.isVisible()
    keeper.refuse = PackUnlisted("The catalogue does not know it.", "")
    page.packs.bring_in([path])
    settled(page.packs, qtbot)
    assert page.packs.accept_button.isVisible()
    with qtbot.waitSignal(page.packs.changed):
        page.packs.accept_button.click()
    assert keeper.asked[-1] == ("install", path, True)


def test_removing_asks_in_place(page: ModelsPage, keeper: FakeKeeper, qtbot: QtBot) -> None:
    row = page.packs.rows["here"]
    row.toggle()
    row.remove_button.click()
    assert keeper.asked == []
    assert row.sure_button.isVisible()
    row.keep_button.click()
    assert not row.sure_button.isVisible()
    row.remove_button.click()
    with qtbot.waitSignal(page.packs.changed):
        row.sure_button.click()
    assert keeper.asked == [("remove", "here")]
    qtbot.waitUntil(lambda: "here" not in page.packs.rows)


def test_verifying_tells_what_does_not_hold(page: ModelsPage, keeper: FakeKeeper, qtbot: QtBot) -> None:
    page.packs.rows["here"].verify_button.click()
    settled(page.packs, qtbot)
    assert "read in full: every SHA-256 is right" in page.packs.said.text()
    page.packs.verify_button.click()
    settled(page.packs, qtbot)
    assert "broken: model.onnx is missing." in page.packs.said.text()
    assert [one[1] for one in keeper.asked] == ["here", ""]


def test_a_build_without_packs_shows_no_panel(context: Context, qtbot: QtBot) -> None:
    page = ModelsPage(context)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: Engine.of(context).known and not page.packs.busy)
    assert not page.packs.isVisible()
