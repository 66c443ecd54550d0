"""What takes part beside a resource's own policy."""

import json
from datetime import UTC, datetime

from service.collectors import Budget, Collected, collect
from service.connections import Access, Connection
from tests.service.collectors.answers import Answers
from tests.service.collectors.policies import APP, CALLER, OWNER, REGION, granting

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
DOCUMENT = granting("*")
KEYS = {"AccessKeyId": "ASIAIOSFODNN7EXAMPLE", "SecretAccessKey": "made-up", "SessionToken": "made-up"}
ENTRY = {"sts.AssumeRole": {"Credentials": {**KEYS, "Expiration": NOW.replace(year=2099)}}}
NETWORK = f"arn:aws:vpc-lattice:{REGION}:{CALLER}:servicenetwork/sn-0a1b2c3d4e5f60718"


def gather(arn: str, action: str, answers: dict) -> Collected:
    role = Access(role_arn="arn:aws:iam::{account_id}:role/whydenied")
    return collect(
        {"principal": APP, "action": action, "resource": arn},
        {"principal": {"organization": None, "identity_policies": []}, "resource": {"organization": None}},
        connection=Connection(region=REGION, every_account=role),
        now=NOW,
        budget=Budget(changes=0),
        kept=Answers({**ENTRY, **answers}).kept(),
    )


def test_a_share_of_ram_stands_beside_the_resources_policy():
    arn = f"arn:aws:acm-pca:{REGION}:{OWNER}:certificate-authority/0a1b2c3d"

    collected = gather(
        arn, "acm-pca:IssueCertificate", {"ram.GetResourcePolicies": {"policies": [json.dumps(DOCUMENT)]}}
    )

    assert collected.facts["resource"]["further_policies"] == [
        {
            "kind": "ram_permission",
            "arn": arn,
            "account_id": OWNER,
            "policy": {"name": "resource-share", "document": DOCUMENT},
        }
    ]


def test_the_service_network_of_a_lattice_service_must_allow_as_well():
    arn = f"arn:aws:vpc-lattice:{REGION}:{OWNER}:service/svc-0a1b2c3d4e5f60718/orders"
    answers = {
        "vpc-lattice.ListServiceNetworkServiceAssociations": {"items": [{"serviceNetworkArn": NETWORK}]},
        "vpc-lattice.GetAuthPolicy": {"policy": json.dumps(DOCUMENT)},
    }

    collected = gather(arn, "vpc-lattice-svcs:Invoke", answers)

    (further,) = collected.facts["resource"]["further_policies"]
    assert (further["kind"], further["arn"], further["account_id"]) == ("lattice_service_network", NETWORK, CALLER)
    assert further["policy"]["document"] == DOCUMENT


def test_of_several_service_networks_none_is_taken_for_the_one():
    arn = f"arn:aws:vpc-lattice:{REGION}:{OWNER}:service/svc-0a1b2c3d4e5f60718"
    both = [{"serviceNetworkArn": NETWORK}, {"serviceNetworkArn": NETWORK.replace("0718", "0719")}]

    collected = gather(
        arn, "vpc-lattice-svcs:Invoke", {"vpc-lattice.ListServiceNetworkServiceAssociations": {"items": both}}
    )

    assert "further_policies" not in collected.facts["resource"]


def test_grants_of_lake_formation_name_those_of_the_table_and_the_administrators():
    arn = f"arn:aws:glue:{REGION}:{OWNER}:table/sales/orders"
    grant = {"Principal": {"DataLakePrincipalIdentifier": APP}, "Permissions": ["SELECT"]}
    admin = {"DataLakePrincipalIdentifier": f"arn:aws:iam::{OWNER}:role/lake-admin"}
    answers = {
        "lakeformation.ListPermissions": {"PrincipalResourcePermissions": [grant]},
        "lakeformation.GetDataLakeSettings": {"DataLakeSettings": {"DataLakeAdmins": [admin]}},
    }

    collected = gather(arn, "glue:GetTable", answers)

    assert collected.facts["resource"]["lake_formation"]["grants"] == [
        {"principal": APP, "permissions": ["SELECT"]},
        {"principal": admin["DataLakePrincipalIdentifier"], "permissions": ["ADMINISTRATOR"]},
    ]


def test_without_the_administrators_the_grants_of_lake_formation_stay_unknown():
    arn = f"arn:aws:glue:{REGION}:{OWNER}:table/sales/orders"

    collected = gather(arn, "glue:GetTable", {"lakeformation.ListPermissions": {"PrincipalResourcePermissions": []}})

    assert "lake_formation" not in collected.facts["resource"]
