"""What a connection can read and what not is found out without touching anything."""

from datetime import UTC, datetime

from service.collectors import Clients, Kept, check
from service.collectors.permissions import actions_of
from service.connections import Access, Connection
from tests.service.collectors.answers import Answers, session
from tests.service.collectors.front import Front
from tests.service.collectors.policies import CALLER, MANAGEMENT, OWNER, REGION
from tests.service.collectors.scenario import Scenario

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def kept() -> Kept:
    return Kept(clients=Clients(session=session()))


def result(action: str, decision: str) -> str:
    return f"<member><EvalActionName>{action}</EvalActionName><EvalDecision>{decision}</EvalDecision></member>"


def test_iam_says_of_every_action_whether_the_role_may_use_it(scenario: Scenario, front: Front):
    decisions = "".join(
        result(action, "implicitDeny" if action.startswith("kms:") else "allowed") for action in actions_of()
    )
    front.answer(
        "SimulatePrincipalPolicy",
        f"<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults>{decisions}"
        "</EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>",
    )

    (report,) = check(scenario.connection(), accounts=(CALLER,), now=NOW, kept=kept()).accounts

    assert report.identity == f"arn:aws:sts::{CALLER}:assumed-role/whydenied/whydenied"
    assert {action for action, readable in report.actions.items() if readable == "no"} == {
        action for action in actions_of() if action.startswith("kms:")
    }
    assert set(report.actions) == set(actions_of())
    assert report.failures == ()


def test_where_iam_does_not_say_a_few_calls_are_tried(scenario: Scenario, front: Front):
    front.refuse("SimulatePrincipalPolicy|DescribeOrganization")

    (report,) = check(scenario.connection(), accounts=(MANAGEMENT,), now=NOW, kept=kept()).accounts

    assert report.actions["ec2:DescribeVpcEndpoints"] == "yes"
    assert report.actions["organizations:ListRoots"] == "yes"
    assert report.actions["organizations:DescribeOrganization"] == "no"
    assert report.actions["iam:GetRole"] == "unknown"


def test_an_account_that_cannot_be_entered_says_why(scenario: Scenario, front: Front):
    front.refuse("AssumeRole")
    accounts = {CALLER: Access(role_arn=f"arn:aws:iam::{CALLER}:role/whydenied")}
    connection = Connection(region=REGION, endpoint_url=front.url, accounts=accounts)

    found = check(connection, now=NOW, kept=kept())

    (report,) = found.accounts
    assert report.identity is None
    assert [failure.call for failure in report.failures] == ["sts.AssumeRole"]
    assert found.to_json()["accounts"][0]["failures"][0]["kind"] == "denied"


def test_the_account_of_an_organization_is_checked_as_well(scenario: Scenario, front: Front):
    role = Access(role_arn=f"arn:aws:iam::{MANAGEMENT}:role/whydenied")
    connection = Connection(region=REGION, endpoint_url=front.url, organizations={"o-aa11bb22cc": role})

    assert [report.account_id for report in check(connection, now=NOW, kept=kept()).accounts] == [MANAGEMENT]


def test_ambient_credentials_are_checked_in_their_own_account():
    identity = {"Account": OWNER, "Arn": f"arn:aws:iam::{OWNER}:user/svc"}
    answers = Answers({"sts.GetCallerIdentity": identity})

    (report,) = check(Connection(), now=NOW, kept=answers.kept()).accounts

    assert (report.account_id, report.identity) == (OWNER, identity["Arn"])


def test_without_credentials_nothing_can_be_checked():
    answers = Answers({"sts.GetCallerIdentity": ("InvalidClientTokenId", "The security token is invalid")})

    (report,) = check(Connection(), now=NOW, kept=answers.kept()).accounts

    assert report.identity is None
    assert report.failures[0].error_code == "InvalidClientTokenId"
