"""Pictures: everything that Pillow and libheif read, strictly first, then whatever a damaged file still gives.

A still picture is one IMAGE sample. Animations (GIF, APNG, WebP, AVIF, FLI) give FRAMEs spread evenly; TIFF and DCX
give PAGEs; in MPO and HEIF the main picture is the IMAGE and the others are PAGEs. Layers of PSD and the sizes of an
icon are not separate pictures: what a viewer shows is decoded.
"""

from __future__ import annotations

import contextlib
import errno
import io
import itertools
import re
import warnings
from typing import Any, BinaryIO

import numpy as np
import pillow_heif
from PIL import Image, ImageFile, UnidentifiedImageError

from core.decode import inside, jpeg, metadata, motion, rarer
from core.decode.jobs import DecodeJob, MediaFacts
from core.decode.pdq import fingerprint
from core.decode.picture_work import CAMERA_RAW, Work, ending, too_many_pixels, unreadable, warned
from core.decode.pixels import Pixels8, orient, rgb_array, swaps_sides
from core.decode.reading import CannotDecode, Reading
from core.decode.sink import Sink
from core.decode.thumbnail import CELLS, SIDE, shrunk
from core.records import Problem, SampleKind, State

__all__ = ["FORMATS", "read_image"]

# Left out: EPS (hands the file to Ghostscript), WMF/EMF, BUFR, GRIB, HDF5 and MPEG (Pillow only names them), IPTC/NAA.
FORMATS = [
    "JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "DIB", "HEIF", "AVIF", "JPEG2000", "MPO", "ICO", "CUR", "ICNS", "PSD",
    "PPM", "PCX", "DCX", "TGA", "SGI", "SUN", "DDS", "QOI", "XBM", "XPM", "MSP", "FLI", "IM", "IMT", "PIXAR", "SPIDER",
    "FTEX", "BLP", "GBR", "FITS", "PCD", "MCIDAS", "XVTHUMB",
]  # fmt: skip
_ANIMATED = {"GIF", "PNG", "WEBP", "AVIF", "FLI"}
_PAGED = {"TIFF", "DCX"}
_WITH_MAIN_PICTURE = {"MPO", "HEIF"}
_TOLD_BEFORE_LOADING = {"JPEG", "MPO", "TIFF"}  # TIFF turns itself upright and forgets; JPEG may not be loaded at all
_IN_MEMORY = 64_000_000  # bytes: files up to this size are read once and decoded from memory

pillow_heif.register_heif_opener()
Image.init()
_FORMATS = [name for name in FORMATS if name in Image.OPEN]


def read_image(file: BinaryIO, job: DecodeJob, sink: Sink) -> Reading:
    """Decode a picture file. Raises `CannotDecode` when nothing of it can be shown."""
    data = file.read() if job.size <= _IN_MEMORY else None
    work = Work(job, sink, io.BytesIO(data) if data is not None else file, data)
    Image.MAX_IMAGE_PIXELS = job.policy.max_pixels
    _take_preview(work)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            _strictly_then_tolerantly(work)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            bomb = too_many_pixels(job, re.findall(r"\d+ pixels|$", str(error))[0])
            if not work.shown:
                raise bomb from error
            work.damage, work.code = bomb.message, bomb.code
    work.problems.extend(warned(caught))
    reading = ending(work)
    at = motion.film_inside(data, job.mime) if data is not None and sink.wanted else None
    return reading if data is None or at is None else motion.with_film(reading, data[at:], job, sink, work.counted)


def _take_preview(work: Work) -> None:
    """Of a camera's raw file, look at the largest JPEG inside in place of its first picture, a thumbnail."""
    data = work.data
    if data is None or not (work.job.mime in CAMERA_RAW or inside.is_reduced(data)):
        return
    found = inside.largest_jpeg(data, work.job.policy.max_pixels)
    with contextlib.suppress(Exception), Image.open(io.BytesIO(data), formats=_FORMATS) as first:
        if found and first.width * first.height >= found[1].width * found[1].height:
            found = None
    work.camera = data
    if found:
        work.data = data[found[0] :]
        work.source = io.BytesIO(work.data)


def _strictly_then_tolerantly(work: Work) -> None:
    for tolerant in (False, True):
        work.tolerant = tolerant
        ImageFile.LOAD_TRUNCATED_IMAGES = tolerant
        try:
            _decode(work)
        except _FATAL:
            raise
        except Exception as error:
            if getattr(error, "errno", None) == errno.ENOMEM:
                raise MemoryError from error
            _note_failure(work, error)
        else:
            return


def _note_failure(work: Work, error: Exception) -> None:
    """What this way could not read is said; raises what is to be said of the file when the other way failed too and
    nothing was seen."""
    if work.tolerant and not work.shown:
        raise unreadable(work, error) from error
    if work.tolerant:
        work.missing += 1
    elif "MAX_TEXT" in str(error):
        message = "The texts inside this picture are larger than the limit; they were left out."
        work.problems.append(Problem("texts-too-large", message, str(error)))
    else:
        work.damage = f"{type(error).__name__}: {error}"


_FATAL = (CannotDecode, MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning)


def _decode(work: Work) -> None:
    work.source.seek(0)
    try:
        image = Image.open(work.source, formats=_FORMATS)
    except EOFError as error:
        raise OSError("the file ends before the picture begins") from error
    except UnidentifiedImageError:
        if not _rare(work):
            raise
        return
    if work.camera is not None and work.camera is not work.data and work.camera[:2] in (b"II", b"MM"):
        image.info.setdefault("exif", b"Exif\0\0" + work.camera)
    _refuse_bomb(work, image)
    work.facts["format"] = image.format
    work.counted = _count(work, image)
    form = image.format or ""
    try:
        if work.counted > 1 and form in _ANIMATED:
            _frames(work, image)
        elif work.counted > 1 and form in _PAGED | _WITH_MAIN_PICTURE:
            _pages(work, image, form in _WITH_MAIN_PICTURE)
        else:
            _emit(work, image, image.tell() if work.counted > 1 else 0, SampleKind.IMAGE)
    except EOFError as error:
        raise OSError("the file ends before the picture does") from error


def _rare(work: Work) -> bool:
    """Hand over what `core.decode.rarer` reads of it; False: it is none of those."""
    if work.job.size > rarer.AT_MOST or work.job.mime in CAMERA_RAW:
        return False
    work.source.seek(0)
    data = work.data if work.data is not None else work.source.read()
    try:
        found = rarer.recognised(data, work.job.policy.max_pixels)
        if found is None:
            return False
        work.counted, work.facts["format"] = found.count, found.name
        work.facts |= {"frames": found.count} if found.count > 1 else {}
        most = work.job.policy.pages if work.sink.wanted else 1
        for number, page in enumerate(itertools.islice(found.pages, most)):
            image = Image.fromarray(page.pixels)
            image.getexif()[0x0112] = page.orientation
            if number not in work.seen:
                _emit(work, image, number, SampleKind.IMAGE if found.count == 1 else SampleKind.PAGE)
                work.normal |= {"scaled": page.how} if page.how else {}
                work.damage = work.damage or page.damage
    except rarer.TooLarge as error:
        raise too_many_pixels(work.job, str(error)) from error
    except rarer.NotRead as error:
        if work.seen:
            raise OSError(f"not read: {error}") from error
        message = f"This kind of picture ({error}) is not read by Asservat."
        raise CannotDecode("format-unsupported", message, State.UNSUPPORTED) from error
    if found.count > most and work.sink.wanted:
        work.normal["sampled"] = {"pages": most, "of": found.count}
    return True


def _count(work: Work, image: Image.Image) -> int:
    try:
        return max(1, int(getattr(image, "n_frames", 1)))
    except Exception as error:
        if isinstance(error, MemoryError):
            raise
        message = "How many pictures this file holds cannot be told; only the first one was looked at."
        work.problems.append(Problem("pages-unknown", message, f"{type(error).__name__}: {error}"))
        work.damage = work.damage or message
        work.missing += 1
        return 1


def _frames(work: Work, image: Image.Image) -> None:
    """Frames of an animation, evenly spread from the first to the last. Times are sums of the durations before."""
    count = work.counted
    picks = _spread(count, work.job.policy.animation_frames if work.sink.wanted else 1)
    elapsed = 0.0
    for number in range(max(picks) + 1):
        try:
            image.seek(number)
            if image.format in ("WEBP", "AVIF"):
                image.load()  # only then is the duration known
        except EOFError:
            work.damage = work.damage or f"{count} frames announced, {number} found"
            work.missing += sum(1 for pick in picks if pick >= number)
            break
        if number in picks and number not in work.seen:
            _emit(work, image, number, SampleKind.FRAME, at=round(elapsed, 3))
        elapsed += _duration(image)
    work.facts["frames"] = count
    work.facts["duration"] = round(elapsed, 3) if elapsed else None
    if len(picks) < count and work.sink.wanted:
        work.normal["sampled"] = {"frames": len(picks), "of": count}


def _spread(count: int, most: int) -> set[int]:
    if count <= most:
        return set(range(count))
    if most == 1:
        return {0}
    return {round(number * (count - 1) / (most - 1)) for number in range(most)}


def _duration(image: Image.Image) -> float:
    value = metadata.as_number(image.info.get("duration"))
    return value / 1000 if value and value > 0 else 0.0


def _pages(work: Work, image: Image.Image, with_main: bool) -> None:
    count = work.counted
    main = image.tell() if with_main else 0
    order = [main, *(number for number in range(count) if number != main)]
    order = order[: work.job.policy.pages] if work.sink.wanted else order[:1]
    for number in order:
        if number in work.seen:
            continue
        kind = SampleKind.IMAGE if with_main and number == main else SampleKind.PAGE
        try:
            image.seek(number)
            _emit(work, image, number, kind)
        except _FATAL:
            raise
        except Exception as error:
            if not work.tolerant or not work.shown:
                raise
            work.missing += 1
            work.problems.append(_page_lost(number, error))
    work.facts["frames"] = count
    if len(order) < count and work.sink.wanted:
        work.normal["sampled"] = {"pages": len(order), "of": count}


def _page_lost(number: int, error: Exception) -> Problem:
    message = f"Page {number + 1} of this file cannot be decoded; it was not looked at."
    return Problem("page-damaged", message, f"{type(error).__name__}: {error}")


def _emit(work: Work, image: Image.Image, number: int, kind: SampleKind, *, at: float | None = None) -> None:
    """Decode the picture where `image` stands, hand it over and keep a small one for the storyboard."""
    _refuse_bomb(work, image)
    width, height = image.size
    if image.format not in _TOLD_BEFORE_LOADING:
        image.load()  # Pillow loads PNG when asked for EXIF, and would forget that loading failed
    found = metadata.found_orientation(image)
    first = not work.seen
    if first:
        work.raw = metadata.raw_metadata(image, work.problems)
    notes: dict[str, Any] = {}
    pixels, media_size = _upright(work, image, found, notes)
    if work.tolerant and pixels.size > 3 and (pixels == pixels[0, 0]).all():
        raise OSError("no part of the picture can be read")
    if work.sink.wanted:
        page = number if kind is SampleKind.PAGE else None
        frame = number if kind is SampleKind.FRAME else None
        work.sink.add(kind, media_size, at=at, frame=frame, page=page)
    work.seen.add(number)
    label = f"{at:.1f} s" if at is not None else f"p. {number + 1}"
    if first or len(work.shown) < CELLS:
        work.shown.append((shrunk(pixels, SIDE), label))
    if first and work.counted == 1 and work.sink.fingerprints:
        work.fingerprint = fingerprint(pixels)
    if first:
        late = metadata.found_orientation(image)  # PNG may carry it behind the pixels
        work.facts |= {"width": media_size[0], "height": media_size[1]}
        work.facts["orientation"] = image.info.get("original_orientation") or found or late
        if pixels.shape[0] * pixels.shape[1] < width * height and work.sink.wanted:
            notes["reduced"] = {"from": list(media_size), "to": [pixels.shape[1], pixels.shape[0]]}
        work.normal |= {"mode": image.mode, **notes}


def _upright(
    work: Work, image: Image.Image, found: int | None, notes: dict[str, Any]
) -> tuple[Pixels8, tuple[int, int]]:
    """The upright pixels, in the slot where samples are wanted, and the upright size of the original."""
    size = image.size
    work.sink.decodes += 1
    most = work.most if work.sink.wanted else 4 * SIDE * SIDE
    fast = None
    if work.data is not None and image.format == "JPEG" and not work.tolerant and size[0] * size[1] <= most:
        fast = _fast(work, image, found or 1)
    if fast is not None:
        return fast, _turned(size, found or 1)
    if size[0] * size[1] > most and image.format in ("JPEG", "MPO"):
        jpeg.draft(image, most)
    image.load()
    left = metadata.found_orientation(image) or 1  # TIFF and HEIF have turned it themselves by now
    if image.size != size and image.size == size[::-1]:
        size = image.size
    pixels = rgb_array(image, most, notes)
    return _placed(work, pixels, left), _turned(size, left)


def _fast(work: Work, image: Image.Image, orientation: int) -> Pixels8 | None:
    assert work.data is not None
    upright = orientation == 1 and work.sink.wanted
    room = work.sink.place(image.height, image.width) if upright else None
    try:
        pixels = jpeg.decode(work.data, image, room)
    except jpeg.Damaged as damage:
        work.problems.append(Problem("jpeg-damaged", damage.message, damage.detail))
        work.damage = work.damage or damage.lasting
        return None
    if pixels is None or upright:
        return pixels
    return _placed(work, pixels, orientation)


def _placed(work: Work, pixels: Pixels8, orientation: int) -> Pixels8:
    height, width = pixels.shape[:2]
    if swaps_sides(orientation):
        height, width = width, height
    out = work.sink.place(height, width) if work.sink.wanted else np.empty((height, width, 3), np.uint8)
    orient(pixels, orientation, out)
    return out


def _turned(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    return size[::-1] if swaps_sides(orientation) else size


def _refuse_bomb(work: Work, image: Image.Image) -> None:
    width, height = image.size
    if width <= 0 or height <= 0:
        raise CannotDecode("empty", f"The picture has no area ({width} × {height} pixels).")
    if width * height > work.job.policy.max_pixels:
        raise too_many_pixels(
            work.job, f"{width} × {height}", MediaFacts(width=width, height=height, format=image.format)
        )
