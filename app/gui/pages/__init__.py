"""The pages around the material: start, wizard, run, problems, report, models, settings, health."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.gui.context import Context

__all__ = ["PAGES", "make_page"]

PAGES = {
    "start": ("app.gui.pages.start", "StartPage"),
    "wizard": ("app.gui.pages.wizard", "WizardPage"),
    "run": ("app.gui.pages.run", "RunPage"),
    "problems": ("app.gui.pages.problems", "ProblemsPage"),
    "report": ("app.gui.pages.report", "ReportPage"),
    "models": ("app.gui.pages.models", "ModelsPage"),
    "settings": ("app.gui.pages.settings", "SettingsPage"),
    "health": ("app.gui.pages.health", "HealthPage"),
}
"""Name of the view → module and class. Imported when first shown: the window must not wait for them."""


def make_page(name: str, context: Context) -> QWidget:
    """The page of that name, ready to be put into the window."""
    module, kind = PAGES[name]
    page: QWidget = getattr(import_module(module), kind)(context)
    return page
