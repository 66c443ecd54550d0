"""Where an error names something that AWS can be asked about, the exact command is given, and its answer is taken."""

import json
import shlex

MESSAGE = "4GIOHlTkIaWHQD0Q0m6XSnuUMCm" + "abcdefghijklmnopqrstuvwxyz0123456789" * 4
ERROR = (
    "An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to"
    f" perform this operation. Encoded authorization failure message: {MESSAGE}"
)
DECODED = {
    "allowed": False,
    "explicitDeny": False,
    "matchedStatements": {"items": []},
    "failures": {"items": []},
    "context": {
        "principal": {"id": "AIDAEXAMPLEUSERID1234", "name": "dana", "arn": "arn:aws:iam::111122223333:user/dana"},
        "action": "ec2:RunInstances",
        "resource": "arn:aws:ec2:eu-west-1:111122223333:instance/*",
        "conditions": {"items": [{"key": "ec2:InstanceType", "values": {"items": [{"value": "t3.micro"}]}}]},
    },
}


def diagnose(client, **body):
    return client.post("/v1/diagnoses?fix=none", json=body).json


def test_an_encoded_message_gives_the_command_that_decodes_it(client):
    first = diagnose(client, error=ERROR)["missing_facts"][0]

    assert first["fact"] == "decoded_message"
    words = shlex.split(first["how"])
    assert words[:3] == ["aws", "sts", "decode-authorization-message"]
    assert words[words.index("--encoded-message") + 1] == MESSAGE


def test_the_decoded_message_is_taken_and_no_longer_asked_for(client):
    found = diagnose(client, error=ERROR, decoded_message={"DecodedMessage": json.dumps(DECODED)})

    assert found["request"]["principal"] == "arn:aws:iam::111122223333:user/dana"
    assert found["request"]["context"]["ec2:InstanceType"] == "t3.micro"
    assert "decoded_message" not in [one["fact"] for one in found["missing_facts"]]


def test_the_decoded_message_is_taken_as_pasted_text_too(client):
    found = diagnose(client, error=json.dumps(DECODED, indent=2))

    assert found["request"]["action"] == "ec2:RunInstances"
    assert found["request"]["context"]["ec2:InstanceType"] == "t3.micro"
    assert found["decision"] == "undetermined"


def test_an_authorization_id_gives_the_command_that_shows_how_aws_decided(client):
    authorization = "11111111-2222-3333-4444-555555555555"
    error = (
        "User: arn:aws:iam::111122223333:user/dana is not authorized to perform: iam:ListRoles on resource:"
        " arn:aws:iam::111122223333:role/ because no identity-based policy allows the iam:ListRoles action."
        " Go to https://console.aws.amazon.com/iam/ for complete details, or call the"
        f" GetRequestAuthorizationDetails API with the following authorization id: {authorization}"
    )

    first = diagnose(client, error=error)["missing_facts"][0]

    assert first["fact"] == "authorization_details"
    assert first["how"].endswith(f"--authorization-id {authorization}")
