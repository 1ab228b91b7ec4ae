"""Module names say what is inside; a name that could mean anything means the idea is missing."""

from pathlib import PurePosixPath

from tests.architecture.tree import python_files, short

MEANINGLESS = {
    *("util", "utils", "helper", "helpers", "common", "base", "misc", "manager", "managers", "service", "services"),
}


def meaningless_words(path: str) -> list[str]:
    """Name the words of a module's file and folders that say nothing."""
    words = [word for part in PurePosixPath(path).with_suffix("").parts for word in part.split("_")]
    return [word for word in words if word in MEANINGLESS]


def test_a_meaningless_name_is_found() -> None:
    planted = ["src/x/utils.py", "src/x/order_manager.py", "src/common/x.py", "src/x/service.py", "tests/helpers.py"]
    assert [path for path in planted if not meaningless_words(path)] == []


def test_a_word_inside_a_word_is_not_found() -> None:
    assert meaningless_words("src/copydesk/flow/decide/baseline.py") == []


def test_our_modules_have_names_that_say_something() -> None:
    found = [short(path) for path in python_files("src", "tests", "bench", "scripts") if meaningless_words(short(path))]
    assert not found, "\n".join(found)
