"""Tells by its form what a document is, and reads it into a set of facts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from service.imports.account_details import is_account_details, read_account_details
from service.imports.bundles import is_bundle, read_bundle
from service.imports.error_outputs import is_error_output, read_error_output
from service.imports.fact_set import FactSet, is_fact_set, read_fact_set
from service.imports.iam_outputs import is_iam_output, read_iam_output
from service.imports.lean_json import read_document
from service.imports.organization_outputs import is_organization_output, read_organization_output
from service.imports.origin import Origin
from service.imports.resource_outputs import (
    is_policy,
    is_resource_output,
    read_policy,
    read_resource_output,
)
from service.imports.setting_outputs import is_setting_output, read_setting_output
from service.imports.terraform import read_terraform
from service.imports.terraform_state import is_terraform
from service.problems import Fault, invalid

_FORMATS: Final[tuple[tuple[str, Callable[[Any, Origin], bool], Callable[[Any, Origin], FactSet]], ...]] = (
    ("policy", is_policy, read_policy),
    ("fact set", lambda value, _: is_fact_set(value), lambda value, origin: read_fact_set(value, origin.name)),
    ("account authorization details", lambda value, _: is_account_details(value), read_account_details),
    ("Terraform", lambda value, _: is_terraform(value), read_terraform),
    ("facts of a request", is_bundle, read_bundle),
    ("aws organizations", is_organization_output, read_organization_output),
    ("aws iam", is_iam_output, read_iam_output),
    ("settings of a resource", is_setting_output, read_setting_output),
    ("resource policy", is_resource_output, read_resource_output),
    ("error of the AWS CLI", is_error_output, read_error_output),
)


def import_text(raw: bytes, origin: Origin) -> tuple[str, FactSet]:
    """The format of a document as it was written to a file, and the facts in it; raises Problem."""
    if raw.lstrip()[:1] in {b"{", b"["}:
        return import_document(read_document(raw, origin.name), origin)
    return import_document(raw.decode(errors="replace"), origin)


def import_document(value: Any, origin: Origin) -> tuple[str, FactSet]:
    """The format of a document and the facts in it; raises Problem for one of no known format.

    A string is a document as text: JSON, or the error that a command printed.
    """
    if isinstance(value, str) and value.lstrip()[:1] in {"{", "["}:
        value = read_document(value.encode(errors="replace"), origin.name)
    for name, fits, read in _FORMATS:
        if fits(value, origin):
            return name, read(value, origin)
    raise invalid([Fault(origin.name, _unknown(value))])


def _unknown(value: Any) -> str:
    if not isinstance(value, dict):
        return "none of the formats that can be imported"
    names = ", ".join(f"`{name[:40]}`" for name in list(value)[:5])
    return f"none of the formats that can be imported; its members are {names or 'none'}"
