"""Serves the built sites: the knowledge base at /kb/ and the manual at /docs/."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Blueprint, Response, redirect, request, send_from_directory
from werkzeug.security import safe_join
from werkzeug.wrappers import Response as WerkzeugResponse

from service.api.state import state
from service.problems import Kind, Problem

# Material sets its palette and its base address by inline scripts and styles, and searches in a worker.
_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " worker-src 'self' blob:; object-src 'none'; frame-ancestors 'none'; base-uri 'self'"
)

blueprint = Blueprint("sites", __name__)


@blueprint.get("/kb/", defaults={"path": ""})
@blueprint.get("/kb/<path:path>")
def knowledge_base(path: str) -> WerkzeugResponse:
    """A page or file of the knowledge base."""
    return _send(state().config.kb_dir, path, "the knowledge base")


@blueprint.get("/docs/", defaults={"path": ""})
@blueprint.get("/docs/<path:path>")
def manual(path: str) -> WerkzeugResponse:
    """A page or file of the manual."""
    return _send(state().config.docs_dir, path, "the manual")


def _send(site: Path, path: str, name: str) -> WerkzeugResponse:
    found = safe_join(str(site), path) if "\0" not in path else None
    if found is None:
        raise Problem(Kind.NOT_FOUND, f"there is nothing at `{request.path}`")
    if Path(found).is_dir():
        if path and not path.endswith("/"):
            return redirect(request.path + "/", code=308)
        path += "index.html"
    file = site / path
    if not file.is_file():
        return _missing(site, name)
    response = send_from_directory(site, path, conditional=True)
    return _guarded(response)


def _missing(site: Path, name: str) -> WerkzeugResponse:
    """The site's own page of what is missing for a browser, a problem document for everyone else."""
    if not (site / "index.html").is_file():
        raise Problem(Kind.NOT_FOUND, f"{name} is not built: run `make kb docs`")
    own = site / "404.html"
    if own.is_file() and "text/html" in request.headers.get("Accept", ""):
        return _guarded(Response(own.read_text(encoding="utf-8"), 404, mimetype="text/html"))
    raise Problem(Kind.NOT_FOUND, f"there is nothing at `{request.path}`")


def _guarded(response: WerkzeugResponse) -> WerkzeugResponse:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = "no-cache"
    return response
