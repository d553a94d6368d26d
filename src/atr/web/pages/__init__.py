# SPDX-License-Identifier: Apache-2.0
"""The pages: one module per subject, GET and POST side by side; a new one is added to the tuple."""

from litestar.types import ControllerRouterHandler

from atr.web.pages import compose, release_checks, releases
from atr.web.pages.api_docs import show_api_docs
from atr.web.pages.appearance import change_theme
from atr.web.pages.design import show_design, try_form

PAGES: tuple[ControllerRouterHandler, ...] = (
    change_theme,
    show_api_docs,
    show_design,
    try_form,
    *releases.HANDLERS,
    *compose.HANDLERS,
    *release_checks.HANDLERS,
)
"""Every page and form."""
