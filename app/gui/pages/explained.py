"""What a code means for the evidence and what can be done: one sentence each, in the language of the screen."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication

from app.gui.recorded import shown
from app.gui.terms import analyzer_title

__all__ = ["Explanation", "explain", "lacking", "limits", "stage_title", "state_title"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`title` names the trouble, `effect` says what it means for the evidence, `action` what to do."""

    title: str
    effect: str
    action: str


def explain(code: str, state: str) -> Explanation:
    """The explanation of a code; unknown ones (a newer analyzer's) are explained by how it ended."""
    table = {**_reading(), **_lacking(), **_decoding(), **_looking()}
    found = table.get(code)
    if found is None:
        return _by_state(state)
    if state == "partial" and found.effect in _nothing_seen():
        return replace(found, effect=_by_state(state).effect)
    return found


def _nothing_seen() -> tuple[str, ...]:
    """Effects that would be untrue of what was seen in part."""
    translate = QCoreApplication.translate
    return (
        translate("Explained", "The content was not analysed. This is no negative result."),
        translate("Explained", "This step has not looked at the content. This is no negative result."),
    )


def state_title(state: str) -> str:
    """An outcome in the language of the screen."""
    translate = QCoreApplication.translate
    return {
        "done": translate("Explained", "done"),
        "partial": translate("Explained", "partial"),
        "unsupported": translate("Explained", "unsupported"),
        "failed": translate("Explained", "failed"),
        "timed out": translate("Explained", "timed out"),
        "skipped": translate("Explained", "skipped"),
        "": translate("Explained", "noted"),
    }.get(state, state)


def stage_title(stage: str) -> str:
    """`intake`, `decode`, or names of analyzers, separated by commas."""
    translate = QCoreApplication.translate
    names = {
        "intake": translate("Explained", "Listing and hashes"),
        "decode": translate("Explained", "Decoding"),
        "case": translate("Explained", "Case"),
    }
    return ", ".join(names.get(part) or analyzer_title(part) for part in stage.split(","))


def lacking(text: str, *, here: bool = False) -> str:
    """Why an analyzer cannot run, in the language of the screen: the page of models names the packs and how to get
    them, so the analyzer's own sentence, which names them as well, is shown only where nothing is known here.
    `here`: said on that page itself."""
    if "is installed" not in text and "not installed" not in text:
        return shown(text)
    if here:
        return QCoreApplication.translate(
            "Explained",
            "Its models are not installed, so it cannot run here. The packs for it, and how they get here, stand at the"
            " end of this page.",
        )
    return QCoreApplication.translate(
        "Explained",
        "Its models are not installed, so it cannot run here. The page “Models” names the packs and how they get here.",
    )


def limits(analyzer: str, text: str) -> str:
    """What an analyzer cannot know, in the language of the screen; its own words where it is not known here."""
    return {
        "nsfw": QCoreApplication.translate(
            "Explained",
            "Names body regions, not acts, ages, consent or intent, and misses a good part of explicit pictures: no"
            " indicator is no proof of harmless content. Scores are uncalibrated.",
        ),
        "ocr": QCoreApplication.translate(
            "Explained",
            "Reads printed text in the scripts whose recognisers are installed, always Latin (about 50 languages),"
            " Chinese and Japanese; other scripts are found but not read, handwriting and very small text often not."
            " Words can be misread: quote from the picture, not from this text.",
        ),
        "restraint": QCoreApplication.translate(
            "Explained",
            "Hints for a closer look, uncalibrated unless a calibration is named: arrests, sports taping, medical"
            " fixation, costumes, jewellery and climbing gear look alike; thin cords, dark scenes, cropped limbs and"
            " small pictures are missed. Nothing found is no proof; consent and context cannot be seen.",
        ),
        "embedding": QCoreApplication.translate(
            "Explained",
            "Finds nothing by itself: it lets similar pictures be looked for. Nearness is a hint, not a statement about"
            " what a picture shows; small things in a large scene hardly count.",
        ),
        "faces": QCoreApplication.translate(
            "Explained",
            "Says where a face is and which others resemble it, never who it is: a likeness is a candidate match, no"
            " identification. Small, dark, covered and turned faces are missed or confused more often, and so are"
            " children and groups of people that the models saw little of.",
        ),
        "logo": QCoreApplication.translate(
            "Explained",
            "Finds flat logos that the examiner has put into the gallery; one that is not there is not looked for."
            " Misses small ones (below about 30 pixels after the picture is reduced to 800), bent or blurred ones and,"
            " without packs, those drawn differently. Plain shapes can be mistaken for a plain logo. A match says that"
            " something looks like the reference, not where it comes from. Scores are uncalibrated.",
        ),
    }.get(analyzer, _limits_of_speech(text) if analyzer == "speech" else text)


def _limits_of_speech(text: str) -> str:
    """With a Whisper pack there is more to be wary of than without."""
    if "transcript" not in text:
        return QCoreApplication.translate(
            "Explained",
            "Finds where somebody speaks, not what is said. Very quiet, distorted or sung speech can be missed; music,"
            " animals and machines are sometimes taken for speech.",
        )
    return QCoreApplication.translate(
        "Explained",
        "Machine transcript: words are misread, names most of all, and text can be invented where nothing is said."
        " Quote from the recording, not from this text. Who speaks is not told. Of a file with several tracks of sound"
        " only the first is heard. Its channels are mixed: of people who speak at once, one may be left out.",
    )


def _reading() -> dict[str, Explanation]:
    translate = QCoreApplication.translate
    return {
        "unreadable": Explanation(
            translate("Explained", "Cannot be read"),
            translate("Explained", "The file was not hashed and not analysed. This is no negative result."),
            translate("Explained", "Check the permissions and the state of the medium, then retry."),
        ),
        "vanished": Explanation(
            translate("Explained", "No longer there"),
            translate(
                "Explained",
                "The file was there when it was listed, and later it was not. What was stored of it before stays;"
                " nothing new was analysed.",
            ),
            translate("Explained", "Check that the medium is still connected, then retry."),
        ),
        "motion-photo": Explanation(
            translate("Explained", "A film inside the picture"),
            translate("Explained", "Picture and film were looked at. The sound of the film was not listened to."),
            translate("Explained", "Play the file in another program if its sound may matter."),
        ),
        "sound-gap": Explanation(
            translate("Explained", "A gap in the sound"),
            translate(
                "Explained",
                "What lies before and after it was listened to, at its right time. What was in the gap is not known.",
            ),
            translate("Explained", "Look for another copy of the file."),
        ),
        "odd-times": Explanation(
            translate("Explained", "An impossible time"),
            translate(
                "Explained",
                "The file was read and analysed. One of the times that its file system gives was damaged or set to a"
                " year that cannot be kept.",
            ),
            translate("Explained", "Do not rely on the times of this file."),
        ),
        "changed": Explanation(
            translate("Explained", "Changed while it was being read"),
            translate("Explained", "The evidence is not in a fixed state. The old version is kept beside the new."),
            translate("Explained", "Work on a write-protected copy, then retry."),
        ),
        "link": Explanation(
            translate("Explained", "Link to another place"),
            translate("Explained", "It was not followed. What it points to is analysed where it really lies."),
            translate("Explained", "Nothing to do, unless its target lies outside of every source."),
        ),
        "special": Explanation(
            translate("Explained", "Pipe, socket or device"),
            translate("Explained", "It has no content that could be analysed."),
            translate("Explained", "Nothing to do."),
        ),
        "loop": Explanation(
            translate("Explained", "Folder that contains itself"),
            translate("Explained", "The file system runs in a circle here; each file was listed once."),
            translate("Explained", "Nothing to do."),
        ),
        "no-copy": Explanation(
            translate("Explained", "No readable copy left"),
            translate("Explained", "All copies of this content have become unreadable; it was not analysed."),
            translate("Explained", "Connect the medium, then retry."),
        ),
    }


def _lacking() -> dict[str, Explanation]:
    """What was not there, or is not what Asservat reads."""
    translate = QCoreApplication.translate
    unread = translate("Explained", "The file was not hashed and not analysed. This is no negative result.")
    image = translate("Explained", "Check the medium for damage; work on an image of it, then retry.")
    none = translate("Explained", "The content was not analysed. This is no negative result.")
    other = translate("Explained", "Look at it in the preview, or with another program; exclude it with a reason.")
    return {
        "empty": Explanation(
            translate("Explained", "Empty file"),
            translate("Explained", "It has no content that could be analysed."),
            translate("Explained", "Nothing to do, unless it should have content."),
        ),
        "source-missing": Explanation(
            translate("Explained", "Source not connected"),
            translate("Explained", "What lies on it alone was not analysed. This is no negative result."),
            translate("Explained", "Connect the medium, then resume the run."),
        ),
        "hash-list-missing": Explanation(
            translate("Explained", "Hash list cannot be used"),
            translate("Explained", "New files were not looked up in it: that they are not known says nothing."),
            translate("Explained", "Read the list again."),
        ),
        "reader-stuck": Explanation(translate("Explained", "Reading came to no end"), unread, image),
        "reader-crashed": Explanation(translate("Explained", "The reading process crashed"), unread, image),
        "not-media": Explanation(
            translate("Explained", "Not a kind of media"),
            translate("Explained", "It was hashed and listed, but there is nothing to see or hear in it."),
            translate("Explained", "Nothing to do."),
        ),
        "no-media": Explanation(translate("Explained", "Neither pictures nor sound"), none, other),
        "codec-unsupported": Explanation(translate("Explained", "Coding that is not supported"), none, other),
        "format-unsupported": Explanation(translate("Explained", "Format that is not supported"), none, other),
        "preview-only": Explanation(
            translate("Explained", "Raw file of a camera"),
            translate("Explained", "Only the preview inside it was analysed; it can be smaller than the picture."),
            translate("Explained", "Look at it with a program for raw files if details matter."),
        ),
        "stopped": Explanation(
            translate("Explained", "Stopped before its end"),
            none,
            translate("Explained", "Resume the run."),
        ),
    }


def _decoding() -> dict[str, Explanation]:
    translate = QCoreApplication.translate
    retry = translate("Explained", "Retry with more time or memory, or look at the file with another program.")
    other = translate("Explained", "Look at it in the preview, or with another program; exclude it with a reason.")
    partly = translate("Explained", "Only the readable part was analysed. The rest is unknown, not empty.")
    none = translate("Explained", "The content was not analysed. This is no negative result.")
    return {
        "damaged": Explanation(translate("Explained", "Damaged file"), none, other),
        "truncated": Explanation(translate("Explained", "File is cut off"), partly, other),
        "picture-bomb": Explanation(
            translate("Explained", "More pixels than the limit"),
            translate("Explained", "It was refused to protect this computer. It was not, or not fully, analysed."),
            translate("Explained", "Raise the limit in the settings of the run and retry, if it is a real picture."),
        ),
        "decoder-crashed": Explanation(translate("Explained", "The decoder crashed"), none, other),
        "decoder-hung": Explanation(translate("Explained", "The decoder took too long"), none, retry),
        "decoder-cpu": Explanation(translate("Explained", "The decoder took too long"), none, retry),
        "decoder-memory": Explanation(translate("Explained", "The decoder needed too much memory"), none, retry),
        "picture-warning": Explanation(
            translate("Explained", "Irregular picture file"),
            translate("Explained", "The picture was decoded and analysed all the same."),
            translate("Explained", "Nothing to do; it can be a sign of editing or of damage."),
        ),
        "jpeg-damaged": Explanation(
            translate("Explained", "Irregular JPEG data"),
            translate("Explained", "The picture was analysed; parts of it may be spoilt."),
            translate("Explained", "Look at it in the preview."),
        ),
        "page-damaged": Explanation(translate("Explained", "Damaged page"), partly, other),
        "pages-unknown": Explanation(translate("Explained", "Number of pages unknown"), partly, other),
        "metadata-damaged": Explanation(
            translate("Explained", "Damaged metadata"),
            translate("Explained", "The picture was analysed; camera facts may be missing or wrong."),
            translate("Explained", "Nothing to do."),
        ),
        "texts-too-large": Explanation(
            translate("Explained", "Very large texts inside the file"),
            translate("Explained", "They were left out; the picture was analysed."),
            translate("Explained", "Nothing to do; look at the file with another program if texts matter."),
        ),
        "other-films": Explanation(
            translate("Explained", "More than one film in the file"),
            translate("Explained", "Only the first film was analysed."),
            translate("Explained", "Look at the others with another program."),
        ),
        "other-sounds": Explanation(
            translate("Explained", "More than one track of sound in the file"),
            translate("Explained", "Only the first was listened to. In the others something else may be said."),
            translate("Explained", "Listen to the others with another program."),
        ),
        "opposite-phase": Explanation(
            translate("Explained", "Two channels that cancel each other"),
            translate("Explained", "All of it was listened to: one of the channels was turned over before mixing."),
            translate("Explained", "Nothing to do."),
        ),
        "sound-damaged": Explanation(translate("Explained", "Damaged sound"), partly, other),
        "pictures-damaged": Explanation(
            translate("Explained", "Damaged pictures"),
            translate("Explained", "Not one picture of the film could be shown; its sound was listened to."),
            other,
        ),
    }


def _looking() -> dict[str, Explanation]:
    translate = QCoreApplication.translate
    none = translate("Explained", "This step has not looked at the content. This is no negative result.")
    retry = translate("Explained", "Retry. If it happens again, note it in the report or exclude it with a reason.")
    models = translate("Explained", "See the models page for what is missing, then run again.")
    return {
        "analyzer-crashed": Explanation(translate("Explained", "The model crashed on it"), none, retry),
        "analyzer-hung": Explanation(translate("Explained", "The model took too long"), none, retry),
        "analyzer-error": Explanation(translate("Explained", "The model reported an error"), none, retry),
        "model-error": Explanation(translate("Explained", "The model cannot run"), none, models),
        "model-missing": Explanation(translate("Explained", "The model is missing"), none, models),
        "model-left-out": Explanation(
            translate("Explained", "Looked at without one of its models"),
            translate("Explained", "What the others found is stored; what this one would have found is not known."),
            translate("Explained", "Import the damaged pack again, then run again: it is then looked at anew."),
        ),
    }


def _by_state(state: str) -> Explanation:
    translate = QCoreApplication.translate
    if state == "partial":
        effect = translate("Explained", "Only the readable part was analysed. The rest is unknown, not empty.")
    elif state in ("failed", "timed out"):
        effect = translate("Explained", "The content was not analysed. This is no negative result.")
    else:
        effect = translate("Explained", "It was noted; the content was analysed as far as its outcome says.")
    return Explanation(
        state_title(state), effect, translate("Explained", "Read the reason; retry, or exclude with a reason.")
    )
