# SPDX-License-Identifier: Apache-2.0
"""How long files and functions may be, and how deep their statements may nest."""

import ast
from collections.abc import Iterator

from tests.architecture.rules.rule import Rule
from tests.architecture.source_tree import Source

FILE_LINES = 400
TEST_FILE_LINES = 600
FUNCTION_LINES = 50
NESTING = 3
# A migration is a list of statements that nobody changes again.
MIGRATIONS = "src/atr/db/migrations/"

BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)


def find_long_files(source: Source) -> Iterator[str]:
    """Report a file over its limit of lines."""
    limit = TEST_FILE_LINES if source.path.startswith("tests/") else FILE_LINES
    if (lines := source.text.count("\n")) > limit:
        yield f"1 has {lines} lines, more than {limit}"


def find_long_functions(source: Source) -> Iterator[str]:
    """Report functions over the limit of lines."""
    if source.path.startswith(MIGRATIONS):
        return
    for function in source.walk_functions():
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > FUNCTION_LINES:
            yield f"{function.lineno} {function.name} has {lines} lines, more than {FUNCTION_LINES}"


def find_deep_nesting(source: Source) -> Iterator[str]:
    """Report functions whose blocks nest too deeply; `elif` and nested functions begin no new depth."""
    for function in source.walk_functions():
        if (depth := max(measure_depth(each) for each in function.body)) > NESTING:
            yield f"{function.lineno} {function.name} nests {depth} deep, more than {NESTING}"


def measure_depth(node: ast.AST, *, is_elif: bool = False) -> int:
    """Return how many blocks stand within each other, the node included."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return 0
    own = int(isinstance(node, BLOCKS) and not is_elif)
    return own + max((measure_child(node, child) for child in ast.iter_child_nodes(node)), default=0)


def measure_child(parent: ast.AST, child: ast.AST) -> int:
    """Return the depth of a child, where `elif` stands at the depth of its `if`."""
    if isinstance(parent, ast.If) and parent.orelse == [child] and isinstance(child, ast.If):
        return measure_depth(child, is_elif=True)
    return measure_depth(child)


RULES = (
    Rule("files stay short", find_long_files, Source("src/atr/long.py", "\n" * 401)),
    Rule(
        "functions stay short",
        find_long_functions,
        Source("src/atr/long.py", "def f():\n" + "    pass\n" * FUNCTION_LINES),
    ),
    Rule(
        "blocks stay shallow",
        find_deep_nesting,
        Source(
            "src/atr/deep.py",
            "def f():\n if a:\n  pass\n elif b:\n  for c in d:\n   while e:\n    with g:\n     pass\n",
        ),
    ),
)
