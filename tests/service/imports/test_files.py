"""Files and folders: what is named must be readable, what lies beside it is noted."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.imports.documents import import_document
from service.imports.files import import_paths
from service.imports.origin import Origin
from service.problems import Problem


def test_a_folder_is_read_as_far_as_it_can_be(tmp_path):
    (tmp_path / "other.json").write_text('{"a": 1}', encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "describe-vpc-endpoints.json").write_text('{"VpcEndpoints": []}', encoding="utf-8")

    found, sources = import_paths([tmp_path])

    assert [source.rpartition("/")[2] for source in sources] == ["describe-vpc-endpoints.json: settings of a resource"]
    assert len(found.notes) == 1
    assert "other.json" in found.notes[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not JSON"),
        ('{"a": 1}', "its members are `a`"),
        ("[]", "none of the formats"),
        ("An unrelated text", "none of the formats"),
        ("", "none of the formats"),
    ],
)
def test_a_file_that_is_named_must_be_an_export(tmp_path, content, message):
    (tmp_path / "x.json").write_text(content, encoding="utf-8")

    with pytest.raises(Problem) as refused:
        import_paths([tmp_path / "x.json"])

    assert message in refused.value.detail
    assert "x.json" in refused.value.detail


def test_of_two_exports_the_later_one_wins(imported, tmp_path, export):
    later = export("account-authorization-details.json")
    later["RoleDetailList"][0]["Tags"] = [{"Key": "team", "Value": "web"}]
    (tmp_path / "later.json").write_text(json.dumps(later), encoding="utf-8")

    found = imported("account-authorization-details.json", tmp_path / "later.json")

    tags = {entry["tags"]["team"] for _, name, entry in found if name.endswith(":role/app")}
    assert tags == {"web"}


NAMES = """
    UserDetailList RoleDetailList Policies Policy PolicyVersion Attributes Accounts Roots Organization Role Grants Tags
    KeyMetadata VpcEndpoints TagSet Parents AttachedPolicies PolicyNames AccessPointArn PublicAccessBlockConfiguration
    terraform_version values planned_values resources root_module type fact_set principals principal resource facts
    Arn Id PolicySummary Statement QueueArn ARN Name policyText RevisionId OwnershipControls Rules Payer Owner
    repositories id policy Versions Document incomplete request network
""".split()
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 1),
    st.sampled_from(
        ("", "x", "111122223333", "arn:aws:s3:::b", "arn:aws:iam::111122223333:role/app", "{", "ou-ab12-11111111")
    ),
)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=20,
)


@settings(max_examples=400)
@given(DOCUMENTS, st.sampled_from((None, "x", "arn:aws:s3:::b", "arn:aws:iam::111122223333:role/app", "111122223333")))
def test_nonsense_is_refused_or_noted_and_never_an_exception(document, subject):
    origin = Origin(name="/content", subject=subject, account_id="111122223333", region="eu-west-1")
    refused = None
    try:
        import_document(document, origin)[1].to_json()
    except Problem as problem:
        refused = problem

    assert refused is None or refused.faults[0].path.startswith("/content")
