"""Says in one line what this Python lacks to hold the project's environment."""

from __future__ import annotations

import importlib.util
import os
import shlex
import subprocess
import sys
import sysconfig

SUPPORTED = ((3, 11), (3, 12))


def missing() -> str | None:
    """Name what is missing and how Debian supplies it, or nothing."""
    version = "{}.{}".format(*sys.version_info)
    if sys.version_info[:2] not in SUPPORTED:
        return f"Python 3.11 or 3.12 is needed, this is {version}"
    if importlib.util.find_spec("ensurepip") is None:
        return f"Python's venv module is missing: apt-get install python{version}-venv"
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    headers = ["-I" + sysconfig.get_path(name) for name in ("include", "platinclude")]
    try:
        probe = subprocess.run(
            [*compiler, "-fsyntax-only", "-x", "c", *headers, "-"],
            input=b"#include <Python.h>\n",
            capture_output=True,
            check=False,
        )
    except OSError:
        return "durable_rules is built from source and needs a C compiler: apt-get install gcc libc6-dev"
    if probe.returncode:
        return (
            "durable_rules is built from source and needs the headers of C and Python: "
            f"apt-get install libc6-dev python{version}-dev"
        )
    return None


if __name__ == "__main__":
    reason = missing()
    sys.exit(f"whydenied: {reason}" if reason else 0)
