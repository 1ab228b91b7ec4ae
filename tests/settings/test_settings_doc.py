"""The page of all settings is made from their schema, and names the requirements each answers."""

from __future__ import annotations

import re

import pytest
from pydantic import BaseModel

from copydesk.settings.layers import flat, load_preset
from copydesk.settings.schema import Settings
from scripts.settings_doc import PAGE, page, rows_of

ROW = re.compile(r"[A-Z]\d+(\.\d+)?")


def test_the_page_of_settings_is_up_to_date() -> None:
    """Every figure is in docs/settings.md as it is in the schema and the presets."""
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "docs/settings.md is not what the schema says. Put a sentence below each new field of the settings, "
        '"""What it does (S1.2, C3).""", with the requirements it answers, then run `make settings-doc`.'
    )


def test_every_setting_is_on_the_page() -> None:
    """None is left out: whatever `config show` lists has its row."""
    assert {path for path, _ in flat(load_preset("balanced"))} <= {row.path for row in rows_of(Settings)}


def test_the_requirements_of_a_setting_are_ids() -> None:
    """A row is cited by its id, so that it can be looked up."""
    cited = [(row.path, each) for row in rows_of(Settings) for each in row.rows.split()]
    assert cited
    assert not [(path, each) for path, each in cited if not ROW.fullmatch(each)]


def test_a_setting_without_a_sentence_is_named() -> None:
    class Unsaid(BaseModel):
        limit: int = 1

    with pytest.raises(ValueError, match=r"Unsaid.limit has no sentence"):
        list(rows_of(Unsaid))
