"""Every module says what it is, and every class what one instance stands for."""

import ast

from tests.architecture.tree import python_files, short


def undocumented(source: str) -> list[str]:
    tree = ast.parse(source)
    found = [] if ast.get_docstring(tree) else ["the module"]
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return found + [f"class {node.name}" for node in classes if not ast.get_docstring(node)]


def test_a_missing_docstring_is_found() -> None:
    assert undocumented("x = 1") == ["the module"]
    assert undocumented('"""A module."""\nclass C:\n    class D:\n        """Documented."""') == ["class C"]


def test_a_function_needs_none() -> None:
    assert undocumented('"""A module."""\ndef f(): ...') == []


def test_our_modules_and_classes_are_documented() -> None:
    found = [
        f"{short(path)}: {what}"
        for path in python_files("src", "bench", "scripts")
        for what in undocumented(path.read_text())
    ]
    assert not found, "\n".join(found)
