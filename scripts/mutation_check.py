"""Break one rule of the evaluation at a time, in a copy of the repository, and show that the tests notice.

A table says for each rule which test noticed first. Exit status: 0 every break was noticed, 1 one survived, 2 an anchor
is gone or the unbroken copy fails.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
COPIED = ("iam", "tests", "pyproject.toml")
GROUPS = {
    "cases": ("tests/iam/test_cases.py",),
    "theorems": ("tests/iam/test_theorems.py",),
    "naive evaluator": ("tests/iam/test_differential.py",),
}


@dataclass(frozen=True, slots=True)
class Mutation:
    """One rule broken by replacing a piece of text that stands exactly once in a file."""

    rule: str
    says: str
    path: str
    old: str
    new: str


MUTATIONS = (
    Mutation(
        "D.2",
        "an explicit deny wins",
        "iam/combine.py",
        "            return _EXPLICIT_DENY",
        "            break",
    ),
    Mutation(
        "D.2",
        "a grant to the caller itself is not limited by boundary and session policy",
        "iam/combine.py",
        "    return layers.foreign or granted < _DIRECT",
        "    return True",
    ),
    Mutation(
        "D.2",
        "a grant to the role is limited by boundary and session policy",
        "iam/combine.py",
        "    return layers.foreign or granted < _DIRECT",
        "    return layers.foreign or granted < _SESSION",
    ),
    Mutation(
        "D.3",
        "across accounts the identity policy must allow",
        "iam/combine.py",
        "    return layers.foreign or granted < _SESSION",
        "    return granted < _SESSION",
    ),
    Mutation(
        "D.2",
        "an Allow for the account only delegates",
        "iam/principal.py",
        "Match.ACCOUNT: Grant.ACCOUNT",
        "Match.ACCOUNT: Grant.DIRECT",
    ),
    Mutation(
        "D-30",
        "every level of an organization must allow",
        "iam/combine.py",
        "        if not _allows(layer, pick):\n            return False",
        "        if not _allows(layer, pick):\n            continue",
    ),
    Mutation(
        "D-32",
        "service-linked roles are not bound by SCPs",
        "iam/organization.py",
        "caller.kind not in _BOUND or caller.is_service_linked",
        "caller.kind not in _BOUND",
    ),
    Mutation(
        "D-70",
        "nobody has access to a key unless its policy says so",
        "iam/by_service/kms.py",
        "        strict=True,",
        "        strict=False,",
    ),
    Mutation(
        "D-60",
        "a trust policy must allow even in one account",
        "iam/by_service/sts.py",
        "Departure(kind=Kind.TRUST, strict=True,",
        "Departure(kind=Kind.TRUST, strict=False,",
    ),
    Mutation(
        "A-41",
        "NotPrincipal denies whoever has a boundary",
        "iam/principal.py",
        "if caller.is_identity and has_boundary:",
        "if False and has_boundary:",
    ),
    Mutation(
        "A-21",
        "variables need version 2012-10-17",
        "iam/policy.py",
        'variables=document.get("Version") == VARIABLES_SINCE',
        "variables=True",
    ),
    Mutation(
        "A-54",
        "NotAction is everything but the list",
        "iam/policy.py",
        "    return lambda action: not listed(action)",
        "    return listed",
    ),
    Mutation(
        "B-21",
        "ForAllValues holds for a missing key",
        "iam/quantifiers.py",
        "        if not isinstance(actual, tuple):\n            return None if actual is UNKNOWN else True",
        "        if not isinstance(actual, tuple):\n            return None if actual is UNKNOWN else False",
    ),
    Mutation(
        "B.3",
        "a negated operator holds for a missing key",
        "iam/quantifiers.py",
        "            return _several(actual, lambda value, _: not test(value), lookup, absent=True)\n"
        "        return None if actual is UNKNOWN else True",
        "            return _several(actual, lambda value, _: not test(value), lookup, absent=True)\n"
        "        return None if actual is UNKNOWN else False",
    ),
    Mutation(
        "B-13",
        "a key that was not given is unknown, not absent",
        "iam/context.py",
        "        return ABSENT if self._complete else UNKNOWN",
        "        return ABSENT",
    ),
    Mutation(
        "B-13",
        "a list that may hold more is not complete",
        "iam/layers.py",
        "    if not policies.complete:",
        "    if False and not policies.complete:",
    ),
    Mutation(
        "D-74",
        "kms:ViaService is derived",
        "iam/request.py",
        'keys["kms:viaservice"] =',
        'keys["kms:via"] =',
    ),
    Mutation(
        "A-90",
        "an account at a gateway endpoint is its root user only",
        "iam/match.py",
        "    if subject.gateway:",
        "    if subject.gateway and False:",
    ),
    Mutation(
        "A-65",
        "a variable without a value matches nothing",
        "iam/variables.py",
        "        if value is ABSENT:\n            return ABSENT",
        '        if value is ABSENT:\n            value = ""',
    ),
    Mutation(
        "D-85",
        "RestrictPublicBuckets refuses outsiders",
        "iam/by_service/s3.py",
        'not blocks(settings, "restrict_public_buckets")',
        'blocks(settings, "restrict_public_buckets")',
    ),
)


def main() -> int:
    """Break every rule in turn and print which test noticed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every-group", action="store_true", help="say for each group of tests whether it notices")
    options = parser.parse_args()
    survived = 0
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        copy = Path(folder)
        _copy(copy)
        if (failed := _first_failure(copy, *GROUPS)) is not None:
            print(f"the unbroken copy fails already: {failed}", file=sys.stderr)
            return 2
        for mutation in MUTATIONS:
            if (_broken := _break(copy, mutation)) is None:
                print(f"`{mutation.old.strip()}` is not once in {mutation.path}", file=sys.stderr)
                return 2
            path, before = _broken
            started = time.monotonic()
            noticed = _noticed(copy, every_group=options.every_group)
            path.write_text(before, encoding="utf-8")
            survived += not noticed
            verdict = " | ".join(noticed) or "SURVIVED"
            print(f"{mutation.rule:<6}{mutation.says:<78}{time.monotonic() - started:>5.0f} s  {verdict}", flush=True)
    print(f"\n{len(MUTATIONS) - survived} of {len(MUTATIONS)} broken rules were noticed")
    return 1 if survived else 0


def _copy(folder: Path) -> None:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".mypy_cache"))
        else:
            shutil.copy(source, folder / name)


def _break(folder: Path, mutation: Mutation) -> tuple[Path, str] | None:
    path = folder / mutation.path
    before = path.read_text(encoding="utf-8")
    if before.count(mutation.old) != 1:
        return None
    path.write_text(before.replace(mutation.old, mutation.new), encoding="utf-8")
    return path, before


def _noticed(folder: Path, *, every_group: bool) -> list[str]:
    """The groups that notice, each with its first failing test; without `every_group` only the first of them."""
    found = []
    for group in GROUPS:
        failed = _first_failure(folder, group)
        if failed is not None:
            found.append(f"{group}: {failed}")
            if not every_group:
                break
    return found


def _first_failure(folder: Path, *groups: str) -> str | None:
    paths = [path for group in groups for path in GROUPS[group]]
    environment = os.environ | {"DIFFERENTIAL_EXAMPLES": "1600", "PYTHONDONTWRITEBYTECODE": "1", "CI": "true"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider", *paths]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    named = re.search(r"^(?:FAILED|ERROR) \S+?::(.+?)(?: - .*)?$", done.stdout, re.MULTILINE)
    return named[1] if named else " ".join(done.stdout.split()[-12:])


if __name__ == "__main__":
    sys.exit(main())
