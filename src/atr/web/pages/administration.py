# SPDX-License-Identifier: Apache-2.0
"""What the pages of administration share: their tabs, and the entry of the navigation they stand under."""

from atr.domain.people import Actor, Role
from atr.web.components import Link

OPERATIONS_PATH = "/operations"
PEOPLE_PATH = "/people"
_TABS = (
    Link("Operations", OPERATIONS_PATH, "activity"),
    Link("People", PEOPLE_PATH, "users"),
    Link("Mails", "/mails", "mail"),
    Link("Key calendar", "/keys/calendar", "calendar"),
    Link("Activity", "/activity", "history"),
)


def list_administration_tabs(actor: Actor, current: str) -> tuple[Link, ...]:
    """Return the tabs for a sysadmin, and none for others, who may see some of these pages too."""
    if Role.SYSADMIN not in actor.foundation_roles:
        return ()
    return tuple(Link(each.label, each.href, each.icon, each.href == current) for each in _TABS)


def find_section(actor: Actor, otherwise: str) -> str:
    """Return which entry of the navigation a page stands under that sysadmins find in administration."""
    return OPERATIONS_PATH if Role.SYSADMIN in actor.foundation_roles else otherwise
