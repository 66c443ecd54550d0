"""The pages of all causes, by id."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from kb.page import Page, parse

PAGES = Path(__file__).parent / "pages"
"""The folder of every page of the site, causes and others."""


def load_pages(folder: Path = PAGES / "causes") -> Mapping[str, Page]:
    """Every cause's page in `folder`, by id, in the order of ids.

    Raises `PageError` for the first page that is not in the fixed shape (`kb.page.parse`).
    """
    return MappingProxyType({path.stem: parse(path) for path in sorted(folder.glob("*.md"))})
