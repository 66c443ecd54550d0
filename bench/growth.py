"""How the cost of a request grows with the statements of the caller's policies, and with a long NotAction guardrail."""

from __future__ import annotations

from math import log

from bench import plot
from bench.engines import BUILD, EXPLAINING, PEERS, PLAIN, Engine, install_peers, measure
from bench.scenarios import growing, guarded

SIZES = (1, 10, 100, 1000)
REQUESTS = 100
ROUNDS = 3
_SHOWN: tuple[Engine, ...] = (PLAIN, EXPLAINING, *PEERS)


def main() -> None:
    """Install the peers and report."""
    install_peers()
    report()


def report() -> None:
    """Print the tables and write `build/bench/growth.svg`."""
    costs: dict[str, list[tuple[float, float]]] = {engine.name: [] for engine in _SHOWN}
    missing: dict[str, str] = {}
    for size in SIZES:
        found, absent = measure(growing(size, REQUESTS), _SHOWN, rounds=ROUNDS)
        missing |= absent
        for one in found:
            costs[one.engine.name].append((size, 1e6 / one.rate))
    print(f"growth: µs a request with 1…1,000 statements, {REQUESTS} different requests, median of {ROUNDS} rounds")
    print(f"  {'engine':<34}" + "".join(f"{size:>10,}" for size in SIZES) + f"{'exponent':>10}{'above 100':>11}")
    for name, points in costs.items():
        if len(points) == len(SIZES):
            cells = "".join(f"{cost:>10,.1f}" for _, cost in points)
            print(f"  {name:<34}{cells}{exponent(points):>10.2f}{exponent(points[2:]):>11.2f}")
    for name, reason in missing.items():
        print(f"  {name:<34}missing: {reason}")
    print()
    _report_guardrail()
    lines = {name: points for name, points in costs.items() if len(points) == len(SIZES)}
    written = plot.lines(BUILD / "growth.svg", "µs a request by number of statements", lines)
    print(f"written: {written.relative_to(BUILD.parent.parent)}")


def exponent(points: list[tuple[float, float]]) -> float:
    """The slope of the straight line through the points on logarithmic axes: 1 = cost grows like the size."""
    pairs = [(log(size), log(cost)) for size, cost in points]
    mean_x = sum(x for x, _ in pairs) / len(pairs)
    mean_y = sum(y for _, y in pairs) / len(pairs)
    return sum((x - mean_x) * (y - mean_y) for x, y in pairs) / sum((x - mean_x) ** 2 for x, _ in pairs)


def _report_guardrail() -> None:
    without = {m.engine.name: m for m in measure(guarded(0, REQUESTS), _SHOWN, rounds=ROUNDS)[0]}
    with_it = measure(guarded(52, REQUESTS), _SHOWN, rounds=ROUNDS)[0]
    print("guardrail: µs a request without and with an SCP Deny of 52 entries of NotAction")
    for one in with_it:
        before, after = 1e6 / without[one.engine.name].rate, 1e6 / one.rate
        print(f"  {one.engine.name:<34}{before:>10,.1f}{after:>10,.1f}{after / before:>9.2f}x")
    print()


if __name__ == "__main__":
    main()
