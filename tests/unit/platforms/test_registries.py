# SPDX-License-Identifier: Apache-2.0
"""Registries are opened by the name of their platform."""

import pytest

from atr.domain.errors import Invalid
from atr.domain.platform import PlatformKey
from atr.platforms import REGISTRIES, PublicRegistries
from atr.platforms.registries import find_adapter
from atr.ports.platforms import Operation, Site
from tests.contracts.platforms.pypi_plugs import PypiPlug


def test_every_platform_has_an_adapter() -> None:
    assert set(REGISTRIES) == set(PlatformKey)
    assert all(callable(find_adapter(place)) for place in REGISTRIES.values())


def test_a_registry_is_opened_by_its_platform() -> None:
    consignment = PypiPlug().consign("demo", "1.0.0")
    with PublicRegistries(REGISTRIES).connect("pypi", Site("https://pypi.org")) as registry:
        steps = registry.list_steps(Operation.PUBLISH, consignment)
    assert "https://upload.pypi.org/legacy/" in steps[0].call


@pytest.mark.parametrize(("platform", "said"), [("cpan", "not a platform"), ("npm", "does not speak")])
def test_another_platform_is_invalid(platform: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        PublicRegistries({}).connect(platform, Site("https://registry.example"))
