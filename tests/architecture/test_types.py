"""Loose types stay at the edge: ``Any`` in the parsers, pydantic in the settings and the API."""

import ast
import re

from tests.architecture.tree import line_of, python_files, short

LOOSE = {
    "Any": re.compile(r"^src/copydesk/adapters/(.+/)?parse(_\w+)?(\.py|/.+)$"),
    "pydantic": re.compile(r"^src/copydesk/(settings/.+|serve/api/.+)$"),
}


def loose_types(path: str, source: str) -> list[str]:
    """Name each loose type of a module that stands where it may not."""
    named = [(what, line_of(node)) for node in ast.walk(ast.parse(source)) for what in names_of(node)]
    found = {(what, line) for what, line in named if what in LOOSE and not LOOSE[what].match(path)}
    return [f"{path}:{line}: {what}" for what, line in sorted(found)]


def names_of(node: ast.AST) -> list[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return [name]
        case ast.Import(names=aliases):
            return [alias.name.partition(".")[0].partition("_")[0] for alias in aliases]
        case ast.ImportFrom(module=str() as module, names=aliases):
            return [module.partition(".")[0].partition("_")[0], *(alias.name for alias in aliases)]
    return []


def test_a_loose_type_away_from_the_edge_is_found() -> None:
    planted = [
        "from typing import Any",
        "import typing\nx: typing.Any = 1",
        "from pydantic import BaseModel",
        "import pydantic_settings",
        "import pydantic.fields",
    ]
    assert [source for source in planted if not loose_types("src/copydesk/run/replay.py", source)] == []


def test_the_edge_may_be_loose() -> None:
    assert not loose_types("src/copydesk/adapters/records/parse.py", "from typing import Any")
    assert not loose_types("src/copydesk/settings/schema.py", "from pydantic_settings import BaseSettings")


def test_our_loose_types_stay_at_the_edge() -> None:
    found = [line for path in python_files("src") for line in loose_types(short(path), path.read_text())]
    assert not found, "\n".join(found)
