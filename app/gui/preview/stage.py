"""The stage of the preview: one picture, film or recording, with its controls, at the rung that is allowed.

A *place* is a page, an animation frame, a film frame or a moment. What is painted always belongs to the content whose
name is painted with it; `ready` says when that is the case, and grading waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.gui.preview.canvas import Title
from app.gui.preview.stage_pixels import StagePixels
from app.gui.preview.subject import Subject
from app.gui.preview.whereabouts import Whereabouts

if TYPE_CHECKING:
    from app.gui.context import Context
    from core.case.details import FindingFacts

__all__ = ["Stage"]


class Stage(StagePixels):
    """Shows one subject, and goes from place to place in it."""

    mark_clicked = Signal(int)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._exposure.tapped.connect(self._tapped)
        self.canvas.mark_clicked.connect(self.mark_clicked)
        self.storyboard.chosen.connect(self.go_to_time)
        self.timeline.sought.connect(self.go_to_time)
        self.timeline.stepped.connect(self.step)
        self.playback.moved.connect(self._moved)
        self.playback.changed.connect(self._playback_changed)
        self.clear(None, None)

    # ------------------------------------------------------------------ what is looked at

    def clear(self, content: int | None, title: Title | None) -> None:
        """Another item is current: nothing of the one before stays on the screen."""
        self._loading.stop()
        self._exposure.watch(None)
        self._at, self._wanted = Whereabouts(), None
        self._marking.active = None
        self.playback.set_subject(None, film=False)
        self._story.forget()
        self._listening.forget()
        self.canvas.set_subject(content, title)
        self.storyboard.set_film(title, ())
        self.show_canvas()
        self.say("")
        self.timeline.hide()
        self._set_ready(False)
        if content is None:
            self.canvas.show_words(self.tr("Nothing is chosen"), self.tr("Choose an item to see it here."))
        else:
            self._loading.start()
        self.update_controls()

    def set_subject(self, subject: Subject, *, at: float | None = None) -> None:
        """What the case knows has arrived: show it, at this second where one is given. The same content again keeps
        place, zoom and pixels."""
        before, self._at.subject = self._at.subject, subject
        if before is not None and before.content == subject.content:
            self._update_marks()
            if before.sensitive != subject.sensitive:
                self._request()
            return
        if self.canvas.content != subject.content:
            self.canvas.set_subject(subject.content, None)
        self._set_title()
        self.timeline.setVisible(subject.kind in ("video", "audio"))
        self.timeline.set_medium(subject.duration, wave=subject.kind == "audio", analysed=subject.analysed)
        self.playback.set_subject(subject, film=self.is_film)
        self.playback.set_facts(self._at.length, sounds=True)
        if at is not None:
            self._at.goal = float(at)
            self.playback.rest_at(at)
        elif self.is_film:
            self.show_board()
        self._update_marks()
        self._request()
        if self._exposure.comfort.autoplay:
            self.toggle_play()

    def set_threshold(self, least: float) -> None:
        """Raw scores below this are not drawn."""
        self._marking.least = least
        self._update_marks()

    def set_active(self, finding: int | None) -> None:
        """The finding that is spoken of: go to its place and draw it strong."""
        self._marking.active = finding
        subject = self._at.subject
        found = subject.finding(finding) if subject is not None else None
        if subject is not None and found is not None:
            self._go_to_finding(subject, found)
            for mark in subject.marks([found]):
                self.canvas.look_at(mark)
        self._update_marks()

    def _go_to_finding(self, subject: Subject, found: FindingFacts) -> None:
        number = found.page if found.page is not None else found.frame
        if subject.kind in ("video", "audio") and found.start is not None:
            self.go_to_time(found.start)
        elif subject.kind == "image" and number is not None and number != (self.place or 0):
            self.go_to_number(number)

    # ------------------------------------------------------------------ places

    def go_to_time(self, seconds: float) -> None:
        """The frame that is shown at this moment; a recording goes on from there."""
        if self.is_sound:
            self.playback.rest_at(seconds)
        elif self.is_film:
            self._leave_storyboard()
            if self.playback.playing:
                self.playback.play(seconds)
                return
            self._at.goal = float(seconds)
            self._request()

    def go_to_number(self, wanted: int) -> None:
        """A page, an animation frame or a film frame, exactly."""
        if self.is_sound:
            return
        self._leave_storyboard()
        self.playback.pause()
        self._at.goal = max(0, wanted)
        self._request()

    def step(self, by: int) -> None:
        """One frame or page on or back."""
        if self.on_storyboard:
            self.go_to_number(0)
            return
        wanted = self._at.stepped(by, playing=self.playback.playing)
        if wanted is not None:
            self.go_to_number(wanted)

    def show_storyboard(self) -> None:
        if self.is_film:
            self.playback.pause()
            self.show_board()
            self._request()

    def toggle_play(self) -> None:
        if self.playback.playing:
            self.playback.pause()
        elif self.is_film or self.is_sound:
            self._leave_storyboard()
            self.playback.play(self.time or 0.0)

    def _leave_storyboard(self) -> None:
        if self.on_storyboard:
            self.show_canvas()
            self.canvas.show_words("")
            self._set_ready(False)
            self._loading.start()

    def _tapped(self) -> None:
        if self.isVisible():
            self.toggle_play()

    def _moved(self, seconds: float) -> None:
        self.timeline.set_position(seconds)
        if self.is_sound:
            self.update_controls()
            self.place_changed.emit()

    def _playback_changed(self) -> None:
        if not self.playback.playing and self.is_film and self._at.facts is not None:
            self._at.goal = self._at.facts.number
        self.update_controls()
