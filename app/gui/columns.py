"""What the table can show of an item: one declaration for each column, and how values are written for people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale, Qt

if TYPE_CHECKING:
    from core.case.browse import ItemRow

__all__ = [
    "COLUMNS",
    "Column",
    "amount",
    "bytes_text",
    "clock",
    "group_title",
    "kind_title",
    "moment",
    "percent",
    "share",
    "stacked_text",
    "state_title",
]

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter


def _tr(text: str) -> str:
    return QCoreApplication.translate("Columns", text)


@dataclass(frozen=True, slots=True)
class Column:
    """`key` names it in the preferences, `sort` in a `Sort` ("" where nothing sorts by it), `width` is in ems."""

    key: str
    title: Callable[[], str]
    sort: str
    width: float
    text: Callable[[ItemRow], str]
    alignment: Qt.AlignmentFlag = LEFT
    shown: bool = True
    descending: bool = False  # what the first click on the header sorts
    tip: Callable[[ItemRow], str] = lambda _row: ""


# ---------------------------------------------------------------------- values for people


def bytes_text(size: int | None) -> str:
    return (
        "" if size is None else QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)
    )


def amount(number: int) -> str:
    """A number with the separators of the language."""
    return QLocale().toString(number)


def stacked_text(count: int) -> str:
    """How many items a stack has; they are counted up to 1000."""
    return amount(count) if count < 1000 else "999+"


def percent(score: float | None) -> str:
    """A raw score 0–1, as `0.81` in the language's own decimal sign; nothing for no score."""
    return "" if score is None else QLocale().toString(score, "f", 2)


def clock(seconds: float | None) -> str:
    """`1:02:03` or `2:03`; nothing when there is no duration."""
    if seconds is None:
        return ""
    whole = int(seconds + 0.5)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def share(part: int, whole: int) -> str:
    """How much of all this is, in whole per cent; some is never 0, and not all is never 100."""
    if not 0 < part < whole:
        return "100" if part and part >= whole else "0"
    found = 100 * part / whole
    return "< 1" if found < 1 else "> 99" if found > 99 else f"{found:.0f}"


def moment(text: str | None) -> str:
    """An ISO date and time to the minute, as it is: `2024-03-01 14:02`."""
    return (text or "")[:16].replace("T", " ")


def kind_title(kind: str) -> str:
    return {
        "image": _tr("Picture"),
        "video": _tr("Film"),
        "audio": _tr("Sound"),
        "other": _tr("Other file"),
    }.get(kind, kind)


def state_title(state: str) -> str:
    """An outcome in the words of the screen. "Not analysed" and "nothing found" are different words everywhere."""
    return {
        "done": _tr("analysed"),
        "partial": _tr("partly analysed"),
        "unsupported": _tr("not supported"),
        "failed": _tr("failed"),
        "timed out": _tr("timed out"),
        "skipped": _tr("skipped"),
        "not analysed": _tr("not analysed"),
        "": _tr("not analysed"),
    }.get(state, state)


def group_title(group: str) -> str:
    return {
        "explicit": _tr("Explicit"),
        "nude": _tr("Nude"),
        "suggestive": _tr("Suggestive"),
        "restraint": _tr("Restraint"),
        "context": _tr("No indicator"),
    }.get(group, group)


def _resolution(row: ItemRow) -> str:
    return f"{row.width} × {row.height}" if row.width and row.height else ""


COLUMNS: tuple[Column, ...] = (
    Column("grade", lambda: _tr("Grade"), "grade", 6, lambda row: row.grade or "", CENTRE, descending=True),
    Column("name", lambda: _tr("Name"), "name", 26, lambda row: row.name, tip=lambda row: row.path),
    Column("kind", lambda: _tr("Type"), "kind", 10, lambda row: kind_title(row.kind), shown=False),
    Column("state", lambda: _tr("Outcome"), "state", 21, lambda row: state_title(row.state), descending=True),
    Column(
        "explicit", lambda: group_title("explicit"), "explicit", 11, lambda row: percent(row.explicit), descending=True
    ),
    Column(
        "nude", lambda: group_title("nude"), "nude", 13, lambda row: percent(row.nude), descending=True, shown=False
    ),
    Column(
        "suggestive",
        lambda: group_title("suggestive"),
        "suggestive",
        13,
        lambda row: percent(row.suggestive),
        descending=True,
        shown=False,
    ),
    Column(
        "findings",
        lambda: _tr("Findings"),
        "findings",
        9,
        lambda row: amount(row.findings) if row.findings else "",
        RIGHT,
        descending=True,
    ),
    Column(
        "text",
        lambda: _tr("Text"),
        "text",
        8,
        lambda row: amount(row.text) if row.text else "",
        RIGHT,
        descending=True,
        tip=lambda _row: _tr("Characters of recognised text"),
    ),
    Column("size", lambda: _tr("Size"), "size", 11, lambda row: bytes_text(row.size), RIGHT, descending=True),
    Column("duration", lambda: _tr("Length"), "duration", 8, lambda row: clock(row.duration), RIGHT, descending=True),
    Column("resolution", lambda: _tr("Pixels"), "", 12, _resolution, RIGHT, shown=False),
    Column("date", lambda: _tr("Date"), "date", 20, lambda row: moment(row.dated), descending=True),
    Column("taken", lambda: _tr("Taken"), "taken", 20, lambda row: moment(row.taken), descending=True, shown=False),
    Column("copies", lambda: _tr("Copies"), "copies", 8, lambda row: amount(row.copies), RIGHT, descending=True),
    Column(
        "stack",
        lambda: _tr("Similar"),
        "stack",
        8,
        lambda row: stacked_text(row.stacked) if row.stacked > 1 else "",
        RIGHT,
        shown=False,
        tip=lambda _row: _tr("Pictures and films that look nearly the same"),
    ),
    Column("folder", lambda: _tr("Folder"), "path", 30, lambda row: row.folder, tip=lambda row: row.path),
    Column("source", lambda: _tr("Source"), "", 18, lambda row: row.source, shown=False),
    Column("tags", lambda: _tr("Tags"), "", 18, lambda row: ", ".join(row.tags)),
    Column("sha256", lambda: _tr("SHA-256"), "sha256", 14, lambda row: row.sha256[:12], tip=lambda row: row.sha256),
)
"""In the order in which they come; the examiner moves and hides them."""
