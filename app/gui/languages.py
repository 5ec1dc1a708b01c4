"""The language of the screen. English is the source; German comes from resources/translations."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

__all__ = ["FOLDER", "Language", "choose", "install", "spoken"]

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "translations"
Language = Literal["en", "de"]

_installed: list[QTranslator] = []


def choose(wanted: str) -> Language:
    """The language for a preference: "system" asks the system; what we do not speak becomes English."""
    name = QLocale.system().name()[:2] if wanted == "system" else wanted
    return "de" if name == "de" else "en"


def spoken() -> Language:
    """The language in force."""
    return "de" if QLocale().language() == QLocale.Language.German else "en"


def install(wanted: str) -> Language:
    """Put a language into force for windows made from now on: our words, Qt's own (buttons, keys), and numbers."""
    language = choose(wanted)
    application = QCoreApplication.instance()
    if application is None:
        return language
    while _installed:
        application.removeTranslator(_installed.pop())
    QLocale.setDefault(QLocale(QLocale.Language.German if language == "de" else QLocale.Language.English))
    for name, folder in (
        (f"qtbase_{language}", Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))),
        (f"asservat_{language}", FOLDER),
    ):
        translator = QTranslator(application)
        if translator.load(name, str(folder)):
            application.installTranslator(translator)
            _installed.append(translator)
    return language
