"""The lock files pin every dependency by version and hash, and say nothing about where it was downloaded."""

import re

from tests.architecture.tree import REPO

PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
ADDRESS = re.compile(r"\w+://|--(extra-)?index-url|--find-links|--trusted-host|(^|\s)-[if]\s")


def lock_faults(text: str) -> list[str]:
    """Name each requirement without exact version and hash, and each address."""
    found = [f"address: {line.strip()}" for line in text.splitlines() if ADDRESS.search(line)]
    for requirement in requirements_in(text):
        if not PIN.match(requirement):
            found.append(f"not pinned: {requirement[:80]}")
        elif not HASH.search(requirement):
            found.append(f"no hash: {requirement[:80]}")
    return found


def requirements_in(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip()]


def pins(text: str) -> dict[str, str]:
    matches = [PIN.match(line) for line in requirements_in(text)]
    return {match["name"]: match["version"] for match in matches if match}


def test_each_fault_of_a_lock_is_found() -> None:
    good = "a==1.0 \\\n    --hash=sha256:" + "0" * 64
    assert lock_faults(good) == []
    assert lock_faults("a==1.0") == ["no hash: a==1.0"]
    assert lock_faults(good.replace("==", ">="))[0].startswith("not pinned")
    for address in ("--index-url https://x.example", "-i https://x.example", "--find-links ./wheels", "# file:///x"):
        assert lock_faults(f"{good}\n{address}")


def test_our_locks_carry_hashes_and_no_address() -> None:
    locks = sorted((REPO / "requirements").glob("*.txt"))
    found = [f"{path.name}: {fault}" for path in locks for fault in lock_faults(path.read_text())]
    assert not found, "\n".join(found)
    assert {path.name for path in locks} == {"dev.txt", "run.txt"}


def test_what_runs_is_what_was_tested() -> None:
    run, dev = (pins((REPO / "requirements" / name).read_text()) for name in ("run.txt", "dev.txt"))
    assert run
    assert run.items() <= dev.items()
