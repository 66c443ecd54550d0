"""The compiled files are what `scripts/update_actions.py` writes, in step with the overrides."""

import importlib
import json
import tomllib
from pathlib import Path

import pytest

from iam import data
from iam.condition_keys import condition_key_type

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def scripts(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return importlib.import_module


@pytest.fixture
def overrides():
    return tomllib.loads((ROOT / "iam/data/overrides.toml").read_text(encoding="utf-8"))


@pytest.fixture
def rows():
    found = {}
    for line in data.read_text("operations.tsv.gz").splitlines():
        unit, _, row = line.split("\t")
        if unit not in {"=", "~"}:
            found[unit] = json.loads(row)
    return found


@pytest.mark.parametrize("name", ["actions.tsv.gz", "operations.tsv.gz"])
def test_writing_the_shipped_data_again_gives_the_same_bytes(name, scripts):
    dump = scripts("compile_actions").dump
    for line in data.read_text(name).splitlines():
        *columns, details = line.split("\t")
        if columns[0] != "=":
            assert dump(json.loads(details)) == details


@pytest.mark.parametrize("name", ["actions.tsv.gz", "condition_keys.tsv.gz", "operations.tsv.gz"])
def test_compressing_is_deterministic_and_keeps_the_text(name, scripts, monkeypatch):
    compress = scripts("update_actions").compress
    text = data.read_text(name)
    packed = compress(text)

    assert packed == compress(text)
    monkeypatch.setattr(data.resources, "files", lambda _: _Folder(packed))
    assert data.read_text(name) == text


class _Folder:
    def __init__(self, packed):
        self.packed = packed

    def joinpath(self, _):
        return self

    def read_bytes(self):
        return self.packed


def test_the_manifest_is_written_as_the_script_writes_it():
    text = (ROOT / "iam/data/manifest.json").read_text(encoding="utf-8")

    assert json.dumps(data.manifest(), indent=1) + "\n" == text


@pytest.mark.parametrize(("name", "column"), [("actions.tsv.gz", 0), ("condition_keys.tsv.gz", 1)])
def test_lines_are_sorted(name, column):
    keys = [line.split("\t")[column].lower() for line in data.read_text(name).splitlines()]

    assert keys == sorted(keys)


def test_every_override_is_compiled_with_its_source(overrides, rows):
    for group in overrides["operations"]:
        assert group["source"].startswith("https://docs.aws.amazon.com/")
        for name, row in group["rows"].items():
            compiled = rows[group["service"]][name.lower()]
            assert compiled["a"] == row.get("all", row.get("any")), name
            assert compiled["s"] == group["source"], name
            assert compiled["o"] == "override", name
            assert ("any" in row) == (compiled.get("m") == "any"), name


def test_every_global_key_is_compiled_with_its_type(overrides):
    for group in (*overrides["global_keys"], *overrides["key_types"]):
        assert group["source"].startswith("https://docs.aws.amazon.com/")
        for key, kind in group["types"].items():
            found = condition_key_type(key)
            assert f"{'ArrayOf' if found.multivalued else ''}{found.data_type}" == kind, key


def test_no_prose_of_aws_is_shipped():
    """Facts only: names, patterns, types and addresses, never a sentence."""
    for name in ("actions.tsv.gz", "operations.tsv.gz"):
        assert "Grants permission" not in data.read_text(name)
    assert max(len(line.split("\t")[1]) for line in data.read_text("condition_keys.tsv.gz").splitlines()) < 120
