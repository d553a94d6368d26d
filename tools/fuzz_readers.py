# SPDX-License-Identifier: Apache-2.0
"""Let atheris look for bytes that a reader stumbles over, guided by which lines they reach.

`python -m tools.fuzz_readers SUBJECT [OPTIONS OF LIBFUZZER]`, for instance `zip -max_total_time=300`. Atheris
is none of the libraries of `make setup`, for it has no builds for every system: `pip install atheris` first.
"""

import importlib
import sys
import tempfile
from pathlib import Path
from typing import Any


def main() -> None:
    """Fuzz the reader that the first argument names, beginning with the good samples."""
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["atr"]):
        subjects = importlib.import_module("tests.fuzz.samples").SUBJECTS
    chosen = {subject.name: subject for subject in subjects}[sys.argv[1]]
    with tempfile.TemporaryDirectory(prefix="atr-fuzz-") as folder:
        for number, sample in enumerate(chosen.samples):
            Path(folder, f"{number}").write_bytes(sample)
        atheris.Setup([sys.argv[0], *sys.argv[2:], folder], chosen.run)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
