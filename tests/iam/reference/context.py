"""Condition keys: what is given, what follows from the facts (C.1, C.2), what is absent, what is open."""

from tests.iam.reference.matching import ANONYMOUS, FEDERATED, ROOT, SERVICE, SESSION, USER

DOMAIN = {
    "aws:requestedregion": (None, ["eu-west-1"], ["us-east-1"]),
    "aws:sourceip": (None, ["203.0.113.9"], ["198.51.100.1"], ["2001:db8::1"]),
    "aws:securetransport": (None, ["true"], ["false"]),
    "aws:calledvia": (None, ["athena.amazonaws.com"], ["athena.amazonaws.com", "s3.amazonaws.com"]),
    "aws:multifactorauthage": (None, ["5"], ["3600"]),
    "aws:principaltag/team": (None, ["data"], ["ops"], [""]),
    "aws:resourcetag/team": (None, ["data"], ["ops"], [""]),
    "aws:sourcevpce": (None, ["vpce-1a2b"], ["vpce-9f8e"]),
    "aws:sourcevpc": (None, ["vpc-1a2b"], ["vpc-9f8e"]),
    "aws:principalarn": (None, ["arn:aws:iam::111122223333:role/team/app"], ["arn:aws:iam::444455556666:user/x"]),
    "aws:principaltype": (None, ["AssumedRole"], ["Service"]),
}
"""The values worth trying for a key that is not known: every policy of the tests compares it with one of these."""


class Context:
    """Looks keys up, each named in lower case."""

    def __init__(self, document, caller, facts, choices) -> None:
        self.given = {
            key.lower(): None if value is None else [str(v) for v in (value if isinstance(value, list) else [value])]
            for key, value in document["request"].get("context", {}).items()
        }
        self.complete = document["request"].get("context_complete", True)
        self.caller = caller
        self.facts = facts
        self.choices = choices

    def lookup(self, key: str) -> list[str] | None:
        """The values of a key, None when it is absent; an empty list counts as absent (B.3)."""
        if key in self.given:
            return self.given[key] or None
        if key in ("aws:principaltag/team", "aws:resourcetag/team"):
            return self.tag(key)
        derived = self.derive(key)
        if derived is not Ellipsis:
            return derived
        return None if self.complete else self.open(key)

    def open(self, key: str) -> list[str] | None:
        """A key of which nothing is known."""
        return self.choices.pick(f"key {key}", DOMAIN[key])

    def tag(self, key: str) -> list[str] | None:
        """The tag `team`; tag keys ignore letter case (B-03)."""
        side = "principal" if "principal" in key else "resource"
        if side == "principal" and self.caller["kind"] not in (USER, SESSION, FEDERATED):
            return None
        tags, complete = self.facts.tags(side)
        found = [value for name, value in (tags or {}).items() if name.lower() == "team"]
        if found:
            return found
        return None if tags is not None and complete else self.open(key)

    def derive(self, key: str):
        """The value that follows from the facts; an ellipsis where none follows."""
        if key in ("aws:principalarn", "aws:principaltype") and self.caller["kind"] == SERVICE:
            return ...  # what they hold for a service is not documented: nothing, where all else is said to be absent
        known = {
            "aws:username": self.username,
            "aws:principalaccount": self.principal_account,
            "aws:principalarn": self.principal_arn,
            "aws:principaltype": lambda: [PRINCIPAL_TYPES[self.caller["kind"]]],
            "aws:principalisawsservice": self.is_service,
            "aws:principalorgid": lambda: self.organization("principal"),
            "aws:resourceorgid": lambda: self.organization("resource"),
            "aws:resourceaccount": lambda: [self.facts.resource_account()],
        }
        if key == "aws:multifactorauthage" and self.caller["kind"] == SESSION:
            return None  # the credentials of a role carry no MFA (C-10)
        return known[key]() if key in known else self.derive_network(key)

    def username(self) -> list[str] | None:
        """The name of a user; nobody else has one (C-11)."""
        return [self.caller["arn"].rpartition("/")[2]] if self.caller["kind"] == USER else None

    def principal_account(self) -> list[str] | None:
        """The account of the caller."""
        if self.caller["kind"] == ANONYMOUS:
            return ["anonymous"]
        return self.caller["account"] and [self.caller["account"]]

    def principal_arn(self) -> list[str] | None:
        """The caller's ARN; of a session, the role's."""
        if self.caller["kind"] == ANONYMOUS:
            return None
        return [self.caller["role"] or self.caller["arn"]]

    def is_service(self) -> list[str] | None:
        """Whether a service calls; an unsigned request does not say."""
        if self.caller["kind"] == ANONYMOUS:
            return None
        return ["true" if self.caller["kind"] == SERVICE else "false"]

    def derive_network(self, key: str):
        """The keys of the endpoint that the request came through (C.2)."""
        endpoint = self.facts.endpoint()
        if key == "aws:sourcevpce":
            return endpoint and [endpoint["id"]]
        if endpoint and key == "aws:sourcevpc" and endpoint.get("vpc_id"):
            return [endpoint["vpc_id"]]
        if endpoint and key == "aws:sourceip":
            return None
        return ...

    def organization(self, side: str) -> list[str] | None:
        """The id of the organization of an account, absent outside every organization."""
        if side == "principal" and self.caller["kind"] in (SERVICE, ANONYMOUS):
            return None
        found = self.facts.organization(side)
        return found and [found["id"]]


PRINCIPAL_TYPES = {
    USER: "User",
    SESSION: "AssumedRole",
    FEDERATED: "FederatedUser",
    ROOT: "Account",
    ANONYMOUS: "Anonymous",
}
