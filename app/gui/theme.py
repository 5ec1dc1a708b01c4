"""Colours by role, dark and light, and the size of everything: the one place that knows a colour.

Widgets ask `current().color("muted")`; nobody writes `#rrggbb` anywhere else. Fusion with an own palette looks the same
on every system and follows a change at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

__all__ = ["MODES", "Mode", "Theme", "current", "follow", "mixed"]

Mode = Literal["dark", "light", "system"]
MODES: tuple[Mode, ...] = ("dark", "light", "system")
SMALLEST, LARGEST = 0.8, 2.0
ART = Path(__file__).resolve().parents[2] / "resources" / "icons"
"""Style sheets take marks of boxes only from files; `style-*-dark` and `-light` are drawn in the colours below."""

DARK: Mapping[str, str] = {
    "window": "#1a1c20",  # behind everything
    "panel": "#202328",  # side panels, bars
    "surface": "#16181b",  # where the material lies: table, grid, preview
    "raised": "#2a2e35",  # buttons, chips, cards
    "hover": "#343a43",
    "border": "#363c45",
    "line": "#2b3037",  # between rows
    "text": "#e4e7eb",
    "muted": "#9aa4b0",
    "faint": "#69727e",
    "accent": "#5fa8e6",
    "accent-text": "#0c1116",
    "selection": "#24415c",
    "current": "#8cc4f5",
    "danger": "#ec6f69",
    "warning": "#e3ae4f",
    "good": "#63bd85",
    "violet": "#b795ea",
    "hatch": "#3a414b",
    "placeholder": "#24282e",
    "grade-0": "#7d8894",
    "grade-1": "#e5574f",
    "grade-2": "#eb8a3c",
    "grade-3": "#e2c044",
    "grade-4": "#4fb3c8",
    "grade-5": "#5fb878",
    "grade-6": "#7d9bea",
    "grade-7": "#b795ea",
    "grade-8": "#d98bb8",
    "grade-9": "#b3a58a",
}

LIGHT: Mapping[str, str] = {
    "window": "#f1f3f5",
    "panel": "#f8f9fa",
    "surface": "#ffffff",
    "raised": "#ffffff",
    "hover": "#e6ebf0",
    "border": "#c9d0d8",
    "line": "#e5e9ed",
    "text": "#1b2026",
    "muted": "#56616d",
    "faint": "#7f8a96",
    "accent": "#1c6fb8",
    "accent-text": "#ffffff",
    "selection": "#cfe4f7",
    "current": "#1c6fb8",
    "danger": "#c2332d",
    "warning": "#9a6700",
    "good": "#1f7a43",
    "violet": "#7246b5",
    "hatch": "#ccd3da",
    "placeholder": "#e9edf1",
    "grade-0": "#6b7682",
    "grade-1": "#c9372f",
    "grade-2": "#c4630f",
    "grade-3": "#a07d00",
    "grade-4": "#14819a",
    "grade-5": "#2a8548",
    "grade-6": "#4264c4",
    "grade-7": "#7246b5",
    "grade-8": "#ab4585",
    "grade-9": "#7d6b46",
}

STYLE = """
QWidget {{ outline: none; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {border}; padding: 4px 6px; }}
QMainWindow::separator {{ background: {border}; width: 1px; height: 1px; }}
QMainWindow::separator:hover {{ background: {accent}; }}
QToolBar {{ background: {panel}; border: none; border-right: 1px solid {border}; padding: 0; spacing: 0; margin: 0; }}
QStatusBar {{ background: {panel}; border-top: 1px solid {border}; }}
QStatusBar::item {{ border: none; }}
QPushButton {{ background: {raised}; color: {text}; border: 1px solid {border}; border-radius: 5px;
  padding: 5px 12px; min-height: 1.1em; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:pressed {{ background: {border}; }}
QPushButton:checked {{ background: {selection}; border-color: {accent}; }}
QPushButton:disabled {{ color: {faint}; background: {panel}; }}
QPushButton:focus {{ border-color: {accent}; }}
QPushButton[primary="true"], QPushButton:default {{ background: {accent}; color: {accent_text};
  border-color: {accent}; }}
QPushButton[primary="true"]:focus, QPushButton:default:focus {{ border: 2px solid {text}; padding: 4px 11px; }}
QPushButton[primary="true"]:hover, QPushButton:default:hover {{ background: {current}; }}
QPushButton[primary="true"]:disabled, QPushButton:default:disabled {{ background: {raised}; color: {faint};
  border-color: {border}; }}
QToolButton {{ background: transparent; color: {text}; border: 1px solid transparent; border-radius: 5px;
  padding: 4px; }}
QToolButton:hover {{ background: {hover}; }}
QToolButton:checked {{ background: {selection}; color: {text}; }}
QToolButton:focus {{ border-color: {accent}; }}
QToolButton:disabled {{ color: {faint}; }}
QToolButton::menu-indicator {{ image: none; }}
QToolButton[popup="true"] {{ padding-right: 4px; }}
QLineEdit, QPlainTextEdit, QTextEdit {{ background: {surface}; color: {text};
  border: 1px solid {border}; border-radius: 5px; padding: 4px 7px; selection-background-color: {accent};
  selection-color: {accent_text}; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {{ border-color: {accent}; }}
QLineEdit:disabled, QPlainTextEdit:disabled {{ color: {faint}; background: {panel}; }}
QMenu {{ background: {panel}; color: {text}; border: 1px solid {border}; padding: 5px; }}
QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {selection}; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::separator {{ height: 1px; background: {border}; margin: 5px 8px; }}
QMenu::icon {{ padding-left: 8px; }}
QDockWidget {{ color: {text}; }}
QScrollBar:vertical {{ background: transparent; width: {px12}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {px12}px; margin: 0; }}
QScrollBar::handle {{ background: {border}; border-radius: 4px; margin: 2px;
  min-height: {px28}px; min-width: {px28}px; }}
QScrollBar::handle:hover {{ background: {faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QHeaderView {{ background: {panel}; border: none; }}
QHeaderView::section {{ background: {panel}; color: {muted}; border: none; border-right: 1px solid {line};
  border-bottom: 1px solid {border}; padding: 5px 8px; }}
QHeaderView::section:hover {{ color: {text}; background: {hover}; }}
QAbstractScrollArea::corner {{ background: {panel}; border: none; }}
QTableView, QTreeView, QListView {{ background: {surface}; border: none; gridline-color: {line}; }}
QListWidget, QTreeWidget, QTableWidget, FindingsList, QScrollArea, QPdfView {{
  border: 1px solid transparent; }}
QListWidget:focus, QTreeWidget:focus, QTableWidget:focus, FindingsList:focus, QScrollArea:focus, QPdfView:focus {{
  border: 1px solid {accent}; }}
QSlider {{ border: 1px solid transparent; border-radius: 4px; }}
QSlider:focus {{ border: 1px solid {accent}; }}
QTabBar::tab {{ background: transparent; color: {muted}; padding: 6px 5px; border: none;
  border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {text}; border-bottom-color: {accent}; }}
QTabBar::tab:hover {{ color: {text}; }}
QTabBar::tab:focus {{ color: {accent}; }}
QTabBar::scroller {{ width: {px28}px; }}
QTabBar QToolButton {{ background: {raised}; border-radius: 0; padding: 0; }}
QTabBar QToolButton::right-arrow {{ image: url({art}/style-right-{mode}.svg); }}
QTabBar QToolButton::left-arrow {{ image: url({art}/style-left-{mode}.svg); }}
QTabWidget::pane {{ border: none; border-top: 1px solid {border}; }}
QGroupBox {{ border: 1px solid {border}; border-radius: 6px; margin-top: 1.1em; padding: 10px 8px 8px 8px; }}
QGroupBox::title {{ subcontrol-origin: margin; left: 8px; color: {muted}; }}
QComboBox {{ background: {raised}; color: {text}; border: 1px solid {border}; border-radius: 5px;
  padding: 4px 8px; min-height: 1.1em; }}
QComboBox:hover {{ background: {hover}; }}
QComboBox:focus {{ border-color: {accent}; }}
QComboBox:disabled {{ color: {faint}; background: {panel}; }}
QComboBox::drop-down {{ border: none; width: {px22}px; }}
QComboBox::down-arrow {{ image: url({art}/style-down-{mode}.svg); width: {px14}px; height: {px14}px; }}
QComboBox QAbstractItemView {{ background: {panel}; border: 1px solid {border}; padding: 4px;
  selection-background-color: {selection}; selection-color: {text}; }}
QComboBox QAbstractItemView::item {{ min-height: 1.7em; padding: 1px 6px; }}
QSpinBox, QDoubleSpinBox {{ background: {surface}; color: {text}; border: 1px solid {border}; border-radius: 5px;
  padding: 3px 6px; min-height: 1.1em; }}
QSpinBox:focus, QDoubleSpinBox:focus {{ border-color: {accent}; }}
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {{
  background: transparent; border: none; width: {px18}px; }}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {{ image: url({art}/style-up-{mode}.svg); width: {px12}px;
  height: {px12}px; }}
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {{ image: url({art}/style-down-{mode}.svg); width: {px12}px;
  height: {px12}px; }}
QCheckBox, QRadioButton {{ spacing: {px8}px; }}
QCheckBox::indicator, QRadioButton::indicator, QListView::indicator {{ width: {px15}px; height: {px15}px;
  background: {surface}; border: 1px solid {faint}; border-radius: {px4}px; }}
QRadioButton::indicator {{ border-radius: {half15}px; }}
QCheckBox::indicator:hover, QRadioButton::indicator:hover {{ border-color: {accent}; }}
QCheckBox::indicator:checked, QRadioButton::indicator:checked, QListView::indicator:checked {{
    background: {accent}; border-color: {accent}; }}
QCheckBox::indicator:checked, QListView::indicator:checked {{ image: url({art}/style-tick-{mode}.svg); }}
QRadioButton::indicator:checked {{ image: url({art}/style-dot-{mode}.svg); }}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ background: {panel}; border-color: {border}; }}
QCheckBox::indicator:checked:disabled, QRadioButton::indicator:checked:disabled {{
    background: {faint}; border-color: {faint}; }}
QCheckBox:focus, QRadioButton:focus {{ color: {accent}; }}
QListWidget::item, QTreeWidget::item {{ padding: 5px 6px; border-radius: 4px; }}
QListWidget::item:hover, QTreeWidget::item:hover {{ background: {hover}; }}
QListWidget::item:selected, QTreeWidget::item:selected {{ background: {selection}; color: {text}; }}
QProgressBar {{ background: {line}; border: none; border-radius: 3px; text-align: center; color: {text}; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
QFrame[card="true"] {{ background: {panel}; border: 1px solid {border}; border-radius: 8px; }}
QFrame[bar="true"] {{ background: {panel}; border: none; border-bottom: 1px solid {border}; }}
QFrame[side="true"] {{ background: {panel}; border: none; }}
QLabel[muted="true"] {{ color: {muted}; }}
QLabel[mono="true"] {{ font-family: "{mono}"; }}
QLabel[faint="true"] {{ color: {faint}; }}
QLabel[danger="true"] {{ color: {danger}; }}
QLabel[warning="true"] {{ color: {warning}; }}
QLabel[good="true"] {{ color: {good}; }}
QLabel[heading="true"] {{ color: {text}; font-weight: 600; font-size: {heading}pt; }}
QLabel[title="true"] {{ color: {text}; font-weight: 600; font-size: {title}pt; }}
QLabel[section="true"] {{ color: {muted}; font-weight: 600; }}
QPushButton[pill="true"] {{ background: {accent}; color: {accent_text}; border: none; border-radius: {px10}px;
  padding: 4px 14px; font-weight: 600; }}
QPushButton[pill="true"]:focus {{ border: 2px solid {text}; padding: 2px 12px; }}
QPushButton[chip="true"] {{ background: {raised}; border-radius: {px9}px; padding: 2px 10px; }}
QPushButton[chip="true"]:hover {{ background: {hover}; border-color: {danger}; }}
QPushButton[chip="true"]:focus {{ border-color: {accent}; }}
QPushButton[quiet="true"] {{ background: transparent; border-color: transparent; padding: 4px 8px; color: {muted}; }}
QPushButton[quiet="true"]:checked {{ background: {selection}; color: {text}; }}
QPushButton[quiet="true"]:hover {{ background: {hover}; color: {text}; }}
QPushButton[quiet="true"]:focus {{ border-color: {accent}; }}
"""


class Theme(QObject):
    """The colours and sizes in force. `changed` is emitted after all of them have changed."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.mode: Mode = "dark"
        self.scale = 1.0
        self._roles: Mapping[str, str] = DARK
        self._colors: dict[tuple[str, int], QColor] = {}  # a table asks for five of them in each of its cells
        self._points = 0.0
        self._look: tuple[float, str] | None = None
        self._following = False

    @property
    def dark(self) -> bool:
        return self._roles is DARK

    def color(self, role: str, alpha: int = 255) -> QColor:
        """The colour of a role; an unknown role (a grading scheme may name one) is the text's colour."""
        made = self._colors.get((role, alpha))
        if made is None:
            made = self._colors[role, alpha] = QColor(self._roles.get(role, self._roles["text"]))
            made.setAlpha(alpha)
        return QColor(made)  # whoever asked may change it

    def apply(self, mode: Mode = "dark", scale: float = 1.0) -> None:
        """Put mode and font scale (0.8–2.0) into force for the whole application. What is in force already is left
        alone: Qt polishes every widget of the program anew for a style sheet, even for the one it has."""
        application = QApplication.instance()
        if not isinstance(application, QApplication):
            return
        self.mode, self.scale = mode, min(LARGEST, max(SMALLEST, scale))
        hints = QGuiApplication.styleHints()
        if not self._following:
            hints.colorSchemeChanged.connect(self._system_changed)
            self._following = True
        self._roles = LIGHT if mode == "light" or (mode == "system" and _system_is_light()) else DARK
        if not self._points:
            self._points = application.font().pointSizeF() if application.font().pointSizeF() > 0 else 9.0
            application.setStyle("Fusion")
        points = max(9.0, self._points) * self.scale
        sizes = {"heading": f"{points * 1.25:.1f}", "title": f"{points * 1.6:.1f}"}
        roles = {role.replace("-", "_"): value for role, value in self._roles.items()}
        mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
        drawn = {"mono": mono, "art": ART.as_posix(), "mode": "dark" if self.dark else "light"}
        style = STYLE.format(**roles, **sizes, **drawn, **_lengths(self.scale))
        if self._look == (points, style) and application.styleSheet() == style:
            return
        self._look = (points, style)
        self._colors.clear()
        font = QFont(application.font())
        font.setPointSizeF(points)
        application.setFont(font)
        application.setPalette(self._palette())
        application.setStyleSheet(style)
        self.changed.emit()

    def _system_changed(self) -> None:
        if self.mode == "system":
            self.apply("system", self.scale)

    def _palette(self) -> QPalette:
        roles = {
            QPalette.ColorRole.Window: "window",
            QPalette.ColorRole.WindowText: "text",
            QPalette.ColorRole.Base: "surface",
            QPalette.ColorRole.AlternateBase: "panel",
            QPalette.ColorRole.ToolTipBase: "raised",
            QPalette.ColorRole.ToolTipText: "text",
            QPalette.ColorRole.PlaceholderText: "faint",
            QPalette.ColorRole.Text: "text",
            QPalette.ColorRole.Button: "raised",
            QPalette.ColorRole.ButtonText: "text",
            QPalette.ColorRole.BrightText: "danger",
            QPalette.ColorRole.Link: "accent",
            QPalette.ColorRole.LinkVisited: "violet",
            QPalette.ColorRole.Highlight: "accent",
            QPalette.ColorRole.HighlightedText: "accent-text",
            QPalette.ColorRole.Accent: "accent",
            QPalette.ColorRole.Light: "hover",
            QPalette.ColorRole.Midlight: "raised",
            QPalette.ColorRole.Mid: "border",
            QPalette.ColorRole.Dark: "border",
            QPalette.ColorRole.Shadow: "surface",
        }
        palette = QPalette()
        for target, role in roles.items():
            palette.setColor(target, self.color(role))
        for target in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
            palette.setColor(QPalette.ColorGroup.Disabled, target, self.color("faint"))
        return palette


def _lengths(scale: float) -> dict[str, int]:
    """What is drawn beside text and has to grow with it: pixels at 100 % → pixels now. `half15`: the radius that makes
    a circle of the mark of a radio button, with its border."""
    found = {f"px{length}": max(1, round(length * scale)) for length in (4, 8, 9, 10, 12, 14, 15, 18, 22, 28)}
    return found | {"half15": (found["px15"] + 2) // 2}


def _system_is_light() -> bool:
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light


def mixed(one: QColor, other: QColor, share: float) -> QColor:
    """`share` (0–1) of `other` in `one`."""
    parts = (
        round(a + (b - a) * share)
        for a, b in ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    )
    return QColor(*parts)


class _Follower(QObject):
    """Ends with its owner, and the connection with it; a plain lambda would be called on a deleted widget."""

    def __init__(self, owner: QObject, call: Callable[[], object]) -> None:
        super().__init__(owner)
        self._call = call
        current().changed.connect(self._changed)

    def _changed(self) -> None:
        self._call()


def follow(owner: QObject, call: Callable[[], object]) -> None:
    """Call something whenever the theme has changed, for as long as `owner` lives."""
    _Follower(owner, call)


_theme: Theme | None = None


def current() -> Theme:
    """The theme of this application: one, like the application itself."""
    global _theme  # noqa: PLW0603 - there is one QApplication in a process and one look of it
    if _theme is None:
        _theme = Theme()
    return _theme
