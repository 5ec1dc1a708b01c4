"""Speech through the program: `transcribe` and `analyze`, from a file to words that can be searched and reported."""

from __future__ import annotations

import csv
import io
import shutil
import wave
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Program
from tests.support import whisper_pack
from tests.support.desk import tree
from tests.support.here import Here
from tests.support.media import picture
from tests.support.micro_whisper import MODEL, Utterance, bare, utterances

if not (MODEL / "model.bin").is_file():
    pytest.skip("the tests' own small Whisper is not made yet", allow_module_level=True)


@pytest.fixture
def packs(tmp_path: Path) -> str:
    whisper_pack.install(tmp_path / "packs")
    return str(tmp_path / "packs")


@pytest.fixture
def said() -> Utterance:
    return next(one for one in utterances() if one.language == "en")


def test_one_file_without_a_case(
    asservat: Program, here: Here, packs: str, said: Utterance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(said.path.parent)
    result = asservat("transcribe", said.path, "--json", ASSERVAT_PACKS=packs)
    assert result.code == 0, result.err
    told = result.json
    assert told["state"] == "done"
    assert told["missing"] is None
    assert told["language"] == "en"
    assert told["seconds"] == pytest.approx(said.seconds, abs=0.05)
    assert [word for one in told["segments"] for word in bare(one["text"])] == bare(said.text)
    words = [word for one in told["segments"] for word in one["words"]]
    assert [word["start"] for word in words] == pytest.approx([word.start for word in said.words], abs=0.3)
    assert {"avg_logprob", "no_speech_prob", "compression_ratio", "language_probability"} <= set(told["segments"][0])
    assert told["speech"][0].keys() == {"start", "end", "score"}
    assert [one["name"] for one in told["models"]] == ["silero-vad-v6", whisper_pack.NAME]
    monkeypatch.setenv("ASSERVAT_PACKS", packs)
    shown = here("transcribe", said.path, "--mode", "evidential")
    assert shown.code == 0
    assert told["segments"][0]["text"] in shown.out
    assert "Machine transcript" in " ".join(shown.err.split())
    assert tree(said.path.parent) == before
    assert not (tmp_path / "home").exists()


def test_without_a_pack_it_tells_where_somebody_speaks(
    here: Here, said: Utterance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSERVAT_PACKS", str(tmp_path / "none"))
    told = here("transcribe", said.path, "--json").json
    assert told["speech"]
    assert told["segments"] == []
    assert "No Whisper pack is installed" in told["missing"]
    shown = here("transcribe", said.path)
    assert "models import" in " ".join(shown.err.split())
    wrong = here("transcribe", said.path, "--model", "whisper-small")
    assert wrong.code == 2
    assert "whisper-small" in wrong.err


@pytest.mark.slow
def test_what_cannot_be_heard_is_said(asservat: Program, tmp_path: Path) -> None:
    (tmp_path / "broken.wav").write_bytes(b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0")
    picture(tmp_path / "picture.png")
    for name, code in (("broken.wav", 1), ("picture.png", 1), ("nothing.wav", 2)):
        result = asservat("transcribe", tmp_path / name)
        assert result.code == code, name
        assert "Error:" in result.err
        assert "Traceback" not in result.err
    with wave.open(str(tmp_path / "silent.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(96_000))
    silent = asservat("transcribe", tmp_path / "silent.wav", "--json")
    assert (silent.code, silent.json["speech"], silent.json["state"]) == (0, [], "done")


def test_from_a_folder_to_words_in_a_report(
    asservat: Program, here: Here, packs: str, said: Utterance, tmp_path: Path
) -> None:
    source, case, out = tmp_path / "evidence", tmp_path / "case", tmp_path / "report"
    source.mkdir()
    shutil.copy(said.path, source / "Mitschnitt.flac")
    picture(source / "picture.png")
    done = asservat("analyze", source, "--case", case, "--analyzers", "speech", "--json", ASSERVAT_PACKS=packs)
    assert done.code == 0, done.err
    assert done.json["outcomes"] == {"speech": {"done": 1, "unsupported": 1}}
    found = here("findings", case, "--json", "--label", "transcript").lines
    assert [word for one in found for word in bare(one["text"])] == bare(said.text)
    assert all(one["attributes"]["main_language"] == "en" for one in found)
    word = bare(said.text)[-1]
    hits = here("search", case, word, "--json").lines
    assert hits[0]["paths"] == ["Mitschnitt.flac"]
    assert word in hits[0]["snippet"].casefold()
    assert here("report", case, "--out", out, "--language", "de", "--unsigned").code == 0
    rows = list(csv.DictReader(io.StringIO((out / "findings.csv").read_text(encoding="utf-8-sig"))))
    assert {row["analyzer"] for row in rows} == {"speech"}
    texts = {row["text"]: (float(row["start"]), float(row["end"])) for row in rows if row["label"] == "transcript"}
    assert list(texts) == [one["text"] for one in found]
    assert all(start < end for start, end in texts.values())
