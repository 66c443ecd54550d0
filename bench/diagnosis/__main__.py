"""Measures diagnoses by fault injection and exits with 1 where a bar is missed.

python -m bench.diagnosis [--seed N] [--cases N] [--pairs N] [--only CAUSE] [--dump DIR]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from bench.diagnosis import report
from bench.diagnosis.cases import FAULTS, Case, Skipped, double, partial, single
from bench.diagnosis.scoring import Score, score


def main() -> int:
    """Run, print, and tell whether all bars are met."""
    options = _options()
    skipped = Skipped()
    one_fault = [score(case) for case in single(options.seed, options.cases, skipped) if _wanted(case, options.only)]
    known = partial(options.seed + 1, max(1, options.cases // 2), skipped)
    incomplete = [] if options.only else [score(case) for case in known]
    two_faults = [] if options.only else [score(case) for case in double(options.seed, options.pairs, skipped)]
    scores = [*one_fault, *two_faults, *incomplete]
    report.table(one_fault)
    met = report.totals(report.bars(one_fault, two_faults, incomplete), scores)
    report.coverage(scores)
    report.equals()
    report.failures(scores)
    _print_skipped(skipped, {one.name for one in one_fault}, everything=options.only is None)
    if options.dump:
        _dump(scores, Path(options.dump))
    return 0 if met else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.diagnosis", description=__doc__)
    parser.add_argument("--seed", type=int, default=20261124, help="another seed makes other scenes")
    parser.add_argument("--cases", type=int, default=8, help="cases for each fault")
    parser.add_argument("--pairs", type=int, default=300, help="cases with two faults")
    parser.add_argument("--only", metavar="CAUSE", help="only cases of one cause")
    parser.add_argument("--dump", metavar="DIR", help="write the failing bodies into a folder")
    return parser.parse_args()


def _wanted(case: Case, only: str | None) -> bool:
    return only is None or case.faults[0].causes[0] == only


def _print_skipped(skipped: Skipped, made: set[str], *, everything: bool) -> None:
    absent = [fault.name for fault in FAULTS if fault.name not in made] if everything else []
    for label, names in (
        ("faults without a case", absent),
        ("scenes not allowed to begin with", [f"{name} ({n})" for name, n in skipped.never_allowed.items()]),
    ):
        if names:
            print(f"\n{label}: {', '.join(names)}")


def _dump(scores: list[Score], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(scores):
        if not report.failing(one):
            continue
        name = "".join(letter if letter.isalnum() else "-" for letter in one.name)[:80]
        found = {
            "name": one.name,
            "wanted": [fault.causes for fault in one.faults],
            "causes": one.causes,
            "error": one.error,
            "effects": one.effects,
            "bypasses": one.bypasses,
            "bad_alternatives": one.bad_alternatives,
            "body": one.body,
            "fix": one.fix,
        }
        (folder / f"{number:04}-{name}.json").write_text(json.dumps(found, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    sys.exit(main())
