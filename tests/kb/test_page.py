"""A page out of shape is refused with its name and what is wrong."""

import pytest

from kb.errors import PageError
from kb.page import Group, Severity, parse

PAGE = """---
title: A title
summary: "{principal_name} may not use {action}."
severity: medium
group: Identity policies
references:
  - title: Policy evaluation logic
    url: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
---
## What happened

Something.

```text
## not a heading
```

## Confirm it

```sh
aws sts get-caller-identity
```

## Remediation

1. Do this
   and that.
2. Then {action}.

## Example

```json
{"error": "Access Denied"}
```
"""


@pytest.fixture
def read(tmp_path):
    def read(text, name="some-cause.md"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return parse(path)

    return read


def test_a_page_in_shape_is_read_whole(read):
    page = read(PAGE)

    assert page.id == "some-cause"
    assert page.severity is Severity.MEDIUM
    assert page.group is Group.IDENTITY
    assert page.remediation == ("Do this and that.", "Then {action}.")
    assert page.what_happened.startswith("Something.")
    assert "## not a heading" in page.what_happened
    assert page.example_body() == {"error": "Access Denied"}
    assert page.after is None
    assert [reference.title for reference in page.references] == ["Policy evaluation logic"]


def test_a_page_may_name_the_cause_that_comes_before_it(read):
    assert read(PAGE.replace("severity: medium", "severity: medium\nafter: other-cause")).after == "other-cause"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{action}.", "{actoin}.", "unknown placeholder `{actoin}`"),
        ("## Confirm it", "## Confirm", "the sections are"),
        ("## What happened", "## Remediation", "the sections are"),
        ("1. Do this\n   and that.\n2. Then {action}.", "Do this.", "numbered list and nothing else"),
        ("1. Do this\n   and that.\n2. Then {action}.", "", "`Remediation` is empty"),
        ("2. Then", "3. Then", "step 2 is numbered 3"),
        ("```sh\naws sts get-caller-identity\n```", "Look closely.", "no `sh` block"),
        ("severity: medium", "severity: enormous", "`enormous` is not one of"),
        ("group: Identity policies", "group: Other", "`Other` is not one of"),
        ("title: A title\n", "", "the front matter holds"),
        ("title: A title", "title: 12", "`title` is not one line of text"),
        ("title: A title", "title: A title\nowner: me", "the front matter holds"),
        ("    url: https://docs", "    url: http://docs", "not an https address"),
        ("references:\n", "references: []\nx:\n", "the front matter holds"),
        ("---\ntitle", "title", "does not begin with front matter"),
        ("title: A title", "title: [", "not YAML"),
        ('{"error": "Access Denied"}', '{"error"', "the example is not JSON"),
        ('{"error": "Access Denied"}', "[]", "the example is not a JSON object"),
        ("```json", "```text", "one `json` block"),
        ('{"error": "Access Denied"}\n```', '{"error": "Access Denied"}', "never closed"),
        ("## What happened", "# A title\n\n## What happened", "the title belongs in the front matter"),
        ("## What happened", "Words.\n\n## What happened", "text before the first section"),
    ],
)
def test_a_page_out_of_shape_is_refused(read, old, new, message):
    assert old in PAGE
    with pytest.raises(PageError, match=r"`some-cause\.md`") as refused:
        read(PAGE.replace(old, new, 1))
    assert message in str(refused.value)


def test_a_page_is_named_after_its_cause(read):
    with pytest.raises(PageError, match="in lower case with hyphens"):
        read(PAGE, "Some_Cause.md")
