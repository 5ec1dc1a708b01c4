"""Names are kept exactly and shown as one line that cannot deceive."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evidence.naming import exact, extension, raw, restored, shown

bytes_names = st.binary(min_size=1, max_size=40).filter(lambda name: b"\0" not in name)


@pytest.mark.skipif(os.name != "posix", reason="names are bytes only on POSIX")
@given(bytes_names, bytes_names)
def test_different_names_are_shown_differently_on_one_printable_line(one: bytes, other: bytes) -> None:
    assert raw(restored(one)) == one
    assert shown(restored(one)).isprintable()
    assert (shown(restored(one)) == shown(restored(other))) == (one == other)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Grüße/日本.jpg", "Grüße/日本.jpg"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("a\\nb", "a\\\\nb"),
        ("gpj.\u202etxt", "gpj.\\u202etxt"),
        ("a\u200bb\u00a0c", "a\\u200bb\\u00a0c"),
        ("\x1b[31m", "\\u001b[31m"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_shown(name: str, text: str) -> None:
    assert shown(name) == text


@pytest.mark.skipif(os.name != "posix", reason="names are bytes only on POSIX")
def test_bytes_that_are_not_text() -> None:
    assert shown(restored(b"caf\xe9.jpg")) == "caf\\xe9.jpg"


@pytest.mark.parametrize(
    ("path", "ending"),
    [
        ("a/b.JPG", "jpg"),
        ("a.d/b", ""),
        (".profile", ""),
        ("..x", ""),
        ("a.tar.gz", "gz"),
        ("a.", ""),
        ("", ""),
        ("._photo.jpg", "jpg"),
    ],
)
def test_extension(path: str, ending: str) -> None:
    assert extension(path) == ending


@given(st.text(max_size=30))
def test_exact_undoes_shown_for_every_name_that_is_text(name: str) -> None:
    text = name.encode("utf-8", "ignore").decode()
    assert exact(shown(text)) == text


def test_a_name_that_is_no_text_stays_as_shown() -> None:
    odd = os.fsdecode(b"a\xff\\n.jpg")
    assert exact(shown(odd)) == shown(odd)
