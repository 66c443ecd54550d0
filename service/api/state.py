"""What one application holds while it runs: its settings, its database, its pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Flask, current_app

from service.config import Config
from service.jobs.desk import Desk
from service.storage.database import Database
from service.storage.diagnoses import Diagnoses

_NAME: Final = "whydenied"


@dataclass(frozen=True, slots=True)
class State:
    """The parts that endpoints use."""

    config: Config
    database: Database
    diagnoses: Diagnoses
    desk: Desk


def keep_state(app: Flask, found: State) -> None:
    """Give an application its state."""
    app.extensions[_NAME] = found


def state() -> State:
    """The state of the application that handles the current request."""
    return state_of(current_app)


def state_of(app: Flask) -> State:
    """The state of an application."""
    found: State = app.extensions[_NAME]
    return found
