"""The stage of the preview: one picture, film or recording, with its controls, at the rung that is allowed.

A *place* is a page, an animation frame, a film frame or a moment. What is painted always belongs to the content whose
name is painted with it; `ready` says when that is the case, and grading waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.gui.columns import bytes_text
from app.gui.exposure import Exposure, Rung
from app.gui.preview.canvas import Canvas, Title
from app.gui.preview.clock import number, timecode
from app.gui.preview.controls import Controls
from app.gui.preview.feed import FULL_PIXELS, Answer, Feed, Wish
from app.gui.preview.player import SPEEDS, Player
from app.gui.preview.storyboard import CELLS, Storyboard
from app.gui.preview.subject import Subject, summary
from app.gui.preview.timeline import Timeline
from app.gui.preview.wishes import film_treatment, opening_wish, picture_wish, storyboard_wishes
from core.decode.preview import CannotShow, Loudness, Shown, Treatment

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = ["Stage"]

_SAY_LOADING_AFTER = 250  # milliseconds: what comes sooner needs no words
_KIND_ICONS = {"image": "image", "video": "video", "audio": "audio", "other": "file"}


class Stage(QWidget):
    """Shows one subject. `place_changed`: another page or time is on the screen."""

    ready_changed = Signal()
    place_changed = Signal()
    mark_clicked = Signal(int)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._exposure = Exposure.of(context)
        self._feed = Feed.of(context)
        self._subject: Subject | None = None
        self._goal: int | float = 0  # frame or page number, or seconds when it is a float
        self._facts: Shown | None = None
        self._wanted: Wish | None = None
        self._cells: dict[Wish, int] = {}
        self._rung = Rung.CARD
        self._most: int | None = None
        self._least = 0.0
        self._active: int | None = None
        self._sound_only = False
        self._ready = False
        self._running: Wish | None = None  # the frame asked for while playing
        self.canvas = Canvas()
        self.storyboard = Storyboard()
        self.timeline = Timeline()
        self.player = Player(self._ask_sound, self)
        self.controls = Controls(context, self)
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.setProperty("warning", True)
        self._note.setContentsMargins(8, 2, 8, 2)
        self._note.hide()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.canvas)
        self._stack.addWidget(self.storyboard)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._note)
        layout.addWidget(self.timeline)
        layout.addWidget(self.controls)
        self._loading = QTimer(self, singleShot=True, interval=_SAY_LOADING_AFTER)
        self._loading.timeout.connect(self._say_loading)
        self._connect()
        self.clear(None, None)

    def _connect(self) -> None:
        self._feed.arrived.connect(self._arrived)
        self._exposure.changed.connect(self._exposure_changed)
        self._exposure.tapped.connect(self._tapped)
        self.canvas.mark_clicked.connect(self.mark_clicked)
        self.canvas.more_pixels_wanted.connect(self._want_all_pixels)
        self.storyboard.chosen.connect(self.go_to_time)
        self.timeline.sought.connect(self.go_to_time)
        self.timeline.stepped.connect(self.step)
        self.player.ticked.connect(self._played_to)
        self.player.stopped.connect(self._play_stopped)
        self.player.complained.connect(lambda text: self._context.message.emit(text, None))

    # ------------------------------------------------------------------ what is looked at

    @property
    def ready(self) -> bool:
        """What is on the screen is the subject: its pixels, or the words that stand for them."""
        return self._ready

    @property
    def time(self) -> float | None:
        """Seconds on the screen; None where there is no time."""
        if self._plays_sound():
            return self.player.position
        return self._facts.time if self._facts is not None else None

    @property
    def frame(self) -> int | None:
        return self._facts.number if self._facts is not None and self._is_film() else None

    @property
    def page(self) -> int | None:
        """Page of a still picture with several."""
        if self._subject is None or self._subject.kind != "image" or self._facts is None or self._facts.count < 2:
            return None
        return self._facts.number if self._facts.time is None else None

    def clear(self, content: int | None, title: Title | None) -> None:
        """Another item is current: nothing of the one before stays on the screen."""
        self.player.pause()
        self._loading.stop()
        self._exposure.watch(None)
        self._subject, self._facts, self._wanted, self._running = None, None, None, None
        self._goal, self._most, self._active, self._sound_only = 0, None, None, False
        self._cells = {}
        self.canvas.set_subject(content, title)
        self.storyboard.set_film(title, ())
        self._stack.setCurrentWidget(self.canvas)
        self._note.hide()
        self.timeline.hide()
        self._set_ready(False)
        if content is None:
            self.canvas.show_words(self.tr("Nothing is chosen"), self.tr("Choose an item to see it here."))
        else:
            self._loading.start()
        self.update_controls()

    def set_subject(self, subject: Subject, *, place: float | None = None) -> None:
        """What the case knows has arrived: show it. The same content again keeps place, zoom and pixels."""
        again = self._subject is not None and self._subject.content == subject.content
        self._subject = subject
        if again:
            self._update_marks()
            return
        if self.canvas.content != subject.content:
            self.canvas.set_subject(subject.content, None)
        self._set_title()
        film = subject.kind == "video"
        self.timeline.setVisible(film or subject.kind == "audio")
        self.timeline.set_medium(subject.duration, wave=subject.kind == "audio", analysed=subject.analysed)
        self.storyboard.set_film(self._title(), ())
        if film and place is None and not self._exposure.comfort.autoplay:
            self._stack.setCurrentWidget(self.storyboard)
        elif place is not None:
            self._goal = float(place)
        self._update_marks()
        self._request()
        if film and self._exposure.comfort.autoplay:
            self.toggle_play()

    def set_threshold(self, least: float) -> None:
        """Raw scores below this are not drawn."""
        self._least = least
        self._update_marks()

    def set_active(self, finding: int | None) -> None:
        """The finding that is spoken of: go to its place and draw it strong."""
        self._active = finding
        found = next((one for one in self._subject.findings if one.id == finding), None) if self._subject else None
        if found is not None:
            if self._subject is not None and self._subject.kind == "video" and found.start is not None:
                self.go_to_time(found.start)
            elif found.page is not None and found.page != self.page and self._is_paged():
                self.go_to_number(found.page)
            elif found.frame is not None and self._subject is not None and self._subject.kind == "image":
                self.go_to_number(found.frame)
        self._update_marks()
        mark = (
            next((one for one in self._subject.marks([found]) if found is not None), None)
            if (found is not None and self._subject is not None)
            else None
        )
        if mark is not None:
            self.canvas.look_at(mark)

    # ------------------------------------------------------------------ places

    def go_to_time(self, seconds: float) -> None:
        """The frame that is shown at this moment; a recording plays from there."""
        if self._subject is None:
            return
        if self._plays_sound():
            playing = self.player.playing
            self.player.pause()
            self._start_sound(seconds, playing)
            return
        if self._subject.kind != "video":
            return
        self._leave_storyboard()
        if self.player.playing:
            self._play_from(seconds)
            return
        self._goal = float(seconds)
        self._request()

    def go_to_number(self, wanted: int) -> None:
        """A page, an animation frame or a film frame."""
        self._leave_storyboard()
        self.player.pause()
        self._goal = max(0, wanted)
        self._request()

    def step(self, by: int) -> None:
        """One frame or page on or back, exactly."""
        if self._subject is None or self._plays_sound():
            return
        if self._stack.currentWidget() is self.storyboard:
            self.go_to_number(0)
            return
        self.player.pause()
        if self._facts is not None:
            last = max(0, self._facts.count - 1)
            wanted = min(last, max(0, self._facts.number + by))
            if wanted != self._facts.number or not isinstance(self._goal, int):
                self.go_to_number(wanted)

    def show_storyboard(self) -> None:
        if self._subject is not None and self._is_film():
            self.player.pause()
            self._stack.setCurrentWidget(self.storyboard)
            self._wanted = None
            self._request()

    def _leave_storyboard(self) -> None:
        if self._stack.currentWidget() is self.storyboard:
            self._stack.setCurrentWidget(self.canvas)
            self.canvas.show_words("")
            self._set_ready(False)
            self._loading.start()

    # ------------------------------------------------------------------ playing

    def toggle_play(self) -> None:
        if self._subject is None or self._exposure.hidden:
            return
        if self.player.playing:
            self.player.pause()
        elif self._plays_sound():
            at = self.player.position
            self._start_sound(0.0 if at >= self._length() - 0.05 else at, True)
        elif self._is_film():
            self._leave_storyboard()
            at = self.time or 0.0
            self._play_from(0.0 if at >= self._length() - 0.1 else at)
        self.update_controls()

    def change_speed(self, by: int) -> None:
        """Faster or slower; pictures only, sound is heard at its own speed."""
        place = SPEEDS.index(self.player.speed) + by
        self.player.set_speed(SPEEDS[min(len(SPEEDS) - 1, max(0, place))])
        self.update_controls()

    def _play_from(self, seconds: float) -> None:
        self._running = None
        audible = not self._exposure.comfort.muted and (self._facts is None or self._facts.has_sound)
        self.player.play(seconds, self._length() or 86_400.0, audible=audible)
        self.update_controls()

    def _start_sound(self, seconds: float, play: bool) -> None:
        self.player.play(seconds, self._length() or 86_400.0, audible=not self._exposure.comfort.muted and play)
        if not play:
            self.player.pause()
        self.timeline.set_position(seconds)
        self.update_controls()
        self.place_changed.emit()

    def _played_to(self, seconds: float) -> None:
        self.timeline.set_position(seconds)
        if self._plays_sound():
            self.update_controls()
            self.place_changed.emit()
        elif self._running is None and self._subject is not None:
            wish = self._film_wish(seconds, keep=False)
            if wish is not None:
                self._running = wish
                self._feed.want(wish)

    def _play_stopped(self) -> None:
        self._running = None
        if self._facts is not None and self._is_film():
            self._goal = self._facts.number
        self.update_controls()

    def _tapped(self) -> None:
        if self.isVisible() and (self._is_film() or self._plays_sound()):
            self.toggle_play()

    def _ask_sound(self, at: float, seconds: float, told: object) -> None:
        if self._subject is not None:
            self._feed.sound(self._subject.content, self._subject.jobs, at, seconds, told)  # type: ignore[arg-type]

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
        if self._stack.currentWidget() is self.storyboard:
            self._request_storyboard(subject, rung)
            return
        wish = (
            self._film_wish(self._goal)
            if subject.kind == "video"
            else picture_wish(subject, self._exposure, int(self._goal), self._most)
        )
        if wish is None:
            self._words(self.tr("Bodies cannot be covered here"), self._why_no_masks())
            return
        self._wanted = wish
        answer = self._feed.get(wish)
        if answer is not None:
            self._show(answer)
            return
        if rung < self._rung or self.canvas.image is None:
            self.canvas.show_words("")
            self._set_ready(False)
            self._exposure.watch(None)
        self._loading.start()
        self._feed.want(wish)

    def _said_in_words(self, subject: Subject, rung: Rung) -> bool:
        if self._exposure.hidden:
            self.player.pause()
            self._drop_pixels()
            self._set_ready(False)
        elif subject.kind == "other":
            self._words(
                self.tr("Not a picture, film or recording"),
                f"{subject.details.mime or self.tr('unknown type')} · {bytes_text(subject.details.size)}",
            )
        elif self._plays_sound():
            self._show_sound(subject)
        elif rung is Rung.CARD:
            self._stack.setCurrentWidget(self.canvas)
            lines = summary(subject)
            unknown = self.tr("Not analysed: nothing is known of it yet.")
            nothing = self.tr("Nothing was found in it.")
            text = "\n".join(lines) or (nothing if subject.analysed else unknown)
            self._words(self.tr("Words only"), text)
        else:
            return False
        return True

    def _show_sound(self, subject: Subject) -> None:
        if self._wanted is None:
            self._feed.loudness(subject.content, subject.jobs, lambda heard: self._take_loudness(subject, heard))
            self._wanted = Wish(subject.content, "picture")
        text = self.tr("Muted. U lets you hear it.") if self._exposure.comfort.muted else ""
        self._words(self.tr("Sound, {0}").format(timecode(self._length())), text, "audio")
        self.update_controls()

    def _take_loudness(self, subject: Subject, heard: Loudness | CannotShow) -> None:
        if self._subject is None or self._subject.content != subject.content:
            return
        if isinstance(heard, CannotShow):
            self._words(self.tr("This cannot be heard"), heard.message, "problems")
            return
        self.timeline.set_loudness(heard)
        self._say(heard.caution)
        self.update_controls()

    def _request_storyboard(self, subject: Subject, rung: Rung) -> None:
        self._rung = rung
        length = self._length()
        if not length:
            self._wanted = opening_wish(subject, self._exposure)
            if self._wanted is not None:
                self._loading.start()
                self._feed.want(self._wanted)
            return
        wishes = storyboard_wishes(subject, self._exposure, length, CELLS)
        if wishes is None:
            self._stack.setCurrentWidget(self.canvas)
            self._words(self.tr("Bodies cannot be covered here"), self._why_no_masks())
            return
        self._cells = {wish: place for place, wish in enumerate(wishes)}
        part = length / CELLS
        hits = frozenset(
            min(CELLS - 1, int(one.start / part))
            for one in subject.findings
            if one.start is not None and one.group in ("explicit", "nude") and (one.score or 0) >= self._least
        )
        self.storyboard.set_film(self._title(), [wish.at or 0.0 for wish in wishes], hits)
        self._set_ready(False)
        for wish in wishes:
            answer = self._feed.get(wish)
            if answer is not None:
                self._show_cell(answer)
        self._feed.prefetch("storyboard", wishes)
        self.update_controls()

    def _film_wish(self, goal: int | float, *, keep: bool = True) -> Wish | None:
        subject = self._subject
        assert subject is not None
        near = goal if isinstance(goal, float) else self.time
        treated = film_treatment(subject, self._exposure, near)
        if treated is None:
            return None
        exact = {"at": goal} if isinstance(goal, float) else {"number": goal}
        most = {"most": self._most} if self._most else {}
        return Wish(subject.content, "frame", treatment=treated, keep=keep, jobs=subject.jobs, **exact, **most)  # type: ignore[arg-type]

    def _want_all_pixels(self) -> None:
        if self._most is None:
            self._most = FULL_PIXELS
            self._request()

    # ------------------------------------------------------------------ pixels come

    def _arrived(self, answer: Answer) -> None:
        if self._subject is None or answer.wish.content != self._subject.content:
            return
        if answer.wish == self._running:
            self._running = None
            if self.player.playing and answer.image is not None:
                self._show(answer)
        elif answer.wish in self._cells and self._stack.currentWidget() is self.storyboard:
            self._show_cell(answer)
        elif answer.wish == self._wanted:
            self._show(answer)

    def _show(self, answer: Answer) -> None:
        assert self._subject is not None
        self._loading.stop()
        if answer.image is None or answer.shown is None:
            self._refused(answer.refusal or CannotShow(self.tr("It cannot be shown.")))
            return
        self._facts = answer.shown
        if self._stack.currentWidget() is self.storyboard:
            self._length_known()
            return
        self._rung = self._exposure.rung(sensitive=self._subject.sensitive)
        badge = self._badge(answer.wish.treatment)
        self.canvas.show_image(self._subject.content, answer.image, answer.shown.size, badge)
        self._say(answer.shown.caution)
        self._set_title()
        if answer.shown.time is not None and not self.player.playing:
            self.timeline.set_position(answer.shown.time)
        self._length_known()
        self._update_marks()
        self._set_ready(True)
        self._watch()
        self.update_controls()
        self.place_changed.emit()

    def _length_known(self) -> None:
        assert self._subject is not None
        assert self._facts is not None
        if self._facts.end and not self._subject.duration:
            position = self._facts.time or 0.0
            self.timeline.set_medium(self._facts.end, analysed=self._subject.analysed)
            self.timeline.set_position(position)
            self._update_marks()
            if self._stack.currentWidget() is self.storyboard:
                self._request()

    def _show_cell(self, answer: Answer) -> None:
        place = self._cells[answer.wish]
        if answer.refusal is not None and answer.refusal.code == "no-pictures":
            self._refused(answer.refusal)
            return
        if answer.refusal is not None and answer.refusal.code != "damaged":
            self._stack.setCurrentWidget(self.canvas)
            self._refused(answer.refusal)
            return
        if answer.shown is not None and self._facts is None:
            self._facts = answer.shown
        time = answer.shown.time if answer.shown is not None else None
        self.storyboard.set_cell(place, answer.image, time)
        if self.storyboard.complete:
            self._loading.stop()
            self._set_ready(True)
            self._watch()
        self.update_controls()

    def _refused(self, refusal: CannotShow) -> None:
        if refusal.code == "no-pictures" and not self._sound_only:
            self._sound_only, self._wanted = True, None
            self._stack.setCurrentWidget(self.canvas)
            assert self._subject is not None
            self.timeline.set_medium(self._length(), wave=True, analysed=self._subject.analysed)
            self._request()
            return
        self.player.pause()
        self._facts = None
        self._words(self.tr("This cannot be shown"), refusal.message, "problems")

    def _words(self, headline: str, explanation: str, icon: str = "") -> None:
        """Words that stand for the pixels: they are what there is to judge by, so they count as ready."""
        assert self._subject is not None
        self._stack.setCurrentWidget(self.canvas)
        self._loading.stop()
        self._exposure.watch(None)
        self.canvas.show_words(headline, explanation, icon or _KIND_ICONS[self._subject.kind])
        self._rung = Rung.CARD
        self._set_ready(True)
        self.update_controls()

    def _say_loading(self) -> None:
        if self._stack.currentWidget() is self.canvas and self.canvas.image is None:
            self.canvas.show_words(self.tr("Loading …"))

    def _why_no_masks(self) -> str:
        return self.tr("Nobody has looked for bodies in this item yet. Analyse it, or choose another rung.")

    def _badge(self, treated: Treatment) -> str:
        words = []
        if treated.side:
            words.append(self.tr("very small"))
        if treated.masks:
            words.append(self.tr("bodies covered"))
        if treated.blur:
            words.append(self.tr("blurred"))
        if treated.grey:
            words.append(self.tr("grey"))
        return f"{' · '.join(words)} · {self.tr('hold Space to see')}" if words else ""

    # ------------------------------------------------------------------ around the pixels

    def _exposure_changed(self) -> None:
        if self._subject is None:
            return
        if self.player.playing and self.player.audible is self._exposure.comfort.muted and not self._exposure.hidden:
            at = self.player.position
            if self._plays_sound():
                self._start_sound(at, True)
            else:
                self._play_from(at)
        if not self._exposure.hidden and self._stack.currentWidget() is self.canvas and self._rung is Rung.CARD:
            self._wanted = None if not self._plays_sound() else self._wanted
        self._request()
        self.update_controls()

    def _drop_pixels(self) -> None:
        self.canvas.show_words("")
        self.storyboard.set_film(self._title(), ())
        self._rung = Rung.CARD
        self._exposure.watch(None)

    def _watch(self) -> None:
        subject = self._subject
        seen = subject is not None and subject.sensitive and self._rung >= Rung.GREY and self.isVisible()
        self._exposure.watch(subject.content if seen and subject is not None else None)

    def _say(self, caution: str) -> None:
        self._note.setText(caution)
        self._note.setVisible(bool(caution))

    def _set_ready(self, ready: bool) -> None:
        if ready != self._ready:
            self._ready = ready
            self.ready_changed.emit()

    def _is_film(self) -> bool:
        return self._subject is not None and self._subject.kind == "video" and not self._sound_only

    def _is_paged(self) -> bool:
        return self._facts is not None and self._facts.count > 1 and not self._is_film()

    def _plays_sound(self) -> bool:
        return self._subject is not None and (self._subject.kind == "audio" or self._sound_only)

    def _length(self) -> float:
        known = self._subject.duration if self._subject is not None else 0.0
        return known or (self._facts.end if self._facts is not None and self._facts.end else 0.0)

    def _title(self) -> Title | None:
        subject, facts = self._subject, self._facts
        if subject is None:
            return None
        place = ""
        if facts is not None and self._is_film():
            place = self.tr("{0} · frame {1}").format(timecode(facts.time or 0.0), number(facts.number))
        elif facts is not None and facts.count > 1:
            place = f"{number(facts.number + 1)} / {number(facts.count)}"
        return Title(subject.name, subject.details.sha256, place)

    def _set_title(self) -> None:
        title = self._title()
        if title is not None:
            self.canvas.set_title(title)

    def _update_marks(self) -> None:
        if self._subject is None:
            return
        self.timeline.set_ticks(self._subject.ticks(self._least))
        time = self.time if self._is_film() or (self._facts is not None and self._facts.time is not None) else None
        found = self._subject.shown_at(time, self.page, self._least)
        self.canvas.set_marks(self._subject.marks(found), self._active)

    def update_controls(self) -> None:
        self.controls.show_state(
            film=self._is_film(),
            sound=self._plays_sound(),
            playing=self.player.playing,
            speed=self.player.speed,
            muted=self._exposure.comfort.muted,
            place=self.time,
            length=self._length(),
            facts=self._facts,
            on_storyboard=self._stack.currentWidget() is self.storyboard,
            has_pixels=self.canvas.image is not None,
            overlays=self.canvas.overlays,
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._request()

    def hideEvent(self, event: QHideEvent) -> None:
        self.player.pause()
        self._exposure.watch(None)
        super().hideEvent(event)
