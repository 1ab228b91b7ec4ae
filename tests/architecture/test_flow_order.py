"""Stages never import each other: they meet in the pipeline."""

import ast

from tests.architecture.tree import SRC, STAGES, line_of, python_files, short


def other_stages_imported(stage: str, source: str) -> list[str]:
    """Name the stages other than its own that a module of ``stage`` imports, and the pipeline that joins them."""
    foreign = {f"copydesk.flow.{name}" for name in (*STAGES, "pipeline", "live") if name != stage}
    found = []
    for node in ast.walk(ast.parse(source)):
        for module in imported_modules(node):
            found += [f"line {line_of(node)} imports {module}" for name in foreign if within(module, name)]
    return found


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def imported_modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    start = {0: "", 1: "copydesk.flow.own.", 2: "copydesk.flow."}.get(node.level, "copydesk.")
    module = start + (node.module or "")
    return [f"{module.rstrip('.')}.{alias.name}" for alias in node.names]


def test_a_stage_that_imports_another_is_found() -> None:
    planted = [
        "import copydesk.flow.decide.gates",
        "from copydesk.flow.decide import gates",
        "from copydesk.flow import decide",
        "from .. import decide",
        "from ..decide.gates import ALL_GATES",
        "def late():\n    from copydesk.flow import pipeline",
    ]
    assert all(other_stages_imported("clean", source) for source in planted)


def test_a_stage_may_import_itself_and_the_domain() -> None:
    source = "from copydesk.flow.clean.dedupe import Seen\nfrom copydesk.domain.money import Usdc\nimport ast"
    assert other_stages_imported("clean", source) == []


def test_our_stages_meet_only_in_the_pipeline() -> None:
    found = [
        f"{short(path)}: {line}"
        for stage in STAGES
        for path in python_files(f"src/copydesk/flow/{stage}")
        for line in other_stages_imported(stage, path.read_text())
    ]
    assert not found, "\n".join(found)


def test_the_flow_holds_the_six_stages_and_nothing_else() -> None:
    folders = {path.name for path in (SRC / "flow").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(STAGES)
