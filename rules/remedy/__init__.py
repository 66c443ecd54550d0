"""What ends a denial: candidate changes, the fewest of them that work, their proof, and what else they do."""

from __future__ import annotations

from rules.remedy.candidates import CANDIDATES
from rules.remedy.change import Change, Effects, Fix, Instructions, Owner, OwnerRole, Remedy
from rules.remedy.json_form import to_json
from rules.remedy.parsing import parsed
from rules.remedy.proposal import propose

__all__ = [
    "CANDIDATES",
    "Change",
    "Effects",
    "Fix",
    "Instructions",
    "Owner",
    "OwnerRole",
    "Remedy",
    "parsed",
    "propose",
    "to_json",
]
