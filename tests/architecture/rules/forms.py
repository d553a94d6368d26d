# SPDX-License-Identifier: Apache-2.0
"""The form that files, packages, values and error handling have."""

import ast
from collections.abc import Iterator

from tests.architecture.rules.rule import PYTHON, Rule
from tests.architecture.source_tree import TOP_LEVEL, Source

SPDX = "SPDX-License-Identifier: Apache-2.0"
REGISTRY = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
BROAD = frozenset({"Exception", "BaseException"})
# The three places where anything at all may go wrong without stopping the whole, and why.
BROAD_ALLOWED = {
    "src/atr/checks/runner.py": "a check that fails becomes a finding and takes no other down",
    "src/atr/jobs/runner.py": "a job that fails is recorded and tried again",
    "src/atr/web/errors.py": "whatever goes wrong ends as a page or problem document",
}


def find_missing_licence(source: Source) -> Iterator[str]:
    """Report files whose first line (second after `#!`) does not name the licence."""
    lines = source.text.split("\n", 2)
    first = lines[1] if lines[0].startswith("#!") and len(lines) > 1 else lines[0]
    if SPDX not in first:
        yield f"1 the first line does not say {SPDX}"


def find_busy_packages(source: Source) -> Iterator[str]:
    """Report packages whose `__init__` does more than re-export and register."""
    if not source.path.endswith("/__init__.py"):
        return
    for node in source.tree.body:
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not is_docstring and not isinstance(node, REGISTRY):
            yield f"{node.lineno} a package holds re-exports and registries only"


def find_changeable_values(source: Source) -> Iterator[str]:
    """Report dataclasses that are not frozen and slotted."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ClassDef):
            continue
        for decorator in map(ast.unparse, node.decorator_list):
            is_value = decorator.split("(")[0] in {"dataclass", "dataclasses.dataclass"}
            if is_value and not {"frozen=True", "slots=True"} <= set(
                decorator[:-1].partition("(")[2].split(", ")
            ):
                yield f"{node.lineno} {node.name} is not frozen and slotted"


def find_broad_handlers(source: Source) -> Iterator[str]:
    """Report handlers that swallow every exception outside the listed files; passing it on is fine."""
    if source.path in BROAD_ALLOWED:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and is_broad(node.type) and not passes_on(node):
            yield f"{node.lineno} catches everything: name what can happen"
        if isinstance(node, ast.Call) and is_broad_suppression(node):
            yield f"{node.lineno} suppresses everything: name what can happen"


def is_broad(caught: ast.expr | None) -> bool:
    """Tell whether the expression of a handler stands for every exception."""
    named = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(each is None or ast.unparse(each) in BROAD for each in named)


def is_broad_suppression(call: ast.Call) -> bool:
    """Tell whether the call is `contextlib.suppress` of every exception."""
    return ast.unparse(call.func).endswith("suppress") and any(map(is_broad, call.args))


def passes_on(handler: ast.ExceptHandler) -> bool:
    """Tell whether the handler ends by raising what it caught."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


RULES = (
    Rule(
        "every file names its licence",
        find_missing_licence,
        Source("src/atr/x.py", '"""A module."""\n'),
        where=(*PYTHON, "docs/", *TOP_LEVEL),
        suffixes=(
            ".py",
            ".sh",
            ".toml",
            ".yaml",
            ".yml",
            ".sql",
            ".css",
            ".js",
            ".html",
            ".md",
            "Makefile",
            "run",
        ),
    ),
    Rule(
        "packages only re-export and register",
        find_busy_packages,
        Source("src/atr/web/__init__.py", "def start(): ...\n"),
    ),
    Rule(
        "values are frozen and slotted",
        find_changeable_values,
        Source("src/atr/domain/x.py", "@dataclass(frozen=True)\nclass Vote: ...\n"),
        where=("src/atr/domain/", "src/atr/services/"),
    ),
    Rule(
        "errors are named",
        find_broad_handlers,
        Source("src/atr/x.py", "try:\n    f()\nexcept (ValueError, Exception):\n    pass\n"),
        where=("src/",),
    ),
)
