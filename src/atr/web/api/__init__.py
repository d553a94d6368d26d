# SPDX-License-Identifier: Apache-2.0
"""The JSON API: one module per subject; a new one is added to the tuple."""

from litestar.types import ControllerRouterHandler

from atr.web.api import (
    accounts,
    activity,
    announcements,
    channels,
    check_policies,
    checks,
    differences,
    distributions,
    events,
    home,
    keys,
    mail_templates,
    mails,
    operations,
    people,
    platforms,
    policies,
    products,
    projects,
    releases,
    revisions,
    search,
    service_keys,
    streams,
    uploads,
    visitors,
    vote_messages,
    votes,
    waivers,
)
from atr.web.api.description import send_description
from atr.web.api.health import show_liveness, show_readiness

API: tuple[ControllerRouterHandler, ...] = (
    send_description,
    *accounts.HANDLERS,
    *home.HANDLERS,
    *projects.HANDLERS,
    *products.HANDLERS,
    *policies.HANDLERS,
    *check_policies.HANDLERS,
    *keys.HANDLERS,
    *checks.HANDLERS,
    *waivers.HANDLERS,
    *platforms.HANDLERS,
    *channels.HANDLERS,
    *events.HANDLERS,
    *search.HANDLERS,
    *releases.HANDLERS,
    *revisions.HANDLERS,
    *differences.HANDLERS,
    *uploads.HANDLERS,
    *votes.HANDLERS,
    *vote_messages.HANDLERS,
    *visitors.HANDLERS,
    *service_keys.HANDLERS,
    *distributions.HANDLERS,
    *announcements.HANDLERS,
    *mail_templates.HANDLERS,
    *mails.HANDLERS,
    *operations.HANDLERS,
    *activity.HANDLERS,
    *people.HANDLERS,
    *streams.HANDLERS,
)
"""Everything under `/api/v1`."""

HEALTH: tuple[ControllerRouterHandler, ...] = (show_liveness, show_readiness)
"""What load balancers and supervisors ask, outside the API's version."""
