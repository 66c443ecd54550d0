"""What one application holds while it runs: its settings, its database, its pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Flask, current_app

from service.config import Config
from service.jobs.desk import Desk
from service.problems import Kind, Problem
from service.storage.combined import CombinedDiagnoses
from service.storage.database import Database
from service.storage.diagnoses import Diagnoses, StoredDiagnosis

_NAME: Final = "whydenied"


@dataclass(frozen=True, slots=True)
class State:
    """The parts that endpoints use."""

    config: Config
    database: Database
    diagnoses: Diagnoses
    desk: Desk

    def stored_diagnosis(self, identifier: str) -> StoredDiagnosis:
        """The diagnosis of that id; raises Problem where there is none."""
        found = self.diagnoses.get(identifier)
        if found is None:
            raise Problem(Kind.NOT_FOUND, f"there is no diagnosis `{identifier[:64]}`")
        return found

    def stored_combined(self, identifier: str) -> str:
        """The answer to several denials of that id, as JSON text; raises Problem where there is none."""
        found = CombinedDiagnoses(self.database).get(identifier)
        if found is None:
            raise Problem(Kind.NOT_FOUND, f"there is no combined diagnosis `{identifier[:64]}`")
        return found


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
