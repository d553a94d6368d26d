# SPDX-License-Identifier: Apache-2.0
"""What may be imported, where, and under which name; the layers themselves are import-linter's."""

import ast
import sys
from collections.abc import Iterator

from tests.architecture.rules.rule import Rule
from tests.architecture.source_tree import Source

# (module, what it imports late): why that cannot stand at the top.
LATE_IMPORTS = {
    ("src/atr/client/main.py", "importlib.metadata"): "takes as long as all else that `atr --help` needs",
    ("src/atr/client/structured_file.py", "yaml"): "is no part of a bare client",
    ("src/atr/client/output.py", "rich.console"): "costs more time than most commands take",
    ("src/atr/client/output.py", "rich.progress"): "costs more time than most commands take",
}
# `Any` is for shapes that others decide.
ANY_ALLOWED = ("src/atr/schema/", "src/atr/platforms/", "src/atr/formats/")

ImportNode = ast.Import | ast.ImportFrom


def walk_imports(node: ast.AST) -> Iterator[ImportNode]:
    """Yield every import statement below the node."""
    return (each for each in ast.walk(node) if isinstance(each, ImportNode))


def list_modules(node: ImportNode) -> tuple[str, ...]:
    """Return the modules that an import statement names."""
    return tuple(alias.name for alias in node.names) if isinstance(node, ast.Import) else (node.module or "",)


def find_aliases(source: Source) -> Iterator[str]:
    """Report imports under another name."""
    for node in walk_imports(source.tree):
        for alias in node.names:
            if alias.asname is not None:
                yield f"{node.lineno} {alias.name} is imported as {alias.asname}: one thing, one name"


def find_late_imports(source: Source) -> Iterator[str]:
    """Report imports inside functions that are not listed with their reason."""
    late = (node for function in source.walk_functions() for node in walk_imports(function))
    for node in late:
        for module in list_modules(node):
            if (source.path, module) not in LATE_IMPORTS:
                yield f"{node.lineno} imports {module} in a function: imports stand at the top"


def find_mocks(source: Source) -> Iterator[str]:
    """Report anything of unittest: fakes are product code, tests are functions."""
    for node in walk_imports(source.tree):
        if any(module.split(".")[0] == "unittest" for module in list_modules(node)):
            yield f"{node.lineno} imports from unittest: use the in-memory twin of the port"


def find_foreign_imports(source: Source) -> Iterator[str]:
    """Report libraries where only the standard library and ATR itself may be used."""
    for node in walk_imports(source.tree):
        for module in list_modules(node):
            if module.split(".")[0] not in {"atr", *sys.stdlib_module_names}:
                yield f"{node.lineno} imports {module}: rules, ports and use cases know no library"


def find_any(source: Source) -> Iterator[str]:
    """Report the import of `Any` where shapes are our own."""
    if source.path.startswith(ANY_ALLOWED):
        return
    for node in walk_imports(source.tree):
        if any(alias.name == "Any" for alias in node.names):
            yield f"{node.lineno} imports Any: only schema, platforms and formats may"


RULES = (
    Rule("imports have no aliases", find_aliases, Source("src/atr/x.py", "from json import dumps as dump\n")),
    Rule(
        "imports stand at the top",
        find_late_imports,
        Source("src/atr/x.py", "def f():\n    import json\n"),
    ),
    Rule("nothing is mocked", find_mocks, Source("tests/unit/test_x.py", "from unittest import mock\n")),
    Rule(
        "the inside uses the standard library only",
        find_foreign_imports,
        Source("src/atr/domain/x.py", "from pydantic import BaseModel\n"),
        where=("src/atr/domain/", "src/atr/ports/", "src/atr/services/"),
    ),
    Rule(
        "Any is for foreign shapes",
        find_any,
        Source("src/atr/domain/x.py", "from typing import Any\n"),
        where=("src/",),
    ),
)
