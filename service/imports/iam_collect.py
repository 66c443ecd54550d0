"""Reads a folder in the layout of iam-collect, as its documentation of storage describes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from service.imports.account_details import inline_policy
from service.imports.fact_set import FactSet
from service.imports.lean_json import read_document
from service.imports.names import ACCOUNT, ORGANIZATION, account_in, last_part, principal_name
from service.imports.organization_outputs import TYPES, enabled
from service.imports.origin import Origin
from service.imports.resource_outputs import put_endpoint, put_policy, put_resource
from service.imports.setting_outputs import default_key, flags_of
from service.imports.shapes import Json, Kind
from service.imports.values import document, known, objects, text, texts
from service.problems import Problem

_METADATA: Final = "metadata"
_PLACES: Final = {"service_control_policies": "scps", "resource_control_policies": "rcps"}


def partitions_in(folder: Path) -> list[Path]:
    """The folders of partitions of this layout in or above which `folder` is: `aws/<partition>` with `accounts`."""
    candidates = [folder, *folder.glob("*"), *folder.glob("aws/*")]
    return sorted(one for one in set(candidates) if _is_partition(one))


def _is_partition(folder: Path) -> bool:
    parts = (("accounts", ACCOUNT), ("organizations", ORGANIZATION))
    return any(
        pattern.fullmatch(one.name)
        for name, pattern in parts
        if (folder / name).is_dir()
        for one in (folder / name).iterdir()
    )


def read_iam_collect(partition: Path) -> FactSet:
    """The facts under one folder of a partition.

    What it holds of users, groups and roles is of one call each, and empty lists are not written: what is not there is
    none. Of everything else a file is also missing where the call was refused: what is not there is unknown. Raises
    OSError.
    """
    found = FactSet()
    for account in _folders(partition / "accounts"):
        _read_account(account, found)
        for metadata in sorted(account.rglob(f"{_METADATA}.json")):
            _read_thing(account.name, _files(metadata.parent, found), found, metadata.parent)
    for organization in _folders(partition / "organizations"):
        _read_organization(organization, found)
    return found


def _folders(folder: Path) -> Iterator[Path]:
    return (one for one in sorted(folder.iterdir()) if one.is_dir()) if folder.is_dir() else iter(())


def _files(folder: Path, found: FactSet) -> Json:
    """The JSON files of a folder by their names; one that cannot be read is noted, and None."""
    contents = {}
    for path in sorted(folder.glob("*.json")):
        try:
            contents[path.stem] = read_document(path.read_bytes(), str(path))
        except Problem as problem:
            contents[path.stem] = None
            found.note(problem.detail)
    return contents


def _read_account(folder: Path, found: FactSet) -> None:
    files = _files(folder, found)
    organization = text(files, "organization", "organizationId")
    members = known((("organization", organization), ("block_public_access", flags_of(files.get("s3-bpa")))))
    if members:
        found.put(Kind.ACCOUNT, folder.name, members)


def _read_thing(account: str, files: Mapping[str, Any], found: FactSet, folder: Path) -> None:
    metadata = files.get(_METADATA)
    arn = text(metadata, "arn")
    if arn is None or not isinstance(metadata, dict):
        return
    origin = Origin(name=str(folder), subject=arn, account_id=account)
    name = principal_name(arn)
    if name is not None:
        _read_identity(name, metadata, files, found)
    elif ":iam:" in arn and ":policy/" in arn:
        content = document(files.get("current-policy")) or document(files.get("policy"))
        members = {"name": text(metadata, "name"), "default_version": text(metadata, "defaultVersionId")}
        found.put(Kind.POLICY, arn, known((*members.items(), ("document", content))))
    elif ":vpc-endpoint/" in arn:
        kind = (text(metadata, "type") or "").lower()
        members = {
            "account_id": account_in(arn) or account,
            "vpc_id": last_part(text(metadata, "vpc") or "") or None,
            "type": kind if kind in {"gateway", "interface"} else None,
        }
        content = document(files.get("endpoint-policy")) or document(files.get("policy"))
        put_endpoint(last_part(arn), members, content, found)
    else:
        _read_resource(arn, metadata, files, origin, found)


def _read_identity(name: str, metadata: Json, files: Mapping[str, Any], found: FactSet) -> None:
    whole = all(text(metadata, member) for member in ("id", "name", "path"))
    members: Json = {"arn": text(metadata, "arn")}
    for member, file in (("attached", "managed-policies"), ("inline", "inline-policies")):
        if isinstance(files.get(file, [] if whole else None), list):
            members[member] = _policies(files, file)
    if ":group/" in name:
        found.put(Kind.GROUP, name, members)
        return
    members |= {"exists": True, **known((("unique_id", text(metadata, "id")),))}
    boundary = text(metadata, "permissionBoundary")
    if boundary is not None:
        members["permissions_boundary"] = {"name": last_part(boundary), "arn": boundary}
    elif whole:
        members["permissions_boundary"] = None
    tags = files.get("tags", {} if whole else None)
    if isinstance(tags, dict):
        members["tags"] = tags
    if ":user/" in name and isinstance(files.get("groups", [] if whole else None), list):
        members["groups"] = [last_part(group) for group in texts(files, "groups")]
    trust = document(files.get("trust-policy"))
    if trust is not None:
        members["trust_policy"] = {"name": "trust-policy", "document": trust}
    found.put(Kind.PRINCIPAL, name, members)


def _policies(files: Mapping[str, Any], file: str) -> list[Json]:
    managed = [{"name": last_part(arn), "arn": arn} for arn in texts(files, file)]
    return managed or [inline_policy(one) for one in objects(files, file)]


def _read_resource(arn: str, metadata: Json, files: Mapping[str, Any], origin: Origin, found: FactSet) -> None:
    members: Json = {}
    flags = flags_of(files.get("bpa"))
    key = default_key({"Rules": files.get("encryption")})
    members |= known((("block_public_access", flags), ("kms_key_arn", key)))
    if isinstance(files.get("tags"), dict):
        members["tags"] = files["tags"]
    bucket = text(metadata, "bucket")
    if ":accesspoint/" in arn and bucket is not None:
        members["bucket"] = f"{arn.partition(':s3')[0]}:s3:::{bucket}"
        place = {"network_origin": text(metadata, "networkOrigin"), "vpc_id": text(metadata, "vpc")}
        members["access_point"] = known(place.items())
    put_resource(arn, members, origin, found)
    content = document(files.get("policy"))
    if content is not None:
        put_policy(arn, content, origin, found)


def _read_organization(folder: Path, found: FactSet) -> None:
    files = _files(folder, found)
    metadata = files.get(_METADATA)
    identifier = text(metadata, "id") or folder.name
    members: Json = known((("management_account_id", text(metadata, "rootAccountId")),))
    features = metadata.get("features") if isinstance(metadata, dict) else None
    types = [name for name, on in features.items() if on is True] if isinstance(features, dict) else list(TYPES)
    if isinstance(features, dict):
        members |= enabled(types)
    found.put(Kind.ORGANIZATION, identifier, members)
    for file, kind, parent in (("ous", Kind.UNIT, "parent"), ("accounts", Kind.ACCOUNT, "ou")):
        listed = files.get(file)
        for target, unit in listed.items() if isinstance(listed, dict) else ():
            if isinstance(unit, dict):
                found.put(kind, target, {"organization": identifier, **_place(unit, parent, types)})
    for place, name in _PLACES.items():
        for policy in _folders(folder / name):
            _read_policy(policy, place, found)


def _place(unit: Json, parent: str, types: list[str]) -> Json:
    members: Json = known((("parent", text(unit, parent)),))
    for policy_type, place in TYPES.items():
        if policy_type in types and isinstance(unit.get(_PLACES[place]), list):
            members[place] = [last_part(arn) for arn in texts(unit, _PLACES[place])]
    return members


def _read_policy(folder: Path, place: str, found: FactSet) -> None:
    files = _files(folder, found)
    arn = text(files, _METADATA, "arn")
    members = {
        "name": text(files, _METADATA, "name"),
        "arn": arn,
        "type": next(policy_type for policy_type, one in TYPES.items() if one == place),
        "document": document(files.get("policy")),
    }
    if arn is not None:
        found.put(Kind.ORGANIZATION_POLICY, last_part(arn), known(members.items()))
