"""The typefaces of a report, and which of them has a glyph for a character. Fonts are embedded, never looked up."""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Iterator
from xml.sax.saxutils import escape

from arabic_reshaper import ArabicReshaper
from bidi.algorithm import get_display
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from core.report.cells import shown
from core.report.texts import RESOURCES

__all__ = ["BODY", "BOLD", "HEAD", "MONO", "advance", "display", "markup", "register", "runs", "visible", "width"]

BODY, BOLD, HEAD, MONO, CJK = "Asservat", "Asservat-Bold", "Asservat-Head", "Asservat-Mono", "Asservat-CJK"
_FILES = {
    BODY: "DejaVuSansCondensed.ttf",
    BOLD: "DejaVuSansCondensed-Bold.ttf",
    HEAD: "DejaVuSans-Bold.ttf",
    MONO: "DejaVuSansMono.ttf",
    CJK: "DroidSansFallbackFull.ttf",
}
_FALLBACKS = {BODY: (CJK,), BOLD: (BODY, CJK), HEAD: (BODY, CJK), MONO: (BODY, CJK), CJK: (BODY,)}
_lock = threading.Lock()
_reshaper = ArabicReshaper()
_SEPARATORS = re.compile(r"([/\\]|: )")


def register() -> None:
    """Load the fonts once per process. ReportLab keeps them in a global table."""
    with _lock:
        known = set(pdfmetrics.getRegisteredFontNames())
        for name, file in _FILES.items():
            if name not in known:
                pdfmetrics.registerFont(TTFont(name, str(RESOURCES / "fonts" / file)))
        pdfmetrics.registerFontFamily(BODY, normal=BODY, bold=BOLD, italic=BODY, boldItalic=BOLD)


@functools.cache
def _glyphs(font: str) -> frozenset[int]:
    return frozenset(pdfmetrics.getFont(font).face.charToGlyph)


@functools.lru_cache(maxsize=65536)
def _font_for(character: str, font: str) -> str | None:
    code = ord(character)
    for candidate in (font, *_FALLBACKS[font]):
        if code in _glyphs(candidate):
            return candidate
    return None


def visible(text: str, font: str = BODY) -> str:
    """`text` on one line, with everything that is invisible or has no glyph here written as `\\u{…}`.

    Characters beyond U+FFFF count as having none: the embedded fonts could draw a few of them, but copying them out of
    the document would give something else.
    """
    safe = shown(text)
    if safe.isascii():
        return safe
    return "".join(
        character
        if character.isascii() or (ord(character) <= 0xFFFF and _font_for(character, font))
        else f"\\u{{{ord(character):x}}}"
        for character in safe
    )


def runs(text: str, font: str = BODY) -> Iterator[tuple[str, str]]:
    """(font, piece) in order, so that every character meets a font that has it. `text` went through `visible`."""
    if text.isascii():
        yield font, text
        return
    start, current = 0, font
    for position, character in enumerate(text):
        needed = font if character == " " else _font_for(character, font) or font
        if needed != current:
            if position > start:
                yield current, text[start:position]
            start, current = position, needed
    if start < len(text):
        yield current, text[start:]


@functools.lru_cache(maxsize=65536)
def advance(character: str, font: str) -> float:
    """Width of one character at size 1, in the font that has it."""
    return float(pdfmetrics.stringWidth(character, _font_for(character, font) or font, 1000)) / 1000


def width(text: str, font: str, size: float) -> float:
    """In points, with fallback fonts."""
    return sum(float(pdfmetrics.stringWidth(piece, name, size)) for name, piece in runs(text, font))


def display(text: str) -> str:
    """One line in the order in which it is drawn: Arabic joined, right-to-left words turned.

    Every component of a path is turned by itself: the folders stay in their order from left to right, which plain
    bidi would turn, too.
    """
    if not any("\u0590" <= character <= "\u08ff" or "\ufb1d" <= character <= "\ufefc" for character in text):
        return text
    pieces = _SEPARATORS.split(text)
    return "".join(str(get_display(_reshaper.reshape(piece), base_dir="L")) for piece in pieces)


def markup(text: str, font: str = BODY) -> str:
    """Foreign text for a ReportLab paragraph: made visible, escaped, every piece in a font that has its glyphs."""
    drawn = display(visible(text, font))
    pieces = []
    for name, piece in runs(drawn, font):
        safe = escape(piece)
        pieces.append(safe if name == font else f'<font name="{name}">{safe}</font>')
    return "".join(pieces)
