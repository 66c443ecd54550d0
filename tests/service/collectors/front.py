"""Stands before moto as a proxy would: passes requests on, answers what moto cannot, delays, refuses or breaks."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/")
_KEY = re.compile(rb"<AccessKeyId>(.+?)</AccessKeyId>")


@dataclass(frozen=True)
class Seen:
    """One request: the account and Region it is for, and a line that names service, method, path and operation."""

    account: str
    region: str
    line: str


@dataclass
class Rule:
    """What to answer instead of moto, for requests whose line matches, in one account or all."""

    line: re.Pattern
    account: str | None
    status: int
    body: bytes
    content_type: str
    code: str | None = None


@dataclass
class Front:
    """A proxy on loopback; `delay` is in seconds."""

    moto_port: int
    own_account: str
    delay: float = 0.0
    rules: list[Rule] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    accounts: dict[str, str] = field(default_factory=dict)
    url: str = ""

    @contextmanager
    def running(self) -> Iterator["Front"]:
        handler = type("Handler", (_Handler,), {"front": self})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def answer(self, line: str, body: object, *, account: str | None = None, status: int = 200) -> None:
        """Answer matching requests with a JSON document, or with text as it is."""
        text = body if isinstance(body, str) else json.dumps(body)
        kind = "text/xml" if text.startswith("<") else "application/x-amz-json-1.1"
        self.rules.insert(0, Rule(re.compile(line), account, status, text.encode(), kind))

    def refuse(self, line: str, *, code: str = "AccessDenied", message: str = "", account: str | None = None) -> None:
        """Refuse matching requests as a service of AWS does, in whichever form its protocol has."""
        self.rules.insert(0, Rule(re.compile(line), account, 403, message.encode(), "", code))

    def rule_for(self, seen: Seen) -> Rule | None:
        fitting = (r for r in self.rules if r.line.search(seen.line) and r.account in (None, seen.account))
        return next(fitting, None)


class _Handler(BaseHTTPRequestHandler):
    front: Front
    protocol_version = "HTTP/1.1"

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        seen = self._read(body)
        self.front.seen.append(seen)
        if self.front.delay:
            threading.Event().wait(self.front.delay)
        rule = self.front.rule_for(seen)
        if rule is None:
            self._pass_on(body)
        elif rule.code is not None:
            self._refuse(rule)
        else:
            self._send(rule.status, rule.body, rule.content_type)

    def _read(self, body: bytes) -> Seen:
        found = _CREDENTIAL.search(self.headers.get("Authorization", ""))
        key, region, service = found.groups() if found else ("", "", "")
        form = parse_qs(body.decode(errors="replace")) if b"Action=" in body else {}
        operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2] or form.get("Action", [""])[0]
        account = self.front.accounts.get(key, self.front.own_account)
        marker = " Marker" if "Marker" in form else ""
        return Seen(account, region, f"{service} {self.command} {self.path} {operation}{marker}".strip())

    def _pass_on(self, body: bytes) -> None:
        connection = HTTPConnection("127.0.0.1", self.front.moto_port, timeout=30)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        content = answer.read()
        role = re.search(rb"RoleArn=arn%3A\w+%3Aiam%3A%3A(\d+)", body)
        made = _KEY.search(content)
        if role and made:
            self.front.accounts[made[1].decode()] = role[1].decode()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "content-length", "connection", "server", "date"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        connection.close()

    def _refuse(self, rule: Rule) -> None:
        """Services that speak JSON name the code in a member, the others in an element."""
        message = rule.body.decode()
        if "X-Amz-Target" in self.headers:
            self._send(
                400, json.dumps({"__type": rule.code, "message": message}).encode(), "application/x-amz-json-1.1"
            )
            return
        text = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{rule.code}</Code><Message>{message}</Message></Error>"
            f"<Code>{rule.code}</Code><Message>{message}</Message></ErrorResponse>"
        )
        self._send(rule.status, text.encode(), "text/xml")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _handle  # noqa: N815  names of http.server's

    def log_message(self, *_arguments: object) -> None:
        return
