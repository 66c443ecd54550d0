"""Writes a denial as the CloudTrail record of the call (E.9)."""

from __future__ import annotations

from typing import Final

from bench.diagnosis.scene import NOW, Json, Scene

_SOURCES: Final = {"cloudwatch": "monitoring", "events": "events", "ecr": "ecr"}
_CODES: Final = {
    "UnauthorizedOperation": "Client.UnauthorizedOperation",
    "AuthorizationError": "AuthorizationErrorException",
}


def event(scene: Scene, text: str) -> Json:
    """The record of the scene's call, refused with this text."""
    call = scene.main.call
    names = scene.names
    source = f"{_SOURCES.get(call.service, call.service)}.amazonaws.com"
    found: Json = {
        "eventVersion": "1.11",
        "userIdentity": _identity(scene),
        "eventTime": NOW.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": source,
        "eventName": call.api_name,
        "awsRegion": names.region,
        "sourceIPAddress": scene.context.get("aws:SourceIp") or scene.context.get("aws:VpcSourceIp"),
        "userAgent": scene.context.get("aws:UserAgent") or "aws-cli/2.31.0",
        "errorCode": _CODES.get(call.code, call.code),
        "errorMessage": text,
        "requestParameters": None,
        "responseElements": None,
        "requestID": f"{names.hex(8)}-{names.hex(4)}",
        "eventID": f"{names.hex(8)}-{names.hex(4)}",
        "readOnly": True,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": scene.account,
        "eventCategory": "Management",
    }
    if "aws:SourceVpce" in scene.context:
        found["vpcEndpointId"] = scene.context["aws:SourceVpce"]
    return found


def _identity(scene: Scene) -> Json:
    key = f"ASIA{scene.names.hex(16).upper()}"
    if scene.kind == "user":
        name = scene.principal.rpartition("/")[2]
        return {
            "type": "IAMUser",
            "principalId": scene.caller["unique_id"],
            "arn": scene.principal,
            "accountId": scene.account,
            "accessKeyId": key.replace("ASIA", "AKIA"),
            "userName": name,
        }
    session = scene.principal.rpartition("/")[2]
    return {
        "type": "AssumedRole",
        "principalId": f"{scene.caller['unique_id']}:{session}",
        "arn": scene.principal,
        "accountId": scene.account,
        "accessKeyId": key,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": scene.caller["unique_id"],
                "arn": scene.identity,
                "accountId": scene.account,
                "userName": scene.identity.rpartition("/")[2],
            },
            "attributes": {"creationDate": "2026-11-24T08:00:00Z", "mfaAuthenticated": "false"},
        },
    }
