"""Search by nearness: pictures like the one that is looked at, like a picture file, and for a description."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QInputDialog

from app.gui.faces import PICTURES
from app.gui.nearness import Nearness
from app.gui.pages.job import Job
from app.gui.pages.wording import number
from core.errors import ModelMissing, UsageError
from core.search.nearness import line

if TYPE_CHECKING:
    from app.gui.context import Context
    from app.parts import Parts
    from core.case.queries import Connection
    from core.control import Control
    from core.search.nearness import Line

__all__ = ["Similar"]

ANALYZER = "embedding"
_MOST = 60
_KEY = "similar"


@dataclass(frozen=True, slots=True)
class _Found:
    """Contents with their cosines, the nearest first; or why there are none. `itself`: the first is what was asked
    with. `line`: where near ends."""

    scores: Mapping[int, float] = field(default_factory=dict)
    itself: bool = False
    line: Line | None = None
    lack: str = ""

    def said(self) -> tuple[int, float, int]:
        """How many there are, the cosine of the first other than the item itself, how many of all are near."""
        values = list(self.scores.values())
        near = len(values) if self.line is None else sum(value >= self.line.least for value in values)
        return len(values), values[min(int(self.itself), len(values) - 1)], near


class Similar(QObject):
    """Three actions of the list. What they find becomes a filter: it is shown, saved and taken back like any other."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._context = context
        self._job: Job | None = None
        add, section = context.actions.add, self.tr("Search by meaning")
        add("similar", self.tr("Show pictures like this one"), "Alt+S", self.like_current, section=section)
        add(
            "similar.file", self.tr("Show pictures like a picture file…"), "Alt+Shift+S", self.ask_file, section=section
        )
        add("describe", self.tr("Search pictures by description…"), "Alt+D", self.ask, section=section)

    @staticmethod
    def of(context: Context) -> Similar:
        """The one of this context; made on first use."""
        found = context.findChild(Similar)
        return found if found is not None else Similar(context)

    def like_current(self) -> None:
        """The pictures that are nearest to the current one, itself first."""
        content = self._context.current
        if content is None:
            self._context.message.emit(self.tr("Choose a picture first."), None)
            return
        self._context.query(lambda connection: _like(connection, content), self._show, key=_KEY)

    def ask_file(self) -> None:
        kinds = self.tr("Pictures ({0})").format(PICTURES)
        title = self.tr("A picture to compare with")
        chosen, _ = QFileDialog.getOpenFileName(self._parent(), title, str(Path.home()), kinds)
        if chosen:
            self.like_file(Path(chosen))

    def like_file(self, path: Path) -> None:
        """The pictures that are nearest to one from outside the case. The model is loaded for it."""
        context, parts = self._context, self._context.parts
        if context.case is None:
            return
        if self._job is not None:
            self._job.cancel()
        context.message.emit(self.tr("Looking at the picture…"), None)
        self._job = Job(
            self, lambda job: _seen(parts, path, job.control), self._search_near, context.failed.emit
        ).start()

    def _search_near(self, found: tuple[str, Any]) -> None:
        self._job = None
        space, vector = found
        self._context.query(lambda connection: _near(connection, space, vector), self._show, key=_KEY)

    def ask(self) -> None:
        text, sure = QInputDialog.getText(
            self._parent(), self.tr("Search by meaning"), self.tr("What shall be seen in the picture?")
        )
        if sure and text.strip():
            self.described(text.strip())

    def described(self, text: str) -> None:
        """The pictures that fit this sentence best. The model is loaded for it, which takes some seconds."""
        embed = self._context.parts.embed_text
        self._context.message.emit(self.tr("Searching for “{0}” …").format(text), None)
        self._context.query(lambda connection: _for(connection, embed, text), self._show, key=_KEY)

    def _parent(self) -> Any:
        from PySide6.QtWidgets import QApplication

        return QApplication.activeWindow()

    def _show(self, found: _Found) -> None:
        from core.case import filters

        context = self._context
        if not found.scores:
            context.message.emit(self._lack(found.lack), None)
            return
        before, order = context.filter, context.sort
        term = filters.items(*found.scores)
        context.set_list(filters.Filter((term,)), filters.Sort(filters.GIVEN))
        Nearness.of(context).show(term, found.scores, found.line)
        count, best, near = found.said()
        if near == count:
            said = self.tr("The %n nearest, the first with {0}. A hint, not a finding.", "", count)
        else:
            said = self.tr(
                "The %n nearest, the first with {0}; {1} near, {2} weaker. A hint, not a finding.", "", count
            )
        text = said.format(number(best, 2), number(near), number(count - near))
        context.message.emit(text, lambda: context.set_list(before, order))

    def _lack(self, lack: str) -> str:
        return {
            "space": self.tr("The pictures of this case have vectors of another model than the one installed."),
            "item": self.tr("This item has no vector: it is no picture, or it was not analysed."),
            "near": self.tr("Nothing in the case is near."),
        }.get(lack, self.tr("This case has no vectors of pictures yet: run the analysis “Search by meaning” first."))


def _seen(parts: Parts, path: Path, control: Control) -> tuple[str, Any]:
    """Space and vector of a picture file, through the analyzer that looked at the case's pictures; decoded in a child.
    Raises `ModelMissing`, `UsageError` with the reason, `Stopped`."""
    import numpy as np

    from core.pipeline.apart import look_at
    from core.settings import RunSettings

    settings = RunSettings(analyzers=(ANALYZER,), workers=1)
    backend = parts.open_backend(settings)
    try:
        info = next((one for one in backend.describe() if one.name == ANALYZER), None)
        if info is None or info.missing:
            raise ModelMissing(info.missing if info is not None and info.missing else "Vectors need a model pack.")
        (looked,) = look_at([path], ANALYZER, {}, backend, settings=settings, control=control)
    finally:
        backend.close()
    found = [vector for result in looked.results for vector in result.vectors if vector.finding is None]
    if not found:
        raise UsageError(looked.reason or f"{path.name} could not be described.", "Choose another picture.")
    return found[0].space, found[0].values.astype(np.float32)[None]


def _like(connection: Connection, content: int) -> _Found:
    from core.case import vectors
    from core.search.vectors import nearest

    known = vectors.spaces(connection, ANALYZER)
    for space in known:
        own = vectors.of_content(connection, ANALYZER, space.name, content)
        if len(own):
            stored = vectors.stored(connection, ANALYZER, space.name)
            hits = nearest(stored, own, _MOST - 1, without=frozenset({content}))
            if not hits:
                return _Found(lack="near")
            scores = {content: 1.0} | {hit.owner: hit.score for hit in hits}
            return _Found(scores, itself=True, line=line(space.name, "picture"))
    return _Found(lack="item" if known else "all")


def _for(connection: Connection, embed: Callable[..., Any], text: str) -> _Found:
    import numpy as np

    from core.case import vectors
    from core.search.vectors import mean_query

    known = [space.name for space in vectors.spaces(connection, ANALYZER)]
    if not known:
        return _Found(lack="all")
    space, found = embed([text], known)
    return _near(connection, space, mean_query(found.astype(np.float32)), "sentence")


def _near(connection: Connection, space: str, query: Any, asked: Literal["picture", "sentence"] = "picture") -> _Found:
    """What is nearest to these vectors of a space. Vectors of different models never meet."""
    from core.case import vectors
    from core.search.vectors import nearest

    known = [one.name for one in vectors.spaces(connection, ANALYZER)]
    if space not in known:
        return _Found(lack="space" if known else "all")
    hits = nearest(vectors.stored(connection, ANALYZER, space), query, _MOST)
    return _Found({hit.owner: hit.score for hit in hits}, line=line(space, asked), lack="" if hits else "near")
