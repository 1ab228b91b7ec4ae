"""Writes docs/settings.md from the settings schema: each key, what it takes, its default, presets, sentence and rows.

The sentence is the docstring below the field; what stands in brackets at its end are the requirements it answers.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from pathlib import Path
from textwrap import dedent, fill
from types import UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from copydesk.settings.layers import load_preset, presets
from copydesk.settings.schema import Settings

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
DEFAULT_PRESET = "balanced"
SENTENCE = re.compile(r"(?P<says>.*?)(?: \((?P<rows>[A-Z]\d[^()]*)\))?\.$", re.DOTALL)
TOP = "At the top"
WIDTH = 118
HEAD = """\
# Settings

Made from the settings schema by `make settings-doc`; a test fails if it is not up to date. The README says how
files, environment and flags override each other; `copydesk config show --origin` shows what holds here, and why.

Each entry has the default, in brackets what a preset says otherwise (`balanced` is the defaults), what the setting
takes, what it does, and the requirements it answers. `off` means `null`: the rule is not asked. Basis points (`bps`)
are hundredths of a percent."""


class Row(NamedTuple):
    """One setting as the page shows it. `is_listed`: it stands in each element of a list, so no preset sets it."""

    path: str
    takes: str
    default: str
    says: str
    rows: str
    is_listed: bool


def page() -> str:
    """The text of docs/settings.md."""
    known = {name: load_preset(name) for name in presets()}
    parts = [HEAD]
    group = ""
    for row in rows_of(Settings):
        here = row.path.rpartition(".")[0] or TOP
        if here != group:
            group = here
            parts.append(_group_head(here))
        differing = "" if row.is_listed else _presets(row, known)
        parts.append(_entry(row, f" ({differing})" if differing else ""))
    return "\n".join(parts) + "\n"


def _group_head(group: str) -> str:
    title = group if group == TOP else f"`{group}`"
    return f"\n## {title}\n"


def _entry(row: Row, differing: str) -> str:
    """One setting, wrapped."""
    cited = f" *{row.rows}*" if row.rows else ""
    text = f"**`{row.path}`** {row.default}{differing}. Takes {row.takes}. {row.says}{cited}"
    return fill(
        text, WIDTH, initial_indent="- ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def rows_of(model: type[BaseModel], before: str = "", *, is_listed: bool = False) -> Iterator[Row]:
    """The rows of a group: its own settings first, then the groups within it. Raises `ValueError` for one unsaid."""
    sentences = _sentences(model)
    groups: list[tuple[str, type[BaseModel], bool]] = []
    for name, field in model.model_fields.items():
        path = f"{before}{name}"
        inner, is_list = _inner(field)
        if inner is not None and not is_list and not is_listed:
            groups.append((f"{path}.", inner, is_listed))
            continue
        if inner is not None and is_list:
            groups.append((f"{path}[].", inner, True))
        says, rows = _said(sentences.get(name, ""), f"{model.__name__}.{name}")
        yield Row(path, _takes(field), _shown(field.get_default(call_default_factory=True)), says, rows, is_listed)
    for prefix, inner, listed in groups:
        yield from rows_of(inner, prefix, is_listed=listed)


def _sentences(model: type[BaseModel]) -> dict[str, str]:
    """The docstring below each field of a class, inherited ones too."""
    found: dict[str, str] = {}
    for base in model.__bases__:
        if issubclass(base, BaseModel) and base.__module__.startswith("copydesk."):
            found |= _sentences(base)
    (tree,) = ast.parse(dedent(inspect.getsource(model))).body
    if isinstance(tree, ast.ClassDef):
        for field, below in zip(tree.body, tree.body[1:], strict=False):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                match below:
                    case ast.Expr(value=ast.Constant(value=str(text))):
                        found[field.target.id] = " ".join(text.split())
    return found


def _said(sentence: str, name: str) -> tuple[str, str]:
    match = SENTENCE.fullmatch(sentence)
    if match is None:
        raise ValueError(f'{name} has no sentence below it: """What it does (S1.2, C3)."""')
    return f"{match['says']}.", (match["rows"] or "").replace(",", "")


def _inner(field: FieldInfo) -> tuple[type[BaseModel] | None, bool]:
    """The group a field holds, if it does, and whether it holds a list of them."""
    for kind in (field.annotation, *get_args(field.annotation)):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind, get_origin(field.annotation) is tuple
    return None, False


def _takes(field: FieldInfo) -> str:
    inner, is_list = _inner(field)
    if inner is not None:
        return "a list" if is_list else f"a group, as in `{_group_of(inner)}`"
    bounds = _bounds(field.metadata)
    kinds = _kinds(field.annotation, bounds)
    return " or ".join(dict.fromkeys(kinds))


def _group_of(inner: type[BaseModel]) -> str:
    for name, field in Settings.model_fields.items():
        if _inner(field) == (inner, False):
            return name
    return inner.__name__


def _kinds(kind: Any, bounds: str) -> Iterator[str]:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        for each in arguments:
            yield from _kinds(each, bounds)
    elif hasattr(kind, "__metadata__"):
        yield from _kinds(arguments[0], _bounds(_unpacked(kind.__metadata__)) or bounds)
    elif origin is dict:
        yield "a group as at the top"
    elif origin is tuple:
        yield "a list of " + " or ".join(_kinds(arguments[0], ""))
    elif str(origin) == "typing.Literal":
        yield " or ".join(f"`{value}`" for value in arguments)
    else:
        yield _plain_kind(kind, bounds)


def _plain_kind(kind: Any, bounds: str) -> str:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return "such groups"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return " or ".join(f"`{value.value}`" for value in kind)
    return f"{_WORDS.get(kind, str(kind))}{_only(bounds, kind)}"


_WORDS = {
    int: "a whole number",
    Decimal: "a number",
    bool: "`true` or `false`",
    str: "text",
    Path: "a file",
    type(None): "off",
}


def _only(bounds: str, kind: Any) -> str:
    return f" {bounds}" if bounds and kind is not type(None) else ""


def _unpacked(metadata: tuple[Any, ...]) -> list[Any]:
    return [each for part in metadata for each in (part.metadata if isinstance(part, FieldInfo) else [part])]


def _bounds(metadata: list[Any]) -> str:
    """The bounds of a number in words."""
    words: list[str] = []
    for sign, said in (("ge", "from"), ("gt", "above"), ("le", "to"), ("lt", "below")):
        found = [getattr(each, sign) for each in metadata if hasattr(each, sign)]
        words.extend(f"{said} {each:,}" for each in found)
    return " ".join(words)


def _presets(row: Row, known: dict[str, Settings]) -> str:
    """Each preset whose value is not the default."""
    values = {name: _shown(_value(settings, row.path)) for name, settings in known.items()}
    usual = values[DEFAULT_PRESET]
    if row.path == "preset":
        return ""
    return ", ".join(f"{name} {value}" for name, value in values.items() if value not in {usual, row.default})


def _value(settings: Settings, path: str) -> object:
    value: object = settings
    for name in path.split("."):
        value = getattr(value, name)
    return value


def _shown(value: object) -> str:
    if value is None:
        return "off"
    if repr(value) == "PydanticUndefined":
        return "must be said"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return ", ".join(_shown(each) for each in value) or "none"
    return f"{value:,}" if isinstance(value, int | Decimal) else str(value)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE.name}\n")
