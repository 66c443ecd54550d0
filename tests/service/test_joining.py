"""What is known stays, whoever says otherwise later; what is open in it is collected whole and filled in."""

import pytest

from service.joining import joined, settled

READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
OTHER = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
ARN = "arn:aws:iam::111122223333:policy/read"
NAMED = {"name": "read", "arn": ARN}
WHOLE = {**NAMED, "document": READ}
OWN = {"name": "own", "document": OTHER}


def level(target, *policies):
    return {"target": target, "policies": list(policies)}


def organization(*levels, side="principal", name="service_control_policies", **more):
    return {side: {"organization": {"id": "o-aa11", name: list(levels)}}, **more}


def policies(*found, **more):
    return {"principal": {"identity_policies": list(found)}, **more}


def test_facts_that_are_closed_are_not_collected_again():
    facts = {
        "principal": {"tags": {}, "identity_policies": [WHOLE], "permissions_boundary": None, "session_policies": []},
        "resource": {"policy": {"name": "bucket-policy", "document": READ}, "organization": None},
        "network": {"vpc_endpoint": None},
    }

    assert settled(facts) == facts


@pytest.mark.parametrize(
    ("facts", "closed"),
    [
        (policies(WHOLE, incomplete=["/principal/identity_policies"]), {"principal": {}}),
        (policies(NAMED), {"principal": {}}),
        ({"principal": {"tags": {"a": "b"}}, "incomplete": ["/principal/tags"]}, {"principal": {}}),
        ({"resource": {"policy": {"name": "p"}, "account_id": "1"}}, {"resource": {"account_id": "1"}}),
        ({"principal": {"organization": {"id": "o-aa11"}}}, {"principal": {}}),
        (organization(level("r-1", NAMED)), {"principal": {}}),
        (organization({"target": "r-1"}), {"principal": {}}),
        (
            {"network": {"vpc_endpoint": {"id": "vpce-1", "policy": {"name": "p"}}}},
            {"network": {"vpc_endpoint": {"id": "vpce-1"}}},
        ),
    ],
)
def test_what_is_open_is_collected(facts, closed):
    assert settled(facts) == closed


def test_a_closed_organization_is_kept_whole():
    facts = organization(level("r-1", WHOLE), level("111122223333", WHOLE))

    assert settled(facts) == facts


def test_known_values_lists_and_nulls_win_over_those_found():
    known = {"principal": {"tags": {"team": "a"}, "identity_policies": [], "permissions_boundary": None}}
    found = {
        "principal": {
            "tags": {"team": "b", "cost": "c"},
            "identity_policies": [WHOLE],
            "permissions_boundary": WHOLE,
            "unique_id": "AROAEXAMPLE",
        },
        "resource": {"policy": None},
    }

    assert joined(known, found) == {
        "principal": {
            "tags": {"team": "a", "cost": "c"},
            "identity_policies": [],
            "permissions_boundary": None,
            "unique_id": "AROAEXAMPLE",
        },
        "resource": {"policy": None},
    }


def test_an_open_list_gets_what_it_lacks_and_is_closed():
    known = policies(NAMED, {**OWN, "document": READ}, incomplete=["/principal/identity_policies"])
    found = policies(OWN, WHOLE, {"name": "more", "document": OTHER})

    assert joined(known, found) == policies(WHOLE, {**OWN, "document": READ}, {"name": "more", "document": OTHER})


def test_a_list_that_was_found_in_part_stays_open():
    marks = ["/principal/identity_policies"]

    assert joined(policies(NAMED, incomplete=marks), policies(OWN, incomplete=marks)) == policies(
        NAMED, OWN, incomplete=marks
    )
    assert joined({}, policies(OWN, incomplete=marks)) == policies(OWN, incomplete=marks)


def test_a_list_that_is_closed_gets_contents_only():
    assert joined(policies(NAMED), policies(WHOLE, OWN)) == policies(WHOLE)


def test_a_policy_known_by_its_name_alone_is_the_only_one_of_that_name():
    marks = ["/principal/identity_policies"]
    of_group, of_other = ({**OWN, "source": f"group/{name}"} for name in ("devs", "ops"))

    assert joined(policies({"name": "own"}, incomplete=marks), policies(of_group)) == policies(of_group)
    assert joined(policies({"name": "own"}, incomplete=marks), policies(of_group, of_other)) == policies(
        {"name": "own"}, of_group, of_other
    )


def test_content_is_never_taken_from_another_policy():
    known = {"principal": {"permissions_boundary": {"name": "limits", "arn": ARN + "-limits"}}}

    assert joined(known, {"principal": {"permissions_boundary": WHOLE}}) == known


def test_tags_that_were_known_in_part_are_whole_once_they_were_found():
    known = {"principal": {"tags": {"team": "a"}}, "incomplete": ["/principal/tags"]}

    assert joined(known, {"principal": {"tags": {"team": "b", "cost": "c"}}}) == {
        "principal": {"tags": {"team": "a", "cost": "c"}}
    }


def test_levels_take_the_order_from_root_to_account_and_keep_what_is_known_of_each():
    at = "/principal/organization/service_control_policies"
    known = organization(level("111122223333", NAMED), incomplete=[at, f"{at}/0/policies"])
    found = organization(level("r-1", OWN), level("ou-1"), level("111122223333", OWN, WHOLE))

    assert joined(known, found) == organization(level("r-1", OWN), level("ou-1"), level("111122223333", WHOLE, OWN))


def test_a_level_that_could_not_be_read_stays_open():
    at = "/principal/organization/service_control_policies"
    known = organization(level("111122223333", NAMED), incomplete=[at, f"{at}/0/policies"])
    found = organization(level("r-1", OWN), {"target": "111122223333"})

    assert joined(known, found) == organization(
        level("r-1", OWN), level("111122223333", NAMED), incomplete=[f"{at}/1/policies"]
    )


def test_a_level_at_which_the_account_no_longer_is_is_kept_and_leaves_the_list_open():
    """AWS said that a policy there took part; the account was moved since."""
    at = "/principal/organization/service_control_policies"
    known = organization(level("ou-old", WHOLE), incomplete=[at])
    found = organization(level("r-1", OWN), level("111122223333", OWN))

    assert joined(known, found) == organization(
        level("r-1", OWN), level("ou-old", WHOLE), level("111122223333", OWN), incomplete=[at]
    )


def test_marks_within_what_was_found_are_kept():
    found = {"resource": {"kms": {"grants": []}}, "incomplete": ["/resource/kms/grants"]}

    assert joined({"resource": {"account_id": "111122223333"}}, found) == {
        "resource": {"account_id": "111122223333", "kms": {"grants": []}},
        "incomplete": ["/resource/kms/grants"],
    }
