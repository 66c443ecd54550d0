"""Other principals, each allowed everything by its own policies, to see whom else a change lets in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from iam.facts import Attached, Facts, Policies, PrincipalFacts
from iam.principal import Caller, CallerKind, read_caller
from iam.request import Request
from iam.values import ABSENT, UNKNOWN, Value
from rules.condition_families import family_of
from rules.remedy.neighbours import other_account
from rules.vocabulary import Family

_NAME: Final = "whydenied-probe"
_WHO: Final = frozenset((Family.PRINCIPAL, Family.PRINCIPAL_ORG, Family.PRINCIPAL_TAG, Family.CONFUSED_DEPUTY))
_EVERYTHING: Final = Policies(
    items=(
        Attached(
            name="everything",
            arn=None,
            source=None,
            document='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
            at="/facts/principal/identity_policies/0",
            fact="principal.identity_policies[0]",
        ),
    ),
    at="/facts/principal/identity_policies",
    fact="principal.identity_policies",
)
_NOTHING: Final = Policies(items=(), at="/facts/principal/identity_policies", fact="principal.identity_policies")
_NO_SESSION: Final = Policies(items=(), at="/facts/principal/session_policies", fact="principal.session_policies")


@dataclass(frozen=True, slots=True)
class Stranger:
    """A principal other than the caller: who it stands for, in words, and as whom the request is made.

    It is allowed everything by its own policies, unless it shares the caller's. A `colleague` has the caller's tags.
    """

    words: str
    arn: str
    account: str | None
    colleague: bool = False
    shares_policies: bool = False
    shares_boundary: bool = False

    def caller(self) -> Caller:
        """The caller it is."""
        return read_caller(self.arn, principal_arn=self.arn if self.account else None)


def strangers(request: Request) -> tuple[Stranger, ...]:
    """Principals of the caller's account, of the resource's, of a third one, a service, and nobody in particular."""
    caller, owner = request.caller.account_id, request.resource_account
    partition = request.caller.partition
    found = []
    for account in dict.fromkeys((caller, owner)):
        if account is not None:
            base = f"arn:{partition}:iam::{account}"
            found.append(Stranger(f"other roles of account {account}", f"{base}:role/{_NAME}", account))
            found.append(Stranger(f"other users of account {account}", f"{base}:user/{_NAME}", account))
    third = other_account(caller, owner)
    role = f"arn:{partition}:iam::{third}:role/{_NAME}"
    found.append(Stranger("principals of other accounts", role, third))
    found.append(Stranger("other AWS services", "whydenied.amazonaws.com", None))
    found.append(Stranger("everyone, without credentials", "*", None))
    return tuple(one for one in found if one.arn != request.caller.arn)


def colleagues(request: Request, facts: Facts) -> tuple[Stranger, ...]:
    """Those tagged like the caller who have what it shares: policies of groups and managed ones, or its boundary."""
    account = request.caller.account_id
    if account is None:
        return ()
    kind = "role" if request.caller.is_role else "user"
    arn = f"arn:{request.caller.partition}:iam::{account}:{kind}/{_NAME}-colleague"
    found = []
    if _shared(facts).items:
        found.append(Stranger("others with the same policies", arn, account, colleague=True, shares_policies=True))
    if isinstance(facts.principal.boundary, Attached):
        words = "others with the same permissions boundary"
        found.append(Stranger(words, arn, account, colleague=True, shares_boundary=True))
    return tuple(found)


def _shared(facts: Facts) -> Policies:
    """The identity policies that others may have as well."""
    found = facts.principal.identity
    if found is UNKNOWN:
        return _NOTHING
    items = tuple(one for one in found.items if one.arn is not None or (one.source or "").startswith("group/"))
    return replace(found, items=items)


def members(request: Request) -> tuple[Stranger, ...]:
    """Principals who share a ceiling of the caller: of its account, its root user, and of another account."""
    account = request.caller.account_id
    if account is None:
        return strangers(request)
    partition = request.caller.partition
    base = f"arn:{partition}:iam::{account}"
    third = other_account(account, request.resource_account)
    return (
        Stranger(f"other roles of account {account}", f"{base}:role/{_NAME}", account),
        Stranger(f"other users of account {account}", f"{base}:user/{_NAME}", account),
        Stranger(f"the root user of account {account}", f"{base}:root", account),
        Stranger("principals of other accounts", f"arn:{partition}:iam::{third}:role/{_NAME}", third),
    )


def request_of(stranger: Stranger, request: Request) -> Request:
    """The same request made by a stranger: what the context says of the caller is left out."""
    who = _WHO - {Family.PRINCIPAL_TAG} if stranger.colleague else _WHO
    given: dict[str, Value] = {key: value for key, value in request.given.items() if family_of(key) not in who}
    caller = stranger.caller()
    if caller.kind is CallerKind.SERVICE:
        # Whatever a service carries in this key, it is not the ARN of the caller that is named.
        given["aws:principalarn"] = ABSENT
    return replace(request, caller=caller, given=given)


def facts_of(stranger: Stranger, request: Request, facts: Facts, *, shares_limits: bool = False) -> Facts:
    """The facts with the stranger as principal; `shares_limits` leaves it the caller's boundary and organization."""
    own = stranger.account is not None and stranger.account == request.caller.account_id
    organization = facts.principal.organization if own or shares_limits else None
    if stranger.account == request.resource_account and not own:
        organization = facts.resource.organization
    boundary = facts.principal.boundary if shares_limits or stranger.shares_boundary else None
    is_identity = stranger.caller().kind not in (CallerKind.ROOT, CallerKind.SERVICE, CallerKind.ANONYMOUS)
    principal = PrincipalFacts(
        arn=stranger.arn if stranger.account else None,
        account_id=stranger.account,
        unique_id=None,
        created_by=None,
        tags=facts.principal.tags if stranger.colleague else {},
        tags_complete=facts.principal.tags_complete if stranger.colleague else True,
        identity=_shared(facts) if stranger.shares_policies else _EVERYTHING,
        boundary=boundary if is_identity else None,
        session=_NO_SESSION,
        organization=organization,
    )
    return replace(facts, principal=principal)
