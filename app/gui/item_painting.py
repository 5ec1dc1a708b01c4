"""How one item looks in the grid and in a cell of the table: thumbnail, grade, badges, in the colours of the theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QImage, QPainter, QPainterPath, QPen, QPolygonF

from app.gui import grades, icons, theme
from app.gui.columns import clock, group_title, percent, stacked_text, state_title

if TYPE_CHECKING:
    from core.case.browse import ItemRow

__all__ = [
    "CellState",
    "GroupScore",
    "describe",
    "draw_cell",
    "draw_grade",
    "grade_color",
    "hatch",
    "sensitive",
    "top_group",
]

GROUPS = (("explicit", "danger"), ("nude", "warning"), ("suggestive", "violet"))
RESTRAINT = "restraint"
NOT_ANALYSED = "not analysed"
LISTED = "list: "  # tags that a hash list gave (`core.case.hash_lists.PREFIX`)


@dataclass(frozen=True, slots=True)
class GroupScore:
    """The most severe group that an item has a score in."""

    group: str
    score: float
    role: str


@dataclass(frozen=True, slots=True)
class CellState:
    """Everything about a cell of the grid that is not in its row."""

    selected: bool
    current: bool
    focused: bool
    image: QImage | None
    missing: bool
    hidden: bool = False
    pile: str = ""  # closed: this one stands for its stack; open: it is one of a stack that is shown whole


def top_group(row: ItemRow) -> GroupScore | None:
    """The group with the highest score; severity decides between equals."""
    scores = [(getattr(row, group), group, role) for group, role in GROUPS]
    found = [entry for entry in scores if entry[0] is not None]
    if not found:
        return None
    score, group, role = max(found, key=lambda entry: entry[0])
    return GroupScore(group, score, role)


def sensitive(row: ItemRow) -> bool:
    """Blurred by default: what has an indicator, and what nobody has looked for one in yet, whatever else was done."""
    return not row.looked or top_group(row) is not None or any(one.group == RESTRAINT for one in row.labels)


def listed(row: ItemRow) -> bool:
    """Whether a hash list knows it: marked, never graded by that."""
    return any(tag.startswith(LISTED) for tag in row.tags)


def grade_color(grade: str) -> QColor:
    """The colour of a grade's role; schemes name roles, themes name colours."""
    return theme.current().color(grades.color_role(grade))


def hatch(role: str = "hatch") -> QBrush:
    """The pattern for "nothing has been looked at here yet"."""
    return QBrush(theme.current().color(role), Qt.BrushStyle.BDiagPattern)


def draw_grade(painter: QPainter, where: QRectF, grade: str, shape: str = "") -> None:
    """A grade as colour, digit and shape, so that none of them has to be told apart alone."""
    color = grade_color(grade)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPath(_badge(where, shape or grades.shape(grade)))
    font = QFont(painter.font())
    font.setBold(True)
    font.setPixelSize(max(8, round(where.height() * 0.66)))
    painter.setFont(font)
    painter.setPen(QColor("black") if color.lightnessF() > 0.5 else QColor("white"))
    painter.drawText(where, Qt.AlignmentFlag.AlignCenter, grade)
    painter.restore()


def _badge(where: QRectF, shape: str) -> QPainterPath:
    path = QPainterPath()
    if shape in ("diamond", "hexagon", "triangle"):
        x, y, w, h = where.x(), where.y(), where.width(), where.height()
        corners = {
            "diamond": [(0.5, -0.08), (1.08, 0.5), (0.5, 1.08), (-0.08, 0.5)],
            "hexagon": [(0.22, 0), (0.78, 0), (1.06, 0.5), (0.78, 1), (0.22, 1), (-0.06, 0.5)],
            "triangle": [(0.5, -0.15), (1.1, 1), (-0.1, 1)],
        }[shape]
        path.addPolygon(QPolygonF([QPointF(x + cx * w, y + cy * h) for cx, cy in corners]))
        path.closeSubpath()
    elif shape == "square":
        path.addRoundedRect(where, 2, 2)
    elif shape == "pill":
        path.addRoundedRect(where.adjusted(-2, 0, 2, 0), where.height() / 2, where.height() / 2)
    else:
        path.addEllipse(where)
    return path


# ---------------------------------------------------------------------- the cell of the grid


def draw_cell(painter: QPainter, where: QRect, row: ItemRow | None, state: CellState) -> None:
    """One item: picture with badges, name and the strip that says what was found, in `where`."""
    look = theme.current()
    metrics = painter.fontMetrics()
    foot = metrics.height() + 8
    card = QRectF(where).adjusted(3, 3, -3, -3)
    picture = QRect(where.x() + 4, where.y() + 4, where.width() - 8, where.height() - foot - 9)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("selection" if state.selected else "panel"))
    painter.drawRoundedRect(card, 6, 6)
    if state.pile == "open":
        painter.setBrush(look.color("accent"))
        painter.drawRoundedRect(QRectF(card.x() + 8, card.bottom() - 2, card.width() - 16, 3), 1.5, 1.5)
    elif state.pile == "closed":
        painter.setBrush(look.color("muted"))
        for depth in (1, 2):
            painter.drawRoundedRect(
                QRectF(card.x() + 5 * depth, card.y() - 2 * depth, card.width() - 10 * depth, 1), 0, 0
            )
    _draw_picture(painter, picture, row, state)
    if row is not None:
        _draw_badges(painter, picture, row, metrics)
        _draw_strip(painter, picture, row)
        _draw_foot(painter, QRect(picture.x() + 5, picture.bottom() + 5, picture.width() - 10, foot), row)
    if row is not None and listed(row):
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color("warning"), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(card, 6, 6)
    if state.current:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color("current" if state.focused else "faint"), 2))
        painter.drawRoundedRect(card, 6, 6)


def _draw_picture(painter: QPainter, where: QRect, row: ItemRow | None, state: CellState) -> None:
    look = theme.current()
    painter.fillRect(where, look.color("placeholder"))
    if state.image is not None and not state.hidden:
        ratio = painter.device().devicePixelRatio()
        width, height = state.image.width() / ratio, state.image.height() / ratio
        target = QRectF(
            where.x() + (where.width() - width) / 2, where.y() + (where.height() - height) / 2, width, height
        )
        painter.drawImage(target, state.image)
        return
    if row is None or state.hidden:
        return
    if row.state == NOT_ANALYSED:
        painter.fillRect(where, hatch())
    side = min(where.width(), where.height()) * 0.3
    spot = QRectF(where.center().x() - side / 2, where.center().y() - side / 2, side, side)
    failed = row.state in ("failed", "timed out") or (row.state == "unsupported" and row.kind != "other")
    name = "problems" if failed else {"image": "image", "video": "video", "audio": "audio"}.get(row.kind, "file")
    icons.paint(painter, name, spot, look.color("warning" if failed else "faint"))
    words = state_title(row.state) if failed or row.state == NOT_ANALYSED else row.name.rpartition(".")[2].upper()[:8]
    painter.setPen(look.color("muted"))
    below = QRectF(where.x(), spot.bottom() + 2, where.width(), painter.fontMetrics().height() + 2)
    painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)


def _draw_badges(painter: QPainter, where: QRect, row: ItemRow, metrics: QFontMetrics) -> None:
    """Left: grade and flag. Right: copies and similar ones. Below: length, text, notes."""
    look = theme.current()
    side = metrics.height() + 1
    x, y = where.x() + 6, where.y() + 6
    right = float(where.right() - 5)
    if row.grade:
        painter.fillRect(QRect(where.x(), where.y(), 4, where.height()), grade_color(row.grade))
        draw_grade(painter, QRectF(x + 3, y, side, side), row.grade)
        x += side + 9
    if row.flagged:
        _icon_badge(painter, QRectF(x, y - 1, side + 2, side + 2), "flag", look.color("warning"))
    if row.copies > 1:
        right = _text_badge(painter, right, y - 1, f"×{row.copies}", side + 2) - 4
    if row.stacked > 1:
        right = _text_badge(painter, right, y - 1, f"≈{stacked_text(row.stacked)}", side + 2) - 4
    if listed(row):
        right = _text_badge(painter, right, y - 1, "!", side + 2) - 4
    if row.excluded:
        _icon_badge(painter, QRectF(right - side - 2, y - 1, side + 2, side + 2), "hide", look.color("muted"))
    bottom = where.bottom() - side - 7
    right = float(where.right() - 5)
    if row.duration is not None and row.kind in ("video", "audio"):
        right = _text_badge(painter, right, bottom, clock(row.duration), side + 2) - 4
    looked = {label.analyzer for label in row.labels}
    icons_shown = (
        (row.text, "text"),
        (row.notes, "note"),
        (row.tags, "tag"),
        ("faces" in looked, "face"),
        ("speech" in looked, "speech"),
    )
    for shown, name in icons_shown:
        if shown:
            _icon_badge(painter, QRectF(right - side - 2, bottom, side + 2, side + 2), name, look.color("text"))
            right -= side + 5


def _draw_strip(painter: QPainter, where: QRect, row: ItemRow) -> None:
    """How high the highest score is, in the colour of its group; of a film where along its length the hits are."""
    found = top_group(row)
    if found is None:
        return
    look = theme.current()
    if any(row.heat):
        wide = where.width() / len(row.heat)
        for place, score in enumerate(row.heat):
            if score:
                high = 2 + 5 * score
                spot = QRectF(where.x() + place * wide, where.bottom() - 2 - high, max(1.5, wide - 1), high)
                painter.fillRect(spot, look.color(found.role))
    strip = QRectF(where.x(), where.bottom() - 2, where.width(), 3)
    painter.fillRect(strip, look.color("border", 160))
    painter.fillRect(QRectF(strip.x(), strip.y(), strip.width() * found.score, 3), look.color(found.role))


def _draw_foot(painter: QPainter, where: QRect, row: ItemRow) -> None:
    look = theme.current()
    metrics = painter.fontMetrics()
    found = top_group(row)
    width = where.width()
    if found is not None:
        words = percent(found.score)
        wide = metrics.horizontalAdvance(words)
        painter.setPen(look.color(found.role))
        painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, words)
        width -= wide + 8
    painter.setPen(look.color("text"))
    name = metrics.elidedText(row.name, Qt.TextElideMode.ElideMiddle, max(0, width))
    painter.drawText(
        QRect(where.x(), where.y(), width, where.height()),
        Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop,
        name,
    )


def _icon_badge(painter: QPainter, where: QRectF, name: str, color: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.current().color("surface", 205))
    painter.drawRoundedRect(where, 4, 4)
    icons.paint(painter, name, where.adjusted(2, 2, -2, -2), color)


def _text_badge(painter: QPainter, right: float, y: float, text: str, height: float) -> float:
    """A small label ending at `right`; returns where it begins."""
    look = theme.current()
    width = painter.fontMetrics().horizontalAdvance(text) + 10
    where = QRectF(right - width, y, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("surface", 205))
    painter.drawRoundedRect(where, 4, 4)
    painter.setPen(look.color("text"))
    painter.drawText(where, Qt.AlignmentFlag.AlignCenter, text)
    return where.x()


def describe(row: ItemRow) -> str:
    """One sentence about an item, for tooltips and screen readers."""
    found = top_group(row)
    parts = [row.name, state_title(row.state)]
    if found is not None:
        parts.append(f"{group_title(found.group)} {percent(found.score)}")
    parts += [tag for tag in row.tags if tag.startswith(LISTED)]
    if row.stacked > 1:
        parts.append(QCoreApplication.translate("Columns", "%n similar picture(s)", "", row.stacked))
    if row.grade:
        parts.append(QCoreApplication.translate("Columns", "Grade {0}").format(grades.text(row.grade)))
    return " · ".join(parts)
