# SPDX-License-Identifier: Apache-2.0
"""Distribution channels on the wire; credentials are sent and never answered."""

from collections.abc import Mapping

from pydantic import Field

from atr.domain.channel import LONGEST_ADDRESS
from atr.domain.platform import PlatformKey
from atr.domain.project import LONGEST_NAME
from atr.schema.names import ChannelKeyText
from atr.schema.secrets import SecretText
from atr.schema.wire import UtcTime, WireAnswer, WireRequest

_MOST_SECRETS = 10
_ENDPOINT = "What is triggered instead: an https address, or owner/repository/workflow.yml@ref on GitHub."
_CREDENTIALS = "The platform's secret fields; they are never answered."


class ChannelCreate(WireRequest):
    """A new channel; it promotes as its platform does unless it says otherwise."""

    key: ChannelKeyText
    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    platform: PlatformKey
    url: str = Field(max_length=LONGEST_ADDRESS, description="The base address of the registry.")
    is_test: bool = False
    automation_endpoint: str | None = Field(default=None, max_length=LONGEST_ADDRESS, description=_ENDPOINT)
    local: bool = Field(default=False, description="Permits private addresses, and http.")
    promotes: bool | None = Field(default=None, description="Whether ATR makes public there, or a person.")
    credentials: Mapping[str, SecretText] | None = Field(
        default=None, max_length=_MOST_SECRETS, description=_CREDENTIALS
    )


class ChannelPatch(WireRequest):
    """Which fields to change; credentials are replaced as a whole, null removes them."""

    name: str = Field(default="", min_length=1, max_length=LONGEST_NAME)
    url: str = Field(default="", max_length=LONGEST_ADDRESS)
    is_test: bool = False
    automation_endpoint: str | None = Field(default=None, max_length=LONGEST_ADDRESS, description=_ENDPOINT)
    local: bool = False
    promotes: bool = True
    credentials: Mapping[str, SecretText] | None = Field(
        default=None, max_length=_MOST_SECRETS, description=_CREDENTIALS
    )


class ChannelTestAnswer(WireAnswer):
    """Whether signing in worked, and what it answered; `tested_at` is null while it is being tried."""

    asked_at: UtcTime
    tested_at: UtcTime | None
    passed: bool
    result: str


class ChannelItem(WireAnswer):
    """A channel in a list."""

    key: str
    name: str
    platform: PlatformKey
    url: str
    is_test: bool
    automation_endpoint: str | None
    has_credentials: bool
    local: bool
    promotes: bool
    created_at: UtcTime | None
    test: ChannelTestAnswer | None


class ChannelAnswer(ChannelItem):
    """A channel, and who uses it."""

    lines: tuple[str, ...] = Field(description="The product lines that use it.")
    releases: tuple[str, ...] = Field(description="The releases on their way that have to reach it.")
    permitted: tuple[str, ...]
