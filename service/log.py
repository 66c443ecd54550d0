"""Log lines as JSON, one object a line on standard error, with secrets taken out."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final

from service.redaction import redact, redact_value

_FIELDS: Final = ("request_id", "method", "path", "status", "duration_ms", "diagnosis", "traceparent")


class JsonFormatter(logging.Formatter):
    """One record as one line of JSON: time, level, logger, message, and the fields that the record carries."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        line |= {name: redact_value(record.__dict__[name]) for name in _FIELDS if name in record.__dict__}
        if record.exc_info:
            line["exception"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, default=str)


def set_up_logging(level: str) -> None:
    """Send every log record at `level` or above to standard error as JSON; calling it twice changes nothing."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # The service writes its own line for each request.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
