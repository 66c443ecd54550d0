"""How fast `iam.evaluate` decides and explains, beside its peers: the same requests, one machine, one run."""

from __future__ import annotations

import argparse
import json
import platform
import sys

from bench import growth, plot
from bench.engines import BUILD, EXPLAINING, OURS, PEERS, PLAIN, Measured, install_peers, measure
from bench.scenarios import Scenario, realistic, small

_EXPLAINING = "iam-simulate"
_BARS = (
    ("full explanation against iam-simulate", EXPLAINING.name, "iam-simulate", 10.0),
    ("no explanation against cedarpy, pre-parsed", PLAIN.name, "cedarpy, pre-parsed", 1.0),
    ("no explanation against PMapper", PLAIN.name, "PMapper", 1.0),
)


def main() -> int:
    """Measure, print tables, write `build/bench/evaluate.json` and the plots beside it; 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="rounds of 1,000 requests each (default %(default)s)")
    parser.add_argument("--no-growth", action="store_true", help="leave out how cost grows with the statements")
    options = parser.parse_args()
    install_peers()
    print(f"{platform.machine()}, Python {platform.python_version()}; every engine single-threaded, warm\n")
    results = {}
    for scenario in (small(), realistic()):
        results[scenario.name] = _measured(scenario, rounds=options.rounds)
    bars = _bars(results["realistic"])
    document = {name: {m.engine.name: round(m.rate) for m in found} for name, found in results.items()}
    (BUILD / "evaluate.json").write_text(json.dumps(document, indent=1), encoding="utf-8")
    rates = [(m.engine.name, m.rate) for m in results["realistic"]]
    written = plot.bars(BUILD / "evaluate.svg", "Realistic case: requests decided a second", rates)
    print(f"written: {written.relative_to(BUILD.parent.parent)}")
    if not options.no_growth:
        print()
        growth.report()
    return 0 if bars else 1


def _measured(scenario: Scenario, *, rounds: int) -> list[Measured]:
    found, missing = measure(scenario, (*OURS, *PEERS), rounds=rounds)
    base = next((m.rate for m in found if m.engine.name == _EXPLAINING), None)
    print(f"{scenario.name}: {len(scenario.requests):,} different requests a round, median of {rounds} rounds in turn")
    print(f"  {'engine':<34}{'requests/s':>11}{'µs each':>9}{'spread':>8}{'x iam-simulate':>16}  gives")
    for one in found:
        ratio = f"{one.rate / base:.1f}" if base else "-"
        wrong = "" if one.allowed == one.requests else f" — allows only {one.allowed} of {one.requests}"
        name = f"{one.engine.name} {one.version}" if one.engine in PEERS else one.engine.name
        measured = f"{one.rate:>11,.0f}{1e6 / one.rate:>9,.1f}{one.spread:>8.2f}{ratio:>16}"
        print(f"  {name:<34}{measured}  {one.engine.gives}{wrong}")
    for name, reason in missing.items():
        print(f"  {name:<34}missing: {reason}")
    print()
    return found


def _bars(found: list[Measured]) -> bool:
    rates = {m.engine.name: m.rate for m in found}
    met = True
    for name, ours, theirs, wanted in _BARS:
        if theirs not in rates:
            print(f"bar not judged, {theirs} is missing: {name}")
            continue
        ratio = rates[ours] / rates[theirs]
        met = met and ratio >= wanted
        print(f"{'met' if ratio >= wanted else 'MISSED'}: {name}: {ratio:.1f}x (bar {wanted:g}x)")
    print()
    return met


if __name__ == "__main__":
    sys.exit(main())
