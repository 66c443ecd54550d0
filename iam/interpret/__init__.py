"""Reads an AWS access-denied error in whatever form people and machines hand it over."""

from iam.interpret.denial import Denial, NotAccessDeniedKind
from iam.interpret.documents import interpret_document
from iam.interpret.text import interpret_text

__all__ = ["Denial", "NotAccessDeniedKind", "interpret"]


def interpret(text: str) -> tuple[Denial, ...]:
    """Every distinct error that `text` holds, in order (contract, POST /v1/interpretations).

    A text without an error gives an empty tuple. Never raises; takes time linear in the length of `text`.
    """
    found = interpret_document(text)
    return interpret_text(text) if found is None else found
