"""Functions, classes and files stay small enough to be read in one go."""

import ast
from dataclasses import dataclass
from typing import TypeAlias

from tests.architecture.tree import REPO, python_files, short

WALLS = {"function": 50, "class": 250, "file": 400}
AIMS = {"function": 40, "file": 300}
SHARE_WITHIN_AIM_PERCENT = 95
EXCEPTIONS_MAX = 0

Documented: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many lines one file, class or function takes; the docstring of a function is not counted."""

    kind: str
    name: str
    lines: int


def sizes_in(name: str, source: str) -> list[Size]:
    sizes = [Size(kind="file", name=name, lines=len(source.splitlines()))]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            sizes.append(Size(kind="class", name=f"{name}::{node.name}", lines=lines_of(node)))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = lines_of(node) - docstring_lines(node)
            sizes.append(Size(kind="function", name=f"{name}::{node.name}", lines=lines))
    return sizes


def lines_of(node: Documented) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def docstring_lines(node: Documented) -> int:
    if ast.get_docstring(node) is None:
        return 0
    first = node.body[0]
    return (first.end_lineno or first.lineno) - first.lineno + 1


def above_the_wall(sizes: list[Size], exceptions: dict[str, int]) -> list[str]:
    """What is above its wall, and which exceptions are stale: grown, shrunk without being lowered, or gone."""
    found = []
    over = {size.name: size for size in sizes if size.lines > WALLS[size.kind]}
    for name, size in over.items():
        allowed = exceptions.get(name, WALLS[size.kind])
        if size.lines > allowed:
            found.append(f"{name}: {size.kind} of {size.lines} lines, at most {allowed}")
    for name, allowed in exceptions.items():
        actual = over[name].lines if name in over else 0
        if actual < allowed:
            found.append(f"{name}: listed with {allowed} lines, now {actual or 'within the wall'}: shorten the list")
    return found


def share_within_aim(sizes: list[Size], kind: str) -> int:
    """Whole percent of the files or functions that are below the aim, rounded down; 100 when there are none."""
    lines = [size.lines for size in sizes if size.kind == kind]
    return 100 * sum(n < AIMS[kind] for n in lines) // len(lines) if lines else 100


def listed_exceptions() -> dict[str, int]:
    text = (REPO / "tests/architecture/size_exceptions.txt").read_text()
    entries = [line.rsplit(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    return {name: int(lines) for name, lines in entries}


def sizes_on_disk(*folders: str) -> list[Size]:
    return [size for path in python_files(*folders) for size in sizes_in(short(path), path.read_text())]


def a_function(lines: int) -> str:
    return "def f():\n" + "    x = 1\n" * (lines - 1)


def test_a_function_above_the_wall_is_found() -> None:
    assert above_the_wall(sizes_in("a.py", a_function(50)), {}) == []
    assert above_the_wall(sizes_in("a.py", a_function(51)), {}) == ["a.py::f: function of 51 lines, at most 50"]


def test_a_docstring_does_not_make_a_function_long() -> None:
    documented = 'def f():\n    """One.\n\n    Two.\n    """\n' + "    x = 1\n" * 49
    assert above_the_wall(sizes_in("a.py", documented), {}) == []


def test_a_class_and_a_file_above_the_wall_are_found() -> None:
    source = "class C:\n" + "    x = 1\n" * 250 + "y = 1\n" * 150
    assert above_the_wall(sizes_in("a.py", source), {}) == [
        "a.py: file of 401 lines, at most 400",
        "a.py::C: class of 251 lines, at most 250",
    ]


def test_an_exception_may_shrink_but_never_grow() -> None:
    sizes = sizes_in("a.py", a_function(60))
    assert above_the_wall(sizes, {"a.py::f": 60}) == []
    assert "at most 59" in above_the_wall(sizes, {"a.py::f": 59})[0]
    assert "shorten the list" in above_the_wall(sizes, {"a.py::f": 61})[0]
    assert "shorten the list" in above_the_wall([], {"a.py::f": 60})[0]


def test_the_share_within_the_aim_is_counted() -> None:
    sizes = sizes_in("a.py", a_function(39)) + sizes_in("b.py", a_function(40))
    assert share_within_aim(sizes, "function") == 50


def test_nothing_of_ours_is_above_the_wall() -> None:
    found = above_the_wall(sizes_on_disk("src", "tests", "bench", "scripts"), listed_exceptions())
    assert not found, "\n".join(found)


def test_the_list_of_exceptions_does_not_get_longer() -> None:
    assert len(listed_exceptions()) <= EXCEPTIONS_MAX


def test_most_of_our_functions_and_files_are_well_below_the_wall() -> None:
    sizes = sizes_on_disk("src")
    for kind, aim in AIMS.items():
        long = [f"{size.name} {size.lines}" for size in sizes if size.kind == kind and size.lines >= aim]
        share = share_within_aim(sizes, kind)
        assert share >= SHARE_WITHIN_AIM_PERCENT, f"{share}% of {kind}s under {aim} lines; not:\n" + "\n".join(long)
