# SPDX-License-Identifier: Apache-2.0
"""The HTTP server: uvicorn with the settings that this application needs."""

import uvicorn
from litestar import Litestar

_LONGEST_IDLE_SECONDS = 75
_LONGEST_GOODBYE_SECONDS = 10


def make_server(app: Litestar, host: str, port: int) -> uvicorn.Server:
    """Return a server that is ready to run; port 0 takes a free one."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips="127.0.0.1",
        timeout_keep_alive=_LONGEST_IDLE_SECONDS,
        timeout_graceful_shutdown=_LONGEST_GOODBYE_SECONDS,
    )
    return uvicorn.Server(config)
