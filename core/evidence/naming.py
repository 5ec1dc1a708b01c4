"""Names of files, kept exactly and shown safely. A name is whatever the suspect wanted it to be."""

from __future__ import annotations

import ntpath
import os
import re
import sys

__all__ = ["exact", "extension", "long_spelling", "printable", "raw", "restored", "shown"]

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}
_LONG = {escape: character for character, escape in _SHORT.items()}
_ESCAPE = re.compile(r"\\(?:[nrt\\]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")
# On POSIX a byte 0xNN that is not UTF-8 arrives as U+DCNN (PEP 383); on Windows a lone surrogate is just itself.
_BYTES_ESCAPED = sys.getfilesystemencodeerrors() == "surrogateescape"


def shown(path: str) -> str:
    r"""The path as one line of printable text; different paths always give different texts.

    Printable characters stand for themselves. Everything else is escaped: bytes that are not UTF-8 as `\xNN`, line
    breaks and tabs as `\n`, `\r`, `\t`, other invisible characters (controls, marks that turn the direction of
    writing, zero-width characters, odd spaces) as `\uNNNN` or `\UNNNNNNNN`. A backslash that is really in the name is
    doubled: that is what keeps the text unambiguous.
    """
    if path.isprintable() and "\\" not in path:
        return path
    return "".join(map(_character, path))


def _character(character: str) -> str:
    short = _SHORT.get(character)
    if short is not None:
        return short
    if character.isprintable():
        return character
    code = ord(character)
    if _BYTES_ESCAPED and 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def printable(text: str) -> str:
    """For a terminal: what is invisible or would be obeyed (escape sequences, line breaks, marks that turn the
    direction of writing) is escaped, all else stays as it is. Not unambiguous, as `shown` is; for text that may be an
    exact name, a shown one, or no name at all."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else _character(letter) for letter in text)


def exact(text: str) -> str:
    r"""The inverse of `shown`, for machines: the path itself where it is text. A name with bytes that are not UTF-8
    has no spelling as text and stays as shown, with its `\xNN`."""
    if "\\" not in text:
        return text
    escapes = _ESCAPE.findall(text)
    if any(escape.startswith("\\x") for escape in escapes):
        return text
    return _ESCAPE.sub(lambda found: _LONG.get(found[0]) or chr(int(found[0][2:], 16)), text)


def raw(path: str) -> bytes:
    """The path exactly as the operating system names it (Windows: UTF-8 with lone surrogates passed through)."""
    return os.fsencode(path)


def restored(name: bytes) -> str:
    """The inverse of `raw`: a path that can be opened again."""
    return os.fsdecode(name)


def long_spelling(path: str) -> str:
    r"""How Windows opens a path of any length whose names are taken as they are: `\\?\C:\…`, `\\?\UNC\server\…`.
    Without it 260 characters are the limit, and a dot or a space at the end of a name, or a name like `aux`, means
    something else or nothing."""
    full = ntpath.normpath(path if ntpath.isabs(path) else ntpath.abspath(path))
    if full.startswith(("\\\\?\\", "\\\\.\\")):
        return full
    return "\\\\?\\UNC" + full[1:] if full.startswith("\\\\") else "\\\\?\\" + full


def extension(path: str) -> str:
    """What stands after the last dot of the file's name, lower case, without the dot; empty for `name` and `.name`."""
    name = path[path.rfind("/") + 1 :]
    if os.sep != "/":
        name = name[name.rfind(os.sep) + 1 :]
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem.strip(".") else ""
