# SPDX-License-Identifier: Apache-2.0
"""The API's own description for programs."""

from litestar import Response, get
from pydantic_core import to_json

from atr.web.conditional import is_unchanged, make_etag
from atr.web.openapi import describe_api
from atr.web.parts import WebRequest


@get("/openapi.json", sync_to_thread=True, include_in_schema=False)
def send_description(request: WebRequest) -> Response[bytes]:
    """Send the OpenAPI 3.1 description."""
    content = to_json(describe_api(request.app).to_schema(), indent=1)
    etag = make_etag("openapi", content)
    if is_unchanged(request, etag):
        return Response(b"", status_code=304, headers={"etag": etag})
    return Response(content, media_type="application/json", headers={"etag": etag})
