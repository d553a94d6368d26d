# SPDX-License-Identifier: Apache-2.0
"""Faults in HTML, as the validator of the W3C finds them."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

VALIDATOR = Path(".cache/servers/node_modules/vnu-jar/build/dist/vnu.jar")
# What htmx adds to HTML is not HTML's.
_FOREIGN = r"Attribute .hx-.*"


def find_faults(sources: Mapping[str, str]) -> list[str]:
    """Return what is wrong with pages, given by their names, one line a fault."""
    with TemporaryDirectory() as folder:
        for name, source in sources.items():
            (Path(folder) / f"{name}.html").write_text(source)
        words = ["java", "-Xss4m", "-jar", str(VALIDATOR), "--errors-only", "--format", "json"]
        words += ["--filterpattern", _FOREIGN, "--skip-non-html", folder]
        ended = subprocess.run(words, capture_output=True, text=True, check=False)
    found = json.loads(ended.stderr or '{"messages": []}')["messages"]
    return [
        f"{Path(each['url']).stem}: {each['message']} {each.get('extract', '').strip()}" for each in found
    ]
