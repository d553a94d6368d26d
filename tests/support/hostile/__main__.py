# SPDX-License-Identifier: Apache-2.0
"""Write every hostile archive into a folder."""

import sys
from pathlib import Path

from tests.support.hostile import HARMLESS, SAMPLES


def main() -> None:
    """Write into the folder that the first argument names."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for sample in (*SAMPLES, *HARMLESS):
        data = sample.make()
        folder.joinpath(sample.name).write_bytes(data)
        sys.stdout.write(f"{len(data):>12} {sample.name}: {', '.join(sorted(sample.rules)) or 'any'}\n")


if __name__ == "__main__":
    main()
