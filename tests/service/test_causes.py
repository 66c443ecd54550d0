"""GET /v1/causes: the catalogue as the pages tell it."""

from service.answer import pages


def test_every_page_is_listed_in_the_order_of_ids(client):
    found = client.get("/v1/causes").json["items"]

    assert [cause["id"] for cause in found] == sorted(pages())


def test_every_cause_is_told_whole_and_without_open_placeholders(client):
    for cause in pages():
        found = client.get(f"/v1/causes/{cause}").json

        assert found["kb_url"] == f"/kb/causes/{cause}/"
        assert found["title"]
        assert found["remediation"]
        assert found["example"].keys() <= {
            "error",
            "event",
            "request",
            "facts",
            "decoded_message",
            "authorization_details",
        }
        assert "{principal}" not in found["summary"]
