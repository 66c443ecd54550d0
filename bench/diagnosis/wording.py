"""Words a denial as AWS prints it and tools wrap it (E.1 to E.5): with its reason, without, or bare."""

from __future__ import annotations

from typing import Final

from bench.diagnosis.events import event
from bench.diagnosis.fault import EXPLICIT, IDENTITY, RCP, SCP, Broken
from bench.diagnosis.requirements import CALLERS
from bench.diagnosis.scene import Json, Part, Scene

FULL: Final = "full"
PLAIN: Final = "no reason"
BARE: Final = "bare"
_LAYERS: Final = {
    "identity_policy": ("an", "identity-based policy"),
    "resource_policy": ("a", "resource-based policy"),
    "permissions_boundary": ("a", "permissions boundary"),
    "session_policy": ("a", "session policy"),
    "service_control_policy": ("a", "service control policy"),
    "resource_control_policy": ("a", "resource control policy"),
    "vpc_endpoint_policy": ("a", "VPC endpoint policy"),
    "role_trust_policy": ("the", "role trust policy"),
}
_ORDER: Final = (
    "resource_control_policy",
    "service_control_policy",
    "vpc_endpoint_policy",
    "resource_policy",
    "role_trust_policy",
    "identity_policy",
    "permissions_boundary",
    "session_policy",
)


def first_reported(faults: list[Broken]) -> Broken:
    """The fault that AWS reports: an explicit deny before an implicit one, then in the order of its checks (D.9)."""
    return min(faults, key=lambda one: (one.index, one.effect != EXPLICIT, _ORDER.index(one.layer)))


def style_for(scene: Scene, broken: Broken) -> str:
    """How much AWS says: reasons are given within an account or an organization only (E-06, D-91)."""
    if scene.kind in {"oidc", "saml"} or broken.causes[0] == "wrong-identity-used":
        return PLAIN
    same = not scene.cross_account or _same_organization(scene)
    if not same and broken.layer not in {IDENTITY, SCP, "permissions_boundary", "session_policy"}:
        return BARE if scene.main.call.service == "s3" else PLAIN
    return scene.names.random.choices((FULL, PLAIN, BARE), (6, 2, 2))[0]


def _same_organization(scene: Scene) -> bool:
    theirs, ours = scene.main.resource.get("organization"), scene.caller.get("organization")
    return bool(theirs and ours and theirs["id"] == ours["id"])


def message(scene: Scene, broken: Broken, style: str, *, bare_text: bool = False) -> str:
    """The text of the denial as some tool shows it, or as the service says it."""
    part = scene.parts[broken.index]
    outer = scene.main.call
    text = _sentence(scene, part, broken, style)
    if scene.main.call.service == "ec2":
        text = f"You are not authorized to perform this operation. {text}" if style != BARE else _EC2
        if style == FULL and scene.names.chance(0.5):
            text += f". Encoded authorization failure message: {scene.names.hex(64)}"
    return text if bare_text else _wrapped(scene, outer.code, outer.api_name, text)


_GO_NAMES: Final = {
    "lambda": "Lambda",
    "secretsmanager": "Secrets Manager",
    "dynamodb": "DynamoDB",
    "events": "EventBridge",
    "glue": "Glue",
    "kinesis": "Kinesis",
    "logs": "CloudWatch Logs",
    "states": "SFN",
    "organizations": "Organizations",
}
_EC2: Final = "You are not authorized to perform this operation."


def _sentence(scene: Scene, part: Part, broken: Broken, style: str) -> str:
    action = _printed(broken.action or part.call.action)
    if scene.kind in {"oidc", "saml"}:
        return f"Not authorized to perform {action}"
    if style == BARE and scene.main.call.service == "organizations":
        return "You don't have permissions to access this resource."
    if style == BARE:
        return "Access Denied"
    resource = f'"{part.arn}"' if part.call.service == "s3" else part.arn
    who = "anonymous" if scene.principal == "*" else scene.principal
    text = f"User: {who} is not authorized to perform: {action} on resource: {resource}"
    if style != FULL:
        return text
    article, layer = _LAYERS[broken.layer]
    if broken.effect == EXPLICIT:
        return f"{text} with an explicit deny in {article} {layer}{_policy_arn(scene, broken)}"
    return f"{text} because no {layer} allows the {action} action"


def _printed(action: str) -> str:
    service, _, name = action.partition(":")
    if service == "sns":
        return f"SNS:{name}"
    return action.lower() if service == "sqs" else action


def _policy_arn(scene: Scene, broken: Broken) -> str:
    """Some explicit denials name the policy: that of the last control policy attached, which a fault adds."""
    levels = {SCP: scene.levels, RCP: scene.resource_levels}.get(broken.layer)
    if levels is None or scene.names.chance(0.5):
        return ""
    guards = [one for level in levels() for one in level["policies"] if one["name"].startswith("guard-")]
    return f": {guards[-1]['arn']}" if guards else ""


def _wrapped(scene: Scene, code: str, operation: str, text: str) -> str:
    service = _GO_NAMES.get(scene.main.call.service, scene.main.call.service.upper())
    told = f"{code}: {text}"
    number = f"{scene.names.hex(8)}-{scene.names.hex(4)}-{scene.names.hex(12)}"
    request = f"RequestID: {number}"
    forms = (
        f"An error occurred ({code}) when calling the {operation} operation: {text}",
        f"botocore.exceptions.ClientError: An error occurred ({code}) when calling the {operation} operation: {text}",
        f"operation error {service}: {operation}, https response error StatusCode: 403, {request}, api error {told}",
        f"{told}\n\tstatus code: 403, request id: {number}",
    )
    return scene.names.random.choices(forms, (6, 2, 1, 1))[0]


def body(scene: Scene, faults: list[Broken]) -> Json:
    """The body of the diagnosis: the denial's text, the facts, and as much of the request as the text leaves open."""
    document = scene.document()
    reported = first_reported(faults)
    told = all(fault.layer_told for fault in faults) or scene.kind in {"oidc", "saml"}
    style = style_for(scene, reported) if told else PLAIN
    found: Json = {"request": document["request"], "facts": document["facts"]}
    if scene.kind == "service":
        return found
    if scene.main.call.service == "organizations" and reported.silent:
        style = BARE
    if scene.kind in CALLERS and not reported.silent and scene.names.chance(0.15):
        found["event"] = event(scene, message(scene, reported, style, bare_text=True))
        return found
    found["error"] = message(scene, reported, style)
    if (
        style != BARE
        and reported.index == 0
        and scene.kind not in {"oidc", "saml"}
        and scene.names.chance(0.5)
        and not reported.silent
        and reported.action is None
    ):
        for name in ("principal", "action", "resource"):
            del found["request"][name]
    return found
