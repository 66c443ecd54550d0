"""The VPC endpoint that the call came through: whose it is, where it stands, and its policy (D-50)."""

from __future__ import annotations

from typing import Any, Final

from service.collectors.calls import Place
from service.collectors.collected import Json
from service.collectors.documents import read_document
from service.collectors.events import find_event
from service.collectors.inquiry import Inquiry

_GONE: Final = ("InvalidVpcEndpointId.NotFound", "InvalidVpcEndpointIdNotFound")
_FACT: Final = "network.vpc_endpoint"
_TYPES: Final = ("gateway", "interface")


def collect_endpoint(inquiry: Inquiry) -> None:
    """Read the endpoint that the request or the event of the denial names; without a name there is nothing to read."""
    bundle, subject = inquiry.bundle, inquiry.subject
    event = find_event(inquiry) or {}
    named = bundle.given("network", "vpc_endpoint") or {}
    identifier = named.get("id") or subject.value("aws:SourceVpce") or event.get("vpcEndpointId")
    if not isinstance(identifier, str) or not identifier.startswith("vpce-"):
        return
    if not bundle.wants("network", "vpc_endpoint", "policy"):
        return
    account = (
        named.get("account_id")
        or subject.value("aws:VpceAccount")
        or event.get("vpcEndpointAccountId")
        or subject.caller_account
    )
    if not isinstance(account, str):
        return
    answer = inquiry.calls.ask(
        "ec2.DescribeVpcEndpoints",
        Place(account, subject.region),
        {"VpcEndpointIds": [identifier]},
        fact=_FACT,
        none=_GONE,
    )
    found = next((one for one in answer.items("VpcEndpoints") if one.get("VpcEndpointId") == identifier), None)
    bundle.put(identifier, "network", "vpc_endpoint", "id")
    if found is not None:
        _put(inquiry, found, account)


def _put(inquiry: Inquiry, found: Json, account: str) -> None:
    kind = str(found.get("VpcEndpointType", "")).lower()
    document = found.get("PolicyDocument")
    values: dict[str, Any] = {
        "account_id": found.get("OwnerId") or account,
        "vpc_id": found.get("VpcId"),
        "type": kind if kind in _TYPES else None,
        # Without a document of its own an endpoint has the default policy, which allows everything.
        "policy": {"name": "endpoint-policy", "document": read_document(document)} if document else None,
    }
    for name, value in values.items():
        if value is not None or name == "policy":
            inquiry.bundle.put(value, "network", "vpc_endpoint", name)
