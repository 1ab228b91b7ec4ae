"""What a relation's own state makes of its limits: it copies, it is paused, or it is stopped in one of three ways."""

from __future__ import annotations

from pathlib import Path

import pytest

from copydesk.domain.exits import MirrorStyle
from copydesk.domain.limits import RelationState
from copydesk.settings.layers import load
from copydesk.settings.limits import relations

ONE = "0x" + "1e" * 20


def one_leader(**said: str) -> str:
    parts = "".join(f", {name}: {value}" for name, value in said.items())
    return f"[{{wallet: '{ONE}'{parts}}}]"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No user file, an empty working folder."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("state", "mirror"),
    [
        ("copying", MirrorStyle.SAME_SHARES),
        ("paused", MirrorStyle.SAME_SHARES),
        ("stopped_keep", MirrorStyle.MANUAL),
        ("stopped_hand_over", MirrorStyle.NONE),
        ("stopped_close", MirrorStyle.ALL_OUT),
    ],
)
def test_a_stopped_relation_says_what_becomes_of_its_positions(state: str, mirror: MirrorStyle) -> None:
    """E2: keep, hand over to our own exits, or close; a pause changes no exit."""
    loaded = load({"exits.mirror": "same_shares", "leaders": one_leader(state=state)})
    (relation,) = relations(loaded)
    assert (relation.limits.state, relation.limits.exits.mirror) == (RelationState(state), mirror)


def test_a_relation_can_leave_otherwise_and_be_inverse() -> None:
    """E5, E7: exits are no safety limit; whatever the relation says holds for it."""
    (relation,) = relations(load({"leaders": one_leader(exits="{mirror: all_out}", inverse="true")}))
    assert (relation.limits.exits.mirror, relation.limits.is_inverse) == (MirrorStyle.ALL_OUT, True)
