"""Config, GuardDuty, Security Hub, Macie and Inspector: what is at work, what is not, and what cannot be told."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from raw_backups import backup_plan, log_group, planned, recovery_point
from raw_documents import EU, US, Estate, denied
from raw_security_services import (
    MACIE_IS_OFF,
    NOT_SUBSCRIBED,
    config_of,
    guarded,
    hub,
    inspector,
    macie,
    recorded,
    recorder,
    recorder_state,
    scanned,
    without_hub,
)

from ccm_engine.core.document import Failure
from ccm_engine.core.vocabulary import Status
from ccm_engine.resources.aws.config import ConfigOfRegion

CONFIG = "config_all_regions"


@pytest.mark.parametrize(
    ("region", "told"),
    [
        (config_of(), "us-east-1 has no recorder; no region records global resources"),
        (config_of(recorder(), state=recorder_state(recording=False)), "us-east-1 is not recording"),
        (
            config_of(recorder(), state=recorder_state(delivery="FAILURE")),
            "us-east-1 is recording with status FAILURE",
        ),
        (config_of(recorder(), state=recorder_state(delivery=None)), "us-east-1 is recording with status Pending"),
        (config_of(recorder(everything=False)), "us-east-1 leaves out types of resources"),
        (config_of(recorder(global_types=False)), "no region records global resources"),
        # A recorder that another service made for itself is not the account's.
        (
            config_of(recorder(servicePrincipal="securityhub.amazonaws.com")),
            "us-east-1 has no recorder; no region records global resources",
        ),
    ],
)
def test_what_a_region_does_not_record(region: Any, told: str) -> None:
    finding = recorded(region).judge_one(CONFIG)
    assert (finding.status, finding.reason) == (Status.FAIL, f"123456789012: {told}")


@pytest.mark.parametrize("delivery", ["SUCCESS", "Success"])
def test_both_spellings_of_success_are_one(delivery: str) -> None:
    assert recorded(config_of(recorder(), state=recorder_state(delivery=delivery))).judge_one(CONFIG).status is (
        Status.PASS
    )


def test_global_types_are_recorded_once() -> None:
    here, there = config_of(recorder(global_types=False)), config_of(recorder(), region=EU)
    assert recorded(here, there).judge_one(CONFIG).status is Status.PASS
    assert recorded(here, config_of(region=EU)).judge_one(CONFIG).reason == (
        "123456789012: eu-west-1 has no recorder; no region records global resources"
    )


def test_a_region_that_does_not_tell_leaves_no_verdict() -> None:
    estate = recorded(config_of(recorder()), config_of(recorder(), region=EU))
    (document,) = estate.population(ConfigOfRegion, EU).documents
    for key in document.answers:
        document.answers[key] = denied("config:DescribeConfigurationRecorders")
    assert estate.judge_one(CONFIG).status is Status.ERROR


def test_the_role_of_the_recorder_is_judged_where_that_is_wanted() -> None:
    estate = recorded(config_of(recorder(role="arn:aws:iam::123456789012:role/mine")))
    assert estate.judge_one(CONFIG).status is Status.PASS
    assert estate.judge_one(CONFIG, service_role=True).reason == "123456789012: us-east-1 uses a role of its own"
    assert recorded(config_of(recorder())).judge_one(CONFIG, service_role=True).status is Status.PASS


def test_no_detector() -> None:
    finding = guarded().judge_one("guardduty_enabled")
    assert (finding.status, finding.reason) == (
        Status.FAIL,
        "GuardDuty is not enabled in us-east-1: there is no detector",
    )


@pytest.mark.parametrize("state", ["PENDING", "FAILED", "DELETING", "INCOMPLETE"])
def test_a_standard_that_is_not_ready_does_not_count(state: str) -> None:
    assert hub(state).judge_one("securityhub_enabled").status is Status.FAIL
    assert hub(state, "READY", "READY", integrations=2).judge_one("securityhub_enabled").reason == (
        "Security Hub is enabled in us-east-1 with 2 standards, 2 integrations"
    )


@pytest.mark.parametrize(
    "refusal",
    [
        Failure(NOT_SUBSCRIBED.call, NOT_SUBSCRIBED.code, "The account doesn't have permission to perform this action"),
        Failure(
            NOT_SUBSCRIBED.call,
            NOT_SUBSCRIBED.code,
            "Account 123456789012 is not an administrator for this organization",
        ),
        Failure(NOT_SUBSCRIBED.call, "AccessDeniedException", NOT_SUBSCRIBED.message),
        Failure(NOT_SUBSCRIBED.call, NOT_SUBSCRIBED.code),
    ],
)
def test_a_missing_right_to_security_hub_is_not_a_hub_that_is_off(refusal: Failure) -> None:
    assert without_hub(refusal).judge_one("securityhub_enabled").status is Status.ERROR


@pytest.mark.parametrize(
    "refusal",
    [
        Failure(MACIE_IS_OFF.call, MACIE_IS_OFF.code, "User is not authorized to perform macie2:GetMacieSession"),
        Failure(MACIE_IS_OFF.call, MACIE_IS_OFF.code),
        Failure(MACIE_IS_OFF.call, "ThrottlingException", MACIE_IS_OFF.message),
    ],
)
def test_a_missing_right_to_macie_is_not_a_macie_that_is_off(refusal: Failure) -> None:
    assert macie(refusal).judge_one("macie_enabled").status is Status.ERROR


TYPES = ["ec2", "ecr", "lambda", "lambdaCode"]
STATES = ["ENABLED", "ENABLING", "DISABLED", "DISABLING", "SUSPENDED", "SUSPENDING"]


@given(st.fixed_dictionaries({name: st.sampled_from(STATES) for name in TYPES}), st.sets(st.sampled_from(TYPES)))
def test_inspector_passes_when_each_wanted_type_is_enabled(states: dict[str, str], wanted: set[str]) -> None:
    finding = inspector(scanned(**states)).judge_one("inspector_enabled", types=", ".join(sorted(wanted)))
    missing = sorted(name for name in wanted if states[name] != "ENABLED")
    assert finding.status is (Status.FAIL if missing else Status.PASS)
    assert all(name in finding.reason for name in missing)


def test_a_type_that_inspector_does_not_tell_of_is_not_scanned() -> None:
    assert inspector(scanned()).judge_one("inspector_enabled", types="ec2, vms").reason == (
        "Inspector does not scan vms in us-east-1"
    )


@pytest.mark.parametrize(
    ("failed", "code"),
    [
        ([{"accountId": "123456789012", "errorCode": "ACCESS_DENIED", "errorMessage": "no"}], "ACCESS_DENIED"),
        ([], "MalformedResponse"),
    ],
)
def test_an_account_whose_state_inspector_does_not_tell_is_not_judged(failed: list[Any], code: str) -> None:
    finding = inspector({"accounts": [], "failedAccounts": failed}).judge_one("inspector_enabled")
    assert (finding.status, finding.reason) == (
        Status.ERROR,
        f"inspector2:BatchGetAccountStatus failed in us-east-1: {code}",
    )


def test_plans_of_any_region_count_when_they_select_something() -> None:
    assert planned().judge_one("backup_plan_exists").reason == "123456789012 has no backup plan"
    assert (
        planned(backup_plan(), backup_plan("all", name="b", region=EU), regions=(US, EU))
        .judge_one("backup_plan_exists")
        .reason
        == "resources are assigned to b"
    )


def test_a_recovery_point_that_does_not_tell_leaves_no_verdict() -> None:
    assert recovery_point().judge_one("backup_vault_encrypted").status is Status.ERROR


@given(st.none() | st.integers(1, 3653), st.integers(1, 3653))
def test_logs_are_kept_as_long_as_wanted_or_for_ever(kept: int | None, wanted: int) -> None:
    estate: Estate = log_group(**({} if kept is None else {"retentionInDays": kept}))
    enough = kept is None or kept >= wanted
    assert estate.judge_one("logs_retention", min_days=wanted).status is (Status.PASS if enough else Status.FAIL)
