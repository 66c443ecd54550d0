"""Faults around roles: trust policies, external ids, federation, session tags, passing roles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bench.diagnosis import alternatives
from bench.diagnosis.fault import EXPLICIT, IDENTITY, TRUST, Broken, Fault, insert, resource_layer
from bench.diagnosis.requirements import CALLERS
from bench.diagnosis.scene import Json, Scene, statements_of
from bench.diagnosis.trust_topologies import GITHUB


def _assuming(scene: Scene) -> Json | None:
    """The statement that trusts the caller, where a user or role assumes a role."""
    if scene.main.call.action != "sts:AssumeRole" or scene.kind not in CALLERS:
        return None
    return scene.main.grant


def _trust(causes: tuple[str, ...], change: Callable[[Scene, Json], bool]) -> Callable[[Scene], Broken | None]:
    """A fault of the statement that trusts the caller."""

    def apply(scene: Scene) -> Broken | None:
        statement = _assuming(scene)
        return Broken(causes, TRUST) if statement is not None and change(scene, statement) else None

    return apply


def _other_role(scene: Scene, statement: Json) -> bool:
    statement["Principal"] = {"AWS": f"arn:aws:iam::{scene.account}:role/zz9-{scene.names.hex(10)}"}
    return True


def _wrong_account(scene: Scene, statement: Json) -> bool:
    written = str(statement["Principal"]["AWS"])
    statement["Principal"] = {"AWS": written.replace(scene.account, scene.names.accounts[2])}
    return True


def _deleted(scene: Scene, statement: Json) -> bool:
    statement["Principal"] = {"AWS": scene.names.unique_id("AIDA" if scene.kind == "user" else "AROA")}
    return True


def _no_external_id(scene: Scene, statement: Json) -> bool:
    if "sts:ExternalId" not in scene.context or "Condition" not in statement:
        return False
    right = scene.context["sts:ExternalId"]
    scene.context["sts:ExternalId"] = scene.names.pick((None, right.upper(), scene.names.folder()))
    return True


def trust_deny(scene: Scene) -> Broken | None:
    """The trust policy denies the caller."""
    if _assuming(scene) is None:
        return None
    statement: Json = {"Effect": "Deny", "Principal": {"AWS": scene.identity}, "Action": "sts:AssumeRole"}
    if scene.names.chance(0.5):
        statement["Principal"] = "*"
        statement["Condition"] = {"ArnLike": {"aws:PrincipalArn": scene.identity}}
    insert(scene, statements_of(scene.main.resource["policy"]), statement)
    return Broken(("trust-policy-condition-or-deny",), TRUST, EXPLICIT)


def session_name(scene: Scene) -> Broken | None:
    """The session must have another name."""
    statement = _assuming(scene)
    if statement is None:
        return None
    statement.setdefault("Condition", {})["StringLike"] = {"sts:RoleSessionName": "deploy-*"}
    return Broken(("trust-policy-condition-or-deny",), TRUST)


def itself(scene: Scene) -> Broken | None:
    """A role assumes itself without being trusted by itself (D-65)."""
    statement = _assuming(scene)
    if statement is None or scene.kind != "role" or scene.cross_account:
        return None
    part = scene.main
    part.arn = scene.identity
    scene.request["resource"] = part.arn
    if part.allow is not None:
        part.allow["Resource"] = part.arn
    statement["Principal"] = {"Service": "lambda.amazonaws.com"}
    return Broken(("role-self-assume-or-chaining",), TRUST)


def _session_attribute(scene: Scene, action: str, context: Json) -> Broken | None:
    """The session is given an attribute, which the trust policy does not allow."""
    if _assuming(scene) is None:
        return None
    scene.context.update(context)
    if scene.main.allow is not None:
        scene.main.allow["Action"] = ["sts:AssumeRole", action]
    return Broken(("session-tag-or-source-identity-not-allowed",), TRUST, action=action)


def tag_session(scene: Scene) -> Broken | None:
    """The session is given tags."""
    return _session_attribute(
        scene, "sts:TagSession", {f"aws:RequestTag/{scene.names.pick(('team', 'cost'))}": scene.names.team}
    )


def source_identity(scene: Scene) -> Broken | None:
    """The session is given a source identity."""
    return _session_attribute(scene, "sts:SetSourceIdentity", {"sts:SourceIdentity": scene.names.person()})


def _claims(scene: Scene) -> tuple[str, str] | None:
    """The prefix of the token's claims, and its subject."""
    if scene.kind != "oidc":
        return None
    key = next(key for key in scene.context if key.endswith(":sub"))
    return key.removesuffix(":sub"), str(scene.context[key])


def _oidc(change: Callable[[Scene, str, str], bool]) -> Callable[[Scene], Broken | None]:
    """A fault of a token or of what the trust policy asks of it."""

    def apply(scene: Scene) -> Broken | None:
        claims = _claims(scene)
        if claims is None or not change(scene, *claims):
            return None
        return Broken(("oidc-claim-mismatch",), TRUST, layer_told=False)

    return apply


def _ask(scene: Scene, operator: str, key: str, value: object) -> bool:
    """Let the trust policy ask for a value of a claim under an operator, and no other of that claim."""
    if scene.main.grant is None:
        return False
    condition = scene.main.grant["Condition"]
    for keys in condition.values():
        keys.pop(key, None)
    condition.setdefault(operator, {})[key] = value
    scene.main.grant["Condition"] = {name: keys for name, keys in condition.items() if keys}
    return True


def _subject_case(scene: Scene, prefix: str, subject: str) -> bool:
    head, _, tail = subject.rpartition(":")
    place = subject.partition(":")[2].partition(":")[0]
    wrong = subject.replace(place, place.capitalize(), 1) if place[:1].islower() else f"{head}:{tail.title()}"
    return wrong != subject and _ask(scene, "StringEquals", f"{prefix}:sub", wrong)


def _subject_wildcard(scene: Scene, prefix: str, subject: str) -> bool:
    pieces = subject.split(":")
    return _ask(scene, "StringEquals", f"{prefix}:sub", f"{':'.join(pieces[:2])}:*")


def _pull_request(scene: Scene, prefix: str, subject: str) -> bool:
    if prefix != GITHUB:
        return False
    repository = ":".join(subject.split(":")[:2])
    scene.context[f"{prefix}:sub"] = f"{repository}:pull_request"
    return _ask(scene, "StringLike", f"{prefix}:sub", f"{repository}:ref:refs/heads/*")


def _environment(scene: Scene, prefix: str, subject: str) -> bool:
    if prefix != GITHUB:
        return False
    repository = ":".join(subject.split(":")[:2])
    scene.context[f"{prefix}:sub"] = f"{repository}:environment:production"
    return _ask(scene, "StringEquals", f"{prefix}:sub", subject)


def _other_subject(scene: Scene, prefix: str, subject: str) -> bool:
    pieces = subject.split(":")
    pieces[-1] = f"{pieces[-1]}-old" if prefix == GITHUB else scene.names.folder()
    return _ask(scene, "StringEquals", f"{prefix}:sub", ":".join(pieces))


def _audience(scene: Scene, prefix: str, _subject: str) -> bool:
    scene.context[f"{prefix}:aud"] = scene.names.pick((f"https://{scene.names.folder()}.example", "sts", None))
    return _ask(scene, "StringEquals", f"{prefix}:aud", "sts.amazonaws.com")


def _provider(scene: Scene, _prefix: str, _subject: str) -> bool:
    if scene.main.grant is None:
        return False
    host = f"oidc.eks.{scene.names.other_region}.amazonaws.com/id/{scene.names.hex(32).upper()}"
    scene.main.grant["Principal"] = {"Federated": f"arn:aws:iam::{scene.account}:oidc-provider/{host}"}
    return True


def saml_audience(scene: Scene) -> Broken | None:
    """The assertion is for another audience."""
    if scene.kind != "saml":
        return None
    scene.context["SAML:aud"] = f"https://{scene.names.region}.signin.aws.amazon.com/saml"
    return Broken(("saml-mismatch",), TRUST, layer_told=False)


def saml_provider(scene: Scene) -> Broken | None:
    """The trust policy names another provider."""
    if scene.kind != "saml" or scene.main.grant is None:
        return None
    name = f"{scene.names.folder()}-idp"
    scene.main.grant["Principal"] = {"Federated": f"arn:aws:iam::{scene.account}:saml-provider/{name}"}
    return Broken(("saml-mismatch",), TRUST, layer_told=False)


def other_service(scene: Scene) -> Broken | None:
    """The trust policy names another service."""
    if scene.kind != "service" or resource_layer(scene.main) != TRUST or scene.main.grant is None:
        return None
    scene.main.grant["Principal"] = {"Service": scene.names.pick(("ec2.amazonaws.com", "ecs.amazonaws.com"))}
    return Broken(("service-principal-not-trusted",), TRUST)


def passed_to_other(scene: Scene) -> Broken | None:
    """The role may be passed to another service only."""
    part = next((one for one in scene.parts if one.call.action == "iam:PassRole"), None)
    if part is None or part.allow is None:
        return None
    services = scene.names.pick(("ec2.amazonaws.com", ["ec2.amazonaws.com", "ecs-tasks.amazonaws.com"]))
    part.allow["Condition"] = {"StringEquals": {"iam:PassedToService": services}}
    return Broken(("passrole-condition-or-cross-account",), IDENTITY, index=part.index)


FAULTS: Final = (
    Fault("trust: another role", _trust(("trust-policy-no-match",), _other_role)),
    Fault("trust: another account", _trust(("trust-policy-no-match",), _wrong_account)),
    Fault("trust: deleted principal", _trust(alternatives.TRUST_DELETED.causes, _deleted)),
    Fault("trust: external id", _trust(("external-id-mismatch",), _no_external_id)),
    Fault("trust: Deny", trust_deny),
    Fault("trust: session name", session_name),
    Fault("trust: role assumes itself", itself, alone=True),
    Fault("trust: session tags", tag_session, alone=True),
    Fault("trust: source identity", source_identity, alone=True),
    Fault("oidc: case of the subject", _oidc(_subject_case)),
    Fault("oidc: wildcard under StringEquals", _oidc(_subject_wildcard)),
    Fault("oidc: pull request", _oidc(_pull_request)),
    Fault("oidc: environment", _oidc(_environment)),
    Fault("oidc: another subject", _oidc(_other_subject)),
    Fault("oidc: audience", _oidc(_audience)),
    Fault("oidc: another provider", _oidc(_provider)),
    Fault("saml: audience", saml_audience),
    Fault("saml: another provider", saml_provider),
    Fault("trust: another service", other_service),
    Fault("PassRole: another service", passed_to_other),
)
