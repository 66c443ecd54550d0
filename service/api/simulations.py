"""The endpoint of simulations: what would AWS decide."""

from __future__ import annotations

from typing import Any

from flask import Response

from service.api.answers import Simulation
from service.api.framework import Blueprint, body, json_response
from service.api.requests import SimulationBody
from service.api.state import state
from service.fault_places import place_faults
from service.keeping import json_text
from service.problems import Fault, Kind, Problem
from service.simulation import simulate
from service.work import Work

blueprint = Blueprint("simulations", __name__, url_prefix="/v1/simulations", description="What AWS would decide")


@blueprint.route("", methods=["POST"])
@blueprint.doc(operationId="simulate")
@blueprint.arguments(SimulationBody())
@blueprint.response(200, Simulation)
def create(given: dict[str, Any]) -> Response:
    """Decide requests against one set of facts, every policy layer reported."""
    config = state().config
    limit = config.max_simulation_requests
    if len(given["requests"]) > limit:
        detail = f"more than {limit} requests"
        raise Problem(Kind.TOO_LARGE, detail, [Fault("/requests", detail)])
    work = Work(limit, config.max_seconds, "deciding these requests", "/requests")
    explain = given.get("explain") is not False
    results = simulate(given["requests"], given.get("facts") or {}, explain=explain, work=work)
    for result in results:
        place_faults(result["checks"], body())
    return json_response(json_text({"results": results}))
