"""No float and no true division where money is counted."""

import ast

from tests.architecture.tree import line_of, python_files, short

MONEY_PATH = ("domain", "flow/decide", "flow/execute", "flow/ledger", "flow/portfolio")
FLOAT_WORDS = {"float", "complex", "truediv", "itruediv", "__truediv__", "__rtruediv__", "__itruediv__"}


def inexact(source: str) -> list[str]:
    """Name each float and each division by ``/`` of a module, with its line."""
    tree = ast.parse(source)
    found = [(line_of(node), what) for node in ast.walk(tree) if (what := why_inexact(node))]
    found += [(text.lineno, "float") for text in quoted_annotations(tree) if "float" in str(text.value)]
    return [f"line {line}: {what}" for line, what in sorted(set(found))]


def why_inexact(node: ast.AST) -> str | None:
    match node:
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            return "/"
        case ast.Constant(value=float() | complex() as value):
            return f"literal {value}"
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.FunctionDef(name=name) if name in FLOAT_WORDS:
            return name
        case ast.alias(name=name) if name.rpartition(".")[2] in FLOAT_WORDS:
            return name
    return None


def quoted_annotations(tree: ast.AST) -> list[ast.Constant]:
    notes = []
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign):
            notes.append(node.annotation)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            notes.append(node.returns)
    inside = [part for note in notes if note is not None for part in ast.walk(note)]
    return [part for part in inside if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def test_each_way_to_lose_a_micro_is_found() -> None:
    planted = [
        "x = 1.5",
        "x = 1e6",
        "x = 2j",
        "x: float",
        "def f(x: float): ...",
        "def f(x: 'float | None'): ...",
        "def f() -> list[float]: ...",
        "x = float('1')",
        "from builtins import float as f",
        "x = a / b",
        "x /= 2",
        "from operator import truediv",
        "x = operator.truediv(a, b)",
        "class M:\n    def __truediv__(self, other): ...",
    ]
    assert [source for source in planted if not inexact(source)] == []


def test_whole_numbers_and_named_rounding_pass() -> None:
    source = "x: int = -(-a // b)\ny = Decimal('0.5')\nz = a % b\n# a / b is 0.5\ntext = 'a float / b'"
    assert inexact(source) == []


def test_our_money_path_is_exact() -> None:
    found = [
        f"{short(path)}: {line}"
        for folder in MONEY_PATH
        for path in python_files(f"src/copydesk/{folder}")
        for line in inexact(path.read_text())
    ]
    assert not found, "\n".join(found)
