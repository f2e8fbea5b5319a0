"""JUnit: a suite for each control, a case for each finding, always well-formed."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.core.vocabulary import Status
from ccm_engine.reports.junit_document import junit_document

from .fixed_report import MFA, finding, findings, report


def parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text.encode())  # noqa: S314 - our own document


def test_a_suite_for_each_control() -> None:
    root = parsed("".join(junit_document(report())))
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == [one.face.id for one in report().scorecard.controls]
    mfa = suites["iam_mfa_all_users"]
    counts = {name: mfa.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "14", "failures": "13", "errors": "0", "skipped": "0"}
    assert suites["own_trial"].get("tests") == "0"
    assert root.get("tests") == "19"
    assert (root.get("failures"), root.get("errors"), root.get("skipped")) == ("14", "1", "1")


def test_each_status_has_its_element() -> None:
    cases = list(parsed("".join(junit_document(report()))).iter("testcase"))
    elements = [next((child.tag for child in case), None) for case in cases]
    expected = {Status.FAIL: "failure", Status.ERROR: "error", Status.NOT_APPLICABLE: "skipped", Status.PASS: None}
    assert sorted(map(str, elements)) == sorted(str(expected[one.status]) for one in findings())
    failure = next(case for case in cases if case.get("classname") == "ec2_no_open_ssh" and len(case))
    assert failure.get("name") == "sg-0a1b2c3d4e5f60718 (111122223333 staging, eu-west-1)"
    assert failure[0].get("message") == "web admits SSH from ::/0"


def test_an_error_names_call_and_code() -> None:
    error = next(parsed("".join(junit_document(report()))).iter("error"))
    assert error.get("message") == "s3:ListBuckets failed: AccessDenied"
    assert error.get("type") == "AccessDenied"


def test_the_remedy_and_the_time_are_told() -> None:
    suite = next(one for one in parsed("".join(junit_document(report()))) if one.get("name") == "ec2_no_open_ssh")
    properties = {one.get("name"): one.get("value") for one in suite.iter("property")}
    assert properties["severity"] == "CRITICAL"
    assert str(properties["remedy"]).startswith("Narrow the rule's source")
    assert suite.get("timestamp") == "2026-03-06T12:00:00Z"


@given(st.text())
def test_any_text_is_well_formed(text: str) -> None:
    root = parsed("".join(junit_document(report([finding(MFA, Status.FAIL, text, text)]))))
    assert next(root.iter("failure")).get("message") is not None


def test_what_xml_cannot_hold_is_replaced() -> None:
    root = parsed("".join(junit_document(report([finding(MFA, Status.FAIL, "a\x00\x1b\ufffe<b>", "c\x0bd")]))))
    case = next(root.iter("testcase"))
    assert str(case.get("name")).startswith("a\ufffd\ufffd\ufffd<b>")
    assert case[0].get("message") == "c\ufffdd"
