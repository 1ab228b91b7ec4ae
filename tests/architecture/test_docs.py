"""What the documents say is still so: the drawn tree, the links, and the commands of the README."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import REPO, SRC, short, tracked_files

BRANCH = re.compile(r"^(?P<rails>(?:│   |    )*)[├└]── (?P<name>[\w.-]+/?)(?P<words>.*)$")
FENCE = re.compile(r"^```(?P<kind>\w*)[^\n]*\n(?P<body>.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)")
COMMAND = re.compile(r"^(?:\$ )?(?:\S*/)?copydesk(?P<words>(?: [a-z][a-z-]*(?=\s|$))*)", re.MULTILINE)
TARGET = re.compile(r"\bmake (?P<name>[a-z][a-z-]*)")
WORD = re.compile(r"[a-z_]+")
NAMED_IN_WORDS = ("adapters/", "run/", "serve/")


# --- the tree --------------------------------------------------------------------------------------------------------


def drawn_tree(page: str) -> dict[str, str]:
    """Read the block that starts with ``src/copydesk/``: each drawn path and the words beside it."""
    blocks = [match["body"] for match in FENCE.finditer(page) if match["body"].startswith("src/copydesk/")]
    drawn: dict[str, str] = {}
    folders: list[str] = []
    for line in blocks[0].splitlines()[1:] if blocks else []:
        if match := BRANCH.match(line):
            depth = len(match["rails"]) // 4
            path = "".join(folders[:depth]) + match["name"]
            folders[depth:] = [match["name"]]
            drawn[path] = match["words"]
    return drawn


def tree_disagreements(drawn: dict[str, str], on_disk: set[str], must_be_drawn: set[str]) -> list[str]:
    """Name what is drawn and gone, and what is there and not drawn; plugs and faces may be named in words."""
    gone = [f"drawn, not on disk: {path}" for path in sorted(drawn) if path not in on_disk]
    missing = [path for path in sorted(must_be_drawn - drawn.keys()) if not named_in_words(path, drawn)]
    return gone + [f"on disk, not drawn: {path}" for path in missing]


def named_in_words(path: str, drawn: dict[str, str]) -> bool:
    folder, _, name = path.rstrip("/").rpartition("/")
    return f"{folder}/" in NAMED_IN_WORDS and name in WORD.findall(drawn.get(f"{folder}/", ""))


def paths_on_disk() -> set[str]:
    """Every file we keep in the package, and every folder above one, with a slash."""
    files = {path.relative_to(SRC) for path in tracked_files() if path.is_relative_to(SRC)}
    folders = {folder for path in files for folder in path.parents} - {Path()}
    return {path.as_posix() for path in files} | {f"{folder.as_posix()}/" for folder in folders}


def must_be_drawn(on_disk: set[str]) -> set[str]:
    """Folders and modules directly in the package and in the flow; packages in adapters, run and serve."""
    wanted = set()
    for path in on_disk:
        folder, _, name = path.rstrip("/").rpartition("/")
        is_folder, is_module = path.endswith("/"), name.endswith(".py") and not name.startswith("__")
        if (folder in {"", "flow"} and (is_folder or is_module)) or (f"{folder}/" in NAMED_IN_WORDS and is_folder):
            wanted.add(path)
    return wanted


PAGE = """
```text
src/copydesk/
├── flow/
│   ├── clean/     once
│   └── pipeline.py
├── adapters/      the plugs: paper, clocks
└── ports.py
```
"""


def test_a_drawn_tree_is_read() -> None:
    assert list(drawn_tree(PAGE)) == ["flow/", "flow/clean/", "flow/pipeline.py", "adapters/", "ports.py"]


def test_a_tree_that_disagrees_with_the_disk_is_found() -> None:
    on_disk = {"flow/", "flow/clean/", "flow/decide/", "adapters/", "adapters/paper/", "adapters/web/", "ports.py"}
    assert tree_disagreements(drawn_tree(PAGE), on_disk, must_be_drawn(on_disk)) == [
        "drawn, not on disk: flow/pipeline.py",
        "on disk, not drawn: adapters/web/",
        "on disk, not drawn: flow/decide/",
    ]


def test_a_page_without_a_tree_is_found() -> None:
    assert tree_disagreements(drawn_tree("no tree"), {"ports.py"}, {"ports.py"}) == ["on disk, not drawn: ports.py"]


def test_our_architecture_page_draws_the_tree_on_disk() -> None:
    on_disk = paths_on_disk()
    page = (REPO / "docs" / "architecture.md").read_text()
    found = tree_disagreements(drawn_tree(page), on_disk, must_be_drawn(on_disk))
    assert not found, "\n".join(found)


# --- the links -------------------------------------------------------------------------------------------------------


def broken_links(page: str, folder: Path) -> list[str]:
    """Name each relative link of a page that points at nothing."""
    prose = FENCE.sub("", page)
    targets = [match["target"].partition("#")[0] for match in LINK.finditer(prose)]
    return [target for target in targets if target and ":" not in target and not (folder / target).exists()]


def test_a_link_to_nothing_is_found(tmp_path: Path) -> None:
    (tmp_path / "here.md").touch()
    page = '[a](here.md#part) [b](gone.md) [c](https://x.example/y) [d](#part) [e](no/such "title")'
    assert broken_links(page, tmp_path) == ["gone.md", "no/such"]


def test_our_links_point_at_something() -> None:
    pages = [path for path in tracked_files() if path.suffix == ".md"]
    found = [f"{short(path)}: {link}" for path in pages for link in broken_links(path.read_text(), path.parent)]
    assert not found, "\n".join(found)


# --- the commands ----------------------------------------------------------------------------------------------------


def commands_in(page: str) -> list[str]:
    """Name the ``copydesk`` commands of the fenced shell blocks, without options and values."""
    blocks = [match["body"] for match in FENCE.finditer(page) if match["kind"] in {"sh", "bash", "console"}]
    return sorted({match["words"].strip() for block in blocks for match in COMMAND.finditer(block)})


def is_a_command(words: str) -> bool:
    asked = [sys.executable, "-m", "copydesk", *words.split(), "--help"]
    return subprocess.run(asked, capture_output=True, check=False, stdin=subprocess.DEVNULL).returncode == 0


def test_the_commands_of_a_page_are_read() -> None:
    page = "```sh\ncopydesk replay --source x\n.venv/bin/copydesk ledger verify a.db\n$ copydesk\n```\n`copydesk other`"
    assert commands_in(page) == ["", "ledger verify", "replay"]


@pytest.mark.slow
def test_a_command_that_does_not_exist_is_found() -> None:
    assert not is_a_command("no-such-command")


@pytest.mark.slow
def test_the_commands_of_our_readme_exist() -> None:
    commands = commands_in((REPO / "README.md").read_text())
    assert commands
    found = [f"copydesk {words}" for words in commands if not is_a_command(words)]
    assert not found, "\n".join(found)


def targets_in(page: str) -> set[str]:
    """Name the ``make`` targets of the fenced shell blocks."""
    blocks = [match["body"] for match in FENCE.finditer(page) if match["kind"] in {"sh", "bash", "console"}]
    return {match["name"] for block in blocks for match in TARGET.finditer(block)}


def targets_of(makefile: str) -> set[str]:
    return set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def test_the_targets_of_a_page_are_read() -> None:
    assert targets_in("```sh\nmake demo\nmake run ARGS=x && make no-such\n```\n`make other`") == {
        "demo",
        "run",
        "no-such",
    }
    assert targets_of("help:  ## list\n\t@awk\nX := 1\nrun: $(READY)\n") == {"help", "run"}


def test_what_a_person_types_first_is_there() -> None:
    """S4.22: install, test, run and healthcheck, beside demo and check."""
    assert {"install", "test", "run", "healthcheck", "demo", "check"} <= targets_of((REPO / "Makefile").read_text())


def test_the_make_targets_of_our_pages_exist() -> None:
    known = targets_of((REPO / "Makefile").read_text())
    pages = [path for path in tracked_files() if path.suffix == ".md"]
    found = [f"{short(path)}: make {name}" for path in pages for name in targets_in(path.read_text()) - known]
    assert not found, "\n".join(found)
