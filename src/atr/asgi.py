# SPDX-License-Identifier: Apache-2.0
"""The web application for any ASGI server: `uvicorn --factory atr.asgi:create_application`."""

from contextlib import ExitStack

from litestar import Litestar

from atr.bootstrap.database import find_database_url
from atr.bootstrap.logs import set_up_logs
from atr.bootstrap.platform import open_platform
from atr.bootstrap.web import build_web_app
from atr.config import load_settings


def create_application() -> Litestar:
    """Return the application of the settings; its parts are let go of when the server shuts it down."""
    set_up_logs()
    settings = load_settings()
    parts = ExitStack()
    platform = parts.enter_context(open_platform(settings, find_database_url(settings)))
    app = build_web_app(platform)
    app.on_shutdown.append(parts.close)
    return app
