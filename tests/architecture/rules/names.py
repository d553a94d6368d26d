# SPDX-License-Identifier: Apache-2.0
"""How things are called."""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.architecture.rules.rule import Rule
from tests.architecture.source_tree import Source

FUNCTION_WORDS = 4
TEST_WORDS = 3
# These say where something was put, not what it is.
EMPTY_NAMES = frozenset({"util", "utils", "helper", "helpers", "common", "core", "manager", "misc", "shared"})
# Words that say without `_at` that they are instants.
INSTANTS = {
    "at": "the one instant of a fact that has no other",
    "now": "the injected clock's answer",
    "since": "the lower bound of a search",
    "until": "the upper bound of a search",
}


def find_long_names(source: Source) -> Iterator[str]:
    """Report functions of too many words; a dunder and what is marked `override` are somebody else's."""
    for function in source.walk_functions():
        words = function.name.strip("_").split("_")
        if len(words) > FUNCTION_WORDS and not is_dictated(function.name, function.decorator_list):
            yield f"{function.lineno} {function.name} has {len(words)} words, more than {FUNCTION_WORDS}"


def is_dictated(name: str, decorators: list[ast.expr]) -> bool:
    """Tell whether somebody else chose the name."""
    marks = {ast.unparse(decorator) for decorator in decorators}
    return name.startswith("__") or "override" in marks


def find_short_tests(source: Source) -> Iterator[str]:
    """Report tests whose name is no sentence on behaviour."""
    for function in source.walk_functions():
        words = function.name.split("_")[1:]
        if function.name.startswith("test_") and len(words) < TEST_WORDS:
            yield f"{function.lineno} {function.name} says too little"


def find_empty_names(source: Source) -> Iterator[str]:
    """Report modules and packages whose name says nothing."""
    path = PurePosixPath(source.path)
    for word in sorted({*path.parent.parts, path.stem} & EMPTY_NAMES):
        yield f"1 the name {word} does not say what it is"


def find_unclear_times(source: Source) -> Iterator[str]:
    """Report fields of type datetime whose name does not end in `_at`."""
    for holder in (node for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)):
        for field in (node for node in holder.body if isinstance(node, ast.AnnAssign)):
            name = ast.unparse(field.target)
            if is_datetime(field.annotation) and not name.endswith("_at") and name not in INSTANTS:
                yield f"{field.lineno} {holder.name}.{name} is a datetime: let it end in _at"


def is_datetime(annotation: ast.expr) -> bool:
    """Tell whether the annotation is datetime, perhaps or None."""
    return "datetime" in {part.strip() for part in ast.unparse(annotation).split("|")}


RULES = (
    Rule(
        "function names have at most four words",
        find_long_names,
        Source("src/atr/names.py", "def find_all_the_old_things(): ..."),
        where=("src/", "tools/"),
    ),
    Rule(
        "test names are sentences",
        find_short_tests,
        Source("tests/unit/test_votes.py", "def test_tally(): ..."),
        where=("tests/",),
    ),
    Rule("module names say what is inside", find_empty_names, Source("src/atr/web/utils.py", "")),
    Rule(
        "datetimes end in _at",
        find_unclear_times,
        Source("src/atr/domain/vote.py", "class Vote:\n    opened: datetime | None = None\n"),
        where=("src/",),
    ),
)
