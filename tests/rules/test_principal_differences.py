"""How the principals of a statement differ from the caller."""

import pytest

from iam.principal import read_caller
from rules.principal_differences import nearest_principal, principal_difference
from rules.vocabulary import PrincipalDifference as Difference

SESSION = "arn:aws:sts::111122223333:assumed-role/app/run-1"
ROLE = "arn:aws:iam::111122223333:role/app"
OWNER = "444455556666"
ANALYST = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Analyst_0123456789abcdef/alice"


@pytest.mark.parametrize(
    ("value", "principal", "expected"),
    [
        ("arn:aws:iam::999999999999:role/app", SESSION, Difference.ACCOUNT),
        ("arn:aws:iam::999999999999:root", SESSION, Difference.ACCOUNT),
        ("999999999999", SESSION, Difference.ACCOUNT),
        ("arn:aws:iam::444455556666:root", SESSION, Difference.OTHER),
        ("arn:aws:iam::999999999999:role/billing", SESSION, Difference.OTHER),
        ("arn:aws:iam::111122223333:role/App", SESSION, Difference.CASE),
        ("arn:aws:iam::111122223333:role/apps", SESSION, Difference.NAME),
        ("arn:aws:iam::111122223333:role/billing", SESSION, Difference.OTHER),
        ("arn:aws:iam::111122223333:user/app", SESSION, Difference.OTHER),
        ("arn:aws:sts::111122223333:assumed-role/app/run-2", SESSION, Difference.SESSION),
        ("arn:aws:iam::111122223333:role/team/app", SESSION, Difference.PATH),
        ("AROAEXAMPLEDELETED001", SESSION, Difference.DELETED),
        ("arn:aws:iam::111122223333:group/devs", "arn:aws:iam::111122223333:user/alice", Difference.GROUP),
        ("arn:aws:iam::111122223333:role/*", SESSION, Difference.WILDCARD),
        (
            "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Analyst_fedcba9876543210",
            ANALYST,
            Difference.PERMISSION_SET,
        ),
        ("ec2.amazonaws.com", "lambda.amazonaws.com", Difference.SERVICE),
        ("arn:aws:iam::111122223333:root", "lambda.amazonaws.com", Difference.OTHER),
        (
            "arn:aws:iam::111122223333:saml-provider/old",
            "arn:aws:iam::111122223333:saml-provider/corp",
            Difference.PROVIDER,
        ),
        ("lambda.amazonaws.com", SESSION, Difference.OTHER),
        ("arn:aws:iam::111122223333:role/app", "*", Difference.OTHER),
    ],
)
def test_difference_is_named_by_what_differs(value, principal, expected):
    """F-38, F-39; A.3."""
    caller = read_caller(principal, principal_arn=ROLE)
    assert principal_difference(value, caller, owner=OWNER) is expected


def test_nearest_of_several_principals_counts():
    principals = ("arn:aws:iam::999999999999:root", "arn:aws:iam::111122223333:role/App", "AROAEXAMPLEDELETED001")
    assert nearest_principal(principals, read_caller(SESSION), owner=OWNER) == (Difference.CASE, 1)
