# SPDX-License-Identifier: Apache-2.0
"""Commands that other installed packages bring along."""

import glob
import sys
from pathlib import Path

GROUP = "atr.commands"


def may_have_extensions() -> bool:
    """Tell whether any package but our own declares commands.

    Asking importlib.metadata takes longer than all else that `atr --help` does, so the files it would
    read are looked through first.
    """
    return any(_declares_commands(folder) for folder in sys.path)


def _declares_commands(folder: str) -> bool:
    found = glob.glob(f"{glob.escape(folder)}/*.dist-info/entry_points.txt")  # noqa: PTH207 twice as fast
    declarations = (Path(file) for file in found)
    return any(
        f"[{GROUP}]" in file.read_text(encoding="utf-8", errors="replace")
        for file in declarations
        if not file.parent.name.startswith("atr-")
    )
