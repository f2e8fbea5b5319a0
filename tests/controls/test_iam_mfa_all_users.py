"""A second factor for every user, of whatever kind."""

import pytest
from raw_documents import Estate, denied, document
from raw_identities import HARDWARE, PASSKEY, VIRTUAL, identities, user

from ccm_engine.core.vocabulary import GLOBAL, Status
from ccm_engine.resources.aws.iam import User

CONTROL = "iam_mfa_all_users"


@pytest.mark.parametrize("serials", [[VIRTUAL], [PASSKEY], [HARDWARE], [VIRTUAL, HARDWARE]])
def test_any_device_will_do(serials: list[str]) -> None:
    finding = identities(user(*serials)).judge_one(CONTROL)
    assert (finding.status, finding.reason) == (Status.PASS, f"dev-user has {len(serials)} MFA device(s)")
    assert finding.evidence["facts"] == {"mfa_devices.count": len(serials), "id": "dev-user"}


def test_no_device_fails() -> None:
    finding = identities(user()).judge_one(CONTROL)
    assert (finding.status, finding.reason) == (Status.FAIL, "dev-user has no MFA device")
    assert finding.shown == "arn:aws:iam::123456789012:user/dev-user"
    assert finding.region == GLOBAL
    assert finding.evidence["facts"] == {"mfa_devices": [], "id": "dev-user"}


def test_one_user_that_cannot_be_read_is_the_only_error() -> None:
    refused = denied("iam:ListMFADevices")
    told = identities(user(VIRTUAL, name="a"), user(name="b", refused=refused), user(name="c")).judge(CONTROL)
    assert [(one.resource_id, one.status) for one in told] == [
        ("a", Status.PASS),
        ("b", Status.ERROR),
        ("c", Status.FAIL),
    ]
    assert told[1].reason == "iam:ListMFADevices failed in us-east-1: AccessDenied"


def test_a_response_without_the_list_cannot_be_judged() -> None:
    item, answers = user().item, {"mfa_devices": {"IsTruncated": False}}
    assert identities(document(User, item, answers, GLOBAL)).judge_one(CONTROL).reason.endswith("MalformedResponse")


def test_an_account_without_users_has_no_finding() -> None:
    assert identities().judge(CONTROL) == []


def test_users_that_cannot_be_listed_are_one_error() -> None:
    finding = Estate().refuse(User, denied("iam:ListUsers", "Throttling")).judge_one(CONTROL)
    assert (finding.status, finding.blind) == (Status.ERROR, True)
    assert finding.reason == "iam:ListUsers failed in us-east-1: Throttling"
