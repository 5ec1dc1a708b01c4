"""One spelling for searching: how text is prepared for the word index, and a query for it.

`Müller` is found by `Müller`, `Muller` and `Mueller`; a search for `Müller` also finds text that says `Mueller` or
`Muller`. Accents and case are ignored (by the tokenizer). Chinese, Japanese and Korean characters are single words,
so that a part of a line is found without a dictionary.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["bare", "german", "holds", "match_expression", "match_terms", "plain", "unspaced"]

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ẞ": "SS"})
_IDEOGRAPH = "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_BEFORE_OR_AFTER = re.compile(f"(?<=[{_IDEOGRAPH}])(?=\\S)|(?<=\\S)(?=[{_IDEOGRAPH}])")
_SPACED = re.compile(f"(?<=[{_IDEOGRAPH}])((?:</?b>)*) ((?:</?b>)*)(?=[{_IDEOGRAPH}])")
_WORD = re.compile(r"[^\W_]+\*?", re.UNICODE)


def plain(text: str) -> str:
    """As it is, composed (NFKC: full-width forms become ordinary ones), ideographs set apart, ß as ss."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFKC", text).replace("ß", "ss").replace("ẞ", "SS")
    return _BEFORE_OR_AFTER.sub(" ", composed)


def german(text: str) -> str:
    """With umlauts written out; empty when that changes nothing, so that the index stays small."""
    if text.isascii():
        return ""
    composed = unicodedata.normalize("NFKC", text)
    written_out = composed.translate(_GERMAN)
    return plain(written_out) if written_out != composed else ""


def holds(text: str, part: str) -> bool:
    """Whether a short text (a tag) has this part, spelt in any of the ways in which the word index would find it."""
    return any(one in other for one in _spellings(part) for other in _spellings(text))


def _spellings(text: str) -> set[str]:
    """Without case and accents; and with umlauts written out."""
    found = (unicodedata.normalize("NFKD", one).casefold() for one in (plain(text), german(text)) if one)
    return {"".join(letter for letter in one if not unicodedata.combining(letter)) for one in found}


def unspaced(snippet: str) -> str:
    """Take out again the spaces that `plain` put between ideographs."""
    return _SPACED.sub(r"\1\2", snippet)


def match_expression(query: str) -> str:
    """An FTS5 expression for what a person typed: all words must be there; `"a b"` is a phrase, `wor*` a beginning,
    `-word` must not be there. Nothing in the query is FTS5 syntax. Empty when there is no word in it."""
    wanted, unwanted = ([term for term, _ in terms] for terms in match_terms(query))
    if not wanted:
        return ""
    expression = " AND ".join(wanted)
    return f"({expression}) NOT ({' OR '.join(unwanted)})" if unwanted else expression


def match_terms(query: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What was typed as single terms: those that must be there, and those that must not. Each is an FTS5 expression
    and the term as it was typed."""
    wanted: list[tuple[str, str]] = []
    unwanted: list[tuple[str, str]] = []
    for sign, phrase, word in re.findall(r'(-?)(?:"([^"]*)"|(\S+))', query):
        term = _alternatives(phrase or word, phrase=bool(phrase))
        if term:
            (unwanted if sign else wanted).append((term, phrase or word))
    return wanted, unwanted


def bare(typed: str) -> str:
    """A term as it was typed (`match_terms`) without its quotes and its star: what is looked for in tags."""
    return typed.strip().strip('"').rstrip("*")


def _alternatives(term: str, *, phrase: bool) -> str:
    """One typed term as FTS5 strings: as it is, and with umlauts written out."""
    spellings = [plain(term)]
    written_out = german(term)
    if written_out:
        spellings.append(written_out)
    strings: list[str] = []
    for spelling in spellings:
        words = _WORD.findall(spelling)
        if words:
            beginning = words[-1].endswith("*") and not phrase
            strings.append('"' + " ".join(word.rstrip("*") for word in words) + '"' + ("*" if beginning else ""))
    return f"({' OR '.join(strings)})" if len(strings) > 1 else "".join(strings)
