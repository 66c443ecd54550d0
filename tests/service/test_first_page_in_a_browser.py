"""The first page in a real browser: no script, the keyboard alone, light and dark."""

import pytest
from playwright.sync_api import Browser, Page

ERROR = (
    "User: arn:aws:iam::111122223333:user/dana is not authorized to perform: sqs:SendMessage on resource:"
    " arn:aws:sqs:eu-west-1:111122223333:orders because no identity-based policy allows the sqs:SendMessage action"
)


@pytest.fixture(params=["light", "dark"])
def page(request, browser: Browser, service_address: str):
    context = browser.new_context(java_script_enabled=False, color_scheme=request.param)
    opened = context.new_page()
    opened.goto(service_address + "/")
    yield opened
    context.close()


def test_an_error_is_typed_and_sent_by_keyboard(page: Page):
    told = []
    page.on("console", lambda message: told.append(message.text))
    page.on("requestfailed", lambda request: told.append(request.url))

    page.keyboard.type(ERROR)  # the field has the focus
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("h2")

    assert page.title() == "sqs:SendMessage · whydenied"
    assert page.get_by_role("heading", name="What ends it").is_visible()
    assert told == []


def test_text_stands_out_from_what_is_behind_it(page: Page):
    assert _contrast(page, "body", "body") >= 7
    assert _contrast(page, ".help", "body") >= 4.5
    assert _contrast(page, "button", "button") >= 4.5


def _contrast(page: Page, of: str, behind: str) -> float:
    """The contrast ratio of WCAG 2.2 between the colour of a text and its background."""
    text, back = (
        _luminance(page.locator(selector).first.evaluate(f"node => getComputedStyle(node).{name}"))
        for selector, name in ((of, "color"), (behind, "backgroundColor"))
    )
    return (max(text, back) + 0.05) / (min(text, back) + 0.05)


def _luminance(colour: str) -> float:
    parts = [float(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
