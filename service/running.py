"""Runs a command, passes on what it prints as it prints it, and keeps the end of that."""

from __future__ import annotations

import os
import select
import selectors
import signal
import subprocess
import termios
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, Final

MAX_ERRORS: Final = 256 * 1024
"""How much of standard error is kept, in bytes."""

MAX_OUTPUT: Final = 64 * 1024
"""How much of standard output is kept, in bytes."""

_SIGNALLED: Final = 128
_CHUNK: Final = 64 * 1024
_OUT: Final = 1
_ERR: Final = 2
_ATTRIBUTES_OF_OUTPUT: Final = 1


@dataclass(frozen=True, slots=True)
class Finished:
    """How a command ended: its exit status as a shell gives it, and the end of what it printed."""

    status: int
    errors: str
    output: str


def run(command: Sequence[str]) -> Finished:
    """Run `command` with this process's own standard streams and wait for its end.

    Where a stream of ours is a terminal, the command sees one too. Signals of the keyboard reach it by themselves,
    those that end a process are passed on. Raises OSError where it cannot be started.
    """
    outputs = {_OUT: _Output(_OUT, MAX_OUTPUT), _ERR: _Output(_ERR, MAX_ERRORS)}
    try:
        with _handled(_IGNORED) as handle:
            started = subprocess.Popen(  # noqa: S603  running what the caller names is what this is for
                command, stdout=outputs[_OUT].writer, stderr=outputs[_ERR].writer
            )
            for output in outputs.values():
                output.close_writer()
            handle({number: lambda number, _: started.send_signal(number) for number in _PASSED_ON})
            handle({signal.SIGWINCH: lambda *_: _resize(outputs.values())})
            _pump(started.pid, tuple(outputs.values()))
            status = started.wait()
    finally:
        for output in outputs.values():
            output.close()
    return Finished(
        status=status if status >= 0 else _SIGNALLED - status,
        errors=outputs[_ERR].text,
        output=outputs[_OUT].text,
    )


_Handler = Callable[[int, FrameType | None], Any]
# A handler of Python's is not inherited by the command, as an ignored signal would be.
_IGNORED: Final[Mapping[int, _Handler]] = {signal.SIGINT: lambda *_: None, signal.SIGQUIT: lambda *_: None}
_PASSED_ON: Final = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def _handled(first: Mapping[int, _Handler]) -> Iterator[Callable[[Mapping[int, _Handler]], None]]:
    """Handle signals for a while; what is given takes further handlers."""
    before: dict[int, Any] = {}

    def handle(handlers: Mapping[int, _Handler]) -> None:
        for number, handler in handlers.items():
            before.setdefault(number, signal.signal(number, handler))

    handle(first)
    try:
        yield handle
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _resize(outputs: Iterable[_Output]) -> None:
    for output in outputs:
        output.resize()


def _pump(pid: int, outputs: Sequence[_Output]) -> None:
    """Copy until the process has ended and nothing is left to read.

    What it left running in the background may hold the streams open and is not waited for.
    """
    with selectors.DefaultSelector() as selector:
        for output in outputs:
            selector.register(output.reader, selectors.EVENT_READ, output)
        ended = os.pidfd_open(pid)
        selector.register(ended, selectors.EVENT_READ)
        try:
            while _copy_ready(selector, timeout=None):
                pass
            while _copy_ready(selector, timeout=0):
                pass
        finally:
            os.close(ended)


def _copy_ready(selector: selectors.BaseSelector, *, timeout: float | None) -> bool:
    """Copy what can be read now; whether to come again: the process runs on or, without waiting, more may be there."""
    ready = selector.select(timeout)
    ended = False
    copied = False
    for key, _ in ready:
        output: _Output | None = key.data
        if output is None:
            ended = True
        elif output.copy():
            copied = True
        else:
            selector.unregister(key.fileobj)
            output.close()
    return copied if timeout is not None else not ended


@dataclass(slots=True)
class _Output:
    """One stream of the command: `stream` is the file descriptor of ours that it is passed on to."""

    stream: int
    limit: int
    reader: int = field(init=False)
    writer: int = field(init=False)
    _open: set[int] = field(init=False, default_factory=set)
    _kept: bytearray = field(init=False, default_factory=bytearray)

    def __post_init__(self) -> None:
        if os.isatty(self.stream):
            self.reader, self.writer = os.openpty()
            attributes = termios.tcgetattr(self.writer)
            # Line ends are translated by the terminal that this is passed on to.
            attributes[_ATTRIBUTES_OF_OUTPUT] &= ~termios.OPOST
            termios.tcsetattr(self.writer, termios.TCSANOW, attributes)
        else:
            self.reader, self.writer = os.pipe()
        self._open |= {self.reader, self.writer}
        self.resize()

    @property
    def text(self) -> str:
        """The end of what was printed."""
        return self._kept.decode(errors="replace")

    def resize(self) -> None:
        """Tell the command how large the terminal is, if there is one."""
        if self.reader in self._open and os.isatty(self.stream):
            with suppress(OSError, termios.error):
                termios.tcsetwinsize(self.reader, termios.tcgetwinsize(self.stream))

    def copy(self) -> bool:
        """Pass on what can be read; false where nothing more will come or nobody reads it."""
        try:
            chunk = os.read(self.reader, _CHUNK)
        except OSError:  # a terminal that its last writer has closed
            return False
        self._kept += chunk
        del self._kept[: -self.limit]
        try:
            self._pass_on(chunk)
        except BrokenPipeError:
            return False
        return bool(chunk)

    def _pass_on(self, chunk: bytes) -> None:
        while chunk:
            try:
                chunk = chunk[os.write(self.stream, chunk) :]
            except BlockingIOError:  # whoever shares the stream with us made it so
                select.select((), (self.stream,), ())

    def close_writer(self) -> None:
        """Leave the writing to the command."""
        self._close(self.writer)

    def close(self) -> None:
        """Close what is still open."""
        for descriptor in tuple(self._open):
            self._close(descriptor)

    def _close(self, descriptor: int) -> None:
        if descriptor in self._open:
            self._open.discard(descriptor)
            os.close(descriptor)
