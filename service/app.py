"""Puts the service together."""

from __future__ import annotations

from functools import cache

import yaml
from flask import Flask

from service.api import causes, combined, diagnoses, fact_sets, interpretations, operations, simulations
from service.api.errors import answer_errors
from service.api.framework import Api
from service.api.guards import guard
from service.api.state import State, keep_state
from service.config import Config
from service.jobs.desk import Desk
from service.log import set_up_logging
from service.storage.database import Database
from service.storage.diagnoses import Diagnoses
from service.version import product_version
from service.web import answers, first_page, sites


def create_app(config: Config | None = None) -> Flask:
    """The service as a WSGI application; settings come from the environment when none are given.

    Nothing is opened: the database and the rule engine are used first by a request, after any fork. Raises ConfigError
    and StorageError.
    """
    settings = config or Config.from_environment()
    set_up_logging(settings.log_level)
    app = Flask(__name__, static_folder=None)
    app.config.update(
        API_TITLE="whydenied",
        API_VERSION=product_version(),
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={
            "info": {
                "description": "Explains an AWS “Access Denied” and proves what ends it.",
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": "/"}],
        },
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    database = Database(settings.database)
    desk = Desk(settings, database)
    keep_state(app, State(config=settings, database=database, diagnoses=Diagnoses(database), desk=desk))
    guard(app)
    answer_errors(app)
    api = Api(app)
    for part in (diagnoses, combined, fact_sets, simulations, interpretations, causes, operations):
        api.register_blueprint(part.blueprint)
    app.register_blueprint(sites.blueprint)
    app.register_blueprint(first_page.blueprint)
    app.register_blueprint(answers.blueprint)
    app.extensions["openapi_text"] = cache(lambda: yaml.dump(api.spec.to_dict(), allow_unicode=False))
    return app
