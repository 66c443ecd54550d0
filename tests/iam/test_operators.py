"""Each operator compares one request value with the policy's values as B.5 to B.8 say."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam.operators import OPERATORS, Qualifier, parse_operator
from iam.operators.dates import parse_instant
from iam.variables import parse_template


def matches(name, actual, *values):
    """Hold a request value against policy values under the positive form of an operator."""
    operator = OPERATORS[name.lower()]
    pieces = [parse_template(value, variables=False, wildcards=operator.wildcards).pieces for value in values]
    return operator.compile(pieces).test(actual)


def complete(name, *values):
    pieces = [parse_template(value, variables=False, wildcards=False).pieces for value in values]
    return OPERATORS[name.lower()].compile(pieces).complete


@pytest.mark.parametrize(
    ("name", "policy", "actual", "expected"),
    [
        pytest.param("StringEquals", "home/*", "home/dana", False, id="B-30 an asterisk is an ordinary character"),
        pytest.param("StringEquals", "home/*", "home/*", True, id="B-30 an asterisk equals an asterisk"),
        pytest.param("StringEquals", "Data", "data", False, id="B.2 StringEquals is case-sensitive"),
        pytest.param("StringEquals", "", "", True, id="B-32 an empty value equals an empty value"),
        pytest.param("StringEqualsIgnoreCase", "Data", "dATA", True, id="B.2 IgnoreCase ignores case"),
        pytest.param("StringEqualsIgnoreCase", "da*", "data", False, id="B.2 IgnoreCase takes no wildcards"),
        pytest.param("StringLike", "home", "home/dana", False, id="B-31 no substring is implied"),
        pytest.param("StringLike", "home/?", "home/", False, id="B-31 a question mark is one character"),
        pytest.param("StringLike", "*", "", True, id="B-31 a star matches the empty value"),
        pytest.param("StringLike", "Home/*", "home/a", False, id="B.2 StringLike is case-sensitive"),
        pytest.param(
            "StringLike",
            "arn:aws:*:alerts",
            "arn:aws:sns:x:1:alerts",
            True,
            id="B-64 a star crosses colons in StringLike",
        ),
        pytest.param("NumericEquals", "10.0", "10", True, id="B-40 numbers compare by value"),
        pytest.param("NumericEquals", "-0", "0", True, id="B-40 minus nought is nought"),
        pytest.param("NumericEquals", "0.1", "0.10000000000000000001", False, id="B-40 decimals are exact"),
        pytest.param("NumericLessThan", "10", "9.75", True, id="B-40 the request is compared to the policy"),
        pytest.param("NumericLessThan", "10", "10", False, id="B-40 less than is strict"),
        pytest.param("NumericLessThan", "10", "many", False, id="B-40 no number, no match"),
        pytest.param("NumericLessThan", "10", "1e0", False, id="B-40 an exponent is no number"),
        pytest.param("NumericGreaterThan", "10", "9" * 100, False, id="B-40 a number beyond all sizes is none"),
        pytest.param("NumericLessThan", "1893456000", "1767225600", True, id="B-41 aws:EpochTime is a number too"),
        pytest.param("DateLessThan", "1893456000", "2026-01-01T00:00:00Z", True, id="B-41 epoch policy, ISO request"),
        pytest.param("DateLessThan", "2020-01-01T00:00:00Z", "1767225600", False, id="B-41 ISO policy, epoch request"),
        pytest.param("DateEquals", "2026-06-01T12:00:00Z", "2026-06-01T14:00:00+02:00", True, id="B-41 offsets"),
        pytest.param("DateEquals", "2026-06-01T12:00:00Z", "2026-06-01T06:30:00-05:30", True, id="B-41 west"),
        pytest.param("DateEquals", "2026-06-01", "2026-06-01T00:00:00Z", True, id="B-41 a day is its first instant"),
        pytest.param("DateEquals", "2026-06", "2026-06-01T00:00", True, id="B-41 no zone is UTC"),
        pytest.param("DateEquals", "2026-06-01T12:00:00.5Z", "2026-06-01T12:00:00.500Z", True, id="B-41 fractions"),
        pytest.param("DateEquals", "2026", "2026", True, id="B-41 four digits are seconds"),
        pytest.param("DateGreaterThan", "2026", "1970-01-01T01:00:00Z", True, id="B-41 seconds, not a year"),
        pytest.param("DateEquals", "1767225600.0", "2026-01-01", True, id="B-41 seconds with a fraction"),
        pytest.param("DateLessThan", "2030-01-01", "yesterday", False, id="B-41 no date, no match"),
        pytest.param("DateLessThan", "2030-01-01", "2026-02-30", False, id="B-41 no such day, no match"),
        pytest.param("DateLessThan", "2030-01-01", "2026-02-03T01:02+24:00", False, id="B-41 no such zone, no match"),
        pytest.param("Bool", "TRUE", "true", True, id="B-43 Bool ignores case"),
        pytest.param("Bool", "yes", "yes", False, id="B-43 other text never matches"),
        pytest.param("Bool", "true", "false", False, id="B-43 true is not false"),
        pytest.param("BinaryEquals", "QmluYXJ5VmFsdWU=", "QmluYXJ5VmFsdWU=", True, id="B-44 equal bytes"),
        pytest.param("BinaryEquals", "QmluYXJ5VmFsdWU=", "QmluYXJ5dmFsdWU=", False, id="B-44 other bytes"),
        pytest.param("BinaryEquals", "QQ==", "QR==", True, id="B-44 bytes are compared, not text"),
        pytest.param("BinaryEquals", "no base64", "no base64", False, id="B-44 bad base64 never matches"),
        pytest.param("IpAddress", "0.0.0.0/0", "203.0.113.7", True, id="B-50 everything"),
        pytest.param("IpAddress", "::/0", "2001:db8::1", True, id="B-50 everything in IPv6"),
        pytest.param("IpAddress", "203.0.113.9", "203.0.113.9", True, id="B-50 a lone address is a range of one"),
        pytest.param("IpAddress", "203.0.113.9", "203.0.113.10", False, id="B-50 and of no more than one"),
        pytest.param("IpAddress", "10.1.2.3/8", "10.200.0.1", True, id="B-50 host bits are masked"),
        pytest.param("IpAddress", "203.0.113.8/29", "203.0.113.15", True, id="B-50 the last address of a range"),
        pytest.param("IpAddress", "203.0.113.8/29", "203.0.113.16", False, id="B-50 the one after the last"),
        pytest.param("IpAddress", "2001:db8::1", "2001:0DB8:0:0:0:0:0:1", True, id="B-50 IPv6 in full"),
        pytest.param("IpAddress", "::/0", "203.0.113.9", False, id="B-51 IPv4 is in no IPv6 range"),
        pytest.param("IpAddress", "0.0.0.0/0", "2001:db8::1", False, id="B-51 IPv6 is in no IPv4 range"),
        pytest.param("IpAddress", "0.0.0.0/0", "AWS Internal", False, id="B-50 no address, no match"),
        pytest.param("IpAddress", "::/0", "fe80::1%eth0", False, id="B-50 a scoped address is none"),
        pytest.param("ArnLike", "arn:aws:sns:*:*:al?rts", "arn:aws:sns:eu-west-1:1:alerts", True, id="B-60 parts"),
        pytest.param("ArnLike", "arn:aws:*:1:alerts:prod", "arn:aws:sns:x:1:alerts:prod", False, id="B-60 no colons"),
        pytest.param("ArnLike", "arn:aws:sns:x:1:*", "arn:aws:sns:x:1:alerts:9c1d", True, id="B-60 the sixth part"),
        pytest.param("ArnLike", "arn:aws:sns:x:1:Alerts", "arn:aws:sns:x:1:alerts", False, id="B-60 case-sensitive"),
        pytest.param("ArnLike", "*:aws:sns:x:1:a", "arn:aws:sns:x:1:a", True, id="B-60 the first part too"),
        pytest.param("ArnLike", "arn:aws:sns:?:1:a", "arn:aws:sns:x:2:a", False, id="B-60 every part must match"),
        pytest.param("ArnLike", "arn:aws:sns:*:1:a*", "not an arn", False, id="B-60 the request value is no ARN"),
        pytest.param(
            "ArnEquals", "arn:aws:sns:x:*:a*", "arn:aws:sns:x:1:ab", True, id="B-61 ArnEquals takes wildcards"
        ),
        pytest.param("ArnLike", "*", "arn:aws:sns:x:1:alerts", True, id="B-62 a lone star matches everything"),
        pytest.param(
            "ArnLike", "arn:aws:sns:*", "arn:aws:sns:x:1:alerts", False, id="B-62 too few parts match nothing"
        ),
        pytest.param("ArnLike", "x", "x", False, id="B-62 text that is no ARN matches nothing"),
        pytest.param("ArnLike", "", "", False, id="B-62 not even the empty one"),
        pytest.param(
            "ArnEquals",
            "arn:aws:sts::111122223333:assumed-role/app/run-1",
            "arn:aws:iam::111122223333:role/app",
            False,
            id="B-63 a session ARN is not the role's",
        ),
    ],
)
def test_one_value_compares_as_documented(name, policy, actual, expected):
    assert matches(name, actual, policy) is expected


@pytest.mark.parametrize(
    ("name", "values", "yes", "no"),
    [
        ("StringEquals", ("a", "b"), "b", "c"),
        ("StringLike", ("a", "b*", "*c"), "xc", "x"),
        ("StringLike", ("a", "b"), "b", "c"),
        ("NumericEquals", ("1", "2"), "2.0", "3"),
        ("NumericLessThan", ("1", "5"), "3", "5"),
        ("NumericLessThanEquals", ("1", "5"), "5", "6"),
        ("NumericGreaterThan", ("5", "9"), "6", "5"),
        ("NumericGreaterThanEquals", ("5", "9"), "5", "4"),
        ("DateGreaterThan", ("2026-01-01", "2027-01-01"), "2026-06-01", "2025-12-31"),
        ("IpAddress", ("10.0.0.0/8", "192.0.2.0/24", "192.0.3.0/24", "2001:db8::/32"), "192.0.3.1", "192.0.4.1"),
        ("IpAddress", ("10.0.0.0/8", "2001:db8::/32"), "2001:db8::1", "2001:db9::1"),
        ("ArnLike", ("arn:aws:s3:::a", "arn:aws:s3:::b*", "arn:aws:*:::c"), "arn:aws:sqs:::c", "arn:aws:sqs:::a"),
        ("Bool", ("true", "false"), "False", "yes"),
        ("BinaryEquals", ("QQ==", "Qg=="), "Qg==", "Qw=="),
    ],
)
def test_policy_values_are_alternatives(name, values, yes, no):
    """B-01."""
    assert [matches(name, yes, *values), matches(name, no, *values)] == [True, False]


@pytest.mark.parametrize("name", sorted(operator.name for operator in OPERATORS.values()))
def test_no_values_match_nothing(name):
    """B-06."""
    assert not any(matches(name, actual) for actual in ("", "a", "1", "true", "10.0.0.1", "arn:aws:s3:::b"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NumericEquals", "many"),
        ("NumericLessThan", "1e3"),
        ("DateLessThan", "next week"),
        ("DateLessThan", "2026-13-01"),
        ("IpAddress", "10.0.0.0/33"),
        ("IpAddress", "10.0.0.0/255.0.0.0"),
        ("IpAddress", "10.0.0.0/"),
        ("IpAddress", "10.0.0"),
        ("IpAddress", "vpc-0abc"),
    ],
)
def test_a_policy_value_that_cannot_be_read_is_not_passed_over(name, value):
    """AWS would hardly have stored it (B-40): what it means is not known."""
    assert [complete(name, value), complete(name, "10", value)] == [False, False]


def test_values_that_can_be_read_are_complete():
    assert all(
        complete(operator.name, "10.0.0.1" if "Ip" in operator.name else "10") for operator in OPERATORS.values()
    )


@given(st.ip_addresses(), st.ip_addresses(), st.integers(0, 128))
def test_a_range_holds_the_addresses_that_the_standard_library_says(base, address, length):
    """B-50, B-51."""
    length = min(length, base.max_prefixlen)
    network = ip_network(f"{base}/{length}", strict=False)
    expected = address.version == network.version and address in network

    assert matches("IpAddress", str(address), f"{base}/{length}") is expected
    assert matches("IpAddress", ip_address(address).exploded, f"{base}/{length}") is expected


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)), st.integers(-1439, 1439))  # noqa: DTZ001
def test_an_instant_is_the_same_in_every_zone(moment, minutes):
    """B-41."""
    sign = "-" if minutes < 0 else "+"
    zone = f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    local = (moment + timedelta(minutes=minutes)).isoformat()

    assert parse_instant(f"{local}{zone}") == parse_instant(f"{moment.isoformat()}Z")


def test_an_instant_is_counted_from_the_epoch():
    moment = datetime(2026, 6, 1, 12, 30, 15, tzinfo=UTC)

    assert parse_instant("2026-06-01T12:30:15Z") == int(moment.timestamp())


@pytest.mark.parametrize(
    ("written", "name", "qualifier", "if_exists"),
    [
        ("StringEquals", "StringEquals", None, False),
        ("stringequals", "StringEquals", None, False),
        ("BoolIfExists", "Bool", None, True),
        ("ForAllValues:StringNotLikeIfExists", "StringNotLike", Qualifier.FOR_ALL_VALUES, True),
        ("foranyvalue:ARNLIKE", "ArnLike", Qualifier.FOR_ANY_VALUE, False),
        ("ForAllValues:Null", "Null", Qualifier.FOR_ALL_VALUES, False),
    ],
)
def test_a_name_is_prefix_operator_and_suffix_in_any_letter_case(written, name, qualifier, if_exists):
    """B-04, B-05."""
    use = parse_operator(written)

    assert (use.operator.name, use.qualifier, use.if_exists) == (name, qualifier, if_exists)
    assert use.name.lower() == written.lower()


@pytest.mark.parametrize(
    "written",
    ["", "StringMatches", "BoolNotEquals", "BinaryNotEquals", "NullIfExists", "ForAllValues:NullIfExists",
     "ForSomeValues:StringEquals", "IfExists", "StringEqualsIfExistsIfExists", "ForAllValues:", "StringEqualsX"],
)  # fmt: skip
def test_names_that_are_no_operator(written):
    """B-04, B-05, B.2."""
    assert parse_operator(written) is None


def test_the_table_holds_the_operators_of_the_documentation():
    """B.2: 27 names; those negated are the ones whose name says so; variables go with String, Arn and Bool (A-80)."""
    names = {operator.name for operator in OPERATORS.values()}

    assert len(names) == 27
    assert {operator.name for operator in OPERATORS.values() if operator.negated} == {n for n in names if "Not" in n}
    assert {operator.name for operator in OPERATORS.values() if operator.variables} == {
        name for name in names if name.startswith(("String", "Arn", "Bool"))
    }
    assert {operator.name for operator in OPERATORS.values() if operator.wildcards} == {
        name for name in names if "Like" in name or name.startswith("Arn")
    }
