"""Labels of findings as people read them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

__all__ = ["label_choice", "label_text"]


def label_text(label: str) -> str:
    """A label as people read it. The detector's guess at the sex of a face is left out: it is worthless, and nothing
    here speaks of anybody's sex (docs/accuracy/nsfw.md); the raw label stands in reports and exports."""
    known = {
        "FEMALE_GENITALIA_COVERED": QCoreApplication.translate("Subject", "female genital area, covered"),
        "FACE_FEMALE": QCoreApplication.translate("Subject", "face"),
        "BUTTOCKS_EXPOSED": QCoreApplication.translate("Subject", "buttocks, bare"),
        "FEMALE_BREAST_EXPOSED": QCoreApplication.translate("Subject", "female breast, bare"),
        "FEMALE_GENITALIA_EXPOSED": QCoreApplication.translate("Subject", "female genitals, bare"),
        "MALE_BREAST_EXPOSED": QCoreApplication.translate("Subject", "male chest, bare"),
        "ANUS_EXPOSED": QCoreApplication.translate("Subject", "anus, bare"),
        "FEET_EXPOSED": QCoreApplication.translate("Subject", "feet, bare"),
        "BELLY_COVERED": QCoreApplication.translate("Subject", "belly, covered"),
        "FEET_COVERED": QCoreApplication.translate("Subject", "feet, covered"),
        "ARMPITS_COVERED": QCoreApplication.translate("Subject", "armpits, covered"),
        "ARMPITS_EXPOSED": QCoreApplication.translate("Subject", "armpits, bare"),
        "FACE_MALE": QCoreApplication.translate("Subject", "face"),
        "BELLY_EXPOSED": QCoreApplication.translate("Subject", "belly, bare"),
        "MALE_GENITALIA_EXPOSED": QCoreApplication.translate("Subject", "male genitals, bare"),
        "ANUS_COVERED": QCoreApplication.translate("Subject", "anal area, covered"),
        "FEMALE_BREAST_COVERED": QCoreApplication.translate("Subject", "female breast, covered"),
        "BUTTOCKS_COVERED": QCoreApplication.translate("Subject", "buttocks, covered"),
        "text": QCoreApplication.translate("Subject", "text"),
        "line": QCoreApplication.translate("Subject", "text"),
        "speech": QCoreApplication.translate("Subject", "speech"),
        "transcript": QCoreApplication.translate("Subject", "transcript"),
        "doubtful-transcript": QCoreApplication.translate("Subject", "doubtful transcript"),
        "translation": QCoreApplication.translate("Subject", "translation"),
        "unknown logo": QCoreApplication.translate("Subject", "unknown logo"),
        "face": QCoreApplication.translate("Subject", "face"),
        "rope": QCoreApplication.translate("Subject", "rope"),
        "cuffs": QCoreApplication.translate("Subject", "cuffs"),
        "tape": QCoreApplication.translate("Subject", "tape"),
        "chains": QCoreApplication.translate("Subject", "chains"),
        "straps": QCoreApplication.translate("Subject", "straps"),
        "gags": QCoreApplication.translate("Subject", "gag"),
        "blindfolds": QCoreApplication.translate("Subject", "blindfold"),
        "doubtful text": QCoreApplication.translate("Subject", "doubtful text"),
        "unread text": QCoreApplication.translate("Subject", "unread text"),
        "CLASSIFIER_NSFW": QCoreApplication.translate("Subject", "whole picture: classifier"),
        "GRADED_LOW": QCoreApplication.translate("Subject", "whole picture: graded low or higher"),
        "GRADED_MEDIUM": QCoreApplication.translate("Subject", "whole picture: graded medium or higher"),
        "GRADED_HIGH": QCoreApplication.translate("Subject", "whole picture: graded high"),
        "COMBINED_EXPLICIT": QCoreApplication.translate("Subject", "combined indicator: explicit"),
        "COMBINED_NUDE": QCoreApplication.translate("Subject", "combined indicator: nude"),
        "COMBINED_SUGGESTIVE": QCoreApplication.translate("Subject", "combined indicator: suggestive"),
    }
    return known.get(label, label.replace("_", " ").lower())


def label_choice(label: str) -> str:
    """A label among others to choose from: two that read the same are told apart by what they are called."""
    text = label_text(label)
    return f"{text} ({label})" if label.startswith("FACE_") else text
