"""What takes part beside a resource's own policy: RAM shares, policies of service networks, Lake Formation's grants."""

from __future__ import annotations

from typing import Final

from iam.arn import Arn
from service.collectors.calls import Place
from service.collectors.collected import Json
from service.collectors.documents import read_document
from service.collectors.inquiry import Inquiry

_FURTHER: Final = "resource.further_policies"
_NOT_FOUND: Final = ("ResourceNotFoundException",)
# AWS, *Shareable AWS resources*: those services of the table of resource policies whose resources RAM can share.
_SHAREABLE: Final = frozenset(
    (
        "acm-pca",
        "backup",
        "bedrock",
        "codebuild",
        "glue",
        "network-firewall",
        "sagemaker",
        "ssm",
        "vpc-lattice",
    )
)


def collect_shares(inquiry: Inquiry, place: Place, arn: Arn) -> None:
    """The policies by which RAM shares a resource with other accounts (D-13)."""
    if arn.service not in _SHAREABLE or not inquiry.bundle.wants("resource", "further_policies"):
        return
    answer = inquiry.calls.ask(
        "ram.GetResourcePolicies",
        place,
        {"resourceArns": [arn.text]},
        fact=_FURTHER,
        none=("ResourceArnNotFoundException",),
        every_page=True,
    )
    _put(inquiry, [_share(arn, place, text) for text in answer.items("policies")])


def collect_service_networks(inquiry: Inquiry, place: Place, arn: Arn) -> None:
    """The auth policies of the service networks that a service of VPC Lattice is in: each must allow as well."""
    kind, _, rest = arn.resource.partition("/")
    if kind != "service" or not inquiry.bundle.wants("resource", "further_policies"):
        return
    listed = inquiry.calls.ask(
        "vpc-lattice.ListServiceNetworkServiceAssociations",
        place,
        {"serviceIdentifier": rest.partition("/")[0]},
        fact=_FURTHER,
        every_page=True,
    )
    networks = [str(item["serviceNetworkArn"]) for item in listed.items("items") if item.get("serviceNetworkArn")]
    if len(networks) != 1:
        # Through which of several networks a call came, nobody says.
        return
    asked = {"resourceIdentifier": networks[0].rpartition("/")[2]}
    answer = inquiry.calls.ask("vpc-lattice.GetAuthPolicy", place, asked, fact=_FURTHER, none=_NOT_FOUND)
    further: Json = {"kind": "lattice_service_network", "arn": networks[0], "account_id": networks[0].split(":")[4]}
    document = (answer.value or {}).get("policy")
    if document:
        further["policy"] = {"name": "auth-policy", "document": read_document(document)}
    _put(inquiry, [further])


def collect_lake_formation(inquiry: Inquiry, place: Place, arn: Arn) -> None:
    """The grants of Lake Formation on a database or table."""
    kind, _, rest = arn.resource.partition("/")
    database, _, table = rest.partition("/")
    if kind not in ("database", "table") or not database or not inquiry.bundle.wants("resource", "lake_formation"):
        return
    named: Json = {"Database": {"CatalogId": place.account_id, "Name": database}}
    if kind == "table" and table:
        named = {"Table": {"CatalogId": place.account_id, "DatabaseName": database, "Name": table.split("/")[0]}}
    fact = "resource.lake_formation.grants"
    asked = {"Resource": named, "IncludeRelated": "TRUE"}
    listed = inquiry.calls.start("lakeformation.ListPermissions", place, asked, fact=fact, every_page=True)
    settings = inquiry.calls.ask("lakeformation.GetDataLakeSettings", place, fact=fact)
    answer = listed.answer()
    found = (answer.value or {}).get("PrincipalResourcePermissions")
    admins = ((settings.value or {}).get("DataLakeSettings") or {}).get("DataLakeAdmins")
    if not isinstance(found, list) or not answer.complete or admins is None:
        return
    # An administrator of the data lake has permissions that no list shows ("Implicit Lake Formation permissions").
    grants = [
        {
            "principal": (grant.get("Principal") or {}).get("DataLakePrincipalIdentifier"),
            "permissions": list(grant.get("Permissions") or []),
        }
        for grant in [*found, *({"Principal": admin, "Permissions": ["ADMINISTRATOR"]} for admin in admins)]
    ]
    inquiry.bundle.put(grants, "resource", "lake_formation", "grants")


def _share(arn: Arn, place: Place, text: str) -> Json:
    policy = {"name": "resource-share", "document": read_document(text)}
    return {"kind": "ram_permission", "arn": arn.text, "account_id": place.account_id, "policy": policy}


def _put(inquiry: Inquiry, found: list[Json]) -> None:
    """Add further policies; both sources may find some, of which none takes the other's place."""
    if found and inquiry.bundle.wants("resource", "further_policies"):
        before = inquiry.bundle.known("resource", "further_policies") or []
        inquiry.bundle.put([*before, *found], "resource", "further_policies")
