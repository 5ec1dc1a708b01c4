"""A folder of sample evidence, made from nothing: `python resources/sample_case.py FOLDER`.

About seventy files of the kinds that turn up in casework, all rendered or computed here, none of them of a person:
pictures with text, photo-like pictures, drawings, video with scene cuts, speech-like sound, broken files, duplicates,
names that are hard to handle. The same bytes and times at every run with the same libraries.

One file, because it is run and loaded by its path, also by the installed desk, and its hash tells whether a sample that
is there is still the one that it makes.
"""

from __future__ import annotations

import argparse
import io
import math
import os
import shutil
import sys
import zipfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, TiffImagePlugin

__all__ = ["emblem", "main", "make"]

SEED = 20240917
FIRST_MOMENT = 1_717_236_000  # 1 June 2024, 10:00 UTC; every file lies a minute after the one before
FONTS = Path(__file__).resolve().parent / "fonts"

LETTER = (
    "Öffentliche Versicherung Köln",
    "Größere Brücke 17 · 50667 Köln",
    "",
    "Sehr geehrte Frau Müller,",
    "",
    "wir bestätigen den Eingang Ihrer Schadensmeldung vom 3. März.",
    "Die Übergabe der Schlüssel erfolgt am Dienstag um 14:30 Uhr",
    "in der Geschäftsstelle. Bitte bringen Sie den Ausweis mit.",
    "",
    "Vertragsnummer: 4711-0815-XK",
    "Überweisung: 1.249,50 EUR, Verwendungszweck Mäuseturm",
    "",
    "Mit freundlichen Grüßen",
    "J. Weißhäupl",
)
CHAT = ("Where are you?", "Behind the old station", "Bring the blue bag", "ok, 9 pm. Come alone", "The code is 7391")
RECEIPT = ("KIOSK AM RING", "2 x Kaffee      5,80", "1 x Zeitung     3,20", "SUMME EUR       9,00", "17.09.2024  08:41")


def make(folder: Path) -> int:
    """Write the sample into `folder` (made if it is not there) and return the number of files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for written, (name, data) in enumerate(_files(), start=1):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        moment = FIRST_MOMENT + 60 * written
        os.utime(path, (moment, moment))
    return written


def _files() -> Iterator[tuple[str, bytes]]:
    rng = np.random.default_rng(SEED)
    kept: dict[str, bytes] = {}
    for part in (_documents, _photos, _drawings, _formats, _sound, _video, _advertising):
        for name, data in part(rng):
            kept[name] = data
            yield name, data
    yield from _broken(kept, rng)
    yield from _copies(kept)
    yield from _others(kept)


# ---- pictures ----


def _font(size: int, name: str = "DejaVuSans") -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"{name}.ttf", size)


def _page(
    lines: Sequence[str], size: tuple[int, int], points: int, *, ink: str = "black", paper: str = "white"
) -> Image.Image:
    picture = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(picture)
    top = size[1] // 12
    for line in lines:
        draw.text((size[0] // 12, top), line, font=_font(points), fill=ink)
        top += round(points * 1.6)
    return picture


def _encoded(picture: Image.Image, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()


def _documents(rng: np.random.Generator) -> Iterator[tuple[str, bytes]]:
    letter = _page(LETTER, (1240, 1754), 32)
    yield "Dokumente/Schadensmeldung.png", _encoded(letter, "PNG")
    yield "Dokumente/Schadensmeldung abfotografiert.jpg", _encoded(_photographed(letter, rng), "JPEG", quality=82)
    yield "Dokumente/quer eingelesen.jpg", _encoded(letter.rotate(90, expand=True), "JPEG", quality=85)
    yield "Dokumente/klein.jpg", _encoded(letter.resize((620, 877), Image.Resampling.LANCZOS), "JPEG", quality=85)
    yield "Dokumente/Beleg.png", _encoded(_page(RECEIPT, (420, 420), 22, ink="#333"), "PNG")
    yield "Dokumente/blass.png", _encoded(_page(("kaum zu lesen", "Größe 42"), (640, 240), 40, ink="#999"), "PNG")
    yield "Screenshots/chat.png", _encoded(_chat(), "PNG")
    yield "Screenshots/terminal.png", _encoded(_page(CHAT, (900, 400), 26, ink="#3f3", paper="#111"), "PNG")
    sign = Image.new("RGB", (1200, 500), "#1f4e9e")
    ImageDraw.Draw(sign).text((90, 150), "Fußgängerzone", font=_font(118, "DejaVuSans-Bold"), fill="white")
    yield "Screenshots/Schild.jpg", _encoded(sign, "JPEG", quality=88)


def _photographed(page: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A sheet on a table: turned by two degrees, lit from one side, a little noisy."""
    table = Image.new("RGB", (1500, 2000), "#6b5a48")
    table.paste(page.resize((1200, 1697), Image.Resampling.LANCZOS), (150, 150))
    values = np.asarray(table.rotate(2, Image.Resampling.BICUBIC, fillcolor="#6b5a48"), np.float32)
    values *= np.linspace(1.0, 0.72, values.shape[1], dtype=np.float32)[None, :, None]
    values += rng.normal(0, 4, values.shape[:2]).astype(np.float32)[..., None]
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def _chat() -> Image.Image:
    picture = Image.new("RGB", (720, 900), "#e8e4dc")
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(CHAT):
        left, top = (40, 60 + 150 * number) if number % 2 == 0 else (220, 60 + 150 * number)
        draw.rounded_rectangle((left, top, left + 460, top + 100), 24, fill="white" if number % 2 == 0 else "#d6f5c9")
        draw.text((left + 28, top + 32), line, font=_font(30), fill="#222")
    return picture


def _plasma(rng: np.random.Generator, width: int, height: int) -> NDArray[np.uint8]:
    """Noise with the spectrum of natural pictures (amplitude falling with frequency), coloured: a photo of nothing."""
    frequencies = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]).astype(np.float32)
    frequencies[0, 0] = 1
    layers = []
    for slope in (1.6, 1.3):
        noise = np.fft.rfft2(rng.standard_normal((height, width), np.float32))
        layer = np.fft.irfft2(noise * frequencies**-slope, s=(height, width))
        layers.append((layer - layer.min()) / np.ptp(layer))
    light, hue = layers
    base, drift = rng.uniform(0.25, 1.0, 3).astype(np.float32), rng.uniform(-0.8, 0.8, 3).astype(np.float32)
    colour = light[..., None] * (base + (hue[..., None] - 0.5) * drift)
    coloured: NDArray[np.uint8] = (colour.clip(0, 1) * 255).astype(np.uint8)
    return coloured


def _exif(number: int, orientation: int, place: tuple[float, float] | None) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Sample Optics", f"SO-{100 + number}", orientation
    exif[0x0132] = f"2024:05:{1 + number:02} 14:{number:02}:30"
    exif.get_ifd(0x8769)[0x9003] = f"2024:05:{1 + number:02} 14:{number:02}:30"
    if place is not None:
        gps = exif.get_ifd(0x8825)
        for tag, value, marks in ((1, place[0], "NS"), (3, place[1], "EW")):
            gps[tag] = marks[value < 0]
            gps[tag + 1] = tuple(TiffImagePlugin.IFDRational(part) for part in _degrees(abs(value)))
    return exif


def _degrees(value: float) -> tuple[int, int, Fraction]:
    seconds = round(value * 360_000)
    return seconds // 360_000, seconds // 6_000 % 60, Fraction(seconds % 6_000, 100)


def _photos(rng: np.random.Generator) -> Iterator[tuple[str, bytes]]:
    sizes = [(1600, 1200), (1200, 1600), (1024, 768), (2000, 1500), (640, 480), (800, 800)]
    places: list[tuple[float, float] | None] = [(50.9413, 6.9583), (-33.8568, 151.2153), None]
    for number in range(12):
        width, height = sizes[number % len(sizes)]
        picture = Image.fromarray(_plasma(rng, width, height))
        exif = _exif(number, (1, 1, 6, 3, 8)[number % 5], places[number % 3])
        yield f"DCIM/100SAMPL/IMG_{1001 + number}.jpg", _encoded(picture, "JPEG", quality=86, exif=exif)


def _house(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle((150, 250, 450, 500), outline="black", width=6)
    draw.polygon([(120, 250), (300, 100), (480, 250)], outline="brown", width=6)
    draw.rectangle((260, 380, 340, 500), fill="#963")


def _chain(draw: ImageDraw.ImageDraw) -> None:
    for link in range(5):
        draw.ellipse((60 + 90 * link, 250, 180 + 90 * link, 330), outline="#555", width=14)


def _flower(draw: ImageDraw.ImageDraw) -> None:
    draw.line((300, 320, 320, 590), fill="green", width=10)
    for petal in range(6):
        x, y = 300 + 90 * math.cos(petal * math.pi / 3), 220 + 90 * math.sin(petal * math.pi / 3)
        draw.ellipse((x - 55, y - 55, x + 55, y + 55), fill="#c58")
    draw.ellipse((255, 175, 345, 265), fill="#fd3")


def _drawings(rng: np.random.Generator) -> Iterator[tuple[str, bytes]]:
    for name, sketch in (("Haus", _house), ("Kette", _chain), ("Blume", _flower)):
        picture = Image.new("RGB", (600, 600), "white")
        sketch(ImageDraw.Draw(picture))
        yield f"Zeichnungen/{name}.png", _encoded(picture, "PNG")
    points = rng.integers(0, 500, (40, 2))
    scribble = Image.new("L", (500, 500), 255)
    ImageDraw.Draw(scribble).line([tuple(point) for point in points.tolist()], fill=0, width=3)
    yield "Zeichnungen/Gekritzel.gif", _encoded(scribble, "GIF")


def emblem(side: int = 480) -> Image.Image:
    """The logo of a company that does not exist; `main.py logos` can look for it in the sample."""
    picture = Image.new("RGB", (side, side), "white")
    draw, middle = ImageDraw.Draw(picture), side / 2
    draw.ellipse((10, 10, side - 10, side - 10), fill="#0b3d5c")
    draw.ellipse((38, 38, side - 38, side - 38), outline="#f2c14e", width=8)
    for blade in range(3):
        turn = math.radians(120 * blade - 90)
        across = math.radians(120 * blade - 52)
        points = [
            (middle, middle - 50),
            (middle + 150 * math.cos(turn), middle - 50 + 150 * math.sin(turn)),
            (middle + 92 * math.cos(across), middle - 50 + 92 * math.sin(across)),
        ]
        draw.polygon(points, fill=("#f2c14e", "#e07a5f", "#9ad1d4")[blade])
    draw.text((middle, side * 0.74), "NORDWIND", font=_font(side // 9, "DejaVuSans-Bold"), fill="white", anchor="mm")
    draw.line((side * 0.28, side * 0.82, side * 0.72, side * 0.82), fill="#9ad1d4", width=6)
    return picture


def _advertising(_rng: np.random.Generator) -> Iterator[tuple[str, bytes]]:
    """The emblem on things: small, turned, seen from the side. Numbers of its own, so that nothing else changes."""
    rng = np.random.default_rng(SEED + 1)
    views = (
        ("Lieferwagen", (1600, 1200), ((820, 410), (1180, 470), (1160, 830), (800, 790))),
        ("Messestand", (1280, 960), ((300, 120), (640, 60), (700, 400), (330, 470))),
        ("Becher", (900, 1200), ((330, 500), (560, 540), (520, 780), (300, 730))),
    )
    for name, size, corners in views:
        scene = Image.fromarray(_plasma(rng, *size))
        flat = _seen_from_aside(emblem(), size, corners)
        scene.paste(flat, mask=_seen_from_aside(Image.new("L", (480, 480), 255), size, corners))
        yield f"Werbung/{name}.jpg", _encoded(scene, "JPEG", quality=85)


def _seen_from_aside(
    picture: Image.Image, size: tuple[int, int], corners: Sequence[tuple[float, float]]
) -> Image.Image:
    """The picture as a flat thing whose corners (from top left, clockwise) lie at these pixels of a scene."""
    side = picture.width
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, ((0, 0), (side, 0), (side, side), (0, side)), strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    numbers = np.linalg.solve(np.array(rows, float), np.array(values, float))
    return picture.transform(
        size, Image.Transform.PERSPECTIVE, tuple(round(float(one), 12) for one in numbers), Image.Resampling.BICUBIC
    )


def _formats(rng: np.random.Generator) -> Iterator[tuple[str, bytes]]:
    small = Image.fromarray(_plasma(rng, 480, 360))
    frames = [
        _page((f"Bild {number}",), (320, 240), 48, paper=color) for number, color in enumerate(("#fcc", "#cfc", "#ccf"))
    ]
    yield (
        "Formate/animiert.gif",
        _encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=400, loop=0),
    )
    pages = [_page((f"Seite {number} von 3", *LETTER[3:8]), (827, 1169), 22) for number in (1, 2, 3)]
    yield (
        "Formate/drei Seiten.tiff",
        _encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw"),
    )
    yield "Formate/foto.webp", _encoded(small, "WEBP", quality=80)
    yield "Formate/vierfarbig.jpg", _encoded(small.convert("CMYK"), "JPEG", quality=85)
    deep = (np.asarray(small.convert("L"), np.uint16) * 257).astype(np.uint16)
    yield "Formate/16bit.png", _encoded(Image.fromarray(deep), "PNG")
    glass = small.copy()
    glass.putalpha(Image.linear_gradient("L").resize(small.size))
    yield "Formate/durchsichtig.png", _encoded(glass, "PNG")
    yield "Formate/palette.bmp", _encoded(small.quantize(64), "BMP")
    for name, write in (("foto.heic", _heic), ("foto.avif", _avif)):
        try:
            yield f"Formate/{name}", write(small)
        except (OSError, ValueError, RuntimeError, KeyError) as error:  # this build of the libraries has no encoder
            print(f"left out {name}: {error}", file=sys.stderr)


def _heic(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(picture).save(out, quality=60)
    return out.getvalue()


def _avif(picture: Image.Image) -> bytes:
    return _encoded(picture, "AVIF", quality=60)


# ---- sound and video ----

RATE = 16_000
VOWELS = {
    "a": (730, 1090, 2440),
    "e": (530, 1840, 2480),
    "i": (270, 2290, 3010),
    "o": (570, 840, 2410),
    "u": (300, 870, 2240),
}


def _speech(rng: np.random.Generator, syllables: int) -> NDArray[np.float32]:
    """Syllables of a voice that says nothing: a breath of noise, then harmonics under the formants of a vowel."""
    pieces = []
    for number in range(syllables):
        length = int(RATE * rng.uniform(0.14, 0.26))
        time = np.arange(length) / RATE
        pitch = 120 * (1 + 0.15 * np.sin(number * 0.9)) * (1 - 0.2 * time)
        phase = 2 * np.pi * np.cumsum(pitch) / RATE
        formants = VOWELS["aeiou"[int(rng.integers(5))]]
        tone = np.zeros(length)
        for harmonic in range(1, 28):
            strength = sum(
                np.exp(-(((harmonic * 120 - formant) / 130) ** 2)) / (rank + 1) for rank, formant in enumerate(formants)
            )
            tone += strength * np.sin(harmonic * phase) / harmonic**0.3
        tone *= np.sin(np.pi * np.arange(length) / length) ** 0.5
        breath = rng.normal(0, 0.15, int(RATE * 0.04))
        pause = np.zeros(int(RATE * (0.35 if number % 7 == 6 else 0.02)))
        pieces += [breath, tone, pause]
    sound = np.concatenate(pieces)
    level: NDArray[np.float32] = (0.6 * sound / np.abs(sound).max()).astype(np.float32)
    return level


def _muxed_sound(sound: NDArray[np.float32], container: str, codec: str) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container, options={"fflags": "+bitexact"}) as muxer:
        stream = muxer.add_stream(codec, rate=RATE, layout="mono", options={"flags": "+bitexact"})
        values = (sound * 32767).astype(np.int16)[None]
        for start in range(0, values.shape[1], 1024):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(values[:, start : start + 1024]), "s16", "mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
            muxer.mux(stream.encode(frame))
        muxer.mux(stream.encode(None))
    return out.getvalue()


def _sound(rng: np.random.Generator) -> Iterator[tuple[str, bytes]]:
    sound = _speech(rng, 40)
    yield "Ton/memo.wav", _muxed_sound(sound, "wav", "pcm_s16le")
    yield "Ton/memo.flac", _muxed_sound(sound[: RATE * 4], "flac", "flac")
    yield "Ton/memo.mp3", _muxed_sound(_speech(rng, 25), "mp3", "libmp3lame")
    yield "Ton/stille.wav", _muxed_sound(np.zeros(RATE * 2, np.float32), "wav", "pcm_s16le")


def _scenes(
    rng: np.random.Generator, size: tuple[int, int], texts: Sequence[str], frames: int
) -> Iterator[NDArray[np.uint8]]:
    """One scene for each text: a slow pan over a picture of its own, with the text in it; hard cuts between them."""
    width, height = size
    for text in texts:
        picture = Image.fromarray(_plasma(rng, width + frames, height))
        if text:
            ImageDraw.Draw(picture).text(
                (width // 6, height // 2),
                text,
                font=_font(height // 9),
                fill="white",
                stroke_width=2,
                stroke_fill="black",
            )
        whole = np.asarray(picture)
        for number in range(frames):
            yield np.ascontiguousarray(whole[:, number : number + width])


def _muxed_video(pictures: Iterator[NDArray[np.uint8]], size: tuple[int, int], container: str, codec: str) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container, options={"fflags": "+bitexact"}) as muxer:
        stream = muxer.add_stream(codec, rate=25)
        stream.width, stream.height = size
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.gop_size = 50
        stream.codec_context.thread_count = 1  # more of them cut the picture differently on every machine
        stream.codec_context.options = (
            {"preset": "veryfast", "flags": "+bitexact"} if codec == "libx264" else {"flags": "+bitexact"}
        )
        for picture in pictures:
            muxer.mux(stream.encode(av.VideoFrame.from_ndarray(picture).reformat(format=stream.pix_fmt)))
        muxer.mux(stream.encode(None))
    return out.getvalue()


def _video(rng: np.random.Generator) -> Iterator[tuple[str, bytes]]:
    texts = ("Treffpunkt Hafen", "", "Tor 5", "", "Übergabe 22:15", "")
    size, codec = (640, 360), "libx264" if "libx264" in av.codecs_available else "mpeg4"
    yield "Videos/sechs Szenen.mp4", _muxed_video(_scenes(rng, size, texts, 40), size, "mp4", codec)
    yield "Videos/kamera.avi", _muxed_video(_scenes(rng, (320, 240), ("CAM 2", ""), 30), (320, 240), "avi", "mjpeg")


# ---- what goes wrong ----


def _broken(kept: dict[str, bytes], rng: np.random.Generator) -> Iterator[tuple[str, bytes]]:
    photo, page, film = kept["DCIM/100SAMPL/IMG_1001.jpg"], kept["Dokumente/Beleg.png"], kept["Videos/sechs Szenen.mp4"]
    yield "gerettet/abgeschnitten.jpg", photo[: len(photo) * 2 // 5]
    yield "gerettet/abgeschnitten.png", page[: len(page) // 2]
    yield "gerettet/abgeschnitten.mp4", film[: len(film) // 2]
    yield "gerettet/rauschen.jpg", rng.bytes(20_000)
    yield "gerettet/leer.jpg", b""
    yield "gerettet/nur der kopf.jpg", photo[:20]
    middle = len(photo) // 2
    yield "gerettet/gestört.jpg", photo[:middle] + rng.bytes(3_000) + photo[middle + 3_000 :]
    yield "gerettet/falsche prüfsumme.png", page[:40] + bytes([page[40] ^ 255]) + page[41:]
    yield "gerettet/nullen.gif", kept["Zeichnungen/Gekritzel.gif"][:200] + bytes(2_000)
    yield "getarnt/urlaub.txt", kept["DCIM/100SAMPL/IMG_1005.jpg"]
    yield "getarnt/rechnung.jpg", b"Das ist gar kein Bild, sondern Text.\n" * 20


def _copies(kept: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    yield "Sicherung/IMG_1002 (Kopie).jpg", kept["DCIM/100SAMPL/IMG_1002.jpg"]
    yield "Sicherung/alt/IMG_1002.jpg", kept["DCIM/100SAMPL/IMG_1002.jpg"]
    yield "Sicherung/Schadensmeldung.png", kept["Dokumente/Schadensmeldung.png"]
    yield "Sicherung/memo.wav", kept["Ton/memo.wav"]


def _others(kept: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    picture = kept["Zeichnungen/Haus.png"]
    yield "Namen/日本語の写真.png", picture
    yield "Namen/Привет мир.png", picture
    yield f"Namen/{'lang' * 49}.png", picture  # 200 bytes
    if os.name == "posix":  # Windows takes none of these
        yield "Namen/zwei\nZeilen.png", picture
        yield "Namen/rechts\u202egnp.txt", b"Der Name wird von rechts nach links gezeigt.\n"
        yield os.fsdecode(b"Namen/caf\xe9.png"), picture
    yield "Namen/._Haus.png", b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        " + bytes(96)
    yield "notizen.txt", "Konto 4711, Schlüssel unter der Matte, Übergabe am Mäuseturm.\n".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("Haus.png", (2024, 6, 1, 10, 0, 0)), picture)
    yield "archiv.zip", out.getvalue()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="where to put the sample; must not exist, or be empty")
    parser.add_argument("--logo", type=Path, help="write the logo that the sample shows into this PNG file as well")
    given = parser.parse_args(arguments)
    folder: Path = given.folder
    if folder.exists() and any(folder.iterdir()):
        print(f"{folder} is not empty: nothing was written.", file=sys.stderr)
        return 2
    try:
        count = make(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)  # half a sample would be taken for a whole one
        raise
    if given.logo is not None:
        given.logo.parent.mkdir(parents=True, exist_ok=True)
        emblem().save(given.logo)
    print(f"{count} files in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
