"""Every sentence that the sources can record or raise, read out of the sources themselves.

A sentence is what stands where `Problem`, `Failure`, `CannotDecode` and the like take it: a literal, a name that stands
for one, or a function that returns one. What is filled in at run time becomes a `Hole`.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["Hole", "Said", "Sentence", "said"]

ROOT = Path(__file__).resolve().parents[2]
_MOST = 64  # ways of one expression: more are a sign that something is not a sentence


@dataclass(frozen=True, slots=True)
class Hole:
    """Something filled in at run time. `number`: it is written as one."""

    source: str
    number: bool = False


Sentence = tuple[str | Hole, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence at one place. `what`: who takes it, and as which argument (`Problem.message`)."""

    place: str
    what: str
    sentence: Sentence

    @property
    def fixed(self) -> str:
        """The words that are always there."""
        return "".join(part for part in self.sentence if isinstance(part, str)).strip()

    def filled(self, texts: Sequence[str], number: str) -> str:
        """The sentence with its holes filled, one after the other, out of `texts`."""
        fillings = itertools.cycle(texts)
        return "".join(
            part if isinstance(part, str) else number if part.number else next(fillings) for part in self.sentence
        )


def said(folders: Sequence[str], takers: Mapping[str, Mapping[str, int]]) -> Iterator[Said]:
    """What is handed to `takers`: name of the called → argument → its place in the call."""
    called = re.compile(r"\b(" + "|".join(map(re.escape, takers)) + r")\(")
    for folder in folders:
        for path in _files(ROOT / folder):
            if not called.search(path.read_text(encoding="utf-8")):
                continue
            module = _module(path)
            for call, function in module.calls:
                name = _called(call)
                for argument, place in takers.get(name, {}).items():
                    given = _argument(call, argument, place)
                    if given is None:
                        continue
                    where = f"{path.relative_to(ROOT).as_posix()}:{call.lineno}"
                    for sentence in module.resolve(given, function):
                        yield Said(where, f"{name}.{argument}", sentence)


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _argument(call: ast.Call, name: str, place: int) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if len(call.args) > place and not any(isinstance(one, ast.Starred) for one in call.args[: place + 1]):
        return call.args[place]
    return None


_Function = ast.FunctionDef | ast.Lambda


@cache
def _module(path: Path) -> _Module:
    return _Module(path)


class _Module:
    """One file: its calls, and what its names stand for."""

    def __init__(self, path: Path) -> None:
        self._tree = ast.parse(path.read_text(encoding="utf-8"))
        self.calls: list[tuple[ast.Call, ast.FunctionDef | None]] = []
        self._functions: dict[str, ast.FunctionDef] = {}
        self._constants: dict[str, list[ast.expr]] = {}
        self._imports: dict[str, tuple[str, str]] = {}
        self._visit(self._tree, None)

    def _visit(self, node: ast.AST, function: ast.FunctionDef | None) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef):
                self._functions.setdefault(child.name, child)
                self._visit(child, child)
                continue
            if isinstance(child, ast.Call):
                self.calls.append((child, function))
            if isinstance(child, ast.ImportFrom) and child.module:
                for alias in child.names:
                    self._imports[alias.asname or alias.name] = (child.module, alias.name)
            if function is None:
                for name, value in _assigned(child):
                    self._constants.setdefault(name, []).append(value)
            self._visit(child, function)

    def resolve(self, node: ast.expr, function: ast.FunctionDef | None, depth: int = 0) -> list[Sentence]:
        """All ways in which this expression can read."""
        if depth > 8:
            return [_hole(node)]
        found = self._resolve(node, function, depth + 1)
        return list(dict.fromkeys(found))[:_MOST] if found else [_hole(node)]

    def _resolve(self, node: ast.expr, function: ast.FunctionDef | None, depth: int) -> list[Sentence]:
        match node:
            case ast.Constant(value=str(text)):
                return [(text,) if text else ()]
            case ast.JoinedStr(values=values):
                return self._joined([self._piece(value, function, depth) for value in values])
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._joined([self.resolve(left, function, depth), self.resolve(right, function, depth)])
            case ast.IfExp(body=body, orelse=other):
                return self.resolve(body, function, depth) + self.resolve(other, function, depth)
            case ast.BoolOp(op=ast.Or(), values=values):
                return [one for value in values for one in self.resolve(value, function, depth)]
            case ast.Dict(values=values) | ast.Tuple(elts=values):
                return [one for value in values for one in self.resolve(value, function, depth)]
            case ast.Subscript(value=ast.Name() as name):
                return self._named(name.id, function, depth) or [_hole(node)]
            case ast.Name(id=name):
                return self._named(name, function, depth)
            case ast.Call():
                return self._call(node, function, depth)
        return []

    def _piece(self, value: ast.expr, function: ast.FunctionDef | None, depth: int) -> list[Sentence]:
        if not isinstance(value, ast.FormattedValue):
            return self.resolve(value, function, depth)
        spec = value.format_spec
        if spec is not None:
            return [(Hole(ast.unparse(value.value), number=True),)]
        if isinstance(value.value, (ast.Name, ast.IfExp, ast.Constant, ast.Subscript, ast.Call)):
            return self.resolve(value.value, function, depth)
        return [_hole(value.value)]

    def _named(self, name: str, function: ast.FunctionDef | None, depth: int) -> list[Sentence]:
        if function is not None:
            values = [value for child in ast.walk(function) for known, value in _assigned(child) if known == name]
            if values:
                return [one for value in values for one in self.resolve(value, function, depth)]
            arguments = function.args
            if name in {one.arg for one in (*arguments.args, *arguments.kwonlyargs)}:
                return []
        if name in self._constants:
            return [one for value in self._constants[name] for one in self.resolve(value, None, depth)]
        other = self._imported(name)
        return other[0].resolve(ast.Name(other[1]), None, depth) if other else []

    def _call(self, node: ast.Call, function: ast.FunctionDef | None, depth: int) -> list[Sentence]:
        match node.func:
            case ast.Name(id=name):
                module, there = self, name
                if name not in self._functions:
                    other = self._imported(name)
                    if other is None:
                        return []
                    module, there = other
                known = module._functions.get(there)
                return [] if known is None else module._returned(known, depth)
            case ast.Attribute(value=ast.Name(id=name), attr="get"):
                texts = self._named(name, function, depth)
                return texts + [one for given in node.args[1:] for one in self.resolve(given, function, depth)]
            case ast.Attribute(value=inner, attr="format"):
                return [_with_holes(one) for one in self.resolve(inner, function, depth)]
            case ast.Attribute(value=inner, attr="strip"):
                return self.resolve(inner, function, depth)
        return []

    def _returned(self, function: ast.FunctionDef, depth: int) -> list[Sentence]:
        values = [one.value for one in ast.walk(function) if isinstance(one, ast.Return) and one.value is not None]
        return [one for value in values for one in self.resolve(value, function, depth)]

    def _imported(self, name: str) -> tuple[_Module, str] | None:
        module, original = self._imports.get(name, ("", ""))
        path = ROOT.joinpath(*module.split(".")).with_suffix(".py") if module else ROOT
        return (_module(path), original) if path.is_file() else None

    @staticmethod
    def _joined(pieces: Sequence[Sequence[Sentence]]) -> list[Sentence]:
        ways: list[Sentence] = [()]
        for piece in pieces:
            ways = [_merged(before + after) for before in ways for after in piece][:_MOST]
        return ways


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                if isinstance(target, ast.Name):
                    yield target.id, value
                elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                    for one, part in zip(target.elts, value.elts, strict=False):
                        if isinstance(one, ast.Name):
                            yield one.id, part
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, value
        case ast.NamedExpr(target=ast.Name(id=name), value=value):
            yield name, value


def _hole(node: ast.expr) -> Sentence:
    return (Hole(ast.unparse(node)),)


def _merged(parts: Sentence) -> Sentence:
    found: list[str | Hole] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        else:
            found.append(part)
    return tuple(found)


def _with_holes(sentence: Sentence) -> Sentence:
    """The places of `str.format` as holes."""
    found: list[str | Hole] = []
    for part in sentence:
        if isinstance(part, Hole):
            found.append(part)
            continue
        rest = part
        while "{" in rest and "}" in rest:
            before, _, rest = rest.partition("{")
            name, _, rest = rest.partition("}")
            found += [before, Hole(name or "0", number=":" in name)]
        found.append(rest)
    return _merged(tuple(part for part in found if part != ""))
