"""Each import contract is kept by the code and refuses an import that breaks it."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = [contract["id"] for contract in CONFIG["tool"]["importlinter"]["contracts"]]
PACKAGES = CONFIG["tool"]["importlinter"]["root_packages"]
BREAKING = {
    "layers": [("iam", "rules"), ("iam", "kb"), ("rules", "kb"), ("kb", "rules"), ("rules", "service")],
    "iam-third-party": [("iam", "yaml")],
    "rules-third-party": [("rules", "click")],
    "kb-third-party": [("kb", "durable.lang")],
    "service-third-party": [("service", "requests")],
    "iam-pure": [("iam", "os"), ("iam.by_service", "logging"), ("iam.interpret", "time")],
    "rules-pure": [("rules.causes", "socket")],
    "durable": [("rules", "durable.engine"), ("service", "durable_rules_engine")],
    "aws": [("service", "botocore.session"), ("iam", "boto3")],
    "database": [("service", "sqlalchemy.orm"), ("kb", "alembic")],
    "entry-points": [("service", "service.cli")],
}


def lint_imports(folder: Path, contract: str) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache", "--contract", contract]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in [*PACKAGES, "scripts"]:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("data", "pages", "__pycache__")
        )
    return tmp_path


def test_there_is_an_import_that_breaks_each_contract():
    assert sorted(BREAKING) == sorted(CONTRACTS)


def test_every_top_level_package_is_under_the_contracts():
    packages = sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "bench")

    assert packages == sorted(PACKAGES)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_contract_is_kept_until_an_import_breaks_it(contract: str, copy: Path):
    kept = lint_imports(copy, contract)
    assert (kept.returncode, "1 kept, 0 broken" in kept.stdout) == (0, True), kept.stdout + kept.stderr

    for package, imported in BREAKING[contract]:
        stranger = copy / package.replace(".", "/") / "stranger.py"
        stranger.write_text(f"import {imported}\n", encoding="utf-8")
        broken = lint_imports(copy, contract)
        stranger.unlink()

        assert broken.returncode == 1, broken.stdout
        assert "0 kept, 1 broken" in broken.stdout
        assert f"{package}.stranger" in broken.stdout
        assert imported.partition(".")[0] in broken.stdout
