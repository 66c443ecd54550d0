"""Build the knowledge base's site: fill the pages' placeholders, write the indexes, run mkdocs."""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kb.catalogue import PAGES, load_pages
from kb.errors import BuildError
from kb.page import Group, Page, fill, split

ROOT = Path(__file__).parent.parent
"""The repository, which holds `mkdocs.yml` and `build/`."""

_NOBODY: Mapping[str, str] = {}


def build(*, pages: Path = PAGES, site: Path = ROOT / "build" / "kb", work: Path = ROOT / "build" / "kb-pages") -> None:
    """Build the site of `pages` into `site` by way of the filled pages in `work`; both folders are replaced.

    Raises `PageError` for a page out of shape and `BuildError` where mkdocs refuses the site, as it does a broken link.
    """
    prepare(work, pages)
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    os.environ.setdefault("DISABLE_MKDOCS_2_WARNING", "true")
    from mkdocs.commands.build import build as build_site  # noqa: PLC0415  prints banners unless told not to first
    from mkdocs.config import load_config  # noqa: PLC0415
    from mkdocs.exceptions import MkDocsException  # noqa: PLC0415

    try:
        config = load_config(
            str(ROOT / "mkdocs.yml"), docs_dir=str(work), site_dir=str(site), nav=_navigation(pages), strict=True
        )
        build_site(config)
    except MkDocsException as error:
        raise BuildError(f"mkdocs refused the site: {error}") from error


def prepare(work: Path, pages: Path = PAGES) -> None:
    """Write every page in `pages` into `work`, replacing it: placeholders filled, indexes added."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(pages, work)
    causes = load_pages(pages / "causes")
    for page in causes.values():
        (work / "causes" / f"{page.id}.md").write_text(render(page), encoding="utf-8")
    (work / "causes" / "index.md").write_text(_index_of_causes(causes), encoding="utf-8")
    (work / "problems" / "index.md").write_text(_index_of_problems(pages), encoding="utf-8")


def render(page: Page) -> str:
    """The Markdown of a cause's page as the site shows it, placeholders in upper case."""
    references = "\n".join(f"- [{reference.title}]({reference.url})" for reference in page.references)
    answer = f"`{page.id}`" if page.after is None else f"`{page.after}` and, behind it, `{page.id}`"
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(page.remediation, start=1))
    text = f"""---
title: {json.dumps(page.title)}
description: {json.dumps(fill(page.summary, _NOBODY))}
---
{page.summary}

Cause `{page.id}` · severity {page.severity}

## What happened

{page.what_happened}

## Confirm it

{page.confirm}

## Remediation

{steps}

## Example

Sent to `POST /v1/diagnoses`, this body is answered with {answer}.

```json
{page.example}
```

## References

{references}
"""
    return fill(text, _NOBODY)


def _index_of_causes(causes: Mapping[str, Page]) -> str:
    lines = ["---", "title: Causes", "---", "Every reason this knowledge base gives for a denied request.", ""]
    for group in Group:
        pages = [page for page in causes.values() if page.group is group]
        if pages:
            lines += [f"## {group}", "", "| Cause | What it means |", "| --- | --- |"]
            lines += [f"| [{page.title}]({page.id}.md) | {_cell(page.summary)} |" for page in pages]
            lines.append("")
    return "\n".join(lines)


def _index_of_problems(pages: Path) -> str:
    lines = ["---", "title: Problems", "---", "What the service answers when it refuses a request.", ""]
    for path in sorted((pages / "problems").glob("*.md")):
        front, _ = split(path.read_text(encoding="utf-8"))
        lines.append(f"- [{front['title']}]({path.name}): {front['summary']}")
    return "\n".join([*lines, ""])


def _cell(summary: str) -> str:
    return fill(summary, _NOBODY).replace("|", "\\|")


def _navigation(pages: Path) -> list[dict[str, Any]]:
    causes = load_pages(pages / "causes")
    groups = [
        {str(group): [f"causes/{page.id}.md" for page in causes.values() if page.group is group]}
        for group in Group
        if any(page.group is group for page in causes.values())
    ]
    questions = [path.name for path in sorted(pages.glob("*.md")) if path.name != "index.md"]
    problems = [f"problems/{path.name}" for path in sorted((pages / "problems").glob("*.md"))]
    return [
        {"Start": "index.md"},
        {"Questions": questions},
        {"Causes": ["causes/index.md", *groups]},
        {"Problems": ["problems/index.md", *problems]},
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Build the site from the command line: `python -m kb.build [--site FOLDER] [--work FOLDER]`."""
    parser = argparse.ArgumentParser(prog="python -m kb.build", description="Build the knowledge base's site.")
    parser.add_argument("--site", type=Path, default=ROOT / "build" / "kb", help="where the site goes")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "kb-pages", help="where the filled pages go")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    build(site=options.site, work=options.work)


if __name__ == "__main__":
    main()
