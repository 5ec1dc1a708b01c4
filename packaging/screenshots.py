"""Every view of the desk as a picture, in both languages, looks and sizes: make screenshots, or

    python packaging/screenshots.py [CASE] [--only VIEW,…] [--out FOLDER]

Without a case, the sample case is made, analysed and graded in a temporary folder first (about a minute and a half).
Runs without a display. Pictures are reduced to as many colours as fit into `AT_MOST`, larger ones become JPEG.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PIL import Image  # noqa: E402 - after the platform is chosen
from PySide6.QtCore import QBuffer, QEventLoop, QIODevice, QTimer  # noqa: E402 - after the platform is chosen
from PySide6.QtGui import QCursor, QPixmap  # noqa: E402 - after the platform is chosen
from PySide6.QtWidgets import QApplication  # noqa: E402 - after the platform is chosen

import main as program  # noqa: E402 - after the platform is chosen
from app.gui.context import VIEWS  # noqa: E402 - after the platform is chosen
from app.gui.pages.engine import speed_key  # noqa: E402 - after the platform is chosen
from app.gui.preferences import Preferences  # noqa: E402 - after the platform is chosen
from app.gui.screenshot import unfinished  # noqa: E402 - after the platform is chosen
from app.gui.start import make_application, make_window  # noqa: E402 - after the platform is chosen
from app.gui.window import MainWindow  # noqa: E402 - after the platform is chosen
from app.parts import DeskWish  # noqa: E402 - after the platform is chosen
from core.case import decisions  # noqa: E402 - after the platform is chosen
from core.case.case import Case  # noqa: E402 - after the platform is chosen
from core.case.runs import Runs  # noqa: E402 - after the platform is chosen

OUT = ROOT / "docs" / "screenshots"
SIZES = ((1366, 768), (2560, 1440))
AT_MOST = 150_000  # bytes
WIDEST = 1920  # pixels, of a picture that has too many colours for a small file
SETTLE = 0.5  # seconds without news from the data before the picture is taken
PATIENCE = 25.0
KNOWN = (
    "--label", "Galaxy S21, black", "--exhibit", "3.1.2", "--device", "phone", "--serial", "R5CR30ABCDE",
    "--seized-at", "2026-11-20 06:15", "--seized-place", "Keller, workbench", "--seized-by", "KOK Berger",
    "--acquired-with", "UFED 7.69", "--image-type", "UFED", "--write-blocker", "none", "--time-zone", "Europe/Berlin",
    "--clock-offset", "+0:05:30",
)  # fmt: skip
"""What people state of the source of the sample."""
FOCUS = 7  # the item that is looked at


def shoot(case: Path, out: Path, views: Sequence[str]) -> None:
    """All pictures of these views into `out`, named `VIEW-LANGUAGE-LOOK-WIDTH.png`."""
    out.mkdir(parents=True, exist_ok=True)
    for language in ("en", "de"):
        for look in ("dark", "light"):
            for size in SIZES:
                with window(case, language, look, size) as made:
                    for view in views:
                        prepare(made, view)
                        settle(made)
                        path = out / f"{view}-{language}-{look}-{size[0]}"
                        sys.stdout.write(f"{path.name} {save(made.grab(), path)}\n")


@contextmanager
def window(case: Path, language: str, look: str, size: tuple[int, int]) -> Iterator[MainWindow]:
    """A window on the case, with preferences of nobody."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ASSERVAT_CONFIG_DIR"] = folder
        preferences = Preferences(Path(folder) / "desk.json")
        preferences.set(language=language, theme=look, recent_cases="name", examiner="K. Weber", agency="LKA 5")
        preferences.set(speeds={speed_key("nsfw", "strict"): 0.06, speed_key("ocr", "strict"): 0.55})
        preferences.set(report_language=language, cases_folder=folder)
        preferences.remember_case(Path("/media/F/2026-009"), "2026-009 Nord")
        preferences.remember_case(case, "2026-014 Keller")
        make_application(DeskWish(language=language, theme=look))  # type: ignore[arg-type] # the two that there are
        made = make_window(program.parts(), preferences)
        made.resize(*size)
        made.show()
        QCursor.setPos(size[0] - 2, size[1] - 2)  # nothing lies under the mouse
        made.open_case(case)
        settle(made)
        yield made
        made.context.close_case()
        made.close()
        made.deleteLater()
        QApplication.processEvents()


def prepare(made: MainWindow, view: str) -> None:
    """Bring a view into the state in which it says most."""
    made.show_view(view)
    if view in ("grid", "table", "single"):
        ids = list(made.context.items.ids[:60])
        if ids:
            made.context.set_current(ids[min(FOCUS, len(ids) - 1)])
    case = made.context.case
    if view == "wizard" and case is not None:
        page = made.page("wizard")
        page.begin("case", [])  # type: ignore[attr-defined] # the wizard
        page.case_step.fields["number"].setText("2026-015")  # type: ignore[attr-defined]  # the wizard, as its name was asked for
        page.add_sources([source.path for source in Runs(case).sources()])  # type: ignore[attr-defined]  # the wizard, as its name was asked for
        page.show_step("analysis")  # type: ignore[attr-defined]  # the wizard, as its name was asked for


def settle(made: MainWindow) -> None:
    """Run the event loop until nothing has been asked for a moment."""
    began = calm = time.monotonic()
    while time.monotonic() - began < PATIENCE and time.monotonic() - calm < SETTLE:
        pump(0.03)
        if unfinished(made):
            calm = time.monotonic()


def pump(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def save(picture: QPixmap, path: Path) -> str:
    """Write a picture as small as wanted; says what became of it."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload] # Qt takes a device as well
    image = Image.open(io.BytesIO(buffer.data().data())).convert("RGB")
    for suffix in (".png", ".jpg"):
        path.with_suffix(suffix).unlink(missing_ok=True)
    for colors in (255, 200):
        data = io.BytesIO()
        image.quantize(colors, dither=Image.Dither.NONE).save(data, "PNG", optimize=True)
        if data.tell() <= AT_MOST:
            path.with_suffix(".png").write_bytes(data.getvalue())
            return f"{colors} colours, {data.tell() // 1000} kB"
    image.thumbnail((WIDEST, WIDEST), Image.Resampling.LANCZOS)
    for quality in (88, 80, 70, 60, 50, 40, 30):
        data = io.BytesIO()
        image.save(data, "JPEG", quality=quality, optimize=True, progressive=True)
        if data.tell() <= AT_MOST:
            break
    path.with_suffix(".jpg").write_bytes(data.getvalue())
    return f"JPEG {quality}, {data.tell() // 1000} kB"


def sample(folder: Path) -> Path:
    """The sample case, analysed by the program itself, with a few decisions in it."""
    evidence, case = folder / "evidence", folder / "case"
    from resources.sample_case import emblem, make

    make(evidence)
    logo = folder / "Nordwind.png"
    emblem().save(logo)
    facts = ["--name", "Keller", "--number", "2026-014", "--examiner", "K. Weber", "--agency", "LKA 5"]
    analyzers = "nsfw,ocr,logo,faces,speech"  # what runs without packs, as the desk itself would choose
    for command in (
        ["case", "new", str(case), *facts],
        ["analyze", str(evidence), "--case", str(case), "--analyzers", analyzers],
        ["logos", str(case), "add", "Nordwind", str(logo)],
        ["sources", str(case), "set", "1", *KNOWN],
    ):
        if program.main(command) != 0:
            raise SystemExit(f"{command[0]} did not work")
    with Case.open(case) as opened, opened.reading() as connection:
        ids = [row[0] for row in connection.exec_driver_sql("SELECT content_id FROM item ORDER BY content_id")]
    with Case.open(case) as opened:
        for grade, chosen in (("1", ids[3:5]), ("2", ids[5:9]), ("4", ids[10:12]), ("5", ids[12:24])):
            decisions.grade(opened, chosen, grade)
        decisions.flag(opened, ids[8:11])
        decisions.tag(opened, ids[4:7], "letter")
        decisions.note(opened, ids[4:5], "Compare with the exhibit from the car.")
    return case


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("case", nargs="?", type=Path)
    parser.add_argument("--only", default="", help="views, separated by commas")
    parser.add_argument("--out", type=Path, default=OUT)
    chosen = parser.parse_args(arguments)
    views = tuple(filter(None, chosen.only.split(","))) or VIEWS
    with tempfile.TemporaryDirectory() as folder:
        shoot(chosen.case or sample(Path(folder)), chosen.out, views)
    return 0


if __name__ == "__main__":
    sys.exit(main())
