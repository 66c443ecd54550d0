"""The facts of a document; each that was left out is an open question with a few telling answers."""

from tests.iam.reference.matching import FEDERATED, SESSION, account_of, caller_kind

ELSEWHERE, MANAGEMENT = "444455556666", "999999999999"


def document_of(effect: str, *, action="*", principal=None, resource="*") -> dict:
    """A policy document of one statement."""
    statement = {"Effect": effect, "Action": action}
    if resource is not None:
        statement["Resource"] = resource
    if principal is not None:
        statement["Principal"] = principal
    return {"Version": "2012-10-17", "Statement": [statement]}


def policy(effect: str, **parts) -> dict:
    """The same, attached."""
    return {"name": f"unknown-{effect.lower()}", "document": document_of(effect, **parts)}


NOTHING = "none:None"
EVERYTHING, SILENT, FORBIDDING = policy("Allow"), policy("Allow", action=NOTHING), policy("Deny")


class Facts:
    """What the document says of caller, resource and network."""

    def __init__(self, document: dict, choices) -> None:
        self.document = document
        self.choices = choices
        self.facts = document["facts"]
        self.principal = self.facts.get("principal", {})
        self.resource = self.facts.get("resource", {})
        self.incomplete = set(self.facts.get("incomplete", ()))
        self.trust = document["request"]["action"] == "sts:AssumeRole"

    def caller(self) -> dict:
        """Who calls: type, ARN, account, role of a session, maker of a federated session."""
        arn = self.document["request"]["principal"]
        kind = caller_kind(arn)
        found = {"kind": kind, "arn": arn, "account": account_of(arn), "role": None, "creator": None}
        if kind == SESSION:
            found["role"] = self.principal["arn"]
        if kind == FEDERATED:
            users = tuple(f"arn:aws:iam::{found['account']}:user/{name}" for name in ("alice", "other"))
            known = "created_by" in self.principal
            found["creator"] = self.principal["created_by"] if known else self.choices.pick("creator", users)
        return found

    def resource_account(self) -> str:
        """The account of the resource: as stated, as in its ARN, else the caller's or another."""
        request = self.document["request"]
        stated = request.get("resource_account") or self.resource.get("account_id")
        in_arn = request["resource"].split(":")[4] if request["resource"] != "*" else account_of(request["principal"])
        if stated or in_arn:
            return stated or in_arn
        own = account_of(request["principal"]) or ELSEWHERE
        return self.choices.pick("resource account", (own, ELSEWHERE))

    def tags(self, side: str) -> tuple[dict | None, bool]:
        """The tags (None = not known) and whether they are all."""
        found = self.principal if side == "principal" else self.resource
        return found.get("tags"), f"/{side}/tags" not in self.incomplete

    def listed(self, key: str) -> list[dict]:
        """A list of policies of the caller: `identity_policies` or `session_policies`."""
        if key not in self.principal:
            return self.choices.pick(key, ([], [EVERYTHING], [SILENT], [FORBIDDING]))
        found = [self.known(item, f"{key} {index}") for index, item in enumerate(self.principal[key])]
        return found + self.more(f"/principal/{key}")

    def more(self, pointer: str, principal=None) -> list[dict]:
        """What a list that may hold more could hold besides."""
        if pointer not in self.incomplete:
            return []
        return self.choices.pick(
            f"more {pointer}",
            ([], [policy("Allow", principal=principal)], [policy("Deny", principal=principal)]),
        )

    def known(self, item: dict, question: str, *, principal=None, resource="*") -> dict:
        """A policy; one without a document could say anything."""
        if "document" in item:
            return item
        shape = {"principal": principal, "resource": resource}
        options = (policy("Allow", **shape), policy("Allow", **{**shape, "action": NOTHING}), policy("Deny", **shape))
        return self.choices.pick(f"document of {question}", options)

    def boundary(self) -> dict | None:
        """The permissions boundary."""
        if "permissions_boundary" not in self.principal:
            return self.choices.pick("boundary", (None, EVERYTHING, SILENT, FORBIDDING))
        found = self.principal["permissions_boundary"]
        return found and self.known(found, "boundary")

    def resource_policy(self) -> dict | None:
        """The policy of the resource itself."""
        resource = None if self.trust else "*"
        caller = self.caller()
        if "policy" in self.resource:
            found = self.resource["policy"]
            return found and self.known(found, "resource policy", principal="*", resource=resource)
        own = caller["account"] == self.resource_account()
        if own and self.document["request"]["action"].startswith("ec2:"):
            return None  # EC2 has no resource-based policies; from outside there is RAM (D-10, D-13)
        named = [{"AWS": caller["account"]}] if caller["account"] else []
        named += [{"AWS": caller["role"]}] if caller["role"] else []
        options = [None, policy("Allow", principal="*", resource=resource)]
        options += [policy("Allow", principal=one, resource=resource) for one in named]
        if not self.document["request"]["action"].startswith("ec2:"):
            options.append(policy("Deny", principal="*", resource=resource))
        return self.choices.pick("resource policy", tuple(options))

    def organization(self, side: str) -> dict | None:
        """The organization of an account: id, management account and levels, each a target and its policies."""
        holder = self.principal if side == "principal" else self.resource
        key = "service_control_policies" if side == "principal" else "resource_control_policies"
        everyone = None if side == "principal" else "*"
        if "organization" not in holder:
            levels = [[policy(e, principal=everyone)] for e in ("Allow", "Deny")]
            levels += [[policy("Allow", action=NOTHING)]] if side == "principal" else []
            options = [{"id": "o-aa11", "management": MANAGEMENT, "levels": [("r-ab12", each)]} for each in levels]
            other = {"id": "o-bb22", "management": MANAGEMENT, "levels": [("r-ab12", levels[0])]}
            return self.choices.pick(f"{side} organization", (None, *options, other))
        found = holder["organization"]
        if found is None:
            return None
        account = account_of(self.document["request"]["principal"]) if side == "principal" else self.resource_account()
        management = found.get("management_account_id") or self.choices.pick(
            f"{side} management account", (account, MANAGEMENT)
        )
        levels = self.levels(found, f"/{side}/organization/{key}", key, everyone)
        return {"id": found["id"], "management": management, "levels": levels}

    def levels(self, found: dict, pointer: str, key: str, principal) -> list[tuple[str | None, list[dict]]]:
        """The levels from the root down; what is not known of them is open."""
        bare = ([policy("Allow", principal=principal)], [policy("Deny", principal=principal)])
        if principal is None:
            bare = (*bare, [SILENT])
        if key not in found:
            return [(None, self.choices.pick(f"levels {pointer}", bare))]
        levels = []
        for index, level in enumerate(found[key]):
            here = f"{pointer}/{index}/policies"
            if "policies" in level:
                policies = [
                    self.known(item, f"{here} {number}", principal=principal)
                    for number, item in enumerate(level["policies"])
                ]
                policies += self.more(here, principal)
            else:
                policies = self.choices.pick(here, bare)
            levels.append((level["target"], policies))
        cut = levels and not (levels[0][0].startswith("r-") and levels[-1][0].isdigit())
        if pointer in self.incomplete or cut:
            levels.append((None, self.choices.pick(f"further level {pointer}", bare)))
        return levels

    def endpoint(self) -> dict | None:
        """The VPC endpoint: as stated, else as the context shows, else open (contract, "Three values")."""
        network = self.facts.get("network")
        if network is not None and "vpc_endpoint" in network:
            return network["vpc_endpoint"]
        context = {key.lower(): value for key, value in self.document["request"].get("context", {}).items()}
        bare = {"vpc_id": None, "type": "interface"}
        if context.get("aws:sourcevpce"):
            return {"id": context["aws:sourcevpce"], **bare}
        absent = "aws:sourcevpce" in context or context.get("aws:sourceip")
        if absent or self.document["request"].get("context_complete", True):
            return None
        return self.choices.pick("endpoint", (None, {"id": "vpce-9f8e", **bare}))

    def endpoint_policy(self, endpoint: dict) -> dict | None:
        """The policy of the endpoint; none = everything is allowed (D-50)."""
        if "policy" not in endpoint:
            options = (None, policy("Allow", principal="*", action=NOTHING), policy("Deny", principal="*"))
            return self.choices.pick("endpoint policy", options)
        return endpoint["policy"] and self.known(endpoint["policy"], "endpoint", principal="*")
