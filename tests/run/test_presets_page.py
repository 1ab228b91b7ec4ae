"""The page of presets shows what a replay of the recorded wallets says today."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.presets_doc import PAGE, page


@pytest.mark.slow
def test_the_page_of_presets_is_what_the_replay_says(recorded_data: Path) -> None:
    """C20: every preset, the same records, the same figures."""
    assert PAGE.read_text(encoding="utf-8") == page(recorded_data), (
        "docs/presets.md is not what the replay says today: run `make presets-doc` and look at what changed."
    )
