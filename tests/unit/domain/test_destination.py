# SPDX-License-Identifier: Apache-2.0
"""What lines say of channels, and under which names releases get there."""

from dataclasses import replace

import pytest

from atr.domain.channel_use import (
    LONGEST_GLOB,
    MOST_FINAL_NAMES,
    MOST_GLOBS,
    MOST_USES,
    ChannelChoice,
    ChannelUse,
    choose_uses,
    find_use,
)
from atr.domain.destination import Destination, check_uses, find_destination
from atr.domain.errors import Invalid
from atr.domain.names import ChannelKey, ReleaseKey
from atr.domain.platform import DESCRIPTORS, PlatformKey

NPM, PYPI = ChannelKey("npm"), ChannelKey("pypi")
USE = ChannelUse(NPM)
RELEASE = ReleaseKey.parse("demo/1.2.0")


def find(
    platform: PlatformKey, use: ChannelUse = USE, release: ReleaseKey = RELEASE, *, prerelease: bool = False
) -> Destination:
    return find_destination(use, platform, release, 4, prerelease=prerelease)


def list_faults(use: ChannelUse, platform: PlatformKey = PlatformKey.NPM) -> list[str]:
    with pytest.raises(Invalid) as refusal:
        check_uses((use,), {NPM: platform})
    return [problem.field for problem in refusal.value.problems]


def test_custom_names_what_no_line_says() -> None:
    assert find(PlatformKey.NPM) == Destination(None, "demo", "1.2.0", "staging", ("latest",))
    image = find(PlatformKey.DOCKER_HUB)
    assert image == Destination("library", "demo", "1.2.0", "1.2.0-rc4", ("1.2.0", "latest"))
    assert find(PlatformKey.PYPI) == Destination(None, "demo", "1.2.0", "", ())
    owned = find(PlatformKey.GITHUB, replace(USE, owner_namespace="acme"))
    assert owned == Destination("acme", "demo", "1.2.0", "v1.2.0", ("v1.2.0",))


def test_the_package_of_another_line_carries_its_key() -> None:
    assert find(PlatformKey.PYPI, release=ReleaseKey.parse("demo/tools/1.0")).package == "demo-tools"
    assert find(PlatformKey.PYPI, replace(USE, package="other")).package == "other"


def test_nobody_gets_a_prerelease_unasked() -> None:
    early = ReleaseKey.parse("demo/2.0.0-beta.1")
    assert find(PlatformKey.NPM, release=early, prerelease=True).final_names == ("next",)
    assert find(PlatformKey.DOCKER_HUB, release=early, prerelease=True).final_names == ("2.0.0-beta.1",)
    chosen = replace(USE, final_names=("beta",))
    assert find(PlatformKey.NPM, chosen, early, prerelease=True).final_names == ("beta",)


def test_versions_fit_the_names_they_stand_in() -> None:
    release = ReleaseKey.parse("demo/v1.0+build")
    assert find(PlatformKey.NPM, release=release).version == "1.0+build"
    assert find(PlatformKey.DOCKER_HUB, release=release).final_names == ("1.0_build", "latest")
    bare = replace(USE, owner_namespace="acme", final_names=("{version}",), staging_name="{version}")
    assert find(PlatformKey.GITHUB, bare, release).final_names == ("1.0+build",)


def test_an_owner_is_asked_for_where_the_platform_needs_one() -> None:
    for platform in PlatformKey:
        needs = DESCRIPTORS[platform].requires_owner_namespace
        if needs:
            assert list_faults(USE, platform) == ["owner_namespace"]
            check_uses((replace(USE, owner_namespace="org.acme"),), {NPM: platform})
            with pytest.raises(Invalid, match="Name the owner"):
                find(platform)
        else:
            check_uses((USE,), {NPM: platform})
    assert list_faults(replace(USE, owner_namespace="acme")) == ["owner_namespace"]
    assert list_faults(replace(USE, owner_namespace="@acme"), PlatformKey.NPM_SCOPED) == ["owner_namespace"]
    check_uses((replace(USE, owner_namespace="acme"),), {NPM: PlatformKey.DOCKER_HUB})


@pytest.mark.parametrize("tag", ["v1.4", "2", "1.x", "x", "*", "=3", "vv2", "la test", "", "-a", "v1"])
def test_a_dist_tag_never_reads_as_a_range_of_versions(tag: str) -> None:
    if tag:
        assert list_faults(replace(USE, staging_name=tag)) == ["staging_name"]
    assert list_faults(replace(USE, final_names=(tag or "{version}",))) == ["final_names"]


@pytest.mark.parametrize("tag", ["next", "v-next", "version2", "x-ray", "r2.0", "lts"])
def test_words_are_dist_tags(tag: str) -> None:
    check_uses((replace(USE, staging_name=tag, final_names=(f"{tag}-stable",)),), {NPM: PlatformKey.NPM})


@pytest.mark.parametrize("tag", ["a..b", "a//b", "x.lock", "x/", "x.", "a b", "~x", "a/.b", "-x", "a:b"])
def test_a_tag_git_refuses_is_refused(tag: str) -> None:
    use = replace(USE, owner_namespace="acme", staging_name=tag, final_names=(tag,))
    assert set(list_faults(use, PlatformKey.GITHUB)) == {"staging_name", "final_names"}


def test_testers_and_the_public_follow_different_names() -> None:
    assert list_faults(replace(USE, staging_name="latest")) == ["staging_name"]
    assert list_faults(replace(USE, final_names=("staging",))) == ["staging_name"]
    assert list_faults(replace(USE, staging_name="{version}"), PlatformKey.DOCKER_HUB) == ["staging_name"]


def test_names_are_for_platforms_that_have_them() -> None:
    assert list_faults(replace(USE, staging_name="rc"), PlatformKey.PYPI) == ["staging_name"]
    assert list_faults(replace(USE, final_names=("latest",)), PlatformKey.HEX) == ["final_names"]


@pytest.mark.parametrize(
    ("use", "field"),
    [
        (replace(USE, package="../x"), "package"),
        (replace(USE, package="a b"), "package"),
        (replace(USE, package="x" * 300), "package"),
        (replace(USE, files=("*",) * (MOST_GLOBS + 1)), "files"),
        (replace(USE, files=("x" * (LONGEST_GLOB + 1),)), "files"),
        (replace(USE, files=("",)), "files"),
        (replace(USE, final_names=tuple(f"t-{n}" for n in range(MOST_FINAL_NAMES + 1))), "final_names"),
    ],
)
def test_a_faulty_detail_is_named(use: ChannelUse, field: str) -> None:
    assert list_faults(use) == [field]


def test_channels_are_known_and_named_once() -> None:
    with pytest.raises(Invalid) as refusal:
        check_uses((USE, USE, ChannelUse(PYPI)), {NPM: PlatformKey.NPM})
    assert [str(each.message) for each in refusal.value.problems] == [
        "Name each channel once.",
        "There is no channel pypi.",
    ]
    many = tuple(ChannelUse(ChannelKey(f"c{number}")) for number in range(MOST_USES + 1))
    with pytest.raises(Invalid, match=f"Choose at most {MOST_USES} channels"):
        check_uses(many, {use.channel: PlatformKey.NPM for use in many})


def test_choosing_channels_keeps_what_is_said_of_them() -> None:
    old = (ChannelUse(NPM, package="x"), ChannelUse(PYPI))
    assert choose_uses(old, ChannelChoice()) == old
    assert choose_uses(old, ChannelChoice(uses=())) == ()
    other = ChannelKey("other")
    kept = choose_uses(old, ChannelChoice(channels=(other, NPM), required_channels=(NPM,)))
    assert kept == (ChannelUse(other), ChannelUse(NPM, required=True, package="x"))
    assert choose_uses(kept, ChannelChoice(required_channels=()))[1] == ChannelUse(NPM, package="x")
    with pytest.raises(Invalid, match="not among the line's channels: pypi"):
        choose_uses(kept, ChannelChoice(required_channels=(PYPI,)))


def test_a_channel_no_line_names_is_required_by_policy_and_goes_by_custom() -> None:
    assert find_use((USE,), NPM) is USE
    assert find_use((USE,), PYPI) == ChannelUse(PYPI, required=True)


def test_a_use_is_told_in_words() -> None:
    whole = ChannelUse(NPM, True, "acme", "x", ("*.tgz", "y"), "rc", ("latest",))
    assert str(whole) == (
        "npm: required, owner acme, package x, files *.tgz y, rc for testers, latest for everybody"
    )
    assert str(USE) == "npm"
