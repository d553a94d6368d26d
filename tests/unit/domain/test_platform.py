# SPDX-License-Identifier: Apache-2.0
"""The table of platforms against the second seed."""

import dataclasses
import string

import pytest

from atr.domain.errors import Invalid
from atr.domain.platform import ABILITIES, DESCRIPTORS, PlatformDescriptor, PlatformKey, parse_platform

FIELDS = (
    "name",
    "gh_slug",
    "template_url",
    "template_staging_url",
    "requires_owner_namespace",
    "default_owner_namespace",
    "supports_promotion",
    "promotion_mechanism",
)


def test_a_descriptor_has_the_fields_of_the_seed() -> None:
    assert tuple(field.name for field in dataclasses.fields(PlatformDescriptor)) == FIELDS


def test_every_platform_has_a_row_in_both_tables() -> None:
    assert set(DESCRIPTORS) == set(ABILITIES) == set(PlatformKey)


@pytest.mark.parametrize("key", PlatformKey)
def test_a_platform_that_promotes_says_how_and_stages(key: PlatformKey) -> None:
    descriptor = DESCRIPTORS[key]
    assert descriptor.supports_promotion == (descriptor.promotion_mechanism is not None)
    assert not descriptor.supports_promotion or ABILITIES[key].stages


@pytest.mark.parametrize("key", PlatformKey)
def test_an_address_is_made_of_namespace_package_and_version(key: PlatformKey) -> None:
    descriptor = DESCRIPTORS[key]
    templates = filter(None, (descriptor.template_url, descriptor.template_staging_url))
    names = {name for text in templates for _, name, _, _ in string.Formatter().parse(text) if name}
    assert names <= {"owner_namespace", "package", "version"}
    assert ("owner_namespace" in names) >= descriptor.requires_owner_namespace


def test_only_images_have_a_namespace_by_default() -> None:
    defaults = {
        key: each.default_owner_namespace for key, each in DESCRIPTORS.items() if each.default_owner_namespace
    }
    assert defaults == {PlatformKey.DOCKER_HUB: "library"}


def test_an_unknown_platform_is_refused_with_the_known_ones() -> None:
    assert parse_platform("npm-scoped") is PlatformKey.NPM_SCOPED
    with pytest.raises(Invalid, match="choose one of artifacthub, dockerhub"):
        parse_platform("ftp")
