"""Whatever is denied to one role, at whichever layers: the changes end it all, and none of them is spare."""

from datetime import UTC, datetime
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from service.combined import answer, read_denials
from service.simulation import simulate
from service.work import Work
from tests.service.combined.proof import assert_proven

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SESSION = "arn:aws:sts::111122223333:assumed-role/deploy/run-1"
BUCKET = "arn:aws:s3:::site"
QUEUE = "arn:aws:sqs:eu-west-1:111122223333:jobs"
REQUESTS = (
    *((action, f"{BUCKET}/{name}") for action in ("s3:GetObject", "s3:PutObject") for name in "ab"),
    ("s3:ListBucket", BUCKET),
    ("sqs:SendMessage", QUEUE),
    ("sqs:ReceiveMessage", QUEUE),
)
STATEMENTS = (
    {"Effect": "Allow", "Action": "s3:*", "Resource": [BUCKET, f"{BUCKET}/*"]},
    {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE},
    {"Effect": "Deny", "Action": "s3:PutObject", "Resource": f"{BUCKET}/a"},
    {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
)
FULL = {"Effect": "Allow", "Action": "*", "Resource": "*"}

policies = st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=3, unique_by=str).map(
    lambda statements: {"Version": "2012-10-17", "Statement": statements}
)
unlimited = st.just({"Version": "2012-10-17", "Statement": [FULL]})


class Simulator:
    """Simulates without a server, in the shape of a client."""

    def __init__(self, json=None):
        self.json = json

    def post(self, _address: str, json: dict):
        requests = [{name: value for name, value in one.items() if name != "provenance"} for one in json["requests"]]
        return Simulator({"results": simulate(requests, json["facts"])})


@settings(max_examples=40, deadline=None)
@given(
    requests=st.lists(st.sampled_from(REQUESTS), min_size=1, max_size=5, unique=True),
    identity=policies,
    boundary=st.none() | policies | unlimited,
    scp=unlimited | policies,
    same_account=st.booleans(),
)
def test_changes_for_random_policies_are_proven(requests, identity, boundary, scp, same_account):
    scps = [{"name": "scp", "arn": "arn:aws:organizations::999999999999:policy/o-aa11/service_control_policy/p-1"}]
    scps[0]["document"] = scp
    root = {"target": "r-ab12", "policies": [{"name": "FullAWSAccess", "document": {"Statement": [FULL]}}]}
    facts = {
        "principal": {
            "arn": "arn:aws:iam::111122223333:role/deploy",
            "unique_id": "AROAEXAMPLEROLEID1234",
            "tags": {},
            "identity_policies": [{"name": "own", "document": identity}],
            "permissions_boundary": boundary and {"name": "edge", "document": boundary},
            "session_policies": [],
            "organization": {
                "id": "o-aa11",
                "management_account_id": "999999999999",
                "service_control_policies": [root, {"target": "111122223333", "policies": scps}],
            },
        },
        "network": {"vpc_endpoint": None},
    }
    owner = "111122223333" if same_account else "444455556666"
    resources = [
        {"arn": BUCKET, "account_id": owner, "policy": None, "organization": None, "tags": {}},
        {"arn": QUEUE, "account_id": "111122223333", "policy": None, "organization": None, "tags": {}},
    ]
    denials = [{"request": {"principal": SESSION, "action": action, "resource": on}} for action, on in requests]
    numbers = map(str, count())

    work = Work(100_000, 600, "this")
    body = {"denials": denials, "facts": facts, "resources": resources}
    read = read_denials(body, now=NOW, work=work, limit=50)
    found = answer(read, identifier="", now=NOW, name=lambda: next(numbers), work=work)

    for denial, diagnosed in zip(found.document["denials"], found.diagnoses, strict=True):
        denial["facts"] = diagnosed.facts
    if found.document["fix"] is not None:
        assert_proven(Simulator(), found.document)
    for denial in found.document["denials"]:
        assert denial["verified"] or denial["no_fix_reason"] or denial["decision"] == "allowed"
