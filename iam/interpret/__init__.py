"""Reads an AWS access-denied error in whatever form people and machines hand it over."""

from iam.interpret.denial import Denial, NotAccessDeniedKind
from iam.interpret.text import interpret

__all__ = ["Denial", "NotAccessDeniedKind", "interpret"]
