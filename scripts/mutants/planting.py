"""The small bugs that can be planted in a module: each as the changed syntax tree, and the words for it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
"""An order is mutated twice: its very limit, and its direction."""
EXTREMES = {"min": "max", "max": "min"}
CHAIN_MIN = 2

Defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Change:
    """One way to mutate a node: how it is done and undone. `lost` is the link of a chain that is dropped by it."""

    do: Callable[[], None]
    undo: Callable[[], None]
    lost: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One planted bug: where it is, what stood there and what stands there now. `lines` are those it changes."""

    file: str
    place: str
    is_in_function: bool
    lines: range
    before: str
    after: str
    number: int

    @property
    def name(self) -> str:
        """What the list of equivalent mutants knows it by: no line numbers, so that other edits do not move it."""
        return f"{self.file} {self.place}: {self.before} -> {self.after}" + (f" #{self.number}" if self.number else "")


def mutants_of(file: str, source: str) -> Iterator[tuple[Mutant, ast.Module]]:
    """Each mutant of `source` with its whole tree. The tree is changed back before the next one is made."""
    tree = ast.parse(source)
    seen: dict[tuple[str, str, str], int] = {}
    for node, places in _walk(tree, ()):
        place = ".".join(each.name for each in places) or "module"
        for change in _changes(node):
            before, lines = change.lost or _words(node), _lines(node)
            change.do()
            after = "dropped" if change.lost else _words(node)
            number = seen[place, before, after] = seen.get((place, before, after), -1) + 1
            mutant = Mutant(
                file=file,
                place=place,
                is_in_function=any(not isinstance(each, ast.ClassDef) for each in places),
                lines=lines,
                before=before,
                after=after,
                number=number,
            )
            yield mutant, tree
            change.undo()


def _walk(node: ast.AST, places: tuple[Defined, ...]) -> Iterator[tuple[ast.AST, tuple[Defined, ...]]]:
    """Every node that is executed, with the definitions it is in. Types, and the imports made for them, are not."""
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns"} or (name == "keywords" and isinstance(node, ast.ClassDef)):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _is_for_types(child):
                continue
            inside = (*places, child) if isinstance(child, Defined) else places
            yield child, inside
            yield from _walk(child, inside)


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _changes(node: ast.AST) -> Iterator[Change]:
    """Each way to mutate this very node."""
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.BoolOp():
            yield _put(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
        case ast.If() | ast.IfExp() | ast.While() if isinstance(node.test, ast.Name | ast.Attribute | ast.Call):
            yield _put(node, "test", ast.UnaryOp(ast.Not(), node.test))
        case ast.Call(func=ast.Name(id="min" | "max") as called):
            yield _put(called, "id", EXTREMES[called.id])
        case ast.Constant(value=bool() | int() as value):
            yield _put(node, "value", not value if isinstance(value, bool) else value + 1)
        case ast.Tuple():
            yield from _shortened(node)
        case _:
            yield from _signed(node)


def _signed(node: ast.AST) -> Iterator[Change]:
    """The opposite: of a negation, a sum, a difference."""
    match node:
        case ast.UnaryOp(op=ast.Not()):
            yield _put(node, "operand", ast.UnaryOp(ast.Not(), node.operand))
        case ast.UnaryOp(op=ast.USub()):
            yield _put(node, "op", ast.UAdd())
        case ast.BinOp(op=ast.Add() | ast.Sub()) | ast.AugAssign(op=ast.Add() | ast.Sub()):
            yield _put(node, "op", ast.Sub() if isinstance(node.op, ast.Add) else ast.Add())
        case _:
            return


def _compared(node: ast.Compare) -> Iterator[Change]:
    for place, operator in enumerate(node.ops):
        for other in COMPARED[type(operator)]:
            yield _put(node, "ops", [*node.ops[:place], other(), *node.ops[place + 1 :]])


def _shortened(node: ast.Tuple) -> Iterator[Change]:
    """Forget one link of a chain of gates or caps."""
    links = node.elts
    if len(links) < CHAIN_MIN or not (all(map(_is_gate, links)) or all(map(_is_cap, links))):
        return
    for place, link in enumerate(links):
        yield _put(node, "elts", links[:place] + links[place + 1 :], lost=ast.unparse(link))


def _is_gate(node: ast.expr) -> bool:
    if isinstance(node, ast.Starred):
        return isinstance(node.value, ast.Name) and node.value.id.endswith("_GATES")
    return isinstance(node, ast.Attribute) and node.attr == "gate"


def _is_cap(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Cap"


def _put(node: ast.AST, field: str, value: object, lost: str = "") -> Change:
    before = getattr(node, field)
    return Change(lambda: setattr(node, field, value), lambda: setattr(node, field, before), lost)


def _lines(node: ast.AST) -> range:
    if isinstance(node, ast.If | ast.While):
        node = node.test
    first = getattr(node, "lineno", 1)
    return range(first, (getattr(node, "end_lineno", None) or first) + 1)


def _words(node: ast.AST) -> str:
    """The code of a node on one line; of a branch only its condition."""
    return " ".join(ast.unparse(node.test if isinstance(node, ast.If | ast.While) else node).split())
