"""The version of the product."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def product_version() -> str:
    """The installed version, or `0` where the package runs without being installed."""
    try:
        return version("whydenied")
    except PackageNotFoundError:
        return "0"
