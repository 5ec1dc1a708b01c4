"""How well text is read, by language, beside the bare RapidOCR library: character and word error rates.

    python benchmarks/ocr_accuracy.py [--json FILE] [--real | --rendered]

Two sets: real pages and signs of `../shared/data/ocr` with their ground truth, and pages rendered here, three sentences
in each of many languages (DejaVu Sans, black on white: the easy case, which shows what a recogniser knows at all).

*CER* and *WER* compare a page's whole text in reading order, white space collapsed: edit distance divided by the length
of the truth; more than 100 % is possible. *Found* is kinder to signs and posters, where there is no order: for each true
line the best place in what was read, 100 % minus edit distance by length. Packs that are installed take part; without
any it is the installation as it comes.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.control import Control
from core.memory import LocalPixels
from core.records import Sample, SampleKind
from models.local import BackendSpec, LocalBackend

Picture = NDArray[np.uint8]
ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("ASSERVAT_SHARED_DATA", ROOT.parent / "shared" / "data"))
FONTS = ROOT / "resources" / "fonts"
SENTENCES: dict[str, tuple[str, ...]] = {
    "de": (
        "Übergabe am Hauptbahnhof um 19:45 Uhr",
        "Die Straße ist für größere Fahrzeuge gesperrt",
        "Quittung Nr. 4711",
    ),
    "en": ("Meet me at the station at 7:45 pm", "The package weighs 2.5 kilograms", "Password: correct horse battery"),
    "fr": ("Rendez-vous à l'hôtel près du château", "Le reçu a été envoyé hier soir", "Où êtes-vous allés ?"),
    "es": ("Mañana a las ocho en la estación", "¿Dónde está el número de cuenta?", "El pingüino comió jamón"),
    "it": ("L'appuntamento è alle nove di sera", "Perché non è più così?", "Ricevuta numero 4711"),
    "pt": ("A reunião é amanhã às dez horas", "Não há informações sobre o preço", "Coração e ação"),
    "nl": ("De afspraak is morgen om negen uur", "Er zijn geen treinen naar Brussel", "Rekening nummer 4711"),
    "sv": ("Vi ses på tåget klockan åtta", "Kvittot är på köksbordet", "Är du hemma ikväll?"),
    "pl": ("Spotkanie jutro o dziewiątej", "Zażółć gęślą jaźń", "Gdzie są pieniądze?"),
    "cs": ("Sejdeme se zítra večer u nádraží", "Příliš žluťoučký kůň úpěl", "Účet číslo 4711"),
    "hu": ("Holnap este találkozunk a pályaudvaron", "Árvíztűrő tükörfúrógép", "Hol van a kulcs?"),
    "tr": ("Yarın akşam istasyonda buluşalım", "Işıl şu çiçeği gördü mü?", "Hesap numarası 4711"),
    "vi": ("Hẹn gặp lại ở nhà ga ngày mai", "Số tài khoản của tôi là 4711", "Cảm ơn bạn rất nhiều"),
    "ru": ("Встреча завтра в 19:45 у вокзала", "Перевод на карту 5000 рублей", "Где находится посылка?"),
    "uk": ("Зустріч завтра біля вокзалу", "Переказ на картку 5000 гривень", "Де ти зараз?"),
    "el": ("Συνάντηση αύριο στον σταθμό", "Ο αριθμός λογαριασμού είναι 4711", "Πού είναι το πακέτο;"),
    "zh": ("明天晚上在车站见面", "银行账号是四七一一", "包裹已经寄出"),
    "ja": ("明日の夜、駅で会いましょう", "口座番号は四七一一です", "荷物はもう送りました"),
}
IDEOGRAPHIC = {"zh", "ja"}


@dataclass(frozen=True)
class Case:
    """A picture (RGB) and the lines that stand on it."""

    name: str
    language: str
    picture: Picture
    lines: tuple[str, ...]


@dataclass
class Score:
    """Sums over the pages of a language."""

    pages: int = 0
    characters: int = 0
    edits: int = 0
    words: int = 0
    word_edits: int = 0
    missed: float = 0.0
    lines: int = 0

    def add(self, truth: Sequence[str], read: Sequence[str]) -> None:
        wanted, got = (" ".join(" ".join(one).split()) for one in (truth, read))
        self.pages += 1
        self.characters += len(wanted)
        self.edits += distance(wanted, got)
        self.words += len(wanted.split())
        self.word_edits += distance(wanted.split(), got.split())
        for line in truth:
            self.lines += 1
            self.missed += min(1.0, distance(_tight(line), _tight(got), infix=True) / max(1, len(_tight(line))))

    def row(self) -> dict[str, float]:
        return {
            "pages": self.pages,
            "characters": self.characters,
            "cer": self.edits / max(1, self.characters),
            "wer": self.word_edits / max(1, self.words),
            "found": 1 - self.missed / max(1, self.lines),
        }


def distance(wanted: Sequence[str], got: Sequence[str], infix: bool = False) -> int:
    """Edit distance; `infix`: of `wanted` to the best stretch of `got`."""
    row = [0 if infix else j for j in range(len(got) + 1)]
    for i, left in enumerate(wanted, start=1):
        previous, row[0] = row[0], i
        for j, right in enumerate(got, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (left != right))
    return min(row) if infix else row[-1]


def _tight(text: str) -> str:
    return "".join(text.split())


def real() -> Iterator[Case]:
    for one in json.loads((SHARED / "ground_truth" / "ocr_text.json").read_text(encoding="utf-8")):
        if one["lines"]:
            with Image.open(SHARED / one["file"]) as image:
                on_white = Image.new("RGBA", image.size, "white")
                on_white.alpha_composite(image.convert("RGBA"))
            yield Case(one["file"], one["lang"], np.array(on_white.convert("RGB")), tuple(one["lines"]))


def rendered() -> Iterator[Case]:
    for language, lines in SENTENCES.items():
        font = "DroidSansFallbackFull.ttf" if language in IDEOGRAPHIC else "DejaVuSans.ttf"
        image = Image.new("RGB", (860, 560), "white")
        for number, line in enumerate(lines):
            where = (30, 60 + number * 150)
            ImageDraw.Draw(image).text(where, line, font=ImageFont.truetype(str(FONTS / font), 32), fill="black")
        yield Case(f"rendered {language}", language, np.array(image), lines)


def engines() -> dict[str, Callable[[Picture], list[str]]]:
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    bare = RapidOCR(params={f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")})
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    backend = LocalBackend(BackendSpec(workers=1))

    def ours(picture: Picture) -> list[str]:
        sample = Sample("x", 0, SampleKind.IMAGE, LocalPixels(picture), (picture.shape[1], picture.shape[0]))
        (result,) = backend.analyze("ocr", [sample], {}, Control())
        return [finding.text for finding in result.findings if finding.text]

    def library(picture: Picture) -> list[str]:
        answer: Any = bare(np.ascontiguousarray(picture[..., ::-1]))
        return list(answer.txts or ())

    return {"asservat": ours, "rapidocr": library}


def measure(cases: Sequence[Case]) -> dict[str, dict[str, Score]]:
    """Language to engine to score."""
    scores: dict[str, dict[str, Score]] = {}
    for name, read in engines().items():
        for case in cases:
            scores.setdefault(case.language, {}).setdefault(name, Score()).add(case.lines, read(case.picture))
    return scores


def _print(title: str, scores: dict[str, dict[str, Score]]) -> None:
    print(f"\n{title}\n")
    print("| language | pages | characters | CER | CER bare | WER | WER bare | found | found bare |")
    print("|---|---|---|---|---|---|---|---|---|")
    for language, engines_ in scores.items():
        ours, bare = engines_["asservat"].row(), engines_["rapidocr"].row()
        spaced = not {"zh", "ja"} & set(language.split("+"))
        words = [f"{one['wer']:.1%}" if spaced else "–" for one in (ours, bare)]
        print(
            f"| {language} | {ours['pages']} | {ours['characters']} | {ours['cer']:.1%} | {bare['cer']:.1%} | "
            f"{words[0]} | {words[1]} | {ours['found']:.1%} | {bare['found']:.1%} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--real", action="store_true")
    only.add_argument("--rendered", action="store_true")
    arguments = parser.parse_args()
    found = {}
    if not arguments.rendered and SHARED.is_dir():
        found["real"] = measure(list(real()))
        _print("Real pages and signs", found["real"])
    if not arguments.real:
        found["rendered"] = measure(list(rendered()))
        _print("Rendered sentences", found["rendered"])
    if arguments.json:
        rows = {
            kind: {language: {name: score.row() for name, score in by.items()} for language, by in scores.items()}
            for kind, scores in found.items()
        }
        arguments.json.write_text(json.dumps(rows, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
