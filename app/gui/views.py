"""Which view is where: name, icon, title, and the class that makes it, imported when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.gui.context import Context

__all__ = ["PAGES", "PREVIEW", "REVIEW", "Page", "make_page", "title"]

REVIEW = ("table", "grid", "single")
"""These three are one page with one list."""


@dataclass(frozen=True, slots=True)
class Page:
    """`source` is `module:Class`; the class takes the context. `needs_case`: it says nothing without one."""

    name: str
    icon: str
    source: str
    title: Callable[[], str]
    needs_case: bool = True
    in_rail: bool = True
    at_end: bool = False


def _tr(text: str) -> str:
    return QCoreApplication.translate("Views", text)


PAGES: tuple[Page, ...] = (
    Page("start", "start", "app.gui.pages.start:StartPage", lambda: _tr("Start"), needs_case=False),
    Page("review", "review", "app.gui.review_page:ReviewPage", lambda: _tr("Review")),
    Page("run", "run", "app.gui.pages.run:RunPage", lambda: _tr("Run")),
    Page("problems", "problems", "app.gui.pages.problems:ProblemsPage", lambda: _tr("Problems")),
    Page("sources", "source", "app.gui.pages.sources:SourcesPage", lambda: _tr("Sources")),
    Page("report", "report", "app.gui.pages.report:ReportPage", lambda: _tr("Report")),
    Page("wizard", "wizard", "app.gui.pages.wizard:WizardPage", lambda: _tr("New case"), False, in_rail=False),
    Page("first-run", "info", "app.gui.pages.first_run:FirstRunPage", lambda: _tr("First steps"), False, in_rail=False),
    Page("compare", "compare", "app.gui.compare.page:ComparePage", lambda: _tr("Compare"), in_rail=False),
    Page("models", "models", "app.gui.pages.models:ModelsPage", lambda: _tr("Models"), False, at_end=True),
    Page("health", "health", "app.gui.pages.health:HealthPage", lambda: _tr("Health"), False, at_end=True),
    Page("settings", "settings", "app.gui.pages.settings:SettingsPage", lambda: _tr("Settings"), False, at_end=True),
)

PREVIEW = Page("preview", "eye", "app.gui.preview.panel:PreviewPanel", lambda: _tr("Preview"), in_rail=False)
"""Shown beside the list, or alone as the single view."""


def title(name: str) -> str:
    """What a view is called on the screen."""
    names = {"table": _tr("Table"), "grid": _tr("Grid"), "single": _tr("Single item")}
    return names.get(name) or next((page.title() for page in PAGES if page.name == name), name)


def make_page(page: Page, context: Context) -> QWidget:
    """Import and make a page."""
    module, _, name = page.source.partition(":")
    widget: QWidget = getattr(import_module(module), name)(context)
    return widget
