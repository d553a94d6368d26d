# SPDX-License-Identifier: Apache-2.0
"""A generated page, and the few forms of Markdown that pages are made of."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "reference"
MARK = "<!-- SPDX-License-Identifier: Apache-2.0 - written by `make docs`; do not edit -->\n"


@dataclass(frozen=True, slots=True)
class Page:
    """One file of docs/reference and the function that returns its text."""

    name: str
    render: Callable[[], str]

    @property
    def path(self) -> Path:
        """Return where the page stands."""
        return FOLDER / self.name

    def build(self) -> str:
        """Return the whole text of the file; only Markdown carries the mark."""
        return MARK * self.name.endswith(".md") + self.render().rstrip("\n") + "\n"

    def is_current(self) -> bool:
        """Tell whether the file says what it would say if it were written now."""
        return self.path.exists() and self.path.read_text(encoding="utf-8") == self.build()


def format_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(escape_cell(cell) for cell in line)} |\n" for line in lines)


def escape_cell(text: str) -> str:
    """Return the text as it may stand in a table."""
    return text.replace("|", "\\|").replace("\n", " ")
