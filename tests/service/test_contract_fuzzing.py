"""What openapi.yaml allows and forbids, sent to a running service: nothing breaks it, every answer is as promised."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
NOT_PROMISED = "positive_data_acceptance"
"""Two fields of a body may contradict each other, which a schema cannot say and 422 does."""


def test_the_service_keeps_its_contract_whatever_is_sent(service_address: str, tmp_path: Path):
    command = [Path(sys.executable).with_name("st"), "--no-color", "run", ROOT / "openapi.yaml"]
    options = {
        "--url": service_address,
        "--phases": "examples,coverage,fuzzing",
        "--exclude-path": "/readyz",  # answers 503 until the knowledge base is built
        "--exclude-checks": NOT_PROMISED,
        "--max-examples": "10",
        "--seed": "1",
        "--generation-database": "none",
    }
    flat = [part for option in options.items() for part in option]
    sent = subprocess.run([*command, *flat], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert sent.returncode == 0, sent.stdout[-6000:] + sent.stderr[-2000:]
