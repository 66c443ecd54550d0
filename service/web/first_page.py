"""The first page, and the contract of the API as a file."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template

from service.version import product_version

blueprint = Blueprint("web", __name__, template_folder="templates", static_folder="static", static_url_path="/static")


@blueprint.get("/")
def first_page() -> Response:
    """The page that a person sees first."""
    response = Response(render_template("first_page.html", version=product_version()), mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    return response


@blueprint.get("/openapi.yaml")
def contract() -> Response:
    """The contract of the API, as committed in `openapi.yaml`."""
    text: str = current_app.extensions["openapi_text"]()
    return Response(text, mimetype="application/yaml")


@blueprint.get("/favicon.ico")
def icon() -> Response:
    """The icon that browsers ask for unasked."""
    return blueprint.send_static_file("icon.svg")
