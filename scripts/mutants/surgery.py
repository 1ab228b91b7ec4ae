"""Puts a mutated module into this process in place of the one that is running in it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from types import FunctionType, ModuleType

OURS = ("copydesk", "tests")


def plant(module: ModuleType, tree: ast.Module, *, is_in_function: bool) -> None:
    """Make the whole process run `tree` as `module`: whoever imported something of it has the mutated one."""
    mutated = _executed(module, tree)
    for name, new in mutated.items():
        old = vars(module).get(name)
        if old is new or name.startswith("__"):
            continue
        if is_in_function:
            _exchange_code(old, new, module.__name__)
        elif not isinstance(new, FunctionType):
            _exchange_value(old, new)


def _executed(module: ModuleType, tree: ast.Module) -> dict[str, object]:
    names: dict[str, object] = {"__name__": module.__name__, "__file__": module.__file__}
    exec(compile(ast.fix_missing_locations(tree), module.__file__ or "", "exec"), names)
    return names


def _exchange_code(old: object, new: object, module: str) -> None:
    """Let the functions that everybody holds do what the mutated ones do."""
    if isinstance(old, FunctionType) and isinstance(new, FunctionType) and new.__module__ == module:
        old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__
    elif isinstance(old, type) and isinstance(new, type) and new.__module__ == module:
        for name, method in _methods(new):
            for held, of in _methods(old):
                if held == name:
                    of.__code__ = method.__code__


def _methods(owner: type) -> Iterator[tuple[str, FunctionType]]:
    for name, value in vars(owner).items():
        found = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        if isinstance(found, FunctionType):
            yield name, found


def _exchange_value(old: object, new: object) -> None:
    """Give everybody who has the old value by name the new one."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in OURS:
            for key, value in list(vars(module).items()):
                if value is old:
                    setattr(module, key, new)
