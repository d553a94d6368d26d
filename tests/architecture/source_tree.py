# SPDX-License-Identifier: Apache-2.0
"""The files of this tree as the architecture rules see them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROOTS = ("src", "tests", "tools", "benchmarks", "docs")
TOP_LEVEL = (
    "pyproject.toml",
    "Makefile",
    ".ci/run",
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
)
# What others wrote, or what only stands for some input, is not held against the house rules.
FOREIGN = (
    "/vendor/",
    "/data/",
    "/__pycache__/",
    "/__snapshots__/",
    ".egg-info/",
    "/migrations/procrastinate-",
)

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """One text file: its path from the top of the tree, and what it says."""

    path: str
    text: str

    @property
    def is_python(self) -> bool:
        """Tell whether it is a Python module."""
        return self.path.endswith(".py")

    @property
    def tree(self) -> ast.Module:
        """Return the parsed module."""
        return parse(self.text)

    def walk_functions(self) -> Iterator[FunctionNode]:
        """Yield every function and method."""
        return (node for node in ast.walk(self.tree) if isinstance(node, FunctionNode))


@cache
def parse(text: str) -> ast.Module:
    """Parse a module once, however many rules look at it."""
    return ast.parse(text)


@cache
def list_sources() -> tuple[Source, ...]:
    """Return every text file of ours, in order of the paths."""
    found = [path for root in ROOTS for path in (ROOT / root).rglob("*") if path.is_file()]
    found += [path for name in TOP_LEVEL if (path := ROOT / name).exists()]
    return tuple(read_sources(sorted(found)))


def read_sources(paths: list[Path]) -> Iterator[Source]:
    """Yield those of the files that are text and ours."""
    for path in paths:
        relative = path.relative_to(ROOT).as_posix()
        if any(part in f"/{relative}" for part in FOREIGN):
            continue
        try:
            yield Source(relative, path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            continue
