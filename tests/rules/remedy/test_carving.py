"""An exception from a Deny takes out one caller, action and resource, and as little besides as can be written."""

import pytest

from iam.actions import service_actions
from iam.grammar import Kind
from iam.policy import compile_policy
from rules.remedy.carving import Cut, carve, covering
from tests.rules.remedy.builders import BUCKET, KEY, OBJECT, ROLE

CALLER = ("aws:PrincipalArn", ROLE)
STRANGER = "arn:aws:iam::111122223333:role/other"
RESOURCES = [OBJECT, f"{BUCKET}/2026/q4.csv", BUCKET, "arn:aws:s3:::archive/a", KEY]
ACTIONS = ["s3:GetObject", "s3:GetObjectAcl", "s3:PutObject", "s3:ListBucket", "kms:Decrypt", "s3:GetBucketAcl"]


def denied(statements, kind=Kind.SCP, principals=(ROLE, STRANGER)):
    """The principals, actions and resources that the statements deny."""
    policy = compile_policy({"Version": "2012-10-17", "Statement": list(statements)}, kind)
    found = set()
    for principal in principals:
        values = {"aws:principalarn": (principal,), "aws:requestedregion": ("eu-west-1",)}
        for action in ACTIONS:
            for resource in RESOURCES:
                for statement in policy.concerning(action.lower()):
                    matched = statement.resources is None or (
                        statement.resources.match(resource, values.get) is not statement.not_resource
                    )
                    held = statement.condition is None or statement.condition.evaluate(values.get)
                    if matched and held:
                        found.add((principal, action, resource))
    return found


@pytest.mark.parametrize(
    "elements",
    [
        {"Action": "*", "Resource": "*"},
        {"Action": "s3:*", "Resource": "*"},
        {"Action": "s3:Get*", "Resource": "*"},
        {"Action": ["s3:GetObject", "kms:*"], "Resource": "*"},
        {"Action": ["s3:GetObject", "s3:PutObject"], "Resource": [OBJECT, "arn:aws:s3:::archive/*"]},
        {"Action": "s3:GetObject", "Resource": OBJECT},
        {"Action": "s3:*Object", "NotResource": "arn:aws:s3:::archive/*"},
        {"NotAction": ["iam:*", "s3:PutObject"], "Resource": "*"},
        {
            "Action": "s3:GetObject",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
        },
        {
            "Action": "s3:GetObject",
            "Resource": "*",
            "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/x"}},
        },
        {
            "Action": "s3:GetObject",
            "Resource": "*",
            "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}},
        },
    ],
)
@pytest.mark.parametrize("caller", [CALLER, None])
def test_carving_takes_out_exactly_the_cut(elements, caller):
    statement = {"Sid": "Guard", "Effect": "Deny", **elements}
    carved = carve(statement, Cut("s3:GetObject", OBJECT, caller, Kind.SCP))
    principals = (ROLE, STRANGER) if caller else (ROLE,)

    assert not carved.broad
    assert denied([statement], principals=principals) - denied(carved.statements, principals=principals) == {
        (ROLE, "s3:GetObject", OBJECT)
    }
    assert denied(carved.statements, principals=principals) <= denied([statement], principals=principals)


def test_carving_leaves_a_pattern_over_the_resource_broad():
    statement = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"}
    carved = carve(statement, Cut("s3:GetObject", OBJECT, CALLER, Kind.SCP))

    assert carved.broad
    assert {principal for principal, _, _ in denied(carved.statements)} == {STRANGER}


def test_carving_is_exact_where_the_caller_may_use_the_action_nowhere_else():
    statement = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"}
    carved = carve(statement, Cut("s3:GetObject", OBJECT, None, Kind.IDENTITY, reach=(f"{BUCKET}/2026/*",)))

    assert carved.statements == ({"Effect": "Deny", "Action": "s3:GetObject", "NotResource": OBJECT},)
    assert not carved.broad


def test_carving_names_the_rest_of_the_objects_in_a_bucket_policy():
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [BUCKET, f"{BUCKET}/*"]}
    carved = carve(statement, Cut("s3:GetObject", OBJECT, CALLER, Kind.RESOURCE))

    assert [one.get("NotResource") for one in carved.statements] == [None, None, OBJECT]
    assert not carved.broad


def test_a_resource_control_policy_gets_no_not_action():
    """A-56: `NotAction` is unsupported there."""
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    carved = carve(statement, Cut("s3:GetObject", OBJECT, CALLER, Kind.RCP))

    assert all("NotAction" not in one for one in carved.statements)
    assert not carved.broad


def test_what_is_for_this_caller_only_is_carved_without_others_in_mind():
    """The second cut of one statement, made where a policy has to make way for two requests."""
    once = carve({"Effect": "Deny", "Action": "s3:*", "Resource": "*"}, Cut("s3:PutObject", OBJECT, CALLER, Kind.SCP))
    own = once.statements[1]
    again = carve(own, Cut("s3:GetObject", OBJECT, CALLER, Kind.SCP))

    assert [one["Condition"] for one in again.statements] == [own["Condition"]] * 2
    assert denied([own]) - denied(again.statements) == {(ROLE, "s3:GetObject", OBJECT)}


def test_statement_ids_stay_unique():
    statement = {"Sid": "Guard", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    carved = carve(statement, Cut("s3:GetObject", OBJECT, CALLER, Kind.SCP))
    ids = [one["Sid"] for one in carved.statements]

    assert ids[0] == "Guard"
    assert len(set(ids)) == len(ids) == 3


@pytest.mark.parametrize("excepted", ["GetObject", "RunInstances", "Get", "PutObjectAcl"])
@pytest.mark.parametrize("service", ["s3", "ec2", "iam"])
def test_patterns_cover_every_name_but_the_excepted_one(service: str, excepted: str):
    names = [action.partition(":")[2] for action in service_actions(service)]
    others = [name for name in names if name != excepted]
    statement = {
        "Effect": "Deny",
        "Action": [f"{service}:{one}" for one in covering(others, excepted)],
        "Resource": "*",
    }
    policy = compile_policy({"Version": "2012-10-17", "Statement": [statement]}, Kind.SCP)

    assert [name for name in others if not policy.concerning(f"{service}:{name}".lower())] == []
    assert not policy.concerning(f"{service}:{excepted}".lower())
