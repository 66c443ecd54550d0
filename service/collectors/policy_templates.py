"""Writes the read-only policy that collectors need, as JSON, Terraform and a CloudFormation template for stack sets."""

from __future__ import annotations

import json
from enum import StrEnum, unique
from typing import Any, Final

from service.collectors.collected import Json
from service.collectors.permissions import SECTIONS, actions_of

ROLE_NAME: Final = "whydenied"
_VERSION: Final = "2012-10-17"
_DESCRIPTION: Final = "Lets whydenied read what decides a request, and nothing else."

_TERRAFORM: Final = """\
variable "trusted_principal_arn" {{
  description = "ARN of the role that the service runs with"
  type        = string
}}

variable "external_id" {{
  description = "External id of the connection, made by `whydenied connections new-external-id`"
  type        = string
}}

variable "role_name" {{
  type    = string
  default = "{role}"
}}

resource "aws_iam_role" "whydenied" {{
  name               = var.role_name
  description        = "{description}"
  assume_role_policy = jsonencode({trust})
}}

resource "aws_iam_role_policy" "whydenied" {{
  name   = "read-only"
  role   = aws_iam_role.whydenied.id
  policy = jsonencode({policy})
}}
"""


@unique
class Format(StrEnum):
    """The forms in which the policy can be had."""

    JSON = "json"
    TERRAFORM = "terraform"
    CLOUDFORMATION = "cloudformation"


def read_only_policy() -> Json:
    """The policy to grant in every account: one statement for each kind of thing that is read.

    It is made from the calls that collectors make. Nothing in it reads data: no object, message, item or secret.
    """
    statements = [
        {"Sid": _sid(section), "Effect": "Allow", "Action": list(actions_of([section])), "Resource": "*"}
        for section in SECTIONS
    ]
    return {"Version": _VERSION, "Statement": statements}


def render(form: Format) -> str:
    """The policy as text: alone, or in a role that trusts the service, as Terraform or CloudFormation write it."""
    if form is Format.TERRAFORM:
        trust = _trust("${var.trusted_principal_arn}", "${var.external_id}")
        return _TERRAFORM.format(
            role=ROLE_NAME, description=_DESCRIPTION, trust=_indented(trust), policy=_indented(read_only_policy())
        )
    document = read_only_policy() if form is Format.JSON else stack_set_template()
    return json.dumps(document, indent=2) + "\n"


def stack_set_template() -> Json:
    """A CloudFormation template with the role, to be rolled out to the accounts of an organization as a stack set."""

    def parameter(description: str, **more: str) -> Json:
        return {"Type": "String", "Description": description, **more}

    role = {
        "RoleName": {"Ref": "RoleName"},
        "Description": _DESCRIPTION,
        "AssumeRolePolicyDocument": _trust({"Ref": "TrustedPrincipalArn"}, {"Ref": "ExternalId"}),
        "Policies": [{"PolicyName": "read-only", "PolicyDocument": read_only_policy()}],
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": _DESCRIPTION,
        "Parameters": {
            "TrustedPrincipalArn": parameter("ARN of the role that the service runs with"),
            "ExternalId": parameter("External id of the connection"),
            "RoleName": parameter("Name of the role, the same in every account", Default=ROLE_NAME),
        },
        "Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": role}},
        "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
    }


def _trust(principal: Any, external_id: Any) -> Json:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
    }
    return {"Version": _VERSION, "Statement": [statement]}


def _sid(section: str) -> str:
    return "Read" + "".join(part.capitalize() for part in section.replace("-", "_").split("_"))


def _indented(document: Json) -> str:
    return json.dumps(document, indent=2).replace("\n", "\n  ")
