"""openapi.yaml is what the schemas make, is valid, leaves nothing out, and is true of what is answered."""

import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

ROOT = Path(__file__).parent.parent.parent
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def document(app) -> dict:
    return yaml.safe_load(app.extensions["openapi_text"]())


def operations(document):
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            yield f"{method} {path}", item[method]


def test_the_committed_contract_is_the_generated_one(app):
    assert (ROOT / "openapi.yaml").read_text(encoding="utf-8") == app.extensions["openapi_text"]()


def test_the_contract_is_valid_openapi_3_1(document):
    assert document["openapi"] == "3.1.0"
    validate(document)


def test_every_operation_has_an_id_of_its_own_and_a_summary(document):
    found = list(operations(document))

    assert all(operation.get("operationId") and operation.get("summary") for _, operation in found)
    assert len({operation["operationId"] for _, operation in found}) == len(found)


def test_every_route_of_the_api_is_in_the_contract(app, document):
    described = {name for name, _ in operations(document)}
    routed = {
        method.lower() + " " + re.sub(r"<string[^:]*:([a-z_]+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(("/v1", "/healthz", "/readyz", "/version"))
    }

    assert described == routed


def test_errors_are_problem_documents(document):
    for _, operation in operations(document):
        for status, response in operation["responses"].items():
            if status == "default" or status.startswith("4"):
                name = response["$ref"].rpartition("/")[2]
                assert list(document["components"]["responses"][name]["content"]) == ["application/problem+json"]


def test_bodies_are_closed_and_answers_are_open(document):
    schemas = document["components"]["schemas"]

    assert schemas["DiagnosisBody"]["additionalProperties"] is False
    assert schemas["Facts"]["additionalProperties"] is False
    assert schemas["Diagnosis"].get("additionalProperties") is not False
    assert schemas["Check"].get("additionalProperties") is not False


def answers_as_described(document, name, answer):
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(answer)]


def test_answers_are_as_described(client, document, denial):
    made = client.post("/v1/diagnoses?include=facts", json=denial).json
    request = {name: value for name, value in made["request"].items() if name != "provenance"}
    simulated = client.post("/v1/simulations", json={"requests": [request], "facts": made["facts"]}).json
    answers = {
        "Diagnosis": made,
        "DiagnosisPage": client.get("/v1/diagnoses").json,
        "Simulation": simulated,
        "Interpretations": client.post("/v1/interpretations", json={"error": denial["error"]}).json,
        "Causes": client.get("/v1/causes").json,
        "CauseDetails": client.get("/v1/causes/identity-no-allow").json,
        "Version": client.get("/version").json,
        "ProblemDetails": client.post("/v1/diagnoses", json={}).json,
    }

    found = {name: answers_as_described(document, name, answer) for name, answer in answers.items()}
    assert found == {name: [] for name in answers}


def test_a_diagnosis_of_nothing_is_as_described(client, document):
    answer = client.post("/v1/diagnoses", json={"error": "The security token included in the request is expired"}).json

    assert answers_as_described(document, "Diagnosis", answer) == []
