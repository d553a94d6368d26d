# SPDX-License-Identifier: Apache-2.0
"""The requirement files hold what pyproject.toml asks for, with hashes, and no address of any index."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.source_tree import ROOT
from tools.lock_requirements import is_address

PIN = re.compile(r"^([a-z0-9][a-z0-9-]*)==\S+", re.MULTILINE)
each_lock = pytest.mark.parametrize("name", ["client", "server", "dev", "uv"])


def read_lock(name: str) -> str:
    """Return the text of one requirement file."""
    return (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def list_wanted() -> dict[str, set[str]]:
    """Return the names of the requirements that each lock answers for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    client = project["project"]["dependencies"]
    server = client + project["project"]["optional-dependencies"]["server"]
    texts = {"client": client, "server": server, "dev": server + project["dependency-groups"]["dev"]}
    return {
        name: {canonicalize_name(Requirement(text).name) for text in wanted} for name, wanted in texts.items()
    }


@each_lock
def test_a_lock_names_no_address(name: str) -> None:
    assert [line for line in read_lock(name).splitlines() if is_address(line)] == []


@each_lock
def test_every_pin_has_a_hash(name: str) -> None:
    text = read_lock(name)
    hashed = re.findall(r"^([a-z0-9-]+)==.*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    assert hashed == PIN.findall(text)


@pytest.mark.parametrize("name", ["client", "server", "dev"])
def test_a_lock_holds_everything_asked_for(name: str) -> None:
    assert list_wanted()[name] - set(PIN.findall(read_lock(name))) == set()


@pytest.mark.parametrize(
    "line", ["--index-url https://packages.example", "x @ file:///tmp/x", "-e .", "x @ /opt/wheels/x.whl"]
)
def test_an_address_in_a_lock_is_noticed(line: str) -> None:
    assert is_address(line)
