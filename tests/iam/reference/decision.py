"""AWS's decision in the order of the text: D.2 for one account, D.3 across accounts, the callers of D.4."""

from tests.iam.reference.conditions import condition_holds, expand, like
from tests.iam.reference.context import Context
from tests.iam.reference.facts import Facts
from tests.iam.reference.matching import (
    ANONYMOUS,
    FEDERATED,
    ROOT,
    SERVICE,
    SESSION,
    STRENGTH,
    USER,
    action_matches,
    best_name,
    listed,
    not_principal_applies,
)

ALLOWED, EXPLICIT, IMPLICIT = "allowed", "explicit_deny", "implicit_deny"
BOUND_BY_RCP = ("s3", "sqs", "kms", "sts")
NONE, SESSION_STRENGTH, DIRECT = STRENGTH[None], STRENGTH["session"], STRENGTH["direct"]


class Evaluation:
    """One (action, resource), with every open question answered by `choices`."""

    def __init__(self, document: dict, choices) -> None:
        self.facts = Facts(document, choices)
        self.choices = choices
        self.caller = self.facts.caller()
        self.action = document["request"]["action"]
        self.resource = document["request"]["resource"]
        self.context = Context(document, self.caller, self.facts, choices)
        self.effects: dict[tuple[str, str | None], str] = {}
        self.denied = False

    def decide(self) -> str:
        """All layers are read, then the first that stops the request is the answer."""
        self.boundary = self.facts.boundary() if self.has_limits else None
        refused = [self.resource_control(), self.service_control(), self.endpoint()]
        strength = self.resource_side()
        granted = self.grants()
        strength = max(strength, granted)
        foreign = self.caller["account"] != self.facts.resource_account()
        strict = self.action.startswith(("kms:", "sts:"))
        no_identity = self.caller["kind"] in (SERVICE, ANONYMOUS)
        must = strict or foreign or no_identity
        self.settle_resource(must=must and not granted)
        root = self.caller["kind"] == ROOT
        identity = self.identity(needed=not root and (foreign or strength < SESSION_STRENGTH))
        limited = not root and (foreign or strength < DIRECT)
        limits = [self.limit("permissions_boundary", limited), self.limit("session_policy", limited)]
        if self.denied:
            return EXPLICIT
        if any(refused) or (must and strength == NONE):
            return IMPLICIT
        if no_identity:
            return ALLOWED
        if foreign and granted and self.choices.pick("a grant suffices across accounts", (True, False)):
            return ALLOWED
        return ALLOWED if identity and all(limits) else IMPLICIT

    @property
    def has_limits(self) -> bool:
        """Whether identity policies, boundary and session policies concern this caller."""
        return self.caller["kind"] in (USER, SESSION, FEDERATED)

    @property
    def service_linked(self) -> bool:
        """Whether the caller is a session of a service-linked role (D-32, D-42)."""
        return self.caller["kind"] == SESSION and ":role/aws-service-role/" in self.caller["role"]

    def note(self, layer: str, target: str | None, *, deny: bool, allow: bool, needed: bool) -> bool:
        """Keep what a layer says (D-03b); gives whether it lets the request pass."""
        self.denied = self.denied or deny
        silent = "implicit_deny" if needed else "no_impact"
        self.effects[(layer, target)] = "explicit_deny" if deny else "allow" if allow else silent
        return allow or not needed

    def read(self, policies: list[dict], *, gateway: bool = False) -> tuple[bool, int]:
        """Whether a Deny matches, and the strongest Allow that does."""
        deny, strength = False, NONE
        for number, policy in enumerate(policies):
            document = policy["document"]
            for index, statement in enumerate(listed(document["Statement"])):
                question = f"{policy['name']} {number} {index} {id(statement)}"
                name = self.matches(document, statement, question, gateway=gateway)
                if name is None:
                    continue
                if statement["Effect"] == "Deny":
                    deny = True
                else:
                    strength = max(strength, STRENGTH[name])
        return deny, strength

    def matches(self, document: dict, statement: dict, question: str, *, gateway: bool) -> str | None:
        """How a matching statement names the caller (`direct` where it has no principal); None = it does not match."""
        if not action_matches(statement, self.action) or not self.resource_matches(document, statement):
            return None
        name = "direct"
        if "NotPrincipal" in statement:
            has_boundary = self.boundary is not None
            applies = not_principal_applies(statement["NotPrincipal"], self.caller, has_boundary=has_boundary)
            if not self.settled(applies, question):
                return None
        elif "Principal" in statement:
            name = best_name(statement["Principal"], self.caller, gateway=gateway)
            by_maker = statement["Effect"] == "Deny" and self.caller["kind"] == FEDERATED and name == "session"
            if name is None or (by_maker and not self.settled(None, question)):
                return None
        variables = document.get("Version") == "2012-10-17"
        held = condition_holds(statement.get("Condition", {}), self.context.lookup, variables=variables)
        return name if self.settled(held, question + " condition") else None

    def settled(self, answer: bool | None, question: str) -> bool:
        """An answer that AWS does not document is tried both ways."""
        return self.choices.pick(question, (True, False)) if answer is None else answer

    def resource_matches(self, document: dict, statement: dict) -> bool:
        """Resource or NotResource (A-60, A-65); a statement without either concerns the attached resource (A-06)."""
        if "Resource" in statement:
            return any(self.one_resource(document, entry) for entry in listed(statement["Resource"]))
        if "NotResource" in statement:
            return not any(self.one_resource(document, entry) for entry in listed(statement["NotResource"]))
        return True

    def one_resource(self, document: dict, entry: str) -> bool:
        expanded = expand(entry, self.context.lookup) if document.get("Version") == "2012-10-17" else entry
        # Listing buckets has no resource either, but AWS's own examples grant it on this one.
        asked = "arn:aws:s3:::*" if self.action == "s3:ListAllMyBuckets" else self.resource
        return expanded is not None and like(expanded, asked)

    def resource_control(self) -> bool:
        """RCPs can only deny (D-41); gives whether they refuse, which is never."""
        account = self.facts.resource_account()
        if self.action.split(":")[0] not in BOUND_BY_RCP or self.service_linked:
            return False
        organization = self.facts.organization("resource")
        if organization is None or organization["management"] == account:
            return False
        for target, policies in organization["levels"]:
            deny, _ = self.read(policies)
            self.note("resource_control_policy", target, deny=deny, allow=True, needed=True)
        return False

    def service_control(self) -> bool:
        """SCPs bind users, roles, federated users and root users of member accounts (D-30, D-32)."""
        if self.caller["kind"] in (SERVICE, ANONYMOUS) or self.service_linked:
            return False
        organization = self.facts.organization("principal")
        if organization is None or organization["management"] == self.caller["account"]:
            return False
        passes = []
        for target, policies in organization["levels"]:
            deny, strength = self.read(policies)
            passes.append(self.note("service_control_policy", target, deny=deny, allow=strength > NONE, needed=True))
        return not all(passes)

    def endpoint(self) -> bool:
        """The policy of the endpoint that the request came through must allow (D-50)."""
        endpoint = self.facts.endpoint()
        if endpoint is None:
            return False
        policy = self.facts.endpoint_policy(endpoint)
        deny, strength = False, DIRECT
        if policy is not None:
            deny, strength = self.read([policy], gateway=endpoint.get("type") == "gateway")
        return not self.note("vpc_endpoint_policy", endpoint["id"], deny=deny, allow=strength > NONE, needed=True)

    def resource_side(self) -> int:
        """How strongly the resource's policy allows."""
        self.resource_deny, self.resource_strength, self.resource_layer = False, NONE, None
        if self.resource == "*":
            return NONE
        self.resource_layer = "role_trust_policy" if self.facts.trust else "resource_policy"
        policy = self.facts.resource_policy()
        if policy is not None:
            self.resource_deny, self.resource_strength = self.read([policy])
        return self.resource_strength

    def settle_resource(self, *, must: bool) -> None:
        """Keep what the resource's policy says, now that it is known whether it must allow."""
        if self.resource_layer is not None:
            allow = self.resource_strength > NONE
            self.note(self.resource_layer, None, deny=self.resource_deny, allow=allow, needed=must)

    def grants(self) -> int:
        """KMS grants (D-71); whether one lifts boundary and session policy is not documented."""
        listed_grants = (self.facts.resource.get("kms") or {}).get("grants", [])
        if not self.action.startswith("kms:") or not listed_grants:
            return NONE
        covering = [
            grant
            for grant in listed_grants
            if self.action.split(":")[1] in grant["operations"]
            and best_name({"AWS": grant["grantee_principal"]}, self.caller, gateway=False)
        ]
        self.note("kms_grant", None, deny=False, allow=bool(covering), needed=False)
        return self.choices.pick("strength of a grant", (SESSION_STRENGTH, DIRECT)) if covering else NONE

    def identity(self, *, needed: bool) -> bool:
        """Identity policies."""
        if not self.has_limits:
            return True
        deny, strength = self.read(self.facts.listed("identity_policies"))
        return self.note("identity_policy", None, deny=deny, allow=strength > NONE, needed=needed)

    def limit(self, layer: str, needed: bool) -> bool:
        """The boundary, or the session policies: none passed = no limit for a role, no permission else (D-06)."""
        if layer == "permissions_boundary":
            policies = [self.boundary] if self.boundary else []
            applies = bool(policies) and not self.service_linked
        else:
            applies = self.caller["kind"] in (SESSION, FEDERATED) and not self.service_linked
            policies = self.facts.listed("session_policies") if applies else []
            applies = applies and (bool(policies) or self.caller["kind"] == FEDERATED)
        if not applies:
            return True
        deny, strength = self.read(policies)
        return self.note(layer, None, deny=deny, allow=strength > NONE, needed=needed)
