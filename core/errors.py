"""Every error that Asservat raises on purpose, and what each means to the person in front of it.

    AsservatError
    ├── UsageError          the request itself cannot work (wrong folder, unknown analyzer): exit code 2
    │   └── OverlapError    case folder and source lie inside each other
    ├── CaseError           the case cannot be used
    │   ├── CaseNotFound    there is no case in this folder
    │   ├── CaseExists      there is one already
    │   ├── CaseLocked      another process is running on it
    │   ├── CaseTooNew      written by a newer version; refused, nothing changed
    │   ├── CaseDamaged     the database or the audit trail does not hold together
    │   └── StorageError    disk full, read-only, locked: the environment's fault, actionable
    ├── EvidenceError       a source or a file in it cannot be read
    ├── DecodeError         bytes cannot be turned into samples
    ├── ModelError          a model cannot be loaded or run
    │   ├── ModelMissing    its weights are not installed
    │   ├── DeviceExhausted its device has no memory left: the run stops, the examiner chooses how to go on
    │   ├── PackError       a model pack cannot be fetched, made, installed or removed; nothing was changed
    │   │   └── PackUnlisted    the catalogue does not know it; the examiner may say that it comes in all the same
    │   └── BackendCrashed  the inference process died or hung
    ├── ReportError         a report cannot be written
    ├── VerificationFailed  a report folder does not match its manifest: exit code 4
    └── Stopped             the run was cancelled and can be resumed: exit code 3

Each carries `message` (what happened, one sentence) and `advice` (what to do next, one sentence).
"""

from __future__ import annotations

__all__ = [
    "AsservatError",
    "BackendCrashed",
    "CaseDamaged",
    "CaseError",
    "CaseExists",
    "CaseLocked",
    "CaseNotFound",
    "CaseTooNew",
    "DecodeError",
    "DeviceExhausted",
    "EvidenceError",
    "ModelError",
    "ModelMissing",
    "OverlapError",
    "PackError",
    "PackUnlisted",
    "ReportError",
    "Stopped",
    "StorageError",
    "UsageError",
    "VerificationFailed",
]


class AsservatError(Exception):
    """The root. `exit_code` is what the command line returns for it."""

    exit_code = 1

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message, advice)  # both, so that the error survives pickling between processes
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


class UsageError(AsservatError):
    exit_code = 2


class OverlapError(UsageError):
    pass


class CaseError(AsservatError):
    pass


class CaseNotFound(CaseError):
    exit_code = 2


class CaseExists(CaseError):
    exit_code = 2


class CaseLocked(CaseError):
    pass


class CaseTooNew(CaseError):
    pass


class CaseDamaged(CaseError):
    pass


class StorageError(CaseError):
    pass


class EvidenceError(AsservatError):
    pass


class DecodeError(AsservatError):
    pass


class ModelError(AsservatError):
    pass


class ModelMissing(ModelError):
    pass


class DeviceExhausted(ModelError):
    pass


class PackError(ModelError):
    pass


class PackUnlisted(PackError):
    pass


class BackendCrashed(ModelError):
    pass


class ReportError(AsservatError):
    pass


class VerificationFailed(AsservatError):
    exit_code = 4


class Stopped(AsservatError):
    exit_code = 3
