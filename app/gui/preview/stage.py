"""The stage of the preview: one picture, film or recording, with its controls, at the rung that is allowed.

A *place* is a page, an animation frame, a film frame or a moment. What is painted always belongs to the content whose
name is painted with it; `ready` says when that is the case, and grading waits for it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.gui import recorded
from app.gui.exposure import Exposure, Rung
from app.gui.preview import wording
from app.gui.preview.canvas import Title
from app.gui.preview.clock import timecode
from app.gui.preview.feed import FULL_PIXELS, Answer, Feed, Wish
from app.gui.preview.listening import Listening
from app.gui.preview.playback import Playback
from app.gui.preview.stage_frame import StageFrame
from app.gui.preview.story import Story
from app.gui.preview.subject import Subject
from app.gui.preview.wishes import film_wish, opening_wish, picture_wish
from core.decode.preview import CannotShow, Loudness, Shown

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = ["Stage"]

_SAY_LOADING_AFTER = 250  # milliseconds: what comes sooner needs no words
_ICONS = {"image": "image", "video": "video", "audio": "audio", "other": "file"}


class Stage(StageFrame):
    """Shows one subject. `place_changed`: another page or time is on the screen."""

    ready_changed = Signal()
    place_changed = Signal()
    mark_clicked = Signal(int)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._context = context
        self._exposure = Exposure.of(context)
        self._feed = Feed.of(context)
        self._subject: Subject | None = None
        self._goal: int | float = 0  # page or frame number, or seconds when it is a float
        self._facts: Shown | None = None
        self._wanted: Wish | None = None
        self._rung = Rung.CARD  # of what is on the screen
        self._most: int | None = None
        self._least = 0.0
        self._active: int | None = None
        self._sound_only = False
        self._broken = False
        self._ready = False
        self.playback = Playback(context, self._running_wish, self)
        self._story = Story(self.storyboard, self._feed, self._exposure, self)
        self._listening = Listening(self._feed, self)
        self._loading = QTimer(self, singleShot=True, interval=_SAY_LOADING_AFTER)
        self._connect()
        self.clear(None, None)

    def _connect(self) -> None:
        self._loading.timeout.connect(self._say_loading)
        self._feed.arrived.connect(self._arrived)
        self._exposure.changed.connect(self._exposure_changed)
        self._exposure.tapped.connect(self._tapped)
        self.canvas.mark_clicked.connect(self.mark_clicked)
        self.canvas.more_pixels_wanted.connect(self._want_all_pixels)
        self.storyboard.chosen.connect(self.go_to_time)
        self._story.completed.connect(self._story_completed)
        self._story.refused.connect(self._refused)
        self._story.facts.connect(self._take_facts)
        self._listening.heard.connect(self._heard)
        self._listening.refused.connect(self._not_heard)
        self.timeline.sought.connect(self.go_to_time)
        self.timeline.stepped.connect(self.step)
        self.playback.moved.connect(self._moved)
        self.playback.changed.connect(self._playback_changed)

    # ------------------------------------------------------------------ what is looked at

    @property
    def ready(self) -> bool:
        """What is on the screen is the subject: its pixels, or the words that stand for them."""
        return self._ready

    @property
    def is_film(self) -> bool:
        return self._subject is not None and self._subject.kind == "video" and not self._sound_only

    @property
    def is_sound(self) -> bool:
        return self._subject is not None and (self._subject.kind == "audio" or self._sound_only)

    @property
    def time(self) -> float | None:
        """Seconds on the screen; None where there is no time."""
        if self.is_sound:
            return self.playback.position
        return self._facts.time if self._facts is not None and not self.on_storyboard else None

    @property
    def place(self) -> int | None:
        """Number of the page or frame on the screen (0-based); None when there is only one, or none yet."""
        if self._facts is None or self.on_storyboard or self.is_sound:
            return None
        return self._facts.number if self._facts.count > 1 or self.is_film else None

    @property
    def length(self) -> float:
        """Seconds; 0 where it is not known or there is none."""
        known = self._subject.duration if self._subject is not None else 0.0
        return known or (self._facts.end if self._facts is not None and self._facts.end else 0.0)

    def clear(self, content: int | None, title: Title | None) -> None:
        """Another item is current: nothing of the one before stays on the screen."""
        self._loading.stop()
        self._exposure.watch(None)
        self._subject = self._facts = self._wanted = self._most = self._active = None
        self._goal, self._sound_only, self._broken = 0, False, False
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
        before, self._subject = self._subject, subject
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
        self.playback.set_facts(self.length, sounds=True)
        if at is not None:
            self._goal = float(at)
            self.playback.rest_at(at)
        elif self.is_film:
            self.show_board()
        self._update_marks()
        self._request()
        if self._exposure.comfort.autoplay:
            self.toggle_play()

    def set_threshold(self, least: float) -> None:
        """Raw scores below this are not drawn."""
        self._least = least
        self._update_marks()

    def set_active(self, finding: int | None) -> None:
        """The finding that is spoken of: go to its place and draw it strong."""
        self._active = finding
        subject = self._subject
        found = next((one for one in subject.findings if one.id == finding), None) if subject is not None else None
        if subject is not None and found is not None:
            number = found.page if found.page is not None else found.frame
            if subject.kind in ("video", "audio") and found.start is not None:
                self.go_to_time(found.start)
            elif subject.kind == "image" and number is not None and number != (self.place or 0):
                self.go_to_number(number)
            for mark in subject.marks([found]):
                self.canvas.look_at(mark)
        self._update_marks()

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
            self._goal = float(seconds)
            self._request()

    def go_to_number(self, wanted: int) -> None:
        """A page, an animation frame or a film frame, exactly."""
        if self.is_sound:
            return
        self._leave_storyboard()
        self.playback.pause()
        self._goal = max(0, wanted)
        self._request()

    def step(self, by: int) -> None:
        """One frame or page on or back."""
        if self.on_storyboard:
            self.go_to_number(0)
        elif self._facts is not None and not self.is_sound:
            at = self._goal if isinstance(self._goal, int) and not self.playback.playing else self._facts.number
            wanted = min(max(0, self._facts.count - 1), max(0, at + by))
            if wanted != self._facts.number or self._goal != wanted:
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
        if not self.playback.playing and self.is_film and self._facts is not None:
            self._goal = self._facts.number
        self.update_controls()

    # ------------------------------------------------------------------ asking for pixels

    def _request(self) -> None:
        """Ask for what should be on the screen now, or say in words why there are no pixels."""
        subject = self._subject
        if subject is None or not self.isVisible():
            return
        self._loading.stop()
        rung = self._exposure.rung(sensitive=subject.sensitive)
        if self._said_in_words(subject, rung):
            return
        if self.on_storyboard:
            self._request_storyboard(subject, rung)
            return
        wish = self._wish()
        if wish is None:
            self._no_masks()
            return
        self._wanted = wish
        answer = self._feed.get(wish)
        if answer is not None:
            self._show(answer)
            return
        if rung < self._rung or self.canvas.image is None:
            self._drop_pixels()
        self._loading.start()
        self._feed.want(wish)

    def _wish(self) -> Wish | None:
        assert self._subject is not None
        if self.is_film:
            return film_wish(self._subject, self._exposure, self._goal, self.time, most=self._most)
        return picture_wish(self._subject, self._exposure, int(self._goal), self._most)

    def _running_wish(self, seconds: float) -> Wish | None:
        if self._subject is None:
            return None
        return film_wish(self._subject, self._exposure, float(seconds), seconds, keep=False)

    def _said_in_words(self, subject: Subject, rung: Rung) -> bool:
        if self._exposure.hidden:
            self.playback.pause()
            self._drop_pixels()
            self.storyboard.set_film(None, ())
        elif subject.kind == "other":
            self._words(self.tr("Not a picture, film or recording"), wording.other(subject))
        elif self.is_sound:
            self._show_sound(subject)
        elif rung is Rung.CARD:
            self._words(self.tr("Words only"), wording.card(subject))
        else:
            return False
        return True

    def _request_storyboard(self, subject: Subject, rung: Rung) -> None:
        self._rung = rung
        self._set_ready(False)
        if not self.length:  # never analysed: the film itself has to say how long it is
            self._wanted = opening_wish(subject, self._exposure)
            if self._wanted is not None:
                self._feed.want(self._wanted)
        elif not self._story.ask(subject, wording.title(subject, None, film=True), self.length, self._least):
            self._no_masks()
        self.update_controls()

    def _want_all_pixels(self) -> None:
        if self._most is None:
            self._most = FULL_PIXELS
            self._request()

    # ------------------------------------------------------------------ pixels come

    def _arrived(self, answer: Answer) -> None:
        if self._subject is None or answer.wish.content != self._subject.content or self._exposure.hidden:
            return
        due = self.playback.take(answer)
        if due is not None:
            if due:
                self._show(answer)
        elif self.on_storyboard and self._story.take(answer):
            return
        elif answer.wish == self._wanted:
            self._show(answer)

    def _show(self, answer: Answer) -> None:
        assert self._subject is not None
        self._loading.stop()
        if answer.image is None or answer.shown is None:
            self._refused(answer.refusal or CannotShow(self.tr("It cannot be shown.")))
            return
        self._take_facts(answer.shown)
        if self.on_storyboard:
            self._request()
            return
        self._rung = self._exposure.rung(sensitive=self._subject.sensitive)
        size = answer.shown.size
        self.canvas.show_image(self._subject.content, answer.image, size, wording.badge(answer.wish.treatment))
        self.say(recorded.shown(answer.shown.caution))
        self._set_title()
        if answer.shown.time is not None and not self.playback.playing:
            self.timeline.set_position(answer.shown.time)
        self._update_marks()
        self._set_ready(True)
        self._exposure.look(self._subject.content, self._rung, sensitive=self._subject.sensitive)
        self.update_controls()
        self.place_changed.emit()

    def _take_facts(self, shown: Shown) -> None:
        """What an answer tells of the medium. A later page knows less of how many there are than the first one."""
        assert self._subject is not None
        known = self._facts.count if self._facts is not None else 0
        stored = 0 if self.is_film else int(self._subject.details.media.get("frames") or 0)
        unknown = not self.length
        self._facts = replace(shown, count=max(shown.count, known, stored))
        self.playback.set_facts(self.length, shown.has_sound)
        if unknown and self.length:
            self.timeline.set_medium(self.length, analysed=self._subject.analysed)
            self._update_marks()

    def _story_completed(self) -> None:
        assert self._subject is not None
        self._loading.stop()
        self._set_ready(True)
        self._exposure.look(self._subject.content, self._rung, sensitive=self._subject.sensitive)
        self.update_controls()

    def _refused(self, refusal: CannotShow) -> None:
        self.playback.pause()
        self._facts = None
        if refusal.code == "no-pictures" and not self._sound_only:
            self._sound_only = True
            assert self._subject is not None
            self.playback.set_subject(self._subject, film=False)
            self.playback.set_facts(self.length, sounds=True)
            self.timeline.set_medium(self.length, wave=True, analysed=self._subject.analysed)
            self._request()
            return
        self._broken = True
        self.timeline.hide()
        self._words(self.tr("This cannot be shown"), recorded.in_full(refusal.message), "problems")

    # ------------------------------------------------------------------ words instead of pixels

    def _words(self, headline: str, explanation: str, icon: str = "") -> None:
        """They are what there is to judge by, so they count as ready."""
        assert self._subject is not None
        self.show_canvas()
        self._loading.stop()
        self._exposure.watch(None)
        self.canvas.show_words(headline, explanation, icon or _ICONS[self._subject.kind])
        self._rung = Rung.CARD
        self._set_ready(True)
        self.update_controls()

    def _no_masks(self) -> None:
        why = self.tr("Nobody has looked for bodies in this item yet. Analyse it, or choose another rung.")
        self._words(self.tr("Bodies cannot be covered here"), why)

    def _show_sound(self, subject: Subject) -> None:
        self._listening.listen(subject)
        text = self.tr("Muted. U lets you hear it.") if self._exposure.comfort.muted else ""
        self._words(self.tr("Sound, {0}").format(timecode(self.length)), text, "audio")

    def _heard(self, loudness: Loudness) -> None:
        self.timeline.set_loudness(loudness)
        self.say(recorded.shown(loudness.caution))

    def _not_heard(self, refusal: CannotShow) -> None:
        self._broken = True
        self.timeline.hide()
        self._words(self.tr("This cannot be heard"), recorded.in_full(refusal.message), "problems")

    def _say_loading(self) -> None:
        if not self.on_storyboard and self.canvas.image is None:
            self.canvas.show_words(self.tr("Loading …"))

    def _drop_pixels(self) -> None:
        self.canvas.show_words("")
        self._rung = Rung.CARD
        self._exposure.watch(None)
        self._set_ready(False)

    # ------------------------------------------------------------------ around the pixels

    def _exposure_changed(self) -> None:
        if self._subject is None:
            return
        self.playback.follow_mute()
        self._request()
        self.update_controls()

    def _set_ready(self, ready: bool) -> None:
        if ready != self._ready:
            self._ready = ready
            self.ready_changed.emit()

    def _title(self) -> Title | None:
        return wording.title(self._subject, self._facts, film=self.is_film) if self._subject is not None else None

    def _set_title(self) -> None:
        title = self._title()
        if title is not None:
            self.canvas.set_title(title)

    def _update_marks(self) -> None:
        subject = self._subject
        if subject is None:
            return
        self.timeline.set_ticks(subject.ticks(self._least))
        page = self.place if subject.kind == "image" and self.time is None else None
        frame = self.place if self.is_film or self.time is not None else None
        found = subject.shown_at(self.time, page, frame, self._least)
        self.canvas.set_marks(subject.marks(found), self._active)

    def update_controls(self) -> None:
        """Show what can be done now."""
        self.controls.show_state(
            film=self.is_film and not self._broken,
            sound=self.is_sound and not self._broken,
            playing=self.playback.playing,
            speed=self.playback.speed,
            muted=self._exposure.comfort.muted,
            place=self.time,
            length=self.length,
            facts=self._facts,
            on_storyboard=self.on_storyboard,
            has_pixels=self.canvas.image is not None,
            overlays=self.canvas.overlays,
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._request()

    def hideEvent(self, event: QHideEvent) -> None:
        self.playback.pause()
        self._exposure.watch(None)
        super().hideEvent(event)
