"""Log lines are JSON without secrets."""

import json
import logging
import sys

from service.log import JsonFormatter

KEY_ID = "AKIAIOSFODNN7EXAMPLE"


def record(message, *arguments, **extra):
    made = logging.LogRecord("service.test", logging.WARNING, __file__, 1, message, arguments, None)
    made.__dict__.update(extra)
    return made


def test_a_record_is_one_line_of_json():
    line = JsonFormatter().format(record("a\nb %s", 1, request_id="r", status=200, unheard_of="x"))

    assert "\n" not in line
    found = json.loads(line)
    assert (found["level"], found["message"], found["request_id"], found["status"]) == ("warning", "a\nb 1", "r", 200)
    assert "unheard_of" not in found


def test_secrets_are_taken_out_of_messages_fields_and_tracebacks():
    failed = record("with %s", KEY_ID, path=f"/v1/{KEY_ID}")
    try:
        int(KEY_ID)
    except ValueError:
        failed.exc_info = sys.exc_info()

    line = JsonFormatter().format(failed)

    assert KEY_ID not in line
    assert "ValueError" in json.loads(line)["exception"]
