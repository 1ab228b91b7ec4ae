"""Nothing in ``src`` swallows a failure or checks with a statement that ``-O`` removes."""

import ast

from tests.architecture.tree import line_of, python_files, short


def swallowed(source: str) -> list[str]:
    """Name each ``assert``, bare ``except``, handler that does nothing, and suppression of everything."""
    nodes = ast.walk(ast.parse(source))
    return [f"line {line_of(node)}: {what}" for node in nodes if (what := why_swallowed(node))]


def why_swallowed(node: ast.AST) -> str | None:
    match node:
        case ast.Assert():
            return "assert (use require)"
        case ast.ExceptHandler(type=None):
            return "bare except"
        case ast.ExceptHandler(body=body) if all(does_nothing(line) for line in body):
            return "except that does nothing"
        case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress"), args=errors) if any(
            isinstance(error, ast.Name) and error.id in {"Exception", "BaseException"} for error in errors
        ):
            return "suppress everything"
    return None


def does_nothing(line: ast.stmt) -> bool:
    return isinstance(line, ast.Pass) or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))


def test_each_way_to_swallow_a_failure_is_found() -> None:
    planted = [
        "assert x",
        "try:\n    f()\nexcept:\n    log()",
        "try:\n    f()\nexcept KeyError:\n    pass",
        "try:\n    f()\nexcept KeyError:\n    ...",
        "try:\n    f()\nexcept* OSError:\n    pass",
        "with contextlib.suppress(Exception):\n    f()",
    ]
    assert [source for source in planted if not swallowed(source)] == []


def test_a_handled_failure_passes() -> None:
    assert swallowed("try:\n    f()\nexcept KeyError as error:\n    raise Broken('no such key') from error") == []


def test_we_swallow_no_failure() -> None:
    found = [f"{short(path)}: {line}" for path in python_files("src") for line in swallowed(path.read_text())]
    assert not found, "\n".join(found)
