# SPDX-License-Identifier: Apache-2.0
"""What an installation needs before it serves: a schema and, in the embedded set-up, somebody to sign in."""

from sqlalchemy import URL

from atr.bootstrap.platform import open_platform
from atr.config import Settings
from atr.db.engine import create_engine
from atr.db.revision import bring_up_to_date
from atr.domain.names import UserId
from atr.domain.people import OPERATOR, Role
from atr.services.accounts import MakeLoginLink
from atr.services.door import Door
from atr.services.people import CreatePerson, FindFirstSysadmin, FindPerson, GrantRole

FIRST_SYSADMIN = UserId("admin")


def update_schema(url: URL) -> None:
    """Apply every migration that is missing."""
    engine = create_engine(url, pool=1)
    try:
        bring_up_to_date(engine)
    finally:
        engine.dispose()


def prepare_installation(settings: Settings, url: URL) -> str | None:
    """Bring the schema up to date; in the embedded set-up return a one-time login link for a sysadmin."""
    update_schema(url)
    if not settings.embedded:
        return None
    with open_platform(settings, url) as platform:
        sysadmin = platform.door.ask(OPERATOR, FindFirstSysadmin())
        if sysadmin is None:
            _provide_sysadmin(platform.door)
            sysadmin = FIRST_SYSADMIN
        link = platform.door.perform(OPERATOR, MakeLoginLink(sysadmin, settings.login_link_valid))
        return link.address


def _provide_sysadmin(door: Door) -> None:
    if door.ask(OPERATOR, FindPerson(FIRST_SYSADMIN)) is None:
        door.perform(OPERATOR, CreatePerson(FIRST_SYSADMIN, "System administrator", sysadmin=True))
    else:
        door.perform(OPERATOR, GrantRole(FIRST_SYSADMIN, Role.SYSADMIN))
