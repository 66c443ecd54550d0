"""The names of a case that the page of a cause may mention: who, what, where, and what in which statement decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from iam.arn import parse_arn
from iam.checks import Check, Element, Evaluation, Mismatch, PolicyType, State, StatementMatch
from iam.principal import Caller, CallerKind
from rules.action_differences import nearest_action
from rules.arn_differences import nearest_difference
from rules.cause import Finding
from rules.condition_families import family_of
from rules.context import CaseContext
from rules.documents import Document, mapping_at, request_document, resource_facts, value_at
from rules.principal_differences import nearest_principal
from rules.report_findings import Report
from rules.request_findings import resource_account
from rules.requirement import requirement
from rules.resource_names import resource_names
from rules.vocabulary import Family

_SOME_KEY: Final = "KEY_ARN"
"""Stands for the ARN of a key that is not known, so that no other resource is taken for it."""
_NOTHING: Final = "none"
_CALLER_SIDE: Final = (PolicyType.IDENTITY_POLICY, PolicyType.PERMISSIONS_BOUNDARY, PolicyType.SESSION_POLICY)
_CONDITION_SUFFIX: Final = "_condition"


class CaseValues:
    """Fills the placeholders of pages for one diagnosis; a value that is not known is left out.

    The names are those of the closed list in `kb.placeholders`.
    """

    def __init__(
        self, document: Document, evaluation: Evaluation | None, reported: Report | None, caller: Caller | None
    ) -> None:
        self._document = document
        self._evaluation = evaluation
        self._reported = reported
        self._caller = caller
        self._context = CaseContext(document, evaluation)

    def of(self, check: int | None, findings: Iterable[Finding], *, request: int) -> dict[str, str]:
        """The values for a cause at a check, resting on these findings."""
        found = self._evaluation.checks[check] if self._evaluation is not None and check is not None else None
        findings = tuple(findings)
        values: dict[str, str | None] = {**self._who(), **self._what(found, request), **self._where()}
        if any(one.kind == "key_in_question" for one in findings):
            values.update(self._key(request))
        if found is None or self._is_meant(found):
            values.update(self._reported_policy())
        if found is not None:
            values["target"] = found.target
            values.update(self._policy(found))
            values.update(self._statement(found, check, findings))
        values["policy_id"] = _policy_id(values.get("policy_arn"))
        values["tag_key"] = _tag_key(values.get("condition_key"))
        values["owner_account"] = self._owner(found, values)
        return {name: value for name, value in values.items() if value}

    def _who(self) -> dict[str, str | None]:
        principal = (
            self._caller.arn if self._caller is not None else self._reported.principal if self._reported else None
        )
        arn = parse_arn(principal) if principal else None
        account = self._caller.account_id if self._caller is not None else arn.account if arn else None
        name = self._caller.name if self._caller is not None and self._caller.name else _last_part(principal)
        if self._reported is not None and account is None:
            account = self._reported.account_id
        session = self._caller.session or self._caller.name if self._caller is not None else None
        return {
            "principal": principal or None,
            "principal_name": name,
            "principal_account": account,
            "session_name": session,
        }

    def _what(self, check: Check | None, request: int) -> dict[str, str | None]:
        stated = request_document(self._document, request)
        reported = self._reported
        action = check.action if check else _text(stated.get("action")) or (reported.action if reported else None)
        resource = (
            check.resource if check else _text(stated.get("resource")) or (reported.resource if reported else None)
        )
        service = action.partition(":")[0].lower() if action else reported.service if reported else None
        arn = parse_arn(resource) if resource else None
        owner = resource_account(self._document, request) or (arn.account if arn and arn.account.isdigit() else None)
        region = self._context.values("aws:RequestedRegion", request=request)
        return {
            **self._names_elsewhere(),
            **(resource_names(resource) if resource else {}),
            "action": action,
            "service": service,
            "resource": resource or None,
            "resource_account": owner,
            "region": region[0] if region else arn.region if arn and arn.region else None,
        }

    def _key(self, request: int) -> dict[str, str | None]:
        """What the service asks of the key that may encrypt an object, which is no request of the case."""
        writes = str(request_document(self._document, request).get("action")).lower() == "s3:putobject"
        named = _text(mapping_at(resource_facts(self._document, request), "/s3").get("kms_key_arn"))
        action = "kms:GenerateDataKey" if writes else "kms:Decrypt"
        return {"action": action, "resource": named or _SOME_KEY, "key_id": named}

    def _names_elsewhere(self) -> dict[str, str | None]:
        """The bucket, key or role that another request of the case is about: the bucket that a key encrypts."""
        names: dict[str, str | None] = {}
        dependencies = mapping_at(self._document, "/facts").get("dependencies")
        for number in range(len(dependencies) + 1 if isinstance(dependencies, list) else 1):
            resource = _text(request_document(self._document, number).get("resource"))
            for name, value in resource_names(resource or "").items():
                if name != "resource_name":
                    names.setdefault(name, value)
        return names

    def _where(self) -> dict[str, str | None]:
        endpoint = mapping_at(self._document, "/facts/network/vpc_endpoint").get("id")
        through = self._context.values("aws:SourceVpce")
        return {"endpoint": _text(endpoint) or (through[0] if through else None)}

    def _is_meant(self, check: Check) -> bool:
        """Whether AWS names the layer of a check."""
        return self._reported is not None and self._reported.policy_type is check.policy_type

    def _reported_policy(self) -> dict[str, str | None]:
        """The policy that AWS names."""
        arn = self._reported.policy_arn if self._reported is not None else None
        return {"policy": arn.rpartition("/")[2], "policy_arn": arn} if arn else {}

    def _policy(self, check: Check) -> dict[str, str | None]:
        """The policy of a check that consists of one."""
        if len(check.policies) != 1:
            return {}
        attached = value_at(self._document, check.at) if check.at is not None else None
        one = attached[0] if isinstance(attached, list) and attached else attached
        arn = _text(one.get("arn")) if isinstance(one, Mapping) else None
        return {"policy": check.policies[0], "policy_arn": arn}

    def _statement(self, check: Check, number: int | None, findings: tuple[Finding, ...]) -> dict[str, str | None]:
        """The statement that decides, and in it the condition or the value that differs."""
        telling = [found for found in findings if found.check == number and found.statement is not None]
        if not telling:
            return {}
        chosen = next((found for found in telling if found.mismatch is not None), telling[0])
        chosen = next((found for found in telling if found.kind.endswith(_CONDITION_SUFFIX)), chosen)
        if chosen.statement is None:
            return {}
        statement = check.statements[chosen.statement]
        values: dict[str, str | None] = {
            "policy": statement.policy,
            "policy_arn": statement.policy_arn,
            "statement": statement.sid or str(statement.index + 1),
        }
        if chosen.mismatch is not None:
            values.update(self._mismatch(statement.mismatches[chosen.mismatch], check))
        elif statement.effect == "Deny":
            values.update(self._denial(check, statement, chosen))
        return values

    def _mismatch(self, mismatch: Mismatch, check: Check) -> dict[str, str | None]:
        expected = mismatch.expected
        if mismatch.element is Element.RESOURCE and mismatch.actual and expected:
            expected = (expected[nearest_difference(mismatch.resolved or expected, mismatch.actual[0])[1]],)
        elif mismatch.element is Element.ACTION and mismatch.actual:
            nearest_one = nearest_action(expected, mismatch.actual[0])
            expected = (expected[nearest_one[1]],) if nearest_one else expected
        elif mismatch.element is Element.PRINCIPAL and self._caller is not None and expected:
            owner = resource_account(self._document, check.request)
            expected = (expected[nearest_principal(expected, self._caller, owner=owner)[1]],)
        actual = ", ".join(mismatch.actual) or (_NOTHING if mismatch.state is State.ABSENT else None)
        principal = "Federated" if self._caller and self._caller.kind is CallerKind.PROVIDER else "Principal"
        return {
            "condition_key": principal if mismatch.element is Element.PRINCIPAL else mismatch.key,
            "condition_operator": mismatch.operator,
            "expected": ", ".join(expected) or None,
            "required": ", ".join(expected)
            if mismatch.operator is None
            else requirement(mismatch.operator, mismatch.resolved or expected, denies=False),
            "actual": actual,
        }

    def _denial(self, check: Check, statement: StatementMatch, chosen: Finding) -> dict[str, str | None]:
        """What a Deny is about: the condition of the finding's family, what an inverted element excepts, or whom."""
        raw = mapping_at(self._document, statement.at)
        family = next((one for one in Family if one.kind == chosen.kind), None)
        for operator, keys in mapping_at(raw, "/Condition").items():
            for key, value in keys.items() if isinstance(keys, Mapping) else ():
                if family is None or family_of(key) is family:
                    actual = self._context.values(key, request=check.request)
                    return {
                        "condition_key": key,
                        "condition_operator": operator,
                        "expected": _joined(value),
                        "required": requirement(operator, _listed(value), denies=True),
                        "actual": None if actual is None else ", ".join(actual) or _NOTHING,
                    }
        inverted = raw.get("NotAction") or raw.get("NotResource") or raw.get("NotPrincipal")
        if inverted or "Principal" not in raw:
            return {"expected": _joined(inverted) if inverted else None}
        caller = self._caller.arn if self._caller is not None else None
        return {"condition_key": "Principal", "expected": _joined(raw["Principal"]), "actual": caller}

    def _owner(self, check: Check | None, values: Mapping[str, str | None]) -> str | None:
        """The account whose administrator can change the layer (F, "Cause → fix-owner hint")."""
        if check is None or check.policy_type is PolicyType.SERVICE_CONTROL_POLICY:
            return _text(mapping_at(self._document, "/facts/principal/organization").get("management_account_id"))
        if check.policy_type is PolicyType.RESOURCE_CONTROL_POLICY:
            return _text(mapping_at(self._document, "/facts/resource/organization").get("management_account_id"))
        if check.policy_type is PolicyType.VPC_ENDPOINT_POLICY:
            return check.account_id
        return values.get("principal_account") if check.policy_type in _CALLER_SIDE else values.get("resource_account")


def _last_part(text: str | None) -> str | None:
    if not text:
        return None
    arn = parse_arn(text)
    return (arn.resource if arn else text).rpartition("/")[2].rpartition(":")[2] or None


def _policy_id(arn: str | None) -> str | None:
    """The id of a policy of an organization, by which commands name it."""
    return arn.rpartition("/")[2] if arn and ":organizations:" in arn else None


def _tag_key(condition_key: str | None) -> str | None:
    """The key of the tag that a condition key is about."""
    prefix, _, tag = (condition_key or "").partition("/")
    return tag if tag and prefix.lower().endswith("tag") else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _joined(value: Any) -> str:
    return ", ".join(_listed(value))


def _listed(value: Any) -> tuple[str, ...]:
    """The values in an element of a policy, as text."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return tuple(one for member in value for one in _listed(member))
    return (str(value).lower() if isinstance(value, bool) else str(value),)
