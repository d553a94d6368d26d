# SPDX-License-Identifier: Apache-2.0
"""The public keys of the service: receipts are checked with them."""

from litestar import get
from litestar.types import ControllerRouterHandler

from atr.schema.pages import ItemPage
from atr.schema.votes import ServiceKeyAnswer
from atr.services.receipts import ListServiceKeys
from atr.web.parts import TheActor, TheDoor


@get("/service-keys", sync_to_thread=True)
def list_service_keys(actor: TheActor, door: TheDoor) -> ItemPage[ServiceKeyAnswer]:
    """List the keys with which the service signs or once signed, the newest first."""
    view = door.ask(actor, ListServiceKeys())
    items = tuple(
        ServiceKeyAnswer(
            key_id=key.key_id,
            public_key=key.public_key,
            first_used_at=key.first_used_at,
            current=key.key_id == view.current,
        )
        for key in view.keys
    )
    return ItemPage[ServiceKeyAnswer](items=items)


HANDLERS: tuple[ControllerRouterHandler, ...] = (list_service_keys,)
