"""The derived policy is enough, and nothing in it is too much; what is denied is never judged."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import boto3
import pytest
from first_controls import first_controls
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

from ccm_engine.clouds.aws import policy
from ccm_engine.clouds.aws.sessions import Clients, shared_session
from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.plan import plan

from .contents import REGIONS
from .enforcing import ACTIONS, Enforcement, enforce, enforcing_new_sessions, granted_by
from .judging import Outcome, judged

TRAILS, SSH, MFA, ROOT, DATABASES, BUCKETS = (
    "cloudtrail_all_regions",
    "ec2_no_open_ssh",
    "iam_mfa_all_users",
    "iam_no_root_access_keys",
    "rds_encryption_at_rest",
    "s3_no_public_buckets",
)
# For every action: what cannot be judged without it, and how the refusal reads.
DEPENDS: Mapping[str, tuple[set[str], str]] = {
    "cloudtrail:DescribeTrails": ({TRAILS}, "cloudtrail:DescribeTrails failed in REGION: AccessDeniedException"),
    "cloudtrail:GetEventSelectors": ({TRAILS}, "cloudtrail:GetEventSelectors failed in REGION: AccessDeniedException"),
    "cloudtrail:GetTrailStatus": ({TRAILS}, "cloudtrail:GetTrailStatus failed in REGION: AccessDeniedException"),
    "ec2:DescribeManagedPrefixLists": ({SSH}, "ec2:DescribeManagedPrefixLists failed in REGION: UnauthorizedOperation"),
    "ec2:DescribeRegions": (
        {TRAILS, SSH, DATABASES},
        "ec2:DescribeRegions failed in us-east-1: UnauthorizedOperation",
    ),
    "ec2:DescribeSecurityGroups": ({SSH}, "ec2:DescribeSecurityGroups failed in REGION: UnauthorizedOperation"),
    "ec2:GetManagedPrefixListEntries": (
        {SSH},
        "ec2:GetManagedPrefixListEntries failed in REGION: UnauthorizedOperation",
    ),
    "iam:GetAccountSummary": ({ROOT}, "iam:GetAccountSummary failed in us-east-1: AccessDenied"),
    "iam:ListMFADevices": ({MFA}, "iam:ListMFADevices failed in us-east-1: AccessDenied"),
    "iam:ListUsers": ({MFA}, "iam:ListUsers failed in us-east-1: AccessDenied"),
    "rds:DescribeDBInstances": ({DATABASES}, "rds:DescribeDBInstances failed in REGION: AccessDenied"),
    "s3:GetAccountPublicAccessBlock": ({BUCKETS}, "s3control:GetPublicAccessBlock failed in us-east-1: AccessDenied"),
    "s3:GetBucketAcl": ({BUCKETS}, "s3:GetBucketAcl failed in us-east-1: AccessDenied"),
    "s3:GetBucketPolicyStatus": ({BUCKETS}, "s3:GetBucketPolicyStatus failed in us-east-1: AccessDenied"),
    "s3:GetBucketPublicAccessBlock": ({BUCKETS}, "s3:GetPublicAccessBlock failed in us-east-1: AccessDenied"),
    "s3:ListAllMyBuckets": ({BUCKETS}, "s3:ListBuckets failed in us-east-1: AccessDenied"),
}


@dataclass
class Account:
    """An account in which every action matters, asked by one set of clients under changing permissions."""

    clients: Clients
    enforcement: Enforcement

    def scanned(self, allowed: Collection[str], regions: Sequence[str] | None = None) -> tuple[Outcome, Enforcement]:
        """Judge the account with exactly these permissions."""
        self.enforcement.allow(allowed)
        return judged(self.clients, regions), self.enforcement


@pytest.fixture(scope="module")
def account(small_account_on_moto: None) -> Iterator[Account]:
    """The account, with three regions enabled."""
    with pytest.MonkeyPatch.context() as patch:
        enabled = [region for region in RegionsAndZonesBackend.regions if region.name in REGIONS]
        patch.setattr(RegionsAndZonesBackend, "regions", enabled)
        clients = Clients(shared_session())
        yield Account(clients, enforce(clients.session, ()))


@pytest.fixture(scope="module")
def unhindered(account: Account) -> Outcome:
    """What is found when everything is allowed."""
    outcome, _ = account.scanned([action for action in ACTIONS.values() if action])
    return outcome


def derived() -> frozenset[str]:
    """The actions of the policy document, as `ccm policy` prints it."""
    return granted_by(
        json.loads(json.dumps(policy.document(policy.reads(policy.actions(plan(first_controls()), find_regions=True)))))
    )


def test_the_policy_reaches_full_coverage(account: Account, unhindered: Outcome) -> None:
    outcome, enforcement = account.scanned(derived())

    assert enforcement.denied == []
    assert outcome.coverage == 100.0
    assert verdicts(outcome) == verdicts(unhindered)
    assert {finding.status for finding in outcome.findings.values()} == {Status.PASS, Status.FAIL}
    assert set(enforcement.granted) == derived()


def test_every_action_of_the_policy_is_known() -> None:
    assert derived() == set(DEPENDS)


@pytest.mark.parametrize("action", sorted(DEPENDS))
def test_without_one_action_nothing_that_depends_on_it_is_judged(
    action: str, account: Account, unhindered: Outcome
) -> None:
    dependent, said = DEPENDS[action]

    outcome, enforcement = account.scanned(derived() - {action})

    assert set(enforcement.denied) == {action}
    assert outcome.coverage < 100.0
    for control in dependent:
        assert outcome.statuses(control) == {Status.ERROR}
        for finding in outcome.of(control):
            assert finding.reason in {said.replace("REGION", region) for region in REGIONS}
    others = {key: told for key, told in verdicts(outcome).items() if key.partition("|")[0] not in dependent}
    assert others == {key: told for key, told in verdicts(unhindered).items() if key.partition("|")[0] not in dependent}
    assert {finding.control_id for finding in outcome.findings.values()} == {TRAILS, SSH, MFA, ROOT, DATABASES, BUCKETS}


def test_with_no_action_at_all_every_control_errs(account: Account) -> None:
    outcome, _ = account.scanned(frozenset())

    assert {finding.status for finding in outcome.findings.values()} == {Status.ERROR}
    assert {finding.control_id for finding in outcome.findings.values()} == {TRAILS, SSH, MFA, ROOT, DATABASES, BUCKETS}


def test_regions_that_are_given_need_no_permission_to_list_them(account: Account) -> None:
    actions = policy.actions(plan(first_controls()), find_regions=False)

    assert "ec2:DescribeRegions" not in actions
    outcome, enforcement = account.scanned(actions, ["us-east-1"])
    assert enforcement.denied == []
    assert outcome.coverage == 100.0


def test_the_policy_of_one_control_is_only_its_own() -> None:
    catalogue = first_controls().only([MFA])

    assert policy.actions(plan(catalogue), find_regions=True) == ["iam:ListMFADevices", "iam:ListUsers"]


def test_terraform_grants_the_same() -> None:
    actions = policy.actions(plan(first_controls()), find_regions=True)

    quoted = {
        line.strip(' ",') for line in policy.terraform(policy.reads(actions)).splitlines() if line.startswith('      "')
    }

    assert quoted == set(actions)


def test_sessions_made_elsewhere_are_held_to_it_too(account: Account) -> None:
    with enforcing_new_sessions({"iam:ListUsers"}) as enforcement:
        inside = boto3.Session()
    outside = boto3.Session()

    assert inside.client("iam").list_users()["Users"]
    with pytest.raises(inside.client("iam").exceptions.ClientError, match="AccessDenied"):
        inside.client("iam").get_account_summary()
    assert outside.client("iam").get_account_summary()["SummaryMap"]
    assert enforcement.denied == ["iam:GetAccountSummary"]


def test_an_operation_without_a_known_action_is_not_let_through() -> None:
    session = boto3.Session()
    enforce(session, set())

    with pytest.raises(AssertionError, match=r"iam\.ListRoles: look up its IAM action"):
        session.client("iam").list_roles()


def verdicts(outcome: Outcome) -> dict[str, tuple[Status, str]]:
    """What was said of each resource, by the finding's key."""
    return {key: (finding.status, finding.reason) for key, finding in outcome.findings.items()}
