"""No tracked file outside the tests holds anything that looks like a key or a password."""

import re

from tests.architecture.tree import REPO, short, tracked_files

SHAPES = {
    "64 hex digits, the shape of a private key": re.compile(r"(?<![0-9a-fA-F:])(?:0x)?[0-9a-fA-F]{64}(?![0-9a-fA-F])"),
    "a private key block": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a secret written out": re.compile(
        r"""(?i)\b\w*(?:secret|passphrase|password|api_?key|private_?key)\w*["']?\s*[:=]\s*["']?"""
        r"""(?=[\w+/=-]*\d)[\w+/=-]{20,}"""
    ),
    "an access token": re.compile(r"\b(?:gh[pousr]_|github_pat_|sk_live_|xox[abpr]-|AKIA)[A-Za-z0-9_-]{10,}"),
}


def secrets_in(text: str, public: frozenset[str] = frozenset()) -> list[str]:
    """Name what looks like a secret, line by line; hashes known to be public do not count."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        for what, shape in SHAPES.items():
            hits = [hit for hit in shape.findall(line) if hit.lower().removeprefix("0x") not in public]
            found += [f"line {number}: {what}" for _ in hits]
    return found


def public_hashes() -> frozenset[str]:
    text = (REPO / "tests/architecture/public_hashes.txt").read_text()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return frozenset(line.split()[0].lower().removeprefix("0x") for line in lines)


def test_each_shape_of_a_secret_is_found() -> None:
    planted = [
        'KEY = "0x' + "4f" * 32 + '"',
        "key: " + "4F" * 32,
        "-----BEGIN EC " + "PRIVATE KEY-----",
        'api_secret = "' + "aB3_" * 8 + '"',
        "COPYDESK_PASSPHRASE=" + "x7" * 12,
        '{"apiKey": "' + "0a1b2c3d-" * 4 + '"}',
        "ghp_" + "a" * 36,
    ]
    assert [line for line in planted if not secrets_in(line)] == []


def test_public_hashes_and_lock_hashes_are_no_secrets() -> None:
    assert secrets_in("    --hash=sha256:" + "ab" * 32) == []
    assert secrets_in("TOPIC = 0x" + "AB" * 32, public=frozenset({"ab" * 32})) == []
    assert secrets_in("secret = hidden_from_every_printout(value)") == []


def test_we_track_no_secret() -> None:
    public = public_hashes()
    files = [path for path in tracked_files() if not short(path).startswith("tests/") and path.suffix != ".gz"]
    found = [
        f"{short(path)}: {line}" for path in files for line in secrets_in(path.read_text(errors="replace"), public)
    ]
    assert not found, "\n".join(found)
