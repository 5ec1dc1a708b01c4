"""Text from the evidence made safe for a line of print and for a spreadsheet cell. Both are shown, never interpreted.

The machine-exact twin is findings.jsonl; nothing here changes what is stored.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["LONGEST", "Cell", "cell", "shown"]

LONGEST = 32_000
"""Characters of a cell. A spreadsheet takes 32 767 and cuts or spills what is longer."""
_CUT = " … (cut; whole in the .jsonl file)"

Cell = str | int | float | None

_NAMED = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
# Marks that reorder or hide text without being "format" in every Unicode version.
_HIDDEN = frozenset("\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u3164\ufeff\uffa0\u2028\u2029")
# What a spreadsheet takes for the start of a formula, with the full-width and small forms that some also accept.
_FORMULA = frozenset("=+-@\t\r＝＋－＠﹦﹢﹣﹫")

# A semicolon with spaces and quotes after it, and then the start of a formula.
_AFTER_SEMICOLON = re.compile(r";[\s\"']*(?=[" + re.escape("".join(sorted(_FORMULA))) + "])")


def shown(text: str) -> str:
    """`text` on one line with nothing invisible in it.

    Controls become `\\n`, `\\t`, `\\r` or `\\u{7}`, and so do format characters (bidi marks, zero-width characters),
    private-use characters, lone surrogates and unassigned code points. A backslash stays as it is: a name that holds
    a literal `\\n` looks the same as one with a line break; findings.jsonl tells them apart.
    """
    if text.isprintable() and (text.isascii() or _HIDDEN.isdisjoint(text)):
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if " " <= character <= "~":
        return character
    named = _NAMED.get(character)
    if named is not None:
        return named
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was no UTF-8 (surrogateescape)
        return f"\\x{code - 0xDC00:02x}"
    if character in _HIDDEN or unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}:
        return f"\\u{{{code:x}}}"
    return character


def cell(value: Cell) -> Cell:
    """A value for a CSV cell: numbers as they are, text on one line, never taken for a formula, never too long.

    A text whose first character after any spaces is one of `= + - @ TAB CR` or their full-width and small forms gets
    an apostrophe in front (the spreadsheet convention for "this is text"), and so does what follows a semicolon: a
    spreadsheet set to German or French opens the file with semicolons as separators and minds no quotes then.
    """
    if not isinstance(value, str):
        return value
    safe = shown(value)
    if len(safe) > LONGEST:
        safe = safe[:LONGEST] + _CUT
    if ";" in safe:
        safe = _AFTER_SEMICOLON.sub(r"\g<0>'", safe)
    if not value or value[0].isalnum():
        return safe
    for candidate in (value, safe):
        start = _first(candidate)
        if start in _FORMULA:
            return "'" + safe
    return safe


def _first(text: str) -> str:
    """The first character that is not a space of any kind; TAB and CR count as characters."""
    for character in text:
        if character in "\t\r":
            return character
        if not character.isspace() and unicodedata.category(character) not in {"Cc", "Cf", "Zs"}:
            return character
    return ""
