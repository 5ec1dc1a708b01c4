from __future__ import annotations

import importlib.util
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.gui import languages
from app.gui.context import VIEWS
from app.gui.pages.engine import Engine
from app.gui.preview.panel import PreviewPanel
from app.gui.window import MainWindow

ROOT = Path(__file__).resolve().parents[3]
LANGUAGES = ("de", "en")


@pytest.fixture
def german(qtbot: QtBot) -> Iterator[None]:
    assert languages.install("de") == "de"
    yield
    languages.install("en")


def extractor() -> ModuleType:
    specification = importlib.util.spec_from_file_location("translatable", ROOT / "packaging" / "translatable.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules["translatable"] = module
    specification.loader.exec_module(module)
    return module


def messages(language: str) -> Iterator[tuple[str, ElementTree.Element]]:
    tree = ElementTree.parse(languages.FOLDER / f"asservat_{language}.ts")
    for context in tree.getroot().findall("context"):
        for message in context.findall("message"):
            yield str(context.findtext("name")), message


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_left_untranslated(language: str) -> None:
    for context, message in messages(language):
        translation = message.find("translation")
        assert translation is not None
        said = f"{context}: {message.findtext('source')}"
        assert translation.get("type") is None, said
        forms = [form.text for form in translation.findall("numerusform")] or [translation.text]
        assert all(forms), said


def test_the_files_have_every_text_of_the_sources_and_no_other() -> None:
    wanted = {(text.context, text.source, text.plural) for text in extractor().texts()}
    found = {
        (context, str(message.findtext("source")), message.get("numerus") == "yes")
        for context, message in messages("de")
    }
    assert found == wanted, "run packaging/translate.sh"
    plurals = {(context, message.findtext("source")) for context, message in messages("en")}
    assert plurals == {(context, source) for context, source, plural in wanted if plural}


def test_placeholders_survive_translation() -> None:
    import re

    for context, message in messages("de"):
        source = str(message.findtext("source"))
        translation = message.find("translation")
        assert translation is not None
        forms = [form.text or "" for form in translation.findall("numerusform")] or [translation.text or ""]
        for form in forms:
            assert sorted(re.findall(r"\{\w*\}|%n", form)) == sorted(re.findall(r"\{\w*\}|%n", source)), (
                context,
                source,
            )


def test_the_compiled_files_say_what_the_sources_say(german: None) -> None:
    for context, message in messages("de"):
        if message.get("numerus") != "yes":
            source = str(message.findtext("source"))
            assert QCoreApplication.translate(context, source) == message.findtext("translation"), (context, source)


def test_plural_forms_in_both_languages(german: None) -> None:
    def files(count: int) -> str:
        return QCoreApplication.translate("Counts", "%n file(s)", "", count)

    assert (files(1), files(5)) == ("1 Datei", "5 Dateien")
    languages.install("en")
    assert (files(1), files(5)) == ("1 file", "5 files")


def test_what_the_program_does_not_speak_becomes_english() -> None:
    assert languages.choose("de") == "de"
    assert languages.choose("en") == "en"
    assert languages.choose("system") in LANGUAGES


def cut(widget: QWidget) -> bool:
    """Whether a text does not have the room that it needs. Labels that elide on purpose say so in a tooltip."""
    if isinstance(widget, QLabel):
        if not widget.text() or widget.wordWrap() or widget.pixmap().width() or widget.toolTip():
            return False
        return widget.sizeHint().width() > widget.width() + 1
    if isinstance(widget, (QPushButton, QCheckBox, QRadioButton, QToolButton)):
        needed = QFontMetrics(widget.font()).horizontalAdvance(widget.text().replace("&", ""))
        return bool(widget.text()) and needed > widget.width()
    return False


@pytest.mark.parametrize("view", VIEWS)
def test_german_fits_its_place(
    german: None, make_desk: Callable[[], MainWindow], case_folder: Path, qtbot: QtBot, view: str
) -> None:
    window = make_desk()
    window.open_case(case_folder)
    window.show_view(view)
    qtbot.waitUntil(lambda: not window.context.busy())
    engine = window.context.findChild(Engine, "engine")
    if engine is not None:
        qtbot.waitUntil(lambda: engine.known or not engine.busy)
    assert window.size().width() == 1366
    too_long = [
        f"{type(widget).__name__} {widget.text()!r}: {widget.width()} of {widget.sizeHint().width()}"
        for kind in (QAbstractButton, QLabel)
        for widget in window.findChildren(kind)
        if widget.isVisible() and cut(widget)
    ]
    assert too_long == []
    assert window.minimumSizeHint().width() <= 1366


@pytest.mark.parametrize("view", ["grid", "single"])
def test_every_tab_of_the_preview_is_in_sight(
    german: None, make_desk: Callable[[], MainWindow], case_folder: Path, qtbot: QtBot, view: str
) -> None:
    window = make_desk()
    window.open_case(case_folder)
    window.show_view(view)
    qtbot.waitUntil(lambda: not window.context.busy())
    tabs = window.findChildren(PreviewPanel)[0].tabs
    for index, text in enumerate(("Warum", "Text (12)", "Sprache (3)", "Angaben", "Fundstellen (4)", "Verlauf")):
        tabs.setTabVisible(index, True)
        tabs.setTabText(index, text)
    bar = tabs.tabBar()
    qtbot.waitUntil(lambda: bar.tabRect(5).width() > 0)
    QApplication.processEvents()
    assert bar.tabRect(5).right() <= bar.width()
    assert not any(button.isVisible() for button in bar.findChildren(QToolButton))  # nothing has to be scrolled to
