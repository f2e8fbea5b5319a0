"""An organization of accounts: who is judged, who is not and why, and what the record says of it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws
from organization import EXTERNAL_ID, MANAGEMENT, ROLE_NAME, Organization, Refusals, refusing

from ccm_engine.app.compose import monitor_of
from ccm_engine.app.health import health
from ccm_engine.app.monitor import Monitor, Outcome, Selection
from ccm_engine.app.reach import AS_CONFIGURED, Reaching
from ccm_engine.app.roster import unlisted
from ccm_engine.app.schedule import Schedule
from ccm_engine.app.settings import SettingsError, load_settings
from ccm_engine.clouds.aws import calls
from ccm_engine.clouds.aws.calls import Caller
from ccm_engine.clouds.aws.limits import RATES, Limiter, Rate
from ccm_engine.clouds.aws.organizations import UnlistedError, members
from ccm_engine.core.clock import utc_now
from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.collection import AccountRef
from ccm_engine.ledger.journal import Journal

ROOT_KEYS, SSH = "iam_no_root_access_keys", "ec2_no_open_ssh"
Make = Callable[..., Monitor]


@pytest.fixture
def refusals(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Refusals]:
    """An emulated AWS that can refuse, asked without waiting."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(f"{calls.__name__}.random.uniform", lambda _low, _high: 0.0)
    for service in (*RATES, "organizations"):
        monkeypatch.setitem(RATES, service, Rate(1_000_000, 1_000_000))
    with refusing() as told, mock_aws():
        yield told


@pytest.fixture
def organization(refusals: Refusals) -> Organization:
    """Two units, one within the other."""
    made = Organization()
    made.unit("Root/Workloads")
    made.unit("Root/Workloads/Prod")
    made.unit("Root/Sandbox")
    return made


@pytest.fixture
def make(organization: Organization) -> Iterator[Make]:
    """Return monitors over one record."""
    made: list[Monitor] = []

    def monitor(reaching: Reaching = AS_CONFIGURED, **settings: Any) -> Monitor:
        told = {
            "CCM_ORG": True,
            "CCM_ORG_ROLE_NAME": ROLE_NAME,
            "CCM_EXTERNAL_ID": EXTERNAL_ID,
            "CCM_CONTROLS": ROOT_KEYS,
            "CCM_REGIONS": "us-east-1",
            "CCM_PROCESSES": "1",  # moto and the refusals are in this process alone
        }
        made.append(monitor_of(load_settings(**{**told, **settings}), reaching))
        return made[-1]

    yield monitor
    for one in made:
        one.recorder.store.close()


def judged(outcome: Outcome) -> set[str]:
    """Return the accounts that some finding judges."""
    return {one.account_id for one in outcome.findings if one.status.judged}


def test_thirty_accounts_of_which_one_refuses(organization: Organization, refusals: Refusals, make: Make) -> None:
    units = ("Root", "Root/Workloads", "Root/Workloads/Prod")
    ids = [organization.account(f"Team{number:02}", units[number % 3]) for number in range(29)]
    refusals.members.add(ids[7])
    monitor = make()

    outcome = monitor.run("schedule")

    assert len(outcome.run["accounts"]) == 30
    assert judged(outcome) == {MANAGEMENT, *ids} - {ids[7]}
    [error] = [one for one in outcome.findings if not one.status.judged]
    assert (error.account_id, error.reason) == (ids[7], "sts:AssumeRole failed: AccessDenied")
    assert outcome.run["accounts"][ids[7]]["refused"] == "sts:AssumeRole failed: AccessDenied"
    assert outcome.run["coverage"] == outcome.scorecard.coverage == pytest.approx(96.6)
    card = monitor.views.scorecard().as_json()
    assert card == outcome.scorecard.as_json()
    assert (card["score"], card["errors"], card["coverage"]) == (0.0, 1, 96.6)
    assert card["median_account_score"] == 100.0
    assert card["worst_account"] == {
        "account_id": ids[7],
        "account_name": "Team07",
        "ou": "Root/Workloads",
        "score": 0.0,
        "grade": "F",
        "coverage": 0.0,
    }
    assert refusals.asked.count("sts.AssumeRole") == 29, "the management account needs no role"


def test_names_and_units_are_recorded_and_survive_a_rebuild(organization: Organization, make: Make) -> None:
    id_ = organization.account("Payments", "Root/Workloads/Prod")
    monitor = make()
    monitor.run("schedule")
    before = monitor.views.accounts()

    entries = [entry for entry in monitor.recorder.store.entries(id_) if entry.kind == "run"]
    assert [(one.body["account_name"], one.body["ou"]) for one in entries] == [("Payments", "Root/Workloads/Prod")]
    Journal(monitor.recorder.store).rebuild()
    assert monitor.views.accounts() == before
    assert monitor.views.within(["Workloads"]) == [id_]
    assert monitor.views.within(["Root/Workloads"]) == [id_]
    assert monitor.views.within(["Work"]) == []


def test_an_account_keeps_its_name_when_a_run_does_not_learn_it(organization: Organization, make: Make) -> None:
    id_ = organization.account("Payments", "Root/Workloads")
    make().run("schedule")

    alone = make(CCM_ORG=False, CCM_ACCOUNTS=id_)
    alone.run("schedule")

    assert alone.views.account_refs()[id_].shown == f"Payments ({id_})"
    assert alone.views.account_refs()[id_].ou == "Root/Workloads"


def test_suspended_accounts_are_skipped_and_said(organization: Organization, refusals: Refusals, make: Make) -> None:
    organization.account("Payments")
    old = organization.account("Old", "Root/Sandbox")
    organization.suspend("Old")
    monitor = make()

    outcome = monitor.run("schedule")

    assert set(outcome.run["accounts"]) == {MANAGEMENT, organization.accounts["Payments"]}
    assert outcome.run["skipped"] == [{"account_id": old, "name": "Old", "ou": "Root/Sandbox", "state": "SUSPENDED"}]
    assert monitor.views.run(outcome.run["run_id"]) == outcome.run
    assert outcome.scorecard.coverage == 100.0


def test_a_unit_by_path_or_id_holds_all_below_it(organization: Organization, make: Make) -> None:
    direct = organization.account("Direct", "Root/Workloads")
    nested = organization.account("Nested", "Root/Workloads/Prod")
    organization.account("Elsewhere", "Root/Sandbox")

    for unit in ("Root/Workloads", "Workloads", organization.units["Root/Workloads"]):
        assert judged(make(CCM_OUS=unit).run("schedule")) == {direct, nested}
    assert judged(make(CCM_OUS="Workloads/Prod").run("schedule")) == {nested}
    assert judged(make(Reaching(ous=("Workloads/Prod",)), CCM_OUS="Workloads,Sandbox").run("scan")) == {nested}


def test_a_unit_that_is_not_there_is_named(organization: Organization, make: Make) -> None:
    with pytest.raises(UnlistedError) as refused:
        make(Reaching(ous=("Prodd",))).run("scan")

    assert str(refused.value).startswith("the organization has no unit 'Prodd'; it has Root, Root/Sandbox")


def test_accounts_are_left_out_by_setting_and_by_option(organization: Organization, make: Make) -> None:
    first, second = organization.account("First"), organization.account("Second")

    whole = make(CCM_EXCLUDE_ACCOUNTS=first)
    assert judged(whole.run("schedule")) == {MANAGEMENT, second}
    scope = whole.views.scope()
    assert scope is not None
    assert scope["accounts"] == sorted([MANAGEMENT, second])
    assert judged(make(CCM_ACCOUNTS=f"{first},{second}").run("schedule")) == {first, second}
    assert judged(make(Reaching(accounts=(first,))).run("scan", Selection(some_accounts=True))) == {first}
    with pytest.raises(SettingsError, match="no account is left to judge"):
        make(CCM_ACCOUNTS=first, CCM_EXCLUDE_ACCOUNTS=first).run("schedule")


def test_an_account_that_the_organization_does_not_have(organization: Organization, make: Make) -> None:
    with pytest.raises(SettingsError, match="--account: 444455556666 is not in the organization"):
        make(Reaching(accounts=("444455556666",))).run("scan")

    outcome = make(CCM_ACCOUNTS=f"{MANAGEMENT},444455556666").run("schedule")

    assert judged(outcome) == {MANAGEMENT}
    assert "NotInOrganization" in outcome.run["accounts"]["444455556666"]["refused"]
    assert outcome.scorecard.coverage == 50.0


def test_a_new_account_joins_by_itself(organization: Organization, make: Make) -> None:
    monitor = make()
    monitor.run("schedule")
    monitor.run("schedule")
    joined = organization.account("Joined")

    outcome = monitor.run("schedule")

    assert judged(outcome) == {MANAGEMENT, joined}
    scopes = [entry.body["accounts"] for entry in monitor.recorder.store.entries("engine") if entry.kind == "scope"]
    assert scopes == [[MANAGEMENT], sorted([MANAGEMENT, joined])], "recorded when it changes, and only then"


@pytest.mark.parametrize("operation", ["ListRoots", "ListOrganizationalUnitsForParent", "ListAccountsForParent"])
def test_an_organization_that_refuses_at_first_is_one_line(
    refusals: Refusals, organization: Organization, make: Make, operation: str
) -> None:
    refusals.operations[f"organizations.{operation}"] = "AccessDeniedException"
    monitor = make()

    with pytest.raises(UnlistedError) as refused:
        monitor.run("schedule")

    assert str(refused.value) == (
        f"the organization's accounts cannot be listed (organizations:{operation}: AccessDeniedException: "
        "no permission); "
        "run as the management account or a delegated administrator, with what `ccm policy --org` prints"
    )
    assert monitor.views.accounts() == {}, "and never only one's own account"
    [run] = monitor.views.runs()
    assert (run["status"], run["reason"]) == ("failed", str(refused.value))


def test_who_stands_for_accounts_that_are_not_told_is_in_their_partition(
    refusals: Refusals, organization: Organization, make: Make
) -> None:
    refusals.operations["organizations.ListRoots"] = "AccessDeniedException"
    caller = Caller(make().clients, Limiter(threading.Event()), MANAGEMENT)

    with pytest.raises(UnlistedError) as refused:
        members(caller, "aws-us-gov")

    standing = unlisted(refused.value, {"organization": {}, "accounts": [MANAGEMENT]}, {})
    assert standing
    assert [one.account for one in standing.targets] == [AccountRef(MANAGEMENT, partition="aws-us-gov")]


def test_no_organization_at_all_is_one_line(refusals: Refusals, organization: Organization, make: Make) -> None:
    organization.api.delete_organization()

    with pytest.raises(UnlistedError, match="this account is in no organization; leave --org"):
        make().run("schedule")


def test_known_accounts_are_not_covered_while_the_organization_refuses(
    organization: Organization, refusals: Refusals, make: Make
) -> None:
    id_ = organization.account("Payments", "Root/Workloads")
    monitor = make()
    before = monitor.run("schedule")
    refusals.operations["organizations.ListRoots"] = "AccessDeniedException"

    during = monitor.run("schedule")

    assert set(during.run["accounts"]) == {MANAGEMENT, id_}
    assert during.scorecard.coverage == 0.0
    assert monitor.views.scorecard().coverage == 0.0
    assert {one.reason for one in during.findings} == {
        "organizations:ListRoots failed in us-east-1: AccessDeniedException"
    }
    assert during.run["reason"].startswith("the organization's accounts cannot be listed (organizations:ListRoots")
    assert monitor.views.account_refs()[id_].shown == f"Payments ({id_})"
    with pytest.raises(UnlistedError):  # a narrowed run answers for nobody else
        monitor.run("scan", Selection(controls=(ROOT_KEYS,)))
    del refusals.operations["organizations.ListRoots"]
    after = monitor.run("schedule")
    assert after.scorecard.coverage == 100.0
    assert after.scorecard.score == before.scorecard.score
    scopes = [entry for entry in monitor.recorder.store.entries("engine") if entry.kind == "scope"]
    assert len(scopes) == 1, "what is expected did not change"


def test_health_tells_that_the_organization_does_not_list_its_accounts(
    organization: Organization, refusals: Refusals, make: Make
) -> None:
    organization.account("Payments", "Root/Workloads")
    monitor = make()
    schedule = Schedule(monitor)
    monitor.run("schedule")
    refusals.operations["organizations.ListRoots"] = "AccessDeniedException"
    monitor.run("schedule")
    schedule.start()  # the next run is due in an interval
    try:
        told = health(schedule, utc_now(), utc_now())
        assert (told.body["status"], told.ready) == ("degraded", True)
        [problem] = told.problems
        assert problem.startswith(
            "the last run: the organization's accounts cannot be listed (organizations:ListRoots: AccessDeniedException"
        )
        del refusals.operations["organizations.ListRoots"]
        monitor.run("schedule")
        after = health(schedule, utc_now(), utc_now())
        assert (after.body["status"], after.problems) == ("ok", ())
    finally:
        schedule.stop()


def test_reaching_members_needs_role_and_external_id(organization: Organization, make: Make) -> None:
    organization.account("Payments")
    with pytest.raises(SettingsError, match="CCM_ORG_ROLE_NAME is needed to reach account"):
        make(CCM_ORG_ROLE_NAME="").run("schedule")
    with pytest.raises(SettingsError, match="CCM_EXTERNAL_ID is needed to assume"):
        make(CCM_EXTERNAL_ID="").run("schedule")
    with pytest.raises(SettingsError, match="CCM_OUS chooses among an organization's accounts; give --org"):
        make(CCM_ORG=False, CCM_OUS="Workloads").run("schedule")


def test_history_of_an_account_and_of_a_unit(organization: Organization, refusals: Refusals, make: Make) -> None:
    id_ = organization.account("Payments", "Root/Workloads")
    monitor = make()
    monitor.run("schedule")
    refusals.members.add(id_)
    monitor.run("schedule")

    def told(accounts: list[str]) -> list[tuple[Status, int, int]]:
        return [(line.status, line.judged, line.expected) for line in monitor.views.history(ROOT_KEYS, None, accounts)]

    assert told([id_]) == [(Status.ERROR, 0, 1), (Status.PASS, 1, 1)]
    assert told([MANAGEMENT]) == [(Status.PASS, 1, 1), (Status.PASS, 1, 1)]
    assert told([MANAGEMENT, id_]) == [(Status.ERROR, 1, 2), (Status.PASS, 2, 2)]
    assert [line.status for line in monitor.views.history(ROOT_KEYS)] == [Status.ERROR, Status.PASS]


def test_a_region_that_a_policy_closes_is_not_covered(
    organization: Organization, refusals: Refusals, make: Make
) -> None:
    refusals.closed.add("eu-north-1")
    controls = f"{SSH},rds_encryption_at_rest,{ROOT_KEYS}"
    monitor = make(CCM_REGIONS="us-east-1,eu-north-1,eu-west-1", CCM_CONTROLS=controls)

    outcome = monitor.run("schedule")

    errors = [one for one in outcome.findings if one.status is Status.ERROR]
    assert {(one.control_id, one.region, one.reason) for one in errors} == {
        (
            SSH,
            "eu-north-1",
            "ec2:DescribeSecurityGroups failed in eu-north-1: UnauthorizedOperation "
            "(a service control policy closes this region)",
        ),
        (
            "rds_encryption_at_rest",
            "eu-north-1",
            "rds:DescribeDBInstances failed in eu-north-1: AccessDenied (a service control policy closes this region)",
        ),
    }
    assert len(errors) == 2, "one for each control"
    assert outcome.scorecard.coverage < 100
    row = monitor.views.accounts()[MANAGEMENT]
    assert list(row["denied_regions"]) == ["eu-north-1"]
    [entry] = [entry for entry in monitor.recorder.store.entries(MANAGEMENT) if entry.kind == "run"]
    assert entry.body["denied_regions"] == row["denied_regions"]
    assert "eu-north-1" in entry.body["regions"], "it stays in scope"
    refusals.closed.clear()
    assert monitor.run("schedule").scorecard.coverage == 100.0
    assert monitor.views.accounts()[MANAGEMENT]["denied_regions"] == {}
