"""One content in hand: what has come back for it so far, and what that makes of each analyzer's outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.case.runs import Pending, Place
from core.decode.jobs import PICTURES, Decoded, DecodeJob
from core.pipeline.plan import Step
from core.records import MediaKind, Outcome, SampleKind, SampleResult, State
from core.settings import SamplingPolicy

__all__ = ["Task", "settle", "without_looking"]

_SOUND_TROUBLE = "sound-damaged"  # said by `core.decode.sound`, which brings PyAV
_NO_PICTURES = "pictures-damaged"
_BAD = (State.FAILED, State.TIMED_OUT, State.UNSUPPORTED)


@dataclass(slots=True)
class Task:
    """A content between being taken up and being stored."""

    number: int
    pending: Pending
    steps: Mapping[str, tuple[int, Step]]  # analyzer → (config id, step): those that have something to look at
    settled: Mapping[str, tuple[int, Outcome]]  # analyzer → (config id, outcome): those that do not
    places: list[Place]
    attempt: int = 1
    open: int = 0
    results: dict[str, list[tuple[int, SampleResult]]] = field(default_factory=dict)
    decoded: Decoded | None = None
    # Checkpoints (see `core.pipeline.checkpoints`): results of an earlier run by analyzer and place, results of this
    # one that are not written yet, and when the last ones were.
    known: dict[str, dict[str, SampleResult]] = field(default_factory=dict)
    fresh: list[tuple[int, int, str, SampleResult]] = field(default_factory=list)
    kept_at: float = 0.0

    @property
    def complete(self) -> bool:
        return self.decoded is not None and self.open == 0

    @property
    def only_pictures(self) -> bool:
        """Only its thumbnail is to be made again: nobody looks at it, and every outcome stands."""
        return not self.steps and not self.settled

    def job(self, sampling: SamplingPolicy) -> DecodeJob:
        """What the decoders are asked for: samples of every kind that one of the analyzers reads."""
        place = self.places[0]
        return DecodeJob(
            self.pending.sha256,
            place.path,
            self.pending.size,
            place.modified_ns,
            self.pending.kind,
            self.pending.mime,
            sampling,
            frozenset().union(*(step.info.accepts for _, step in self.steps.values())),
        )

    def start_over(self) -> None:
        """Forget what came back so far; answers that are still under way belong to an attempt that no longer counts."""
        self.attempt += 1
        self.open = 0
        self.results.clear()
        self.decoded = None

    def keep(self, analyzer: str, index: int, result: SampleResult) -> None:
        self.open -= 1
        self.results.setdefault(analyzer, []).append((index, result))

    def ordered(self, analyzer: str) -> Sequence[tuple[int, SampleResult]]:
        """Results in the order of the samples: answers come back in any order, the case must not depend on that."""
        return sorted(self.results.get(analyzer, ()), key=lambda pair: pair[0])


def without_looking(step: Step, pending: Pending) -> Outcome | None:
    """The outcome of a step that has nothing to do with this content, or cannot work here; None: it must look."""
    if step.info.missing:
        return Outcome(step.name, State.SKIPPED, "model-missing", step.info.missing)
    if not step.looks_at(pending.kind):
        return Outcome(step.name, State.UNSUPPORTED, "nothing-to-see", _not_for(step, pending))
    return None


def _not_for(step: Step, pending: Pending) -> str:
    if pending.kind is MediaKind.IMAGE:
        return f"This is a picture: there is nothing to hear for {step.name}."
    if pending.kind is MediaKind.AUDIO:
        return f"This is sound only, which {step.name} does not read."
    what = "an empty file" if pending.size == 0 else f"{pending.mime}: not a picture, video or sound"
    return f"This is {what}, which {step.name} does not read."


def settle(step: Step, decoded: Decoded, results: Sequence[tuple[int, SampleResult]]) -> Outcome:
    """What the whole of it means. An error never looks like a negative result: the worse word wins."""
    milliseconds = sum(result.seconds for _, result in results) * 1000
    looked = sum(result.failure is None for _, result in results)

    def outcome(state: State, code: str = "", reason: str = "") -> Outcome:
        return Outcome(step.name, state, code, reason, milliseconds, looked)

    if decoded.state in _BAD:
        return outcome(decoded.state, decoded.code, decoded.reason)
    failures = [result.failure for _, result in results if result.failure]
    if failures and looked == 0:
        first = failures[0]
        return outcome(first.state, first.code, first.reason)
    if not results and decoded.code == _NO_PICTURES and step.info.accepts & PICTURES:
        return outcome(State.FAILED, decoded.code, decoded.reason)
    if not results and decoded.code == _SOUND_TROUBLE and SampleKind.SOUND in step.info.accepts:
        return outcome(State.FAILED, decoded.code, decoded.reason)
    if not results:
        listens = step.info.accepts <= {SampleKind.SOUND}
        what = "no sound that {0} could listen to" if listens else "no picture that {0} could look at"
        said = f"This holds {what.format(step.name)}."
        return outcome(State.UNSUPPORTED, "nothing-to-see", said)
    if failures:
        reason = f"{len(failures)} of {len(results)} samples could not be looked at: {failures[0].reason}"
        return outcome(State.PARTIAL, failures[0].code, " ".join(filter(None, [reason, decoded.reason])))
    without = list(dict.fromkeys(sentence for _, result in results for sentence in result.without))
    if without:
        undecoded = decoded.reason if decoded.state is State.PARTIAL and _concerns(step, decoded.code) else ""
        return outcome(State.PARTIAL, "model-left-out", " ".join(filter(None, [*without, undecoded])))
    if decoded.state is State.PARTIAL and _concerns(step, decoded.code):
        return outcome(State.PARTIAL, decoded.code, decoded.reason)
    exits = Counter(exit_.split(":")[0].rstrip(" 0123456789.<>=") for _, result in results for exit_ in result.exits)
    if exits:
        return outcome(State.DONE, "early-exit", _exits(exits, results))
    return outcome(State.DONE)


def _concerns(step: Step, code: str) -> bool:
    """Whether what could not be decoded is what this step looks at, or listens to."""
    if code == _SOUND_TROUBLE:
        return SampleKind.SOUND in step.info.accepts
    return code != _NO_PICTURES or bool(step.info.accepts & PICTURES)


def _exits(exits: Counter[str], results: Sequence[tuple[int, SampleResult]]) -> str:
    """One sample: its own words with the numbers. Many: how many of how many."""
    if len(results) == 1:
        return "; ".join(results[0][1].exits)
    return "; ".join(f"{name}: {count} of {len(results)} samples" for name, count in exits.items())
