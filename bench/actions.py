"""Measures what the action reference costs: size on disk, time to load, memory, time of a look-up.

python bench/actions.py
"""

from __future__ import annotations

import subprocess
import sys
import timeit
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "iam" / "data"
LIMITS = {"bytes on disk": 500_000, "ms to load": 50, "MB of memory": 20}

# Run in a process of its own, so that nothing is loaded and the peak of memory is the reference's.
_LOADING = """
import json, resource, time, zlib, importlib.resources, difflib, dataclasses, enum, re, urllib.parse
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
def step(name, work):
    began = time.perf_counter()
    work()
    print(f"{name}|{(time.perf_counter() - began) * 1000:.1f}|{peak() - start:.1f}")
start = peak()
from iam import actions, operations, condition_keys, action_names
step("rcp_supports", lambda: actions.rcp_supports("s3"))
step("is_wildcard_only", lambda: actions.is_wildcard_only("s3:GetObject"))
step("lookup (s3)", lambda: actions.lookup("s3:GetObject"))
step("lookup (ec2)", lambda: actions.lookup("ec2:RunInstances"))
step("actions_for_operation", lambda: operations.actions_for_operation("s3", "HeadObject"))
step("condition_key_type", lambda: condition_keys.condition_key_type("aws:SourceIp"))
step("nearest_actions", lambda: action_names.nearest_actions("s3:GetObjects"))
step("every action", lambda: all(actions.lookup(a) for p in actions.services() for a in actions.service_actions(p)))
"""


def rate(work: Callable[[], object]) -> float:
    """Microseconds a call, the best of five."""
    return min(timeit.repeat(work, number=20_000, repeat=5)) / 20_000 * 1e6


def main() -> None:
    """Print the tables."""
    sizes = {file.name: file.stat().st_size for file in sorted(DATA.iterdir()) if file.is_file()}
    for name, size in sizes.items():
        print(f"{name:24} {size:>9,} bytes")
    print(f"{'together':24} {sum(sizes.values()):>9,} bytes (limit {LIMITS['bytes on disk']:,})\n")

    loading = subprocess.run([sys.executable, "-c", _LOADING], cwd=ROOT, check=True, capture_output=True, text=True)
    print(f"{'first call, cold':24} {'ms':>9} {'MB so far':>10}")
    for line in loading.stdout.splitlines():
        name, milliseconds, megabytes = line.split("|")
        print(f"{name:24} {milliseconds:>9} {megabytes:>10}")
    print(f"(limits: {LIMITS['ms to load']} ms, {LIMITS['MB of memory']} MB)\n")

    sys.path.insert(0, str(ROOT))
    from iam import action_names, actions, condition_keys, operations, request_parameters, resource_types  # noqa: PLC0415

    objects = {"bucketName": "reports", "key": "q3.csv"}
    warm: dict[str, Callable[[], object]] = {
        "rcp_supports": lambda: actions.rcp_supports("s3"),
        "is_wildcard_only": lambda: actions.is_wildcard_only("s3:GetObject"),
        "lookup": lambda: actions.lookup("s3:GetObject"),
        "condition_key_type": lambda: condition_keys.condition_key_type("aws:SourceIp"),
        "declares_key": lambda: condition_keys.declares_key("s3:GetObject", "aws:ResourceTag/team"),
        "resource_type_of": lambda: resource_types.resource_type_of("s3:GetObject", "arn:aws:s3:::reports/q3.csv"),
        "actions_for_operation": lambda: operations.actions_for_operation("s3.amazonaws.com", "HeadObject"),
        "resource_arn_from_…": lambda: request_parameters.resource_arn_from_parameters(
            "s3", "GetObject", objects, region=None, account=None
        ),
    }
    print(f"{'call, warm':24} {'µs':>9}")
    for name, work in warm.items():
        print(f"{name:24} {rate(work):>9.2f}")
    nearest = min(timeit.repeat(lambda: action_names.nearest_actions("ec2:DescribeInstence"), number=20, repeat=3)) / 20
    print(f"{'nearest_actions':24} {nearest * 1e6:>9.0f}")


if __name__ == "__main__":
    main()
