# SPDX-License-Identifier: Apache-2.0
"""The layer contracts in pyproject.toml leave no part out, as soon as that part has code."""

import tomllib
from collections.abc import Iterator
from typing import TypedDict

from tests.architecture.source_tree import ROOT


class Contract(TypedDict, total=False):
    """What import-linter reads for one contract."""

    name: str
    type: str
    layers: list[str]
    source_modules: list[str]
    forbidden_modules: list[str]
    modules: list[str]


# Who may not reach whom: (the contract's type, sources, targets). A part joins as soon as it exists.
DOORS = {"web", "jobs", "ingress"}
ADAPTERS = {"checks", "platforms", "storage", "openpgp", "db", "identity", "mail"}
INSIDE = {"domain", "ports", "services"}
BANS = (
    (DOORS, ADAPTERS | {"config", "isolation"}),
    (INSIDE, {"schema", "config", "isolation"}),
    ({"client", "schema"}, {"ports", "services", "web", "jobs", "db", "bootstrap"}),
)


def read_contracts() -> list[Contract]:
    """Return the contracts of pyproject.toml."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts: list[Contract] = settings["tool"]["importlinter"]["contracts"]
    return contracts


def list_parts() -> set[str]:
    """Return the names of the modules and packages directly under `atr` that hold code."""
    top = ROOT / "src" / "atr"
    modules = {path.stem for path in top.glob("*.py") if path.stem != "__init__"}
    return modules | {path.name for path in top.iterdir() if any(path.rglob("*.py"))}


def list_banned(contracts: list[Contract]) -> Iterator[tuple[str, str]]:
    """Yield who may not import what, over all contracts of the type `forbidden`."""
    for contract in contracts:
        for source in contract.get("source_modules", []):
            for target in contract.get("forbidden_modules", []):
                yield source.removeprefix("atr."), target.removeprefix("atr.")


def test_a_layer_with_code_is_not_optional() -> None:
    layers = next(contract["layers"] for contract in read_contracts() if contract.get("type") == "layers")
    names = [name.strip() for layer in layers for name in layer.split("|")]
    assert {name for name in names if name.startswith("(") and name.strip("()") in list_parts()} == set()


def test_every_part_that_exists_is_under_its_bans() -> None:
    parts = list_parts()
    wanted = {
        (source, target)
        for sources, targets in BANS
        for source in sources & parts
        for target in targets & parts
    }
    assert wanted - set(list_banned(read_contracts())) == set()


def test_every_platform_is_kept_from_the_others() -> None:
    shared = {"__init__", "_http", "registries"}
    folder = ROOT / "src" / "atr" / "platforms"
    there = {path.stem for path in folder.iterdir() if path.suffix == ".py" or any(path.rglob("*.py"))}
    listed = next(contract for contract in read_contracts() if contract.get("type") == "independence")
    assert there - shared == {name.removeprefix("atr.platforms.") for name in listed.get("modules", [])}
