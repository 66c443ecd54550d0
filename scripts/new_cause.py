"""Writes the three files of a new cause, each of which the tests refuse until it is filled."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

MODULE = '''"""Say in one sentence when this cause applies."""

from rules.cause import Cause

CAUSE = Cause(
    id="{id}",
    when=(),
    candidates=(),
)
'''

PAGE = """---
title: ""
summary: ""
severity: medium
group: ""
references: []
---
## What happened

## Confirm it

```sh
```

## Remediation

1.

## Example

```json
```
"""

CASES = """# Each case: name (a sentence), body (of POST /v1/diagnoses), fires (true or false), and
# first: false where it fires behind another cause. At least one case fires and one does not.
[]
"""


def write(cause: str, root: Path = ROOT) -> list[Path]:
    """Write the files of the cause with this id and return their paths; nothing is written where one exists already.

    Raises ValueError for an id that cannot be one, and FileExistsError.
    """
    if not ID.fullmatch(cause):
        raise ValueError(f"`{cause}` is no id of a cause: lower-case words joined by hyphens, such as `scp-no-allow`")
    files = {
        root / "rules" / "causes" / f"{cause.replace('-', '_')}.py": MODULE.format(id=cause),
        root / "kb" / "pages" / "causes" / f"{cause}.md": PAGE,
        root / "tests" / "rules" / "cases" / f"{cause}.yaml": CASES,
    }
    for path in files:
        if path.exists():
            raise FileExistsError(f"`{path.relative_to(root)}` exists already")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(files)


def main() -> None:
    """Write the files of the cause named on the command line, and say what to do next."""
    try:
        paths = write(sys.argv[1] if len(sys.argv) > 1 else "")
    except (ValueError, FileExistsError) as error:
        sys.exit(f"new-cause: {error}")
    for path in paths:
        print(f"wrote {path.relative_to(ROOT)}")
    print("fill them, then: make check (docs/pages/how-to/add-a-cause.md)")


if __name__ == "__main__":
    main()
