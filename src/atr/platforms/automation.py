# SPDX-License-Identifier: Apache-2.0
"""Giving orders to automations: a signed POST to any HTTPS address, or a GitHub workflow's dispatch."""

import base64
import json
import re
from collections.abc import Mapping

from httpx2 import Headers

from atr.platforms._http import LIMITS, Limits, RegistryClient
from atr.ports.automation import WorkOrder
from atr.ports.platforms import NeedsPerson, Site
from atr.ports.signer import Signer

SCHEMA = "atr.work-order/1"
SIGNATURE_HEADER = "atr-signature"
_WORKFLOW = re.compile(r"([^/]+)/([^/]+)/([^/@]+)@(.+)")
_GITHUB = "github"
_ACCEPTED = frozenset({200, 201, 202, 204})


class HttpAutomation:
    """Orders over HTTP. A channel's credentials go to its own platform only, so never to another endpoint."""

    def __init__(self, signer: Signer, public_url: str, limits: Limits = LIMITS) -> None:
        self._signer = signer
        self._public_url = public_url.rstrip("/")
        self._limits = limits

    def give_order(self, order: WorkOrder, site: Site) -> str:
        """Give the order once and return what was answered, in a line; raise what registries raise."""
        workflow = _WORKFLOW.fullmatch(order.endpoint) if "://" not in order.endpoint else None
        if workflow is None:
            return self._post(order, site)
        if order.facts.get("platform") != _GITHUB or "token" not in site.secret:
            raise NeedsPerson(_explain_workflow(order))
        return self._dispatch(workflow, order, site)

    def _post(self, order: WorkOrder, site: Site) -> str:
        body = write_order(order, self._public_url)
        signature = base64.b64encode(self._signer.sign(body)).decode()
        headers = {
            "content-type": "application/json",
            "idempotency-key": order.id,
            SIGNATURE_HEADER: f"{self._signer.key_id} {signature}",
        }
        with RegistryClient(Site(order.endpoint, local=site.local), limits=self._limits) as client:
            answer = client.send(
                "POST", order.endpoint, content=body, headers=headers, expect=_ACCEPTED, idempotent=True
            )
        return f"answered {answer.status}"

    def _dispatch(self, workflow: re.Match[str], order: WorkOrder, site: Site) -> str:
        """Start a workflow (REST API of GitHub: create a workflow dispatch event); all inputs are texts."""
        owner, repository, name, ref = workflow.groups()
        token = site.secret["token"]

        def authorize(headers: Headers) -> None:
            headers["authorization"] = f"Bearer {token}"

        path = f"/repos/{owner}/{repository}/actions/workflows/{name}/dispatches"
        inputs = {**order.facts, "order": order.id}
        with RegistryClient(site, authorize=authorize, limits=self._limits) as client:
            answer = client.send("POST", path, json={"ref": ref, "inputs": inputs}, expect=_ACCEPTED)
        return f"answered {answer.status}"


def write_order(order: WorkOrder, public_url: str) -> bytes:
    """Return the JSON that is signed and sent; the same order is the same bytes."""
    files = [{**_leave_out(each, "url_path"), "url": public_url + each["url_path"]} for each in order.files]
    data = {"schema": SCHEMA, "id": order.id, **order.facts, "files": files}
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _leave_out(given: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in given.items() if key != name}


def _explain_workflow(order: WorkOrder) -> str:
    inputs = ", ".join(f"{name}={value}" for name, value in sorted(order.facts.items()) if value)
    return f"Start the workflow {order.endpoint} with {inputs}: ATR has no token for it."
