"""Write the page of all options of the analyzers: python packaging/options_page.py > docs/options.md

From the same facts that the desk asks by, so the page cannot say something else than the program does; a test compares.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.options import OptionFact
from models.local import LocalBackend

HEAD = """# Options of the analyzers

In the desk: *Options* beside each step of a new run, and *Settings* for every case or for one. On the command line:
`analyze … --option ANALYZER.OPTION=VALUE`, repeatable; lists are written `de,ru`. What a run was given is recorded with
it, and an option that changes results is part of the key under which they are stored: with another value, items are
looked at again and old results stay.

Written by `packaging/options_page.py`.
"""


TABLE = "\n## {0}: {1}\n\n| option | what it is | possible | default |\n|---|---|---|---|"


def page() -> str:
    backend = LocalBackend()
    parts = [HEAD]
    for info in backend.describe():
        parts.append(TABLE.format(info.name, info.title))
        parts.extend(_row(fact) for fact in info.facts)
    backend.close()
    return "\n".join(parts).rstrip() + "\n"


def _row(fact: OptionFact) -> str:
    said = f"{fact.label['en']}. {fact.help['en']}"
    return f"| `{fact.name}` | {said} | {_possible(fact)} | {_plain(fact.default)} |"


def _possible(fact: OptionFact) -> str:
    if fact.kind == "flag":
        return "true, false"
    if fact.kind in ("whole", "number"):
        return " ".join(_range(fact)) or "any number"
    if fact.kind == "list" or len(fact.values) > 40:
        return f"{len([one for one in fact.values if one.value])} codes like de, en"
    return ", ".join(f"`{one.value}`" for one in fact.values)


def _range(fact: OptionFact) -> Iterator[str]:
    if fact.least is not None:
        yield f"{'more than' if fact.open_least else 'from'} {fact.least:g}"
    if fact.most is not None:
        yield f"{'below' if fact.open_most else 'to'} {fact.most:g}"


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value}" if value != "" else "none given"


if __name__ == "__main__":
    sys.stdout.write(page())
