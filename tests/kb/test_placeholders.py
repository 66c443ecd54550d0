"""Placeholders are a closed list, filled once and quoted inside commands."""

import pytest

from kb.placeholders import PLACEHOLDERS, fill, fill_command, names


def test_a_placeholder_takes_its_value():
    assert fill("{action} on {resource}", {"action": "s3:GetObject", "resource": "*"}) == "s3:GetObject on *"


def test_a_placeholder_without_a_value_reads_as_its_name_in_upper_case():
    assert fill("{action} by {principal_name}", {"action": ""}) == "ACTION by PRINCIPAL_NAME"


def test_policy_variables_and_json_are_left_alone():
    text = 'arn:aws:s3:::b/${aws:username} {"Effect": "Allow"} ${action}'

    assert fill(text, {"action": "s3:GetObject"}) == text
    assert names(text) == frozenset()


def test_a_name_outside_the_list_is_left_as_it_stands():
    assert fill("{unheard_of}", {"unheard_of": "x"}) == "{unheard_of}"
    assert names("{unheard_of}") == {"unheard_of"}


def test_a_value_is_not_searched_for_placeholders():
    assert fill("{resource}", {"resource": "{action}", "action": "s3:GetObject"}) == "{action}"


def test_a_value_inside_a_command_is_quoted_for_the_shell():
    values = {"role": "app; rm -rf /"}

    assert fill("`aws iam get-role --role-name {role}`", values) == "`aws iam get-role --role-name 'app; rm -rf /'`"
    assert fill("```sh\naws iam get-role --role-name {role}\n```", values).splitlines()[1].endswith("'app; rm -rf /'")
    assert fill_command("aws iam get-role --role-name {role}", values).endswith("'app; rm -rf /'")


def test_a_value_outside_a_command_is_not_quoted():
    assert fill("Role `{role}` of {role}", {"role": "a b"}) == "Role `a b` of a b"


def test_the_arn_behind_a_session_is_that_of_its_role():
    session = "arn:aws-cn:sts::111122223333:assumed-role/app/run-1"

    assert fill("{principal_arn}", {"principal": session}) == "arn:aws-cn:iam::111122223333:role/app"
    assert fill("{principal_arn}", {"principal": "arn:aws:iam::111122223333:user/eve"}).endswith(":user/eve")
    assert fill("{principal_arn}", {"principal": session, "principal_arn": "given"}) == "given"
    assert fill("{principal_arn}", {}) == "PRINCIPAL_ARN"


@pytest.mark.parametrize(
    ("principal", "element"),
    [
        ("arn:aws:sts::111122223333:assumed-role/app/run-1", '{"AWS": "arn:aws:iam::111122223333:role/app"}'),
        ("arn:aws:iam::111122223333:user/eve", '{"AWS": "arn:aws:iam::111122223333:user/eve"}'),
        ("sns.amazonaws.com", '{"Service": "sns.amazonaws.com"}'),
        (
            "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
            '{"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}',
        ),
        ("*", '"*"'),
        ('a"b', '{"AWS": "a\\"b"}'),
        ("", '{"AWS": "PRINCIPAL_ARN"}'),
    ],
)
def test_the_principal_element_says_what_kind_of_caller_it_is(principal, element):
    """A.3."""
    assert fill("{principal_element}", {"principal": principal}) == element


def test_control_characters_cannot_forge_a_line():
    assert fill("{role}", {"role": "a\nb\x1b[0m"}) == "a\ufffdb\ufffd[0m"


def test_every_placeholder_says_what_it_stands_for():
    assert all(PLACEHOLDERS.values())
