"""Where a model hung, crashed or raised stands in the sentence that the case keeps, for report and desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from core.control import Control
from core.records import Failure
from core.sentences import told
from models.isolated import IsolatedBackend, IsolationLimits
from models.isolated_notes import briefly, raised_at
from models.local import BackendSpec, LocalBackend
from tests.faults.analyzers import Fault, picture

SPEC = BackendSpec(analyzers=("tests.faults.analyzers:Faulty",))
Ask = Callable[[Fault], Failure]


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    backend = IsolatedBackend(SPEC, IsolationLimits(batch_seconds=1.0))

    def go(fault: Fault) -> Failure:
        (result,) = backend.analyze("faulty", [picture(fault)], {}, Control())
        assert result.failure is not None
        return result.failure

    yield go
    backend.close()


@pytest.mark.parametrize(
    ("fault", "place"),
    [
        ("hang", "it stood at _look (analyzers.py:"),
        ("segfault", "it stood at string_at (__init__.py:"),
        ("raise", "in _look (analyzers.py:"),
    ],
)
def test_the_sentence_says_it_briefly(ask: Ask, fault: Fault, place: str) -> None:
    failure = ask(fault)
    assert place in failure.reason
    assert failure.reason.count(".py:") <= 2
    german = told(failure.reason, "de")
    assert german.known
    assert place in german.detail
    assert ".py" not in german.text


def test_sentences_of_older_cases_read_as_before() -> None:
    old = (
        "nsfw did not come to an end with this picture within 60 s and was stopped; nothing is known about its content."
    )
    assert told(old, "de").known


def test_of_an_error_only_its_kind_and_place_are_kept() -> None:
    """Its words may hold what is written in the evidence."""

    def inner() -> None:
        raise ValueError("secret words of the evidence")

    try:
        inner()
    except ValueError as error:
        said = raised_at(error)
    assert said.startswith("ValueError in inner (test_where_it_stood.py:")
    assert "secret" not in said
    assert raised_at(KeyError("x")) == "KeyError"


def test_briefly_is_the_innermost_of_the_first_thread() -> None:
    assert briefly("a (x.py:1) < b (y.py:2) < c (z.py:3) | d (w.py:4)") == "a (x.py:1) < b (y.py:2)"
    assert briefly("") == ""


def test_in_this_process_too() -> None:
    backend = LocalBackend(SPEC)
    (result,) = backend.analyze("faulty", [picture("raise")], {}, Control())
    assert result.failure is not None
    assert "analyzers.py:" in result.failure.reason
    backend.close()
