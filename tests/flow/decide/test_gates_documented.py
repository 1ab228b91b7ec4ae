"""The table of docs/gates.md says what the code does: gates, order, settings, defaults, units and reasons (K20)."""

from __future__ import annotations

import inspect
import re
import sys
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from copydesk.domain.refusal import Reason
from copydesk.flow.decide.gates import ALL_GATES, EXISTING_GATES, EXIT_GATES, STOP_GATES, Gate
from copydesk.settings.layers import flat
from copydesk.settings.schema import Settings
from tests.flow.decide import gate_examples
from tests.flow.decide.test_gates import FIRES

PAGE = Path(__file__).parents[3] / "docs" / "gates.md"
CHECK = re.compile(r"Reason\.(\w+)")
NAMES = re.compile(r"`([^`]+)`")
NEVER_MISSING, REFUSES = "never missing", "refuses"


class Row(NamedTuple):
    """One line of the table."""

    gate: str
    setting: str
    unit: str
    default: str
    reason: str
    missing: str


def rows() -> list[Row]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return [Row(*(cell.strip() for cell in line.strip("|").split("|"))) for line in lines]


def name_of(gate: Gate) -> str:
    return gate.__module__.rpartition(".")[2]


def source_of(row: Row) -> str:
    return inspect.getsource(sys.modules[f"copydesk.flow.decide.gates.{NAMES.findall(row.gate)[0]}"])


def shown(value: object) -> str:
    """A default as the table writes it."""
    if value is None or value == ():
        return "off"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def test_the_table_has_the_gates_in_the_order_they_are_asked() -> None:
    """The stops have a page of their own."""
    every = (*ALL_GATES, *EXISTING_GATES, *EXIT_GATES)
    asked = dict.fromkeys(name_of(gate) for gate in every if gate not in STOP_GATES)
    listed = [NAMES.findall(row.gate)[0] for row in rows()]
    assert listed == [name for name in asked if name in listed]
    assert {row.reason.strip("`") for row in rows()} >= {str(example[0]) for example in gate_examples.FIRES}


def test_each_gate_has_the_reason_and_the_unit_that_it_records() -> None:
    for row in rows():
        source = source_of(row)
        assert {f"`{Reason[name].value}`" for name in CHECK.findall(source)} == {row.reason}
        assert f'"{row.unit}"' in source, row.gate


def test_each_setting_exists_and_has_the_default_that_is_said() -> None:
    known = dict(flat(Settings()))
    for row in rows():
        named = NAMES.findall(row.setting)
        assert row.default == (", ".join(shown(known[name]) for name in named) or "–"), row.gate


def test_what_a_missing_input_does_is_shown_by_an_example() -> None:
    """K20: no gate says that it refuses without having been seen to."""
    blind = {example[0].value for example in gate_examples.BLIND} | {"market_unknown", "no_bid"}
    blind |= {example[0].value for example in FIRES if example[4] is None}
    for row in rows():
        assert row.missing.startswith((NEVER_MISSING, REFUSES))
        assert row.missing.startswith(REFUSES) == (row.reason.strip("`") in blind), row.gate
