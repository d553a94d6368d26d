# SPDX-License-Identifier: Apache-2.0
"""Resolve the requirement files: exact versions with hashes, and no address of any index."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# SPDX-License-Identifier: Apache-2.0\n# Written by `make lock` from pyproject.toml; do not edit.\n"
ADDRESS = re.compile(r"://|^\s*-|(?:^|\s)/", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Lock:
    """One requirement file and what is resolved into it."""

    name: str
    arguments: tuple[str, ...]


# The first is the widest: the others take their versions from it.
LOCKS = (
    Lock("dev", ("--extra", "server", "--group", "dev")),
    Lock("server", ("--extra", "server")),
    Lock("client", ()),
)


def build_environment() -> dict[str, str]:
    """Return the environment without what this machine says about indexes and caches."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "UV_"))}


def resolve(lock: Lock, extra: tuple[str, ...]) -> str:
    """Return the text of the requirement file; versions already there are kept unless told otherwise."""
    target = ROOT / "requirements" / f"{lock.name}.txt"
    constraint = () if lock is LOCKS[0] else ("--constraint", "requirements/dev.txt")
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml"),
        *lock.arguments,
        *constraint,
        *("--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate"),
        *("--quiet", "--output-file", str(target.relative_to(ROOT))),
        *extra,
    ]
    subprocess.run(command, cwd=ROOT, env=build_environment(), check=True)
    return target.read_text(encoding="utf-8")


def refuse_addresses(name: str, text: str) -> None:
    """End the program when a line names an index, a host or a path."""
    if found := [line for line in text.splitlines() if is_address(line)]:
        sys.exit(f"requirements/{name}.txt must not say where files come from: {found[0]}")


def is_address(line: str) -> bool:
    """Tell whether the line of a requirement file says where to look for files."""
    return not line.startswith(("#", "    --hash=")) and ADDRESS.search(line) is not None


def extract_pin(text: str, package: str) -> str:
    """Return the lines that pin one package, hashes included."""
    match = re.search(rf"^{re.escape(package)}==.*(?:\n    --hash=.*)+\n", text, re.MULTILINE)
    if match is None:
        sys.exit(f"{package} is not among the locked requirements.")
    return match.group()


def write(name: str, text: str) -> None:
    """Write one requirement file under the header."""
    refuse_addresses(name, text)
    path = ROOT / "requirements" / f"{name}.txt"
    path.write_text(HEADER + text.removeprefix(HEADER), encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Write all requirement files; the arguments go to the resolver, such as `--upgrade`."""
    for lock in LOCKS:
        text = resolve(lock, tuple(arguments))
        write(lock.name, text)
        if lock is LOCKS[0]:
            write("uv", extract_pin(text, "uv"))


if __name__ == "__main__":
    main(sys.argv[1:])
