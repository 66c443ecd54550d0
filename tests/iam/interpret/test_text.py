"""What a text states is told apart from what it only implies, and one error from another (E.1 to E.6)."""

import dataclasses
import json

import pytest

from iam.checks import Effect, PolicyType
from iam.interpret import Denial, NotAccessDeniedKind, interpret

SENTENCE = (
    "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: s3:GetObject on resource: "
    '"arn:aws:s3:::reports/q3.csv" because no identity-based policy allows the s3:GetObject action'
)


def only(text):
    denials = interpret(text)
    assert len(denials) == 1
    return denials[0]


def test_text_without_an_error_has_no_denials():
    assert interpret("") == ()
    assert interpret("all green") == ()


def test_denial_in_json_has_every_field_of_the_contract_and_no_other():
    document = only(SENTENCE).to_json()

    assert list(document) == [field.name for field in dataclasses.fields(Denial)]
    assert json.loads(json.dumps(document)) == document
    assert document["policy_type"] == "identity_policy"
    assert document["effect"] == "implicit_deny"
    assert document["span"] == [0, len(SENTENCE)]


def test_span_counts_code_points_of_the_text_as_sent():
    text = f"🔥 é │ \x1b[31m{SENTENCE}\x1b[0m ✅"
    start, end = only(text).span

    assert text[start:end] == SENTENCE


def test_span_reaches_over_what_was_escaped():
    text = json.dumps({"msg": f"AccessDenied: {SENTENCE}\n\tstatus code: 403, request id: 0a1b2c3d4e5f6071", "ts": 1})
    start, end = only(text).span

    assert text[start:end].startswith("AccessDenied: User")
    assert text[start:end].endswith("0a1b2c3d4e5f6071")


def test_value_that_is_implied_is_marked():
    denial = only("An error occurred (AccessDenied) when calling the ListObjectsV2 operation: Access Denied")

    assert (denial.action, denial.service) == ("s3:ListBucket", "s3")
    assert denial.inferred == ("action", "service")


def test_operation_that_needs_several_actions_implies_none_of_them():
    denial = only("An error occurred (AccessDenied) when calling the CopyObject operation: Access Denied")

    assert denial.action is None


def test_reason_of_a_person_is_not_one_of_aws():
    denial = only(
        "User: arn:aws:iam::111122223333:user/a is not authorized to perform: s3:PutObject on resource: "
        "arn:aws:s3:::site/x because no policy of ours allows the intern anything"
    )

    assert denial.resource == "arn:aws:s3:::site/x"
    assert (denial.policy_type, denial.effect) == (None, None)


def test_old_wording_of_a_service_control_policy_tells_the_layer_only():
    """E-09: the same words were used where the policy merely allowed nothing."""
    denial = only(
        "User: arn:aws:iam::111122223333:user/a is not authorized to perform: codestar:CreateConnection on resource: * "
        "due to an explicit deny in a Service Control Policy"
    )

    assert denial.policy_type is PolicyType.SERVICE_CONTROL_POLICY
    assert denial.effect is None


@pytest.mark.parametrize("article", ["a", "an", "the"])
def test_article_before_the_policy_type_does_not_matter(article):
    denial = only(f"{SENTENCE.partition(' because')[0]} with an explicit deny in {article} resource-based policy")

    assert (denial.policy_type, denial.effect) == (PolicyType.RESOURCE_POLICY, Effect.EXPLICIT_DENY)


def test_inner_denial_wins_over_the_code_of_what_wraps_it():
    denial = only(f"An error occurred (ValidationError) when calling the CreateStack operation: {SENTENCE}")

    assert denial.is_access_denied
    assert (denial.error_code, denial.operation, denial.action) == ("ValidationError", "CreateStack", "s3:GetObject")


def test_word_in_the_name_of_a_role_is_no_error():
    denial = only(
        "User: arn:aws:sts::111122223333:assumed-role/ExpiredToken-AccessDenied/NoSuchKey is not authorized to "
        "perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/ThrottlingException"
    )

    assert denial.not_access_denied_kind is None
    assert denial.error_code is None


def test_message_tells_a_look_alike_even_under_the_code_of_a_denial():
    """E.6: account standing is reported as AccessDenied too."""
    denial = only(
        "An error occurred (AccessDenied) when calling the RunInstances operation: Your account is currently blocked"
    )

    assert not denial.is_access_denied
    assert denial.not_access_denied_kind is NotAccessDeniedKind.OTHER


def test_repeats_are_one_denial_and_different_resources_are_two():
    other = SENTENCE.replace("q3.csv", "q4.csv")

    assert len(interpret("\n".join([SENTENCE] * 5))) == 1
    assert [denial.resource for denial in interpret(f"{SENTENCE}\n{other}\n{SENTENCE}")] == [
        "arn:aws:s3:::reports/q3.csv",
        "arn:aws:s3:::reports/q4.csv",
    ]


def test_shorter_repeat_gives_its_request_id_to_the_fuller_one():
    denial = only(f"{SENTENCE}\nAccessDenied: {SENTENCE}\n\tstatus code: 403, request id: 0a1b2c3d4e5f6071")

    assert (denial.error_code, denial.request_id) == ("AccessDenied", "0a1b2c3d4e5f6071")


def test_request_of_another_cloud_is_not_ours():
    assert interpret("This request is not authorized to perform this operation. RequestId:eac84bcc-f01e-0034") == ()
