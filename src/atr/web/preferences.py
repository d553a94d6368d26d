# SPDX-License-Identifier: Apache-2.0
"""What a browser remembers of its reader's choices."""

from litestar import Response
from litestar.datastructures import Cookie

from atr.web.parts import WebParts

_ONE_YEAR = 365 * 24 * 3600


def remember_choice(answer: Response[None], parts: WebParts, name: str, value: str) -> Response[None]:
    """Return the answer with a cookie that keeps the choice for a year; no script reads it."""
    answer.cookies.append(
        Cookie(
            key=name,
            value=value,
            max_age=_ONE_YEAR,
            path="/",
            httponly=True,
            samesite="lax",
            secure=parts.secure_cookies,
        )
    )
    return answer
