"""The condition context as the evaluation derives it."""

from iam.evaluate import evaluate_document
from rules.context import CaseContext

ROLE = "arn:aws:sts::111122223333:assumed-role/app/run-1"


def context(document):
    complete = {"request": {"principal": ROLE, "action": "s3:GetObject", **document.get("request", {})}}
    complete["facts"] = document.get("facts", {})
    return CaseContext(complete, evaluate_document(complete, diagnosis=True))


def test_key_is_present_absent_or_unknown():
    """B-13."""
    document = {
        "request": {"context": {"aws:SourceIp": "203.0.113.9", "aws:TagKeys": ["a", "b"], "aws:referer": None}},
        "facts": {
            "principal": {"tags": {"Team": "data"}, "organization": None},
            "resource": {"organization": {"id": "o-aa11"}},
        },
    }
    values = context(document).values
    assert values("AWS:sourceip") == ("203.0.113.9",)
    assert values("aws:TagKeys") == ("a", "b")
    assert values("aws:Referer") == ()
    assert values("aws:PrincipalTag/team") == ("data",)
    assert values("aws:PrincipalTag/cost") == ()
    assert values("aws:ResourceTag/cost") is None
    assert values("aws:PrincipalOrgID") == ()
    assert values("aws:ResourceOrgID") == ("o-aa11",)
    assert values("aws:UserAgent") is None
    document["request"]["context_complete"] = True
    assert context(document).values("aws:UserAgent") == ()


def test_what_a_diagnosis_assumes_is_known():
    values = context({"request": {"context": {"aws:SourceIp": "203.0.113.9"}}}).values
    assert values("aws:SecureTransport") == ("true",)
    assert values("aws:SourceVpce") == ()


def test_credentials_of_a_role_carry_no_mfa():
    """C-10."""
    assert context({}).values("aws:MultiFactorAuthPresent") == ()


def test_call_by_a_service_has_a_context_of_its_own():
    """C-21, D-74: the caller's endpoint is not that of the service."""
    request = {"action": "kms:Decrypt", "resource": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd"}
    dependency = {"request": request, "via": "s3.amazonaws.com", "resource": {}}
    facts = {"network": {"vpc_endpoint": {"id": "vpce-1"}}, "dependencies": [dependency]}
    values = context({"facts": facts}).values
    assert values("kms:ViaService") is None
    assert values("kms:ViaService", request=1) == ("s3.eu-west-1.amazonaws.com",)
    assert values("aws:SourceVpce") == ("vpce-1",)
    assert values("aws:SourceVpce", request=1) == ()
    assert values("aws:SourceVpce", request=2) is None


def test_nothing_is_known_of_a_document_that_cannot_be_read():
    assert CaseContext({"request": {"action": 7}, "facts": {}}, None).values("aws:SourceIp") is None
