# SPDX-License-Identifier: Apache-2.0
"""Platforms in the API."""

from litestar import get
from litestar.types import ControllerRouterHandler

from atr.domain.platform import ABILITIES, DESCRIPTORS, PlatformKey
from atr.schema.pages import ItemPage
from atr.schema.platforms import AbilitiesAnswer, PlatformAnswer


@get("/platforms", sync_to_thread=False)
def list_platforms() -> ItemPage[PlatformAnswer]:
    """List the platforms that ATR distributes to, with what each of them can do."""
    return ItemPage[PlatformAnswer](items=tuple(map(describe_platform, DESCRIPTORS)))


HANDLERS: tuple[ControllerRouterHandler, ...] = (list_platforms,)


def describe_platform(key: PlatformKey) -> PlatformAnswer:
    """Return the platform as it is told."""
    descriptor = DESCRIPTORS[key]
    return PlatformAnswer(
        key=key,
        name=descriptor.name,
        gh_slug=descriptor.gh_slug,
        template_url=descriptor.template_url,
        template_staging_url=descriptor.template_staging_url,
        requires_owner_namespace=descriptor.requires_owner_namespace,
        default_owner_namespace=descriptor.default_owner_namespace,
        supports_promotion=descriptor.supports_promotion,
        promotion_mechanism=descriptor.promotion_mechanism,
        abilities=AbilitiesAnswer.of(ABILITIES[key]),
    )
