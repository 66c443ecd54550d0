"""What the repository says of itself is so: locks, commands, container, names and paths."""

import ast
import importlib
import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from service.config import Config

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = PROJECT["tool"]["importlinter"]["root_packages"]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
GUIDES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
DRAWERS = {"base", "common", "helpers", "manager", "misc", "utils"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def names(requirements: list[str]) -> set[str]:
    found = (re.match(r"[A-Za-z0-9._-]+", line) for line in requirements)
    return {re.sub(r"[-_.]+", "-", match[0]).lower() for match in found if match}


def direct_dependencies(*, dev: bool = True) -> set[str]:
    optional = [line for extra in PROJECT["project"]["optional-dependencies"].values() for line in extra]
    return names(
        [*PROJECT["project"]["dependencies"], *optional, *(PROJECT["dependency-groups"]["dev"] if dev else ())]
    )


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", read("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_lock_pins_every_package_by_hash_and_names_no_host(lock: Path):
    text = lock.read_text(encoding="utf-8")
    entries = re.findall(
        r"^\S.*?(?=^\S|\Z)", re.sub(r"^ *#.*\n", "", text, flags=re.MULTILINE), re.MULTILINE | re.DOTALL
    )

    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry or "==" not in entry] == []
    assert "://" not in text
    assert "index-url" not in text


def test_locks_hold_every_direct_dependency():
    held = names(read("requirements-dev.lock").splitlines())
    run = names(read("requirements.lock").splitlines())

    assert direct_dependencies() - held == set()
    assert names(PROJECT["project"]["dependencies"]) - run == set()
    assert run - held == set()


def test_both_locks_agree_on_every_version():
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[a-z].*?(?= \\$)", read(name), re.MULTILINE))

    assert pins("requirements.lock") - pins("requirements-dev.lock") == set()


def test_every_dependency_has_its_line_of_reason():
    explained = set(re.findall(r"^\| ([a-z][\w-]*) \|", read("docs/pages/reference/dependencies.md"), re.MULTILINE))

    assert {name.replace("_", "-") for name in explained} == direct_dependencies()


def test_every_dependency_is_imported_unless_it_is_used_otherwise():
    used_otherwise = {"gunicorn": "started", "mkdocs-material": "a theme", "psycopg": "chosen by DATABASE_URL"}
    distributions = importlib.metadata.packages_distributions()
    imported = {
        name
        for path in MODULES
        for module in re.findall(r"^\s*(?:import|from) (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
        for name in distributions.get(module, ())
    }

    assert direct_dependencies(dev=False) - names(list(imported)) == set(used_otherwise)


def test_the_installed_durable_rules_is_the_one_that_was_examined():
    assert importlib.metadata.version("durable_rules") == "2.0.28"
    assert PROJECT["project"]["requires-python"] == ">=3.11,<3.13"


def test_every_make_command_in_the_guides_is_a_target():
    spoken = {
        (guide.name, target)
        for guide in GUIDES
        for target in re.findall(r"(?:`|\$ (?:\w+=\S+ )*)make ([a-z-]+)", guide.read_text(encoding="utf-8"))
    }

    assert {target for _, target in spoken} >= {"run", "test", "check", "openapi", "new-cause", "lock"}
    assert [(guide, target) for guide, target in spoken if target not in make_targets()] == []


def test_every_make_target_is_listed_by_make_help():
    listed = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert set(re.findall(r"^make ([a-z-]+)", listed.stdout, re.MULTILINE)) == make_targets()


def test_ci_runs_what_make_test_runs():
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert read(".ci/run").splitlines()[-1] == "exec make test"


def test_every_setting_is_in_the_manual():
    documented = re.findall(r"^\| `([A-Z_]+)` \|", read("docs/pages/reference/settings.md"), re.MULTILINE)

    assert documented == [setting.name.upper() for setting in fields(Config)]


def test_every_command_is_in_the_manual():
    main = importlib.import_module("service.cli").main
    documented = re.findall(r"^## `whydenied ([a-z-]+)`", read("docs/pages/reference/command-line.md"), re.MULTILINE)

    assert sorted(documented) == sorted(main.commands)


def test_the_changelog_speaks_of_this_version():
    assert f"## [{PROJECT['project']['version']}]" in read("CHANGELOG.md")


def test_every_page_of_the_manual_is_in_its_navigation():
    pages = {str(path.relative_to(ROOT / "docs/pages")) for path in (ROOT / "docs/pages").rglob("*.md")}

    assert set(re.findall(r": (\S+\.md)$", read("docs/mkdocs.yml"), re.MULTILINE)) == pages


def test_the_container_copies_what_exists_and_runs_what_make_runs():
    dockerfile = read("Dockerfile")
    makefile = read("Makefile")
    ignored = read(".dockerignore").splitlines()
    kept = [line.removeprefix("!") for line in ignored if line.startswith("!")]

    assert ignored[0] == "*"
    assert [name for name in kept if not (ROOT / name).exists()] == []
    assert set(PACKAGES) <= set(kept)
    for command in (
        "--require-hashes -r requirements-build.lock",
        "--require-hashes --no-build-isolation -r requirements.lock",
        "--no-deps --no-build-isolation --editable .",
        "python -m kb.build",
        "mkdocs --quiet build --strict --config-file docs/mkdocs.yml",
    ):
        assert command in dockerfile
        assert command.partition(" -r ")[0] in makefile
    assert 'CMD ["whydenied", "serve"]' in dockerfile
    assert "USER 10001" in dockerfile
    assert "HEALTHCHECK" in dockerfile
    bases = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    assert set(bases) == {"python:3.11-slim"}


def test_the_container_sets_only_settings_that_exist():
    settings = {setting.name.upper() for setting in fields(Config)}
    set_in_image = set(re.findall(r"^(?:ENV)?\s+([A-Z_]+)=", read("Dockerfile"), re.MULTILINE))
    compose = yaml.safe_load(read("compose.yaml"))

    assert {name for name in set_in_image if not name.startswith("PYTHON") and name != "PATH"} <= settings
    assert set(compose["services"]["whydenied"]["environment"]) <= settings
    assert compose["services"]["whydenied"]["build"] == "."
    assert set(compose["volumes"]) == {"database", "whydenied"}


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml", "docs/pages/how-to/deploy.md"])
def test_what_was_never_built_says_so(name: str):
    assert re.search(r"(?i)\bnot (been )?(built|started)|neither has been built", read(name))


def test_files_carry_no_path_of_a_machine_and_no_package_index():
    strangers = re.compile(
        r"(?<![\w./-])/(?:root|work|home/\w+)/|\bpypi\.(?:org|io)|python[h]osted|registry\.npm|deb\.debian"
    )
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [(str(path.relative_to(ROOT)), match[0]) for match in strangers.finditer(text)]

    assert found == []


def test_no_module_is_a_drawer():
    assert [path for path in MODULES if path.stem in DRAWERS] == []


def test_files_stay_short():
    """Under about 300 lines; a third more is past any excuse."""
    long = {str(path.relative_to(ROOT)): count for path in MODULES if (count := path.read_bytes().count(b"\n")) > 400}

    assert long == {}


def test_every_module_opens_with_one_sentence():
    opening = {path: ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) for path in MODULES}
    wanting = [
        str(path.relative_to(ROOT))
        for path, text in opening.items()
        if not text or not text.split("\n\n")[0].endswith(".")
    ]

    assert wanting == []


def test_the_toolchain_check_accepts_this_python_and_names_a_missing_compiler():
    script = [sys.executable, "scripts/check_toolchain.py"]
    fine = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=False)
    bare = subprocess.run(
        script, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "CC": "no-such-compiler"}
    )

    assert (fine.returncode, fine.stderr) == (0, "")
    assert bare.returncode == 1
    assert bare.stderr == (
        "whydenied: durable_rules is built from source and needs a C compiler: apt-get install gcc libc6-dev\n"
    )


def test_a_missing_python_is_said_in_one_line():
    found = subprocess.run(
        ["sh", "scripts/find_python.sh", "no-such-python"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert found.returncode == 1
    assert (
        found.stderr == "whydenied: Python 3.11 or 3.12 is needed: apt-get install python3 python3-venv python3-dev\n"
    )


def test_every_rule_that_the_mutation_check_breaks_still_stands_where_it_is_broken():
    spec = importlib.util.spec_from_file_location("mutation_check", ROOT / "scripts" / "mutation_check.py")
    script = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = script
    spec.loader.exec_module(script)

    assert [one.old for one in script.MUTATIONS if read(one.path).count(one.old) != 1] == []
