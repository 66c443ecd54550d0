"""Documents over a tiny domain, so that random ones hit every combination of layers, callers and conditions."""

from hypothesis import strategies as st

A, B, MANAGEMENT = "111122223333", "444455556666", "999999999999"
ALICE = f"arn:aws:iam::{A}:user/alice"
ROLE = f"arn:aws:iam::{A}:role/team/app"
SESSION = f"arn:aws:sts::{A}:assumed-role/app/run-1"
BOB = f"arn:aws:sts::{A}:federated-user/bob"
SLR = f"arn:aws:sts::{A}:assumed-role/AWSServiceRoleForBatch/run-1"
SLR_ROLE = f"arn:aws:iam::{A}:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch"
ROOT = f"arn:aws:iam::{A}:root"
SERVICE = "lambda.amazonaws.com"
CALLERS = (ALICE, SESSION, BOB, ROOT, SERVICE, "*", SLR)
ACTIONS = {
    "s3:GetObject": ("arn:aws:s3:::data/alice/a", "arn:aws:s3:::data/data/a"),
    "s3:ListAllMyBuckets": ("*",),
    "sqs:SendMessage": ("arn:aws:sqs:eu-west-1:{account}:jobs",),
    "kms:Decrypt": ("arn:aws:kms:eu-west-1:{account}:key/1234abcd",),
    "sts:AssumeRole": ("arn:aws:iam::{account}:role/target",),
    "ec2:StartInstances": ("arn:aws:ec2:eu-west-1:{account}:instance/i-1",),
}
CONDITIONS = (
    *(None,) * 12,
    {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
    {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}},
    {"StringNotEqualsIfExists": {"aws:RequestedRegion": "us-east-1"}},
    {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]}},
    {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    {"Bool": {"aws:SecureTransport": "false"}},
    {"BoolIfExists": {"aws:SecureTransport": ["true"]}},
    {"ForAnyValue:StringEquals": {"aws:CalledVia": ["s3.amazonaws.com"]}},
    {"ForAllValues:StringEquals": {"aws:CalledVia": ["athena.amazonaws.com"]}},
    {"ForAnyValue:StringNotEquals": {"aws:CalledVia": "athena.amazonaws.com"}},
    {"StringEquals": {"aws:CalledVia": "athena.amazonaws.com"}},
    {"NumericLessThan": {"aws:MultiFactorAuthAge": 300}},
    {"NumericGreaterThanEquals": {"aws:MultiFactorAuthAge": "300"}},
    {"Null": {"aws:MultiFactorAuthAge": "true"}},
    {"StringEquals": {"aws:PrincipalTag/team": "${aws:ResourceTag/team}"}},
    {"StringNotEquals": {"aws:PrincipalTag/team": "${aws:ResourceTag/team}"}},
    {"StringLike": {"aws:PrincipalTag/team": "d*"}},
    {"StringNotLike": {"AWS:principaltag/Team": "d?t*"}},
    {"StringEqualsIgnoreCase": {"aws:ResourceTag/team": "DATA"}},
    {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{A}:role/*"}},
    {"ArnNotLike": {"aws:PrincipalArn": [f"arn:aws:iam::{A}:user/*", ROLE]}},
    {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{A}:*"}},
    {"StringEquals": {"aws:username": "alice"}},
    {"StringNotEquals": {"aws:username": "alice"}},
    {"StringEquals": {"aws:PrincipalOrgID": "o-aa11"}},
    {
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-aa11"},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    },
    {"Bool": {"aws:PrincipalIsAWSService": "false"}},
    {"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}},
    {"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b"}},
    {"StringEquals": {"aws:SourceVpc": "vpc-1a2b"}, "Null": {"aws:SourceIp": True}},
    {"StringEquals": {"aws:PrincipalType": ["User", "AssumedRole"]}},
    {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID, 'none'}"}},
    {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/${aws:PrincipalTag/team, '*'}/app"}},
)
PRINCIPALS = (
    "*",
    {"AWS": "*"},
    {"AWS": A},
    {"AWS": f"arn:aws:iam::{A}:root"},
    {"AWS": B},
    {"AWS": ALICE},
    {"AWS": ROLE},
    {"AWS": SESSION},
    {"AWS": BOB},
    {"Service": SERVICE},
    {"AWS": [B, SLR_ROLE], "Service": ["ec2.amazonaws.com", SERVICE]},
    {"AWS": [A, ROLE]},
    {"AWS": [f"arn:aws:iam::{A}:role/app", f"arn:aws:iam::{A}:role/*"]},
)
NOT_PRINCIPALS = (
    {"AWS": [A, ALICE]},
    {"AWS": [A, ROLE, SESSION]},
    {"AWS": ROLE},
    {"AWS": [A, BOB]},
    {"AWS": B},
    {"Service": SERVICE},
    {"AWS": A},
)
TAGS = ({}, {"team": "data"}, {"Team": "ops"}, {"team": ""})
CONTEXT = {
    "aws:RequestedRegion": ("eu-west-1", "us-east-1", None),
    "aws:SourceIp": ("203.0.113.9", "198.51.100.1", "2001:db8::1"),
    "aws:SecureTransport": ("true", False, None),
    "aws:CalledVia": (["athena.amazonaws.com"], ["athena.amazonaws.com", "s3.amazonaws.com"], []),
    "aws:MultiFactorAuthAge": (5, "3600", None),
}


class Source:
    """A string of bytes that answers questions: zeros answer each with its first option, so shrinking simplifies."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def pick(self, options):
        """One of the options."""
        taken = self.data[self.position : self.position + 2]
        self.position += 2
        return options[int.from_bytes(taken, "big") % len(options)]


EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
VERSIONS = ("2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17", None)
NAMED = {"resource": PRINCIPALS, "trust": PRINCIPALS, "endpoint": PRINCIPALS[:9], "gateway": PRINCIPALS[:4], "rcp": "*"}


def statement(source: Source, action: str, resource: str, kind: str) -> dict:
    """One statement of a policy of this kind around one action and resource."""
    service, name = action.split(":")
    found = {"Effect": "Deny" if kind == "rcp" else source.pick(("Allow", "Allow", "Deny"))}
    part = f"{service}:{name[:3]}*"
    listed = [f"{service}:x", f"{service.upper()}:{name[:3]}?{name[4:]}"]
    actions = [("Action", value) for value in (f"{service}:*", listed, part, action.lower(), "*", "iam:*")]
    if kind == "rcp":
        actions = actions[:3]
    else:
        actions += [("NotAction", part), ("NotAction", ["iam:*", "ec2:*"])]
    found |= (source.pick(actions),)
    if kind != "trust":
        one_off = [resource[:-1] + "?", "arn:aws:s3:::x"]
        variables = ("arn:aws:s3:::data/${aws:username}/*", "arn:aws:s3:::data/${aws:PrincipalTag/team}/?")
        resources = [("Resource", value) for value in ("*", resource, one_off, *variables)]
        resources.append(("Resource", "arn:aws:s3:::*"))
        excepted = ("arn:aws:s3:::data/*", [resource, "arn:aws:s3:::x/${aws:username}"])
        found |= (source.pick((*resources, *(("NotResource", value) for value in excepted))),)
    if kind in NAMED:
        found["Principal"] = source.pick(NAMED[kind])
    if kind == "resource" and found["Effect"] == "Deny" and source.pick((False, False, True)):
        del found["Principal"]
        found["NotPrincipal"] = source.pick(NOT_PRINCIPALS)
    condition = source.pick(CONDITIONS)
    if condition is not None:
        found["Condition"] = condition
    return found


def document(source: Source, action: str, resource: str, kind: str) -> dict:
    """A document of one to three statements."""
    if kind == "identity" and source.pick((True, False, False)):
        return EVERYTHING
    version = source.pick(VERSIONS)
    count = source.pick((1, 2, 3))
    statements = [statement(source, action, resource, kind) for _ in range(count)]
    return ({} if version is None else {"Version": version}) | {"Statement": statements}


def policies(source: Source, action: str, resource: str, kind: str, counts=(1, 0, 2)) -> list[dict]:
    """Policies as they are attached."""
    return [
        {"name": f"{kind}-{number}", "document": document(source, action, resource, kind)}
        for number in range(source.pick(counts))
    ]


def organization(source: Source, action: str, resource: str, account: str, kind: str) -> dict | None:
    """None, or an organization with levels that begin at the root and end at the account."""
    if source.pick((True, False)):
        return None
    key, counts = ("service_control_policies", (1, 2)) if kind == "identity" else ("resource_control_policies", (1, 0))
    targets = source.pick((["r-ab12", account], ["r-ab12", "ou-ab12-1", account], []))
    levels = [{"target": one, "policies": policies(source, action, resource, kind, counts)} for one in targets]
    management = source.pick((MANAGEMENT, MANAGEMENT, MANAGEMENT, account))
    return {"id": source.pick(("o-aa11", "o-bb22")), "management_account_id": management, key: levels}


def endpoint(source: Source, action: str, resource: str) -> dict | None:
    """None, mostly, or an endpoint with its policy."""
    kind = source.pick((None, None, "endpoint", "gateway"))
    if kind is None:
        return None
    policy = first(policies(source, action, resource, kind, (1, 0)))
    name = "interface" if kind == "endpoint" else "gateway"
    return {"id": "vpce-1a2b", "account_id": A, "vpc_id": "vpc-1a2b", "type": name, "policy": policy}


def first(items: list):
    """The one item, None where there is none."""
    return items[0] if items else None


def principal_facts(source: Source, caller: str, action: str, resource: str) -> dict:
    """Everything about the caller."""
    identity = caller in (ALICE, SESSION, BOB, SLR)
    about = (source, action, resource, "identity")
    limited = identity and caller != SLR
    return {
        "arn": {SESSION: ROLE, SLR: SLR_ROLE}.get(caller),
        "tags": source.pick(TAGS) if identity else {},
        "created_by": ALICE if caller == BOB else None,
        "identity_policies": policies(*about) if identity else [],
        "permissions_boundary": first(policies(*about, (0, 1))) if limited else None,
        "session_policies": policies(*about, (0, 1, 2)) if caller in (SESSION, BOB) else [],
        "organization": None if caller in (SERVICE, "*") else organization(source, action, resource, A, "identity"),
    }


def resource_facts(source: Source, account: str, action: str, resource: str) -> dict:
    """Everything about the resource."""
    found = {"tags": source.pick(TAGS), "policy": None, "organization": None}
    if action == "s3:GetObject":
        found["s3"] = {"block_public_access": None, "object_ownership": "BucketOwnerEnforced", "requester_pays": False}
    if action == "kms:Decrypt":
        grantee = source.pick((None, None, ROLE, ALICE, SESSION, f"arn:aws:iam::{A}:root", f"arn:aws:iam::{B}:role/x"))
        grant = {"grant_id": "g-1", "grantee_principal": grantee, "operations": [source.pick(("Decrypt", "Encrypt"))]}
        found["kms"] = {"key_manager": "CUSTOMER", "grants": [grant] if grantee else []}
    if resource != "*":
        kind = "trust" if action == "sts:AssumeRole" else "resource"
        if not action.startswith("ec2:"):
            found["policy"] = first(policies(source, action, resource, kind, (1, 1, 0)))
        found["organization"] = organization(source, action, resource, account, "rcp")
    return found


def build(data: bytes) -> dict:
    """A request and all facts about it: everything known."""
    source = Source(data)
    action = source.pick(tuple(ACTIONS))
    caller = source.pick(CALLERS)
    account = A if action == "s3:ListAllMyBuckets" else source.pick((A, A, B))
    if action == "sts:AssumeRole" and caller in (ROOT, BOB):
        caller = ALICE  # whom the API bars is not a matter of policies (D-20, D-22)
    resource = source.pick(ACTIONS[action]).format(account=account)
    way = endpoint(source, action, resource)
    given = {key: source.pick((None, *values)) for key, values in CONTEXT.items()}
    if way is not None:
        del given["aws:SourceIp"]
    request = {
        "principal": caller,
        "action": action,
        "resource": resource,
        "resource_account": account,
        "context": {key: value for key, value in given.items() if value is not None},
        "context_complete": True,
    }
    facts = {
        "principal": principal_facts(source, caller, action, resource),
        "resource": resource_facts(source, account, action, resource),
        "network": {"vpc_endpoint": way},
        "incomplete": [],
    }
    return {"request": request, "facts": facts}


LENGTH = 400
documents = st.binary(min_size=LENGTH, max_size=LENGTH).map(build)
"""Requests with all facts about them."""
