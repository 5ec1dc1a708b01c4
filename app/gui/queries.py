"""Questions to the case, asked off the GUI thread, each thread with a read-only connection of its own.

A question with a key replaces an older one with the same key: the older is stopped inside SQLite and never answered.
One of the threads takes only urgent questions (the rows that are on the screen), so that counting a million items for
the facets never holds up a scroll step. Acts go through one thread more, in the order in which they were made.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.gui import threads
from core.case.case import Case
from core.case.database import said_in_our_words, small_cache
from core.errors import AsservatError, StorageError

__all__ = ["Answers", "Questions", "Writer"]

READERS = 3  # the first of them takes urgent questions only
Done = Callable[[Any], None]
Failed = Callable[[AsservatError], None]


class Answers(QObject):
    """Brings an answer from a worker to the thread that this object lives in."""

    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrived.connect(self._deliver)

    def post(self, deliver: Callable[[], None]) -> None:
        """Call `deliver` in this object's thread. May be called from any thread."""
        with contextlib.suppress(RuntimeError):  # the window is gone: there is nobody to tell
            self._arrived.emit(deliver)

    def _deliver(self, deliver: Callable[[], None]) -> None:
        deliver()


def listens(call: Callable[..., Any] | None) -> bool:
    """Whether there is still somebody behind a callback: a closed view's bound method is nobody."""
    owner = getattr(call, "__self__", None)
    return call is not None and not (isinstance(owner, QObject) and not shiboken6.isValid(owner))


@dataclass(eq=False, slots=True)
class _Question:
    work: Callable[[Any], Any]
    done: Done
    failed: Failed | None
    key: str
    urgent: bool
    dropped: bool = False
    interrupt: Callable[[], None] | None = field(default=None, repr=False)


class Questions:
    """A few threads that ask the case. `close` stops what is running and forgets what waits."""

    def __init__(self, case: Case, answers: Answers, complain: Failed) -> None:
        """`case` must be open read-only; `complain` hears the errors nobody else wants (in the answers' thread)."""
        self._case, self._answers, self._complain = case, answers, complain
        self._wake = threading.Condition()
        self._waiting: deque[_Question] = deque()
        self._by_key: dict[str, _Question] = {}
        self._closed = False
        self._working = 0
        self._threads = [
            threads.begin(partial(self._work, number == 0), f"question-{number}", self._give_up)
            for number in range(READERS)
        ]

    def ask(self, work: Callable[[Any], Any], done: Done, *, key: str, failed: Failed | None, urgent: bool) -> None:
        question = _Question(work, done, failed, key, urgent)
        with self._wake:
            if key:
                self._drop(self._by_key.get(key))
                self._by_key[key] = question
            self._waiting.append(question)
            self._wake.notify_all()

    def drop(self, key: str) -> None:
        """Stop the question with this key, if there is one; it will not be answered."""
        with self._wake:
            self._drop(self._by_key.pop(key, None))

    @property
    def busy(self) -> bool:
        """Something is being asked or waits for it."""
        with self._wake:
            return bool(self._waiting) or self._working > 0

    def close(self) -> None:
        self._give_up()
        for thread in self._threads:
            thread.join()

    def _give_up(self) -> None:
        with self._wake:
            self._closed = True
            for question in (*self._waiting, *self._by_key.values()):
                self._drop(question)
            self._waiting.clear()
            self._wake.notify_all()

    def _drop(self, question: _Question | None) -> None:
        if question is None:
            return
        question.dropped = True
        if question.interrupt is not None:
            question.interrupt()

    def _take(self, urgent_only: bool) -> _Question | None:
        """The next question for this thread: urgent ones newest first (that is where the examiner looks now)."""
        with self._wake:
            while not self._closed:
                urgent = next((q for q in reversed(self._waiting) if q.urgent), None)
                found = urgent or (None if urgent_only else next(iter(self._waiting), None))
                if found is None:
                    self._wake.wait()
                    continue
                self._waiting.remove(found)
                if not found.dropped:
                    self._working += 1
                    return found
        return None

    def _work(self, urgent_only: bool) -> None:
        with contextlib.suppress(AsservatError), self._case.reading() as connection:
            connection.rollback()
            raw = connection.connection.driver_connection
            small_cache(connection)
            connection.rollback()
            while (question := self._take(urgent_only)) is not None:
                with self._wake:
                    question.interrupt = getattr(raw, "interrupt", None)
                    dropped = question.dropped
                answer: Any = None
                error: AsservatError | None = None
                if not dropped:
                    answer, error = self._answer(question, connection)
                with self._wake:
                    question.interrupt = None
                    dropped = question.dropped
                if not dropped:
                    self._tell(question, answer, error)
                with self._wake:
                    self._working -= 1  # not before: who waits until nothing is asked wants the answers

    def _answer(self, question: _Question, connection: Any) -> tuple[Any, AsservatError | None]:
        """Errors of a dropped question are nobody's; `interrupted` is one of them."""
        try:
            with said_in_our_words(self._case.folder):
                return question.work(connection), None
        except AsservatError as error:
            return None, error
        except Exception as error:  # noqa: BLE001 - a question must never end its thread; the examiner reads what it was
            return None, StorageError(
                f"The case could not be asked ({error}).", "Try again; `case check` looks deeper."
            )
        finally:
            with contextlib.suppress(Exception):
                connection.rollback()

    def _tell(self, question: _Question, answer: Any, error: AsservatError | None) -> None:
        def deliver() -> None:
            """Until here a newer question could still replace this one, although the answer was there."""
            with self._wake:
                if question.key and self._by_key.get(question.key) is question:
                    del self._by_key[question.key]
                if question.dropped or self._closed:
                    return
            if error is not None:
                (question.failed if question.failed and listens(question.failed) else self._complain)(error)
            elif listens(question.done):
                question.done(answer)

        self._answers.post(deliver)


class Writer:
    """The one thread that changes the case for the desk, act by act."""

    def __init__(self, case: Case, answers: Answers, complain: Failed) -> None:
        self._case, self._answers, self._complain = case, answers, complain
        self._acts: queue.SimpleQueue[tuple[Callable[[Case], Any], Done | None] | None] = queue.SimpleQueue()
        self._left = 0  # acts that are not stored yet
        self._count = threading.Lock()
        told = QCoreApplication.translate("Queries", "The last changes are being stored.")
        self._thread = threads.begin(self._work, "writer", self._give_up, kept=told, busy=lambda: self._left > 0)

    def act(self, work: Callable[[Case], Any], done: Done | None) -> None:
        self._more(1)
        self._acts.put((work, done))

    def _more(self, by: int) -> None:
        with self._count:
            self._left += by

    def close(self) -> None:
        """Return when every act has been committed."""
        self._give_up()
        self._thread.join()

    def _give_up(self) -> None:
        """No act comes after those that wait."""
        self._acts.put(None)

    def _work(self) -> None:
        while (act := self._acts.get()) is not None:
            work, done = act
            self._one(work, done)
            self._more(-1)

    def _one(self, work: Callable[[Case], Any], done: Done | None) -> None:
        try:
            answer = work(self._case)
        except AsservatError as error:
            self._say(self._complain, error)
        except Exception as error:  # noqa: BLE001 - one act that failed must not end all the later ones
            self._say(self._complain, StorageError(f"This could not be stored ({error}).", "Nothing was changed."))
        else:
            if done is not None:
                self._say(done, answer)

    def _say(self, call: Callable[[Any], None], value: Any) -> None:
        def deliver() -> None:
            if listens(call):
                call(value)

        self._answers.post(deliver)
