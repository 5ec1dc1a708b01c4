"""A case made by hand, straight into the tables: the report is tested without the rest of the program."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy import Connection, Engine, create_engine, insert

from core.case import schema
from core.case.report_source import CaseReportSource
from core.records import canonical_json, config_hash

NSFW_GROUPS = {
    "FEMALE_GENITALIA_EXPOSED": "explicit", "MALE_GENITALIA_EXPOSED": "explicit", "ANUS_EXPOSED": "explicit",
    "FEMALE_BREAST_EXPOSED": "nude", "BUTTOCKS_EXPOSED": "nude",
    "FEMALE_BREAST_COVERED": "suggestive", "BELLY_EXPOSED": "suggestive", "MALE_BREAST_EXPOSED": "suggestive",
    "FACE_FEMALE": "context", "FACE_MALE": "context", "FEET_EXPOSED": "context",
}  # fmt: skip
AT = "2026-11-20T08:15:00.000Z"


def sha(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


@dataclass
class MadeCase:
    """Ids are handed out in order of creation; `thumbnails` lies in the case folder."""

    folder: Path
    engine: Engine
    numbers: dict[str, int] = field(default_factory=dict)

    def add(self, table: Any, **values: Any) -> int:
        with self.engine.begin() as connection:
            return self._add(connection, table, values)

    def _add(self, connection: Connection, table: Any, values: dict[str, Any]) -> int:
        result = connection.execute(insert(table).values(**values))
        key = result.inserted_primary_key
        return int(key[0]) if key and isinstance(key[0], int) else 0

    def many(self, table: Any, rows: Sequence[dict[str, Any]]) -> None:
        with self.engine.begin() as connection:
            connection.execute(insert(table), list(rows))

    @contextmanager
    def source(self) -> Iterator[CaseReportSource]:
        with self.engine.connect() as connection:
            yield CaseReportSource(connection, self.folder)

    @property
    def thumbnails(self) -> Path:
        return self.folder / "thumbnails"

    # -- nouns ---------------------------------------------------------------------------------------------------

    def facts(self, **values: str) -> None:
        self.many(schema.meta, [{"key": key, "value": value} for key, value in {"case_id": "c-1", **values}.items()])

    def evidence(self, path: str = "/media/analyst/stick", listed: str | None = AT) -> int:
        return self.add(
            schema.source, kind="folder", path=path, path_raw=path.encode(), added=AT, listed=listed, copies=0, bytes=0
        )

    def content(self, name: str, kind: str = "image", mime: str = "image/jpeg", size: int = 120_345) -> int:
        return self.add(schema.content, sha256=sha(name), sha1="0" * 40, md5="0" * 32, size=size, mime=mime, kind=kind)

    def copy(self, source: int, content: int | None, raw: bytes, state: str = "read", **more: Any) -> int:
        shown = more.pop("shown", raw.decode("utf-8", "backslashreplace"))
        return self.add(
            schema.copy, source_id=source, content_id=content, path=shown, path_raw=raw, state=state, size=1, **more
        )

    def close_listing(self) -> None:
        """Fix the totals of the sources, as the intake does."""
        with self.engine.begin() as connection:
            connection.exec_driver_sql(
                "UPDATE source SET copies = (SELECT count(*) FROM copy WHERE source_id = source.id),"
                " bytes = (SELECT coalesce(sum(size), 0) FROM copy WHERE source_id = source.id)"
            )

    def run(self, *configs: int, state: str = "finished") -> int:
        versions = {"asservat": "0.1.0", "python": "3.11.7", "system": "Linux", "libraries": {"openvino": "2026.3"}}
        number = self.add(
            schema.run, started=AT, ended="2026-11-20T09:02:11.500Z", state=state, settings="{}",
            versions=json.dumps(versions), backend="local: openvino CPU", seconds=2831.5,
        )  # fmt: skip
        for config in configs:
            self.add(schema.run_config, run_id=number, config_id=config)
        return number

    def config(self, analyzer: str, salt: int = 0) -> int:
        models = [
            {
                "name": "NudeNet 320n" if analyzer == "nsfw" else "PP-OCRv6 det", "version": "3.4.2", "bytes": 12150158,
                "sha256": sha(analyzer), "licence": "AGPL-3.0", "source": "nudenet wheel", "role": "detector",
            }
        ]  # fmt: skip
        settings = {"engine": "openvino 2026.3", "device": "CPU", "precision": "f32", "salt": salt}
        sampling = {"max_gap": 2.0, "min_gap": 1.0, "scene_change": 0.3}
        whole = {
            "analyzer": analyzer,
            "models": models,
            "options": {"keep_score": 0.2},
            "settings": settings,
            "sampling": sampling,
        }
        info = {
            "name": analyzer, "version": "1", "title": analyzer, "models": models, "settings": settings,
            "groups": NSFW_GROUPS if analyzer == "nsfw" else {}, "limits": f"{analyzer} cannot see in the dark.",
        }  # fmt: skip
        return self.add(
            schema.config, hash=config_hash(whole), analyzer=analyzer, json=canonical_json(whole), info=json.dumps(info)
        )

    def outcome(self, content: int, config: int, run: int, state: str = "done", **more: Any) -> None:
        self.many(
            schema.outcome,
            [{"content_id": content, "config_id": config, "run_id": run, "state": state, "samples": 1, **more}],
        )

    def finding(self, content: int, config: int, run: int, label: str, score: float | None = 0.8, **more: Any) -> int:
        analyzer = more.pop("analyzer", "ocr" if label == "text" else "nsfw")
        return self.add(
            schema.finding, content_id=content, config_id=config, run_id=run, analyzer=analyzer, label=label,
            grouping=NSFW_GROUPS.get(label, ""), score=score, **more,
        )  # fmt: skip

    def thumbnail(self, name: str, picture: Image.Image | None = None) -> Path:
        path = self.thumbnails / sha(name)[:2] / f"{sha(name)}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        data = io.BytesIO()
        (picture or drawing(name)).save(data, "JPEG", quality=85)
        path.write_bytes(data.getvalue())
        return path


def drawing(name: str, size: tuple[int, int] = (256, 192)) -> Image.Image:
    """A picture with detail at every scale, so that lost pixels can be told."""
    seed = int(sha(name)[:8], 16)
    picture = Image.new("RGB", size, (seed & 255, (seed >> 8) & 255, (seed >> 16) & 255))
    draw = ImageDraw.Draw(picture)
    for step in range(40):
        value = (seed * (step + 7)) & 0xFFFFFF
        x, y = value % size[0], (value >> 8) % size[1]
        draw.ellipse((x, y, x + 9 + step, y + 5 + step), fill=(value & 255, (value >> 4) & 255, (value >> 9) & 255))
    draw.text((20, size[1] // 2), name[:20], fill=(255, 255, 255))
    return picture


def make_case(folder: Path) -> MadeCase:
    folder.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{folder / 'case.db'}")
    schema.metadata.create_all(engine)
    with engine.begin() as connection:
        for statement in schema.STATEMENTS:
            connection.exec_driver_sql(statement)
    return MadeCase(folder, engine)


NASTY = (
    "Überweisung/Größe & Maß <b>.jpg".encode(),
    "照片/二零二六年/海边的照片.jpg".encode(),
    "صور/صورة جديدة 12.jpg".encode(),
    "תמונות/תמונה.jpg".encode(),
    b"line\nbreak\ttab\r.jpg",
    "evil\u202egpj.exe".encode(),
    b"broken\xff\xfe\x80name.jpg",
    "party 😀🎉.jpg".encode(),
    b"=cmd|' /C calc'!A0.jpg",
    ("x" * 120 + "_" + "y" * 134).encode(),
    ("/".join(["deep" * 10] * 12) + "/end.jpg").encode(),
)


def full_case(folder: Path) -> MadeCase:
    """Two sources, all states, both analyzers, odd names, decisions, problems: something for every section."""
    made = make_case(folder)
    made.facts(
        number="2026-014", name="Ermittlungen gegen Unbekannt – Müßiggang & Co.", exhibit="A-3, USB-Stick, schwarz",
        agency="Kriminalpolizei Musterstadt, K 11", examiner="KHK'in Jülide Groß", created=AT,
    )  # fmt: skip
    first, second = made.evidence("/media/analyst/USB-Stick A-3"), made.evidence("/home/analyst/Handy")
    nsfw, ocr = made.config("nsfw"), made.config("ocr")
    run = made.run(nsfw, ocr)
    contents = _pictures(made, first, second)
    for position, number in enumerate(contents):
        _results(made, position, number, nsfw, ocr, run)
    _video(made, second, nsfw, ocr, run)
    _failures(made, first, nsfw, ocr, run)
    _decisions(made, contents)
    _stated(made, second)
    made.close_listing()
    return made


def _pictures(made: MadeCase, first: int, second: int) -> list[int]:
    contents = []
    for position, raw in enumerate(NASTY):
        name = f"picture-{position}"
        number = made.content(name)
        made.add(schema.media, content_id=number, width=4032, height=3024, raw="{}", normal="{}", thumbnail=1)
        from core.evidence.naming import restored, shown

        made.copy(first, number, raw, shown=shown(restored(raw)))
        made.thumbnail(name)
        contents.append(number)
    for copy in range(9):
        made.copy(second, contents[0], f"DCIM/100ANDRO/Kopie {copy}.jpg".encode())
    return contents


def _results(made: MadeCase, position: int, number: int, nsfw: int, ocr: int, run: int) -> None:
    made.outcome(number, nsfw, run)
    made.outcome(number, ocr, run)
    box = {"x": 0.1 + position / 40, "y": 0.2, "w": 0.25, "h": 0.3}
    if position < 3:
        made.finding(number, nsfw, run, "FEMALE_GENITALIA_EXPOSED", 0.93 - position / 10, **box)
        made.finding(number, nsfw, run, "ANUS_EXPOSED", 0.41, **box)
    if position % 2:
        made.finding(number, nsfw, run, "BELLY_EXPOSED", 0.55 + position / 50, **box)
    made.finding(number, nsfw, run, "FACE_FEMALE", 0.71, **box)
    if position in (0, 1, 2, 6):
        words = ["Übergabe Freitag 18 Uhr", "=SUMME(A1)", "会议在星期五", "Straße 7, große Maße"]
        polygon = json.dumps([[0.1, 0.1], [0.5, 0.1], [0.5, 0.2], [0.1, 0.2]])
        for line, word in enumerate(words):
            made.finding(number, ocr, run, "text", 0.9 - line / 20, text=word, polygon=polygon, **box)


def _video(made: MadeCase, source: int, nsfw: int, ocr: int, run: int) -> None:
    number = made.content("film", "video", "video/mp4", 48_000_111)
    film = {"width": 1280, "height": 720, "duration": 3723.25, "taken": "2025-08-01T12:00:00"}
    made.add(schema.media, content_id=number, **film, raw="{}", normal="{}")
    made.copy(source, number, b"DCIM/VID_0001.mp4")
    made.thumbnail("film")
    made.outcome(number, nsfw, run, "partial", code="truncated", reason="The file ends at 0:41.")
    made.outcome(number, ocr, run, "timed out", code="decoder-hung", reason="The decoder did not come to an end.")
    for frame in range(14):
        label = "MALE_GENITALIA_EXPOSED" if frame % 3 else "MALE_BREAST_EXPOSED"
        made.finding(
            number, nsfw, run, label, 0.5 + frame / 40, start=frame * 2.0, end=frame * 2.0, frame=frame * 50,
            x=0.3, y=0.3, w=0.2, h=0.2,
        )  # fmt: skip


def _failures(made: MadeCase, source: int, nsfw: int, ocr: int, run: int) -> None:
    broken = made.content("broken", "image", "image/png", 77)
    copy = made.copy(source, broken, b"kaputt.png", mismatch="jpg")
    for config in (nsfw, ocr):
        made.outcome(broken, config, run, "failed", code="decoder-crashed", reason="The decoder broke down.")
    table = made.content("table", "other", "text/plain", 12)
    made.copy(source, table, b"liste.txt")
    for config in (nsfw, ocr):
        made.outcome(table, config, run, "unsupported", code="not-media", reason="Not a picture, film or sound.")
    for state in ("unreadable", "vanished", "link", "special"):
        made.copy(source, None, f"odd/{state}".encode(), state, problem=f"It was {state}.")
    made.add(
        schema.problem, run_id=run, source_id=source, copy_id=copy, content_id=broken, stage="decode",
        code="decoder-crashed", message="The decoder broke down.", at=AT,
    )  # fmt: skip


def _decisions(made: MadeCase, contents: list[int]) -> None:
    said = {"actor": "Groß", "at": "2026-11-21T10:00:00.000Z"}
    made.add(schema.decision, content_id=contents[0], kind="grade", value="2", **said)
    made.add(schema.decision, content_id=contents[0], kind="tag", value="Übergabe", **said)
    wrong = made.add(schema.decision, content_id=contents[1], kind="grade", value="1", **said)
    made.add(schema.decision, content_id=contents[1], kind="withdraw", value="", withdraws=wrong, **said)
    made.add(schema.decision, content_id=contents[2], finding_id=None, kind="note", value="Bitte Zweitsicht.", **said)


def _stated(made: MadeCase, source: int) -> None:
    act = made.add(schema.act, kind="do", label="{}", actor="Groß", at="2026-11-21T10:00:00.000Z")
    facts = {
        "label": "Händi", "exhibit": "=1+1", "device": "phone", "description": "schwarz,\nzerkratzt",
        "write_blocker": "Tableau T35u",
        "time_zone": "Europe/Berlin", "clock_offset": "-90",
    }  # fmt: skip
    rows = [{"source_id": source, "act_id": act, "field": k, "value": v, "before": ""} for k, v in facts.items()]
    made.many(schema.source_fact, rows)


def many_findings(folder: Path, count: int = 3000) -> MadeCase:
    """`count` pictures with one explicit finding each, no thumbnails."""
    made = make_case(folder)
    made.facts(number="2026-015")
    source, nsfw = made.evidence(), made.config("nsfw")
    run = made.run(nsfw)
    numbers = range(1, count + 1)
    facts = {"sha1": "", "md5": "", "mime": "image/png", "kind": "image"}
    made.many(schema.content, [{"id": n, "sha256": sha(str(n)), "size": n, **facts} for n in numbers])
    paths = [(n, f"p/{n:06}.png") for n in numbers]
    made.many(
        schema.copy,
        [
            {"source_id": source, "content_id": n, "path": path, "path_raw": path.encode(), "state": "read"}
            for n, path in paths
        ],
    )
    made.many(
        schema.outcome,
        [{"content_id": n, "config_id": nsfw, "run_id": run, "state": "done", "samples": 1} for n in numbers],
    )
    made.many(
        schema.finding,
        [
            {
                "content_id": n, "config_id": nsfw, "run_id": run, "analyzer": "nsfw", "label": "ANUS_EXPOSED",
                "grouping": "explicit", "score": n / (count + 1), "x": 0.1, "y": 0.1, "w": 0.5, "h": 0.5,
            }
            for n in numbers
        ],
    )  # fmt: skip
    made.close_listing()
    return made
