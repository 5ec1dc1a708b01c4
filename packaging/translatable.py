"""Every text of the desk to be translated, as C++ calls for lupdate: python packaging/translatable.py

lupdate's own reader of Python overlooks calls inside f-strings, behind wrappers and in nested calls; Python's own
reader does not. A context is the name of the class for `self.tr("…")`, the first argument of `translate("Context", …)`,
and that of the wrapped call for functions like `def _tr(text): return QCoreApplication.translate("Views", text)`.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "app" / "gui"


class Text(NamedTuple):
    """One text. `plural`: it has a form for one and a form for many. `place`: file and line."""

    context: str
    source: str
    plural: bool
    place: str


def texts(folder: Path = FOLDER) -> list[Text]:
    """All of them, sorted by context. Raises `ValueError` for a text that is put together while the program runs."""
    found = [text for path in sorted(folder.rglob("*.py")) for text in _of_file(path)]
    return sorted(set(found), key=lambda one: (one.context, one.place, one.source))


def _of_file(path: Path) -> Iterator[Text]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    wrappers = dict(_wrappers(tree))
    wrapped = {id(node) for name, node in _wrapper_calls(tree)}
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    for owner, call in _calls(tree, ""):
        if id(call) in wrapped:
            continue
        found = _text(owner, call, wrappers)
        if found is not None:
            context, source, plural = found
            yield Text(context, source, plural, f"{name}:{call.lineno}")


def _calls(node: ast.AST, owner: str) -> Iterator[tuple[str, ast.Call]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield owner, child
        yield from _calls(child, child.name if isinstance(child, ast.ClassDef) else owner)


def _text(owner: str, call: ast.Call, wrappers: dict[str, str]) -> tuple[str, str, bool] | None:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    on_self = isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "self"
    arguments = call.args
    if name == "tr" and on_self and owner:
        return owner, _constant(call, arguments[0]), len(arguments) > 2
    if name == "translate" and len(arguments) >= 2 and not _is_number(arguments[0]):
        return _constant(call, arguments[0]), _constant(call, arguments[1]), len(arguments) > 3
    if isinstance(call.func, ast.Name) and name in wrappers:
        return wrappers[name], _constant(call, arguments[0]), len(arguments) > 1
    return None


def _constant(call: ast.Call, argument: ast.expr) -> str:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    raise ValueError(f"line {call.lineno}: this text cannot be translated, it is not written out: {ast.unparse(call)}")


def _is_number(argument: ast.expr) -> bool:
    """QPainter and QTransform have a `translate` of their own."""
    return not (isinstance(argument, ast.Constant) and isinstance(argument.value, str))


def _wrapper_calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    for node in tree.body:
        if not (isinstance(node, ast.FunctionDef) and node.args.args):
            continue
        first = node.args.args[0].arg
        for call in (one for one in ast.walk(node) if isinstance(one, ast.Call)):
            inner = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            if inner == "translate" and len(call.args) >= 2 and getattr(call.args[1], "id", "") == first:
                yield node.name, call


def _wrappers(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for name, call in _wrapper_calls(tree):
        if isinstance(call.args[0], ast.Constant):
            yield name, str(call.args[0].value)


def as_cpp(found: list[Text]) -> str:
    """The calls as lupdate reads them best."""
    lines = [
        f"QCoreApplication::translate({_quoted(text.context)}, {_quoted(text.source)}{', nullptr, 1' * text.plural});"
        for text in found
    ]
    return "void texts() {\n" + "\n".join(lines) + "\n}\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr] # a text stream, always
    sys.stdout.write(as_cpp(texts()))
