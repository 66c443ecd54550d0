"""The errors that `iam` raises, each a sentence that points at the fault."""


class IamError(ValueError):
    """Base of every error this package raises."""


class PolicyError(IamError):
    """A policy document that cannot be evaluated.

    `pointer` is the JSON Pointer of the fault inside the document ("" = the whole document); `line` and `column` count
    from 1 and are given only for a document that was sent as text and is not JSON.
    """

    def __init__(self, message: str, *, pointer: str = "", line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.pointer = pointer
        self.line = line
        self.column = column


class RequestError(IamError):
    """A request or a fact that contradicts itself; `path` is the JSON Pointer of the fault."""

    def __init__(self, message: str, *, path: str) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
