"""A session of boto3 whose clients never send anything: each operation is answered from a table."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.session
from botocore.loaders import create_loader

from service.collectors import Clients, Kept

_MODELS = create_loader()  # read once for all tests


def session() -> boto3.Session:
    """A session with made-up ambient credentials that shares the models of services with all others."""
    below = botocore.session.get_session()
    below.register_component("data_loader", _MODELS)
    return boto3.Session(
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="made-up", botocore_session=below
    )


class Answers:
    """Answers by `client.Operation`; an error is a pair of a code and a message. What was asked is kept."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = dict(answers)
        self.asked: list[tuple[str, dict]] = []

    def kept(self) -> Kept:
        answering = session()
        answering.events.register("before-parameter-build", self._note)
        answering.events.register("before-call", self._answer)
        return Kept(clients=Clients(session=answering))

    def _note(self, params: dict, model: Any, **_event: Any) -> None:
        self.asked.append((_name(model), dict(params)))

    def _answer(self, model: Any, **_event: Any) -> tuple[Any, dict]:
        found = self.answers.get(_name(model), ("AccessDenied", "not authorized"))
        if isinstance(found, tuple):
            code, message = found
            return SimpleNamespace(status_code=400), {"Error": {"Code": code, "Message": message}}
        return SimpleNamespace(status_code=200, raw=None), found


def _name(model: Any) -> str:
    return f"{model.service_model.service_name}.{model.name}"
