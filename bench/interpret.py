"""Scores the reading of the corpus, and measures how fast texts of every kind are read: `python -m bench.interpret`."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from iam.interpret import interpret

CORPUS = Path(__file__).parent.parent / "tests" / "iam" / "interpret" / "corpus"
MIB = 1 << 20
FIELDS = (
    "error_code operation action resource principal policy_type effect policy_arn request_id authorization_id "
    "encoded_message service account_id region not_access_denied_kind inferred"
).split()
# The shapes that cost most, each repeated to fill a text.
HARD = {
    "prose": "The quick brown fox jumps over the lazy dog. ",
    "sentences": "User: arn:aws:iam::111122223333:user/x is not authorized to perform: s3:GetObject on resource: b ",
    "SDK prefixes": "An error occurred (AccessDenied) when calling the GetObject operation: ",
    "SDK tails": "(Service: S3, Status Code: 403, Request ID: 0a1b2c3d) ",
    "everyday words": "Access Denied ",
    "escapes": '\\n\\t\\"',
    "colours": "\x1b[31m│\x1b[0m ",
    "one word": "a",
    "blanks": " ",
    "brackets": "[",
}


def cases() -> dict[str, list[dict[str, Any]]]:
    """The corpus, by family."""
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(CORPUS.glob("*.yaml"))}


def said(text: str) -> list[dict[str, Any]]:
    """What a text is read as."""
    return [denial.to_json() for denial in interpret(text)]


def score(corpus: dict[str, list[dict[str, Any]]]) -> None:
    """Print, per family and per field, how much of what is stated was read right."""
    stated: Counter[str] = Counter()
    right: Counter[str] = Counter()
    print(f"{'family':<16}{'texts':>7}{'exact':>7}")
    for family, texts in corpus.items():
        exact = 0
        for case in texts:
            found = said(case["text"])
            expected = [{"is_access_denied": True} | denial for denial in case["denials"]]
            exact += [{k: v for k, v in one.items() if k != "span" and v not in (None, [])} for one in found] == [
                {k: v for k, v in one.items() if k != "inferred" or v} for one in expected
            ]
            for number, denial in enumerate(expected):
                for field in FIELDS:
                    if field in denial:
                        stated[field] += 1
                        right[field] += number < len(found) and found[number][field] == denial[field]
        print(f"{family:<16}{len(texts):>7}{exact:>7}")
    print(f"\n{'field':<24}{'stated':>8}{'right':>8}")
    for field in FIELDS:
        print(f"{field:<24}{stated[field]:>8}{right[field] / max(stated[field], 1):>8.1%}")
    print(f"{'all':<24}{stated.total():>8}{right.total() / stated.total():>8.1%}\n")


def measure(text: str) -> float:
    """Milliseconds of the quicker of two readings."""
    best = float("inf")
    for _ in range(2):
        start = time.perf_counter()
        interpret(text)
        best = min(best, time.perf_counter() - start)
    return best * 1e3


def main() -> None:
    """Score the corpus, then measure."""
    corpus = cases()
    score(corpus)
    texts = [case["text"] for family in corpus.values() for case in family]
    times = sorted(measure(text) for text in texts)
    print(f"one text of the corpus: median {times[len(times) // 2]:.2f} ms, slowest {times[-1]:.2f} ms\n")
    print(f"{'kind of text':<16}{'64 KiB':>12}{'256 KiB':>12}{'1 MiB':>12}{'ms/MB':>10}")
    for name, unit in {"a log of all": "\n".join(texts) + "\n", **HARD}.items():
        whole = unit * (MIB // len(unit) + 1)
        spent = [measure(whole[:size]) for size in (MIB // 16, MIB // 4, MIB)]
        shown = "".join(f"{one:>9.0f} ms" for one in spent)
        print(f"{name:<16}{shown}{spent[-1] / (MIB / 1e6):>10.0f}")


if __name__ == "__main__":
    main()
