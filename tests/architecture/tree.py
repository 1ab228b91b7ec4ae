"""The checkout as the architecture tests see it: which files there are, and where."""

import ast
import subprocess
from functools import cache
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
SRC = REPO / "src" / "copydesk"
STAGES = ("capture", "clean", "decide", "execute", "ledger", "portfolio")


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file git keeps or is about to keep; what .gitignore names is not looked at."""
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPO,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = sorted(REPO / name for name in set(listing.split("\0")) if name)
    return tuple(path for path in paths if path.is_file())


def python_files(*folders: str) -> list[Path]:
    """Every Python file we keep under the folders given, named from the top of the checkout."""
    roots = [REPO / folder for folder in folders]
    return [
        path for path in tracked_files() if path.suffix == ".py" and any(path.is_relative_to(root) for root in roots)
    ]


def short(path: Path) -> str:
    return path.relative_to(REPO).as_posix()


def line_of(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 0))
