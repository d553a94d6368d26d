# SPDX-License-Identifier: Apache-2.0
"""What a channel may be."""

from dataclasses import replace

import pytest

from atr.domain.channel import LONGEST_ADDRESS, LONGEST_SECRET, check_channel, check_credentials, find_origin
from atr.domain.distribution import Channel
from atr.domain.errors import Invalid
from atr.domain.names import ChannelKey
from atr.domain.platform import ABILITIES, PlatformKey
from atr.domain.project import LONGEST_NAME

CHANNEL = Channel(ChannelKey("npm"), "npm", PlatformKey.NPM, "https://registry.example.org/")


@pytest.mark.parametrize(
    "url",
    [
        "https://registry.example.org",
        "https://registry.example.org:8443/base/path/",
        "https://192.88.99.7/",
        "https://[2a00::1]/",
    ],
)
def test_public_addresses_are_channels(url: str) -> None:
    check_channel(replace(CHANNEL, url=url, automation_endpoint=url))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "registry",
        "http://registry.example.org/",
        "ftp://registry.example.org/",
        "https:///path",
        "https://ann@registry.example.org/",
        "https://ann:secret@registry.example.org/",
        "https://:secret@registry.example.org/",
        "https://registry.example.org/#x",
        "https://registry.example.org/#",
        "https://registry.example.org/?token=x",
        "https://registry.example.org/?",
        "https://registry.example.org:99999/",
        "https://registry.example.org:x/",
        "https://registry.example.org:0/",
        "https://[::1/",
        "https://a b/",
        "https://a\\b/",
        "https://registry.example.org/\n",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://169.254.169.254/",
        "https://[::1]/",
        "https://localhost/",
        "https://db.internal/",
        "https://" + "x" * LONGEST_ADDRESS,
    ],
)
def test_other_addresses_are_refused_with_a_reason_that_shows_no_secret(url: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_channel(replace(CHANNEL, url=url))
    (problem,) = refusal.value.problems
    assert problem.field == "url"
    assert "secret" not in problem.message


@pytest.mark.parametrize("url", ["http://127.0.0.1:4873/", "https://localhost/", "http://registry.internal/"])
def test_local_channels_may_be_anywhere(url: str) -> None:
    check_channel(replace(CHANNEL, url=url, local=True, automation_endpoint=url))
    with pytest.raises(Invalid) as refusal:
        check_channel(replace(CHANNEL, url=url, automation_endpoint=url))
    assert [problem.field for problem in refusal.value.problems] == ["url", "automation_endpoint"]


@pytest.mark.parametrize(
    ("endpoint", "fits"),
    [
        (None, True),
        ("acme/demo/release.yml@main", True),
        ("acme/demo/release.yaml@refs/heads/v1.x", True),
        ("https://automation.example.org/run", True),
        ("acme/demo/release.yml", False),
        ("acme/demo/release.sh@main", False),
        ("acme/../release.yml/x@main", False),
        ("", False),
        ("https://ann:x@automation.example.org/run", False),
    ],
)
def test_automation_is_an_address_or_a_workflow(endpoint: str | None, *, fits: bool) -> None:
    channel = replace(CHANNEL, automation_endpoint=endpoint)
    if fits:
        check_channel(channel)
        return
    with pytest.raises(Invalid) as refusal:
        check_channel(channel)
    assert [problem.field for problem in refusal.value.problems] == ["automation_endpoint"]


@pytest.mark.parametrize("name", ["", " npm", "n\npm", "x" * (LONGEST_NAME + 1)])
def test_a_channel_has_a_name(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_channel(replace(CHANNEL, name=name))
    assert [problem.field for problem in refusal.value.problems] == ["name"]


def test_no_channel_takes_a_word_of_the_site() -> None:
    with pytest.raises(Invalid, match="word of this site") as refusal:
        check_channel(replace(CHANNEL, key=ChannelKey("new")))
    assert [problem.field for problem in refusal.value.problems] == ["key"]


@pytest.mark.parametrize("platform", PlatformKey)
def test_credentials_are_the_fields_of_the_platform(platform: PlatformKey) -> None:
    fields = ABILITIES[platform].secret_fields
    check_credentials(platform, dict.fromkeys(fields, "sesame"))
    for wrong in ("", " ", "a\nb", "s" * (LONGEST_SECRET + 1)):
        for field in fields:
            with pytest.raises(Invalid) as refusal:
                check_credentials(platform, dict.fromkeys(fields, "sesame") | {field: wrong})
            assert [problem.field for problem in refusal.value.problems] == [f"credentials.{field}"]
    with pytest.raises(Invalid) as refusal:
        check_credentials(platform, {"pin": "sesame-1234"})
    assert {problem.field for problem in refusal.value.problems} == {
        "credentials.pin",
        *(f"credentials.{field}" for field in fields),
    }
    assert "sesame" not in str(refusal.value)


def test_the_origin_is_where_credentials_are_sent() -> None:
    assert find_origin("https://A.example.org:8443/x") == ("https", "a.example.org", 8443)
    assert find_origin("https://a.example.org/x") == find_origin("https://a.example.org/y")
