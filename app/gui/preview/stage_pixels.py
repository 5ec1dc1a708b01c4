"""The pixels of the stage: asks for those of the place that is wanted, at the rung that is allowed, and shows them when
they come, or says in words why there are none."""

from __future__ import annotations

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
from app.gui.preview.marking import Marking
from app.gui.preview.playback import Playback
from app.gui.preview.stage_frame import StageFrame
from app.gui.preview.story import Story
from app.gui.preview.subject import Subject
from app.gui.preview.whereabouts import Whereabouts
from app.gui.preview.wishes import film_wish, opening_wish, picture_wish
from core.decode.preview import CannotShow, Loudness, Shown

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = ["StagePixels"]

_SAY_LOADING_AFTER = 250  # milliseconds: what comes sooner needs no words
_ICONS = {"image": "image", "video": "video", "audio": "audio", "other": "file"}


class StagePixels(StageFrame):
    """Whoever moves changes `_at` and calls `_request`. `place_changed`: another page or time is on the screen."""

    ready_changed = Signal()
    place_changed = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._exposure = Exposure.of(context)
        self._feed = Feed.of(context)
        self._at = Whereabouts()
        self._wanted: Wish | None = None
        self._rung = Rung.CARD  # of what is on the screen
        self._ready = False
        self.playback = Playback(context, self._running_wish, self)
        self._marking = Marking(self.canvas, self.timeline)
        self._story = Story(self.storyboard, self._feed, self._exposure, self)
        self._listening = Listening(self._feed, self)
        self._loading = QTimer(self, singleShot=True, interval=_SAY_LOADING_AFTER)
        self._loading.timeout.connect(self._say_loading)
        self._feed.arrived.connect(self._arrived)
        self._exposure.changed.connect(self._exposure_changed)
        self.canvas.more_pixels_wanted.connect(self._want_all_pixels)
        self._story.completed.connect(self._story_completed)
        self._story.refused.connect(self._refused)
        self._story.facts.connect(self._take_facts)
        self._listening.heard.connect(self._heard)
        self._listening.refused.connect(self._not_heard)

    @property
    def ready(self) -> bool:
        """What is on the screen is the subject: its pixels, or the words that stand for them."""
        return self._ready

    @property
    def is_film(self) -> bool:
        return self._at.is_film

    @property
    def is_sound(self) -> bool:
        return self._at.is_sound

    @property
    def time(self) -> float | None:
        """Seconds on the screen; None where there is no time."""
        if self.is_sound:
            return self.playback.position
        return self._at.facts.time if self._at.facts is not None and not self.on_storyboard else None

    @property
    def place(self) -> int | None:
        """Number of the page or frame on the screen (0-based); None when there is only one, or none yet."""
        return None if self.on_storyboard else self._at.place

    # ------------------------------------------------------------------ asking for pixels

    def _request(self) -> None:
        """Ask for what should be on the screen now, or say in words why there are no pixels."""
        subject = self._at.subject
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
        assert self._at.subject is not None
        if self.is_film:
            return film_wish(self._at.subject, self._exposure, self._at.goal, self.time, most=self._at.most)
        return picture_wish(self._at.subject, self._exposure, int(self._at.goal), self._at.most)

    def _running_wish(self, seconds: float) -> Wish | None:
        if self._at.subject is None:
            return None
        return film_wish(self._at.subject, self._exposure, float(seconds), seconds, keep=False)

    def _said_in_words(self, subject: Subject, rung: Rung) -> bool:
        if self._exposure.hidden:
            self.playback.pause()
            self._drop_pixels()
            self.storyboard.set_film(None, ())
        elif subject.kind == "other":
            words = wording.nothing_to_see(subject, self.tr("Not a picture, film or recording"))
            self._words(words, wording.other(subject))
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
        if not self._at.length:  # never analysed: the film itself has to say how long it is
            self._wanted = opening_wish(subject, self._exposure)
            if self._wanted is not None:
                self._feed.want(self._wanted)
        elif not self._story.ask(
            subject, wording.title(subject, None, film=True), self._at.length, self._marking.least
        ):
            self._no_masks()
        self.update_controls()

    def _want_all_pixels(self) -> None:
        if self._at.most is None:
            self._at.most = FULL_PIXELS
            self._request()

    # ------------------------------------------------------------------ pixels come

    def _arrived(self, answer: Answer) -> None:
        if self._at.subject is None or answer.wish.content != self._at.subject.content or self._exposure.hidden:
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
        assert self._at.subject is not None
        self._loading.stop()
        if answer.image is None or answer.shown is None:
            self._refused(answer.refusal or CannotShow(self.tr("It cannot be shown.")))
            return
        self._take_facts(answer.shown)
        if self.on_storyboard:
            self._request()
            return
        self._rung = self._exposure.rung(sensitive=self._at.subject.sensitive)
        size = answer.shown.size
        self.canvas.show_image(self._at.subject.content, answer.image, size, wording.badge(answer.wish.treatment))
        self.say(recorded.shown(answer.shown.caution))
        self._set_title()
        if answer.shown.time is not None and not self.playback.playing:
            self.timeline.set_position(answer.shown.time)
        self._update_marks()
        self._set_ready(True)
        self._exposure.look(self._at.subject.content, self._rung, sensitive=self._at.subject.sensitive)
        self.update_controls()
        self.place_changed.emit()

    def _take_facts(self, shown: Shown) -> None:
        assert self._at.subject is not None
        length_is_new = self._at.learn(shown)
        self.playback.set_facts(self._at.length, shown.has_sound)
        if length_is_new:
            self.timeline.set_medium(self._at.length, analysed=self._at.subject.analysed)
            self._update_marks()

    def _story_completed(self) -> None:
        assert self._at.subject is not None
        self._loading.stop()
        self._set_ready(True)
        self._exposure.look(self._at.subject.content, self._rung, sensitive=self._at.subject.sensitive)
        self.update_controls()

    def _refused(self, refusal: CannotShow) -> None:
        self.playback.pause()
        self._at.facts = None
        if refusal.code == "no-pictures" and not self._at.sound_only:
            self._at.sound_only = True
            assert self._at.subject is not None
            self.playback.set_subject(self._at.subject, film=False)
            self.playback.set_facts(self._at.length, sounds=True)
            self.timeline.set_medium(self._at.length, wave=True, analysed=self._at.subject.analysed)
            self._request()
            return
        self._at.broken = True
        self.timeline.hide()
        self._words(self.tr("This cannot be shown"), recorded.in_full(refusal.message), "problems")

    # ------------------------------------------------------------------ words instead of pixels

    def _words(self, headline: str, explanation: str, icon: str = "") -> None:
        """They are what there is to judge by, so they count as ready."""
        assert self._at.subject is not None
        self.show_canvas()
        self._loading.stop()
        self._exposure.watch(None)
        self.canvas.show_words(headline, explanation, icon or _ICONS[self._at.subject.kind])
        self._rung = Rung.CARD
        self._set_ready(True)
        self.update_controls()

    def _no_masks(self) -> None:
        why = self.tr("Nobody has looked for bodies in this item yet. Analyse it, or choose another rung.")
        self._words(self.tr("Bodies cannot be covered here"), why)

    def _show_sound(self, subject: Subject) -> None:
        self._listening.listen(subject)
        text = self.tr("Muted. U lets you hear it.") if self._exposure.comfort.muted else ""
        self._words(self.tr("Sound, {0}").format(timecode(self._at.length)), text, "audio")

    def _heard(self, loudness: Loudness) -> None:
        self.timeline.set_loudness(loudness)
        self.say(recorded.shown(loudness.caution))

    def _not_heard(self, refusal: CannotShow) -> None:
        self._at.broken = True
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
        if self._at.subject is None:
            return
        self.playback.follow_mute()
        self._request()
        self.update_controls()

    def _set_ready(self, ready: bool) -> None:
        if ready != self._ready:
            self._ready = ready
            self.ready_changed.emit()

    def _title(self) -> Title | None:
        subject = self._at.subject
        return wording.title(subject, self._at.facts, film=self.is_film) if subject is not None else None

    def _set_title(self) -> None:
        title = self._title()
        if title is not None:
            self.canvas.set_title(title)

    def _update_marks(self) -> None:
        if self._at.subject is not None:
            self._marking.show(self._at.subject, self.time, self.place, film=self.is_film)

    def update_controls(self) -> None:
        """Show what can be done now."""
        self.controls.show_state(
            film=self.is_film and not self._at.broken,
            sound=self.is_sound and not self._at.broken,
            playing=self.playback.playing,
            speed=self.playback.speed,
            muted=self._exposure.comfort.muted,
            place=self.time,
            length=self._at.length,
            facts=self._at.facts,
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
