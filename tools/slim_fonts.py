# SPDX-License-Identifier: Apache-2.0
"""Make vendored fonts half as large: without the weights and the hints that no page of ours uses.

Which letters there are stays the same. The licence reserves the fonts' name for the original, so a changed
font carries no name of its own, and the stylesheet calls it by ours.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

FONTTOOLS = ("--from", "fonttools[woff]==4.68.0", "--with", "brotli==1.2.1", "fonttools")
WEIGHTS = "wght=400:600"
FEATURES = "kern,liga,calt,ccmp,locl,mark,tnum,zero"
_COPYRIGHT_AND_LICENCE = "0,13,14"


def slim_font(path: Path) -> None:
    """Replace the font by its smaller form."""
    with tempfile.TemporaryDirectory() as name:
        narrowed = Path(name) / "narrowed.ttf"
        if _is_variable(path):
            _run("varLib.instancer", str(path), WEIGHTS, "--output", str(narrowed))
        else:
            _run("ttLib.woff2", "decompress", "-o", str(narrowed), str(path))
        options = ("--no-hinting", f"--layout-features={FEATURES}", f"--name-IDs={_COPYRIGHT_AND_LICENCE}")
        _run("subset", str(narrowed), "--unicodes=*", *options, "--flavor=woff2", f"--output-file={path}")


def _is_variable(path: Path) -> bool:
    return path.name.startswith("plex-sans")


def _run(*words: str) -> None:
    program = Path(sys.executable).with_name("uvx")
    subprocess.run([program, "--quiet", *FONTTOOLS, *words], check=True, stdout=subprocess.DEVNULL)
