"""Reads files and folders into a set of facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from service.imports.documents import import_text
from service.imports.fact_set import FactSet
from service.imports.iam_collect import partitions_in, read_iam_collect
from service.imports.origin import origin_of_file
from service.problems import Problem

_SUFFIXES: Final = frozenset((".json", ".txt", ".tfstate"))


def import_paths(
    paths: Iterable[Path], *, subject: str | None = None, account_id: str | None = None, region: str | None = None
) -> tuple[FactSet, list[str]]:
    """The facts in files and folders, and what each of them was.

    Of a folder every file is read that looks like an export, or the whole of it where it has the layout of iam-collect.
    `subject`, `account_id` and `region` say of documents what they do not say themselves. A file that is named must be
    one that can be read, one of a folder is noted. Raises Problem and OSError.
    """
    found = FactSet()
    sources = []
    for path in paths:
        if not path.is_dir():
            sources.append(_read_file(path, found, subject=subject, account_id=account_id, region=region))
            continue
        partitions = partitions_in(path)
        for partition in partitions:
            found.update(read_iam_collect(partition))
            sources.append(f"{partition}: layout of iam-collect")
        for file in () if partitions else _files_in(path):
            try:
                sources.append(_read_file(file, found, subject=subject, account_id=account_id, region=region))
            except Problem as problem:
                found.note(problem.detail)
    return found, sources


def _files_in(folder: Path) -> Iterator[Path]:
    return (one for one in sorted(folder.rglob("*")) if one.suffix in _SUFFIXES and one.is_file())


def _read_file(path: Path, found: FactSet, *, subject: str | None, account_id: str | None, region: str | None) -> str:
    origin = origin_of_file(path, subject=subject, account_id=account_id, region=region)
    name, facts = import_text(path.read_bytes(), origin)
    found.update(facts)
    return f"{path}: {name}"
