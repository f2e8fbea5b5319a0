"""Watches on what a trail records: every link from the trail to whoever is told, and what a filter leaves out."""

from typing import Any

import pytest
from examples_cloudwatch import WATCHES, shown_pattern, way_to_mend
from hypothesis import given
from hypothesis import strategies as st
from raw_documents import EU, US, denied
from raw_trails import MANAGEMENT, advanced, basic, where
from raw_watches import PENDING, alarm, feeding, metric_filter, subscription, topic, watching

from ccm_engine.core.vocabulary import Status
from ccm_engine.resources.aws.cloudwatch import Alarm

ORGANIZATION = "111122223333"
LONGEST = 1024  # of a filter pattern, in characters
KMS = "alarm_kms_disable"
DISABLED = "{ $.eventName = DisableKey }"
DELETED = '{ $.eventName = "ScheduleKeyDeletion" && $.eventSource = "kms.amazonaws.com" }'
BOTH = shown_pattern(KMS)
GOOD = metric_filter(BOTH)

# Every one of these is spelled otherwise than what we show, and means the same or more.
OTHER_SPELLINGS = [
    (KMS, "{($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion)}"),
    (KMS, "{ $.eventSource = kms* && ($.eventName = ScheduleKeyDeletion || $.eventName = DisableKey) }"),
    (KMS, '{ ($.eventName = "DisableKey*") || ($.eventName = "Schedule*Deletion") }'),
    (KMS, "{ $.eventName = %^DisableKey$|^ScheduleKeyDeletion$% }"),
    ("alarm_org_changes", "{ $.eventSource = organizations.amazonaws.com }"),
    ("alarm_cloudtrail_changes", '{ $.eventName = "*Trail" || $.eventName = "*Logging" }'),
    ("alarm_console_failures", '{ $.eventName = ConsoleLogin && $.errorMessage = "Failed*" }'),
    ("alarm_console_no_mfa", "{ $.eventName = ConsoleLogin && $.additionalEventData.MFAUsed != Yes }"),
    ("alarm_root_usage", '{ $.userIdentity.type = "Root" && $.eventType != "AwsServiceEvent" }'),
    (
        "alarm_unauthorized_api",
        '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") && '
        '($.sourceIPAddress != "delivery.logs.amazonaws.com") && ($.eventName != "HeadBucket") }',
    ),
]

LESS = [
    (KMS, DISABLED, "ScheduleKeyDeletion"),
    (KMS, BOTH.replace("||", "&&"), "DisableKey, ScheduleKeyDeletion"),
    (KMS, BOTH.replace("DisableKey", "disableKey"), "DisableKey"),
    (KMS, BOTH.replace("}", "&& $.userIdentity.userName = amelie }"), "DisableKey, ScheduleKeyDeletion"),
    (KMS, BOTH.replace("}", "&& $.awsRegion = eu-west-3 }"), "DisableKey, ScheduleKeyDeletion"),
    (KMS, BOTH.replace("}", "&& $.errorCode EXISTS }"), "DisableKey, ScheduleKeyDeletion"),
    (KMS, BOTH.replace("kms.", "s3."), "DisableKey, ScheduleKeyDeletion"),
    (KMS, "DisableKey ScheduleKeyDeletion", "DisableKey, ScheduleKeyDeletion"),
    # What rings for everything tells of nothing.
    (KMS, "", "DisableKey, ScheduleKeyDeletion"),
    (KMS, '{ $.eventName = "*" }', "DisableKey, ScheduleKeyDeletion"),
    ("alarm_console_no_mfa", '{ $.eventName = ConsoleLogin && $.additionalEventData.MFAUsed = "Yes" }', "ConsoleLogin"),
    ("alarm_console_failures", "{ $.eventName = ConsoleLogin && $.errorMessage NOT EXISTS }", "ConsoleLogin"),
    (
        "alarm_root_usage",
        "{ $.userIdentity.type = Root && $.eventName = ConsoleLogin }",
        "CreateAccessKey, ListBuckets",
    ),
    ("alarm_unauthorized_api", "{ $.errorCode = *UnauthorizedOperation }", "RunInstances, CreateGrant, ListUsers"),
]


@pytest.mark.parametrize("control_id", WATCHES)
def test_the_pattern_that_mends_it_does_and_both_ways_show_it(control_id: str) -> None:
    pattern = shown_pattern(control_id)
    finding = watching(metric_filter(pattern)).judge_one(control_id)
    assert (finding.status, finding.reason) == (Status.PASS, "an alarm tells of every such event: audit-trail/watch")
    assert len(pattern) <= LONGEST
    assert pattern.replace('"', '\\"') in way_to_mend(control_id).partition("## Terraform")[2]


@pytest.mark.parametrize("control_id", WATCHES)
def test_the_pattern_that_mends_one_mends_no_other(control_id: str) -> None:
    others = [other for other in WATCHES if other != control_id]
    held = [
        one for one in others if watching(metric_filter(shown_pattern(one))).judge_one(control_id).status is Status.PASS
    ]
    assert held == []


@pytest.mark.parametrize(("control_id", "pattern"), OTHER_SPELLINGS)
def test_another_spelling_is_as_good(control_id: str, pattern: str) -> None:
    assert watching(metric_filter(pattern)).judge_one(control_id).status is Status.PASS


@pytest.mark.parametrize(("control_id", "pattern", "missing"), LESS)
def test_a_pattern_that_leaves_something_out_is_not(control_id: str, pattern: str, missing: str) -> None:
    finding = watching(metric_filter(pattern)).judge_one(control_id)
    assert (finding.status, finding.reason) == (
        Status.FAIL,
        f"no filter on the log group of main counts {missing}",
    )


def test_several_filters_may_share_the_work() -> None:
    filters = [metric_filter(DISABLED, name="a", metric="a"), metric_filter(DELETED, name="b", metric="b")]
    assert watching(*filters, alarms=[alarm(metric="a"), alarm(metric="b")]).judge_one(KMS).reason == (
        "an alarm tells of every such event: audit-trail/a, audit-trail/b"
    )
    half = watching(*filters, alarms=[alarm(metric="a")]).judge_one(KMS)
    assert (half.status, half.reason) == (
        Status.FAIL,
        "no alarm with a confirmed subscriber watches what is counted by audit-trail/b",
    )


UNHEARD: dict[str, dict[str, Any]] = {
    "no alarm": {"alarms": []},
    "on another metric": {"alarms": [alarm(metric="other")]},
    "in another namespace": {"alarms": [alarm(Namespace="Other")]},
    "on metric math": {"alarms": [alarm(MetricName=None, Namespace=None, Metrics=[])]},
    "on one dimension": {"alarms": [alarm(Dimensions=[{"Name": "Account", "Value": "1"}])]},
    "without actions": {"alarms": [alarm(actions=[])]},
    "with its actions off": {"alarms": [alarm(ActionsEnabled=False)]},
    "that only stops an instance": {"alarms": [alarm(actions=["arn:aws:automate:us-east-1:ec2:stop"])]},
    "in another region": {"alarms": [alarm(region=EU)], "regions": (US, EU)},
    "that nobody subscribed to": {"subscriptions": []},
    "that nobody confirmed": {"subscriptions": [PENDING]},
    "whose subscriber left": {"subscriptions": [subscription("Deleted")]},
    "whose subscriber follows another topic": {"subscriptions": [subscription(of=f"{topic()}-other")]},
}


@pytest.mark.parametrize("parts", UNHEARD.values(), ids=UNHEARD)
def test_an_alarm_that_nobody_hears(parts: dict[str, Any]) -> None:
    finding = watching(GOOD, **parts).judge_one(KMS)
    assert (finding.status, finding.reason) == (
        Status.FAIL,
        "no alarm with a confirmed subscriber watches what is counted by audit-trail/watch",
    )


UNFED: dict[str, Any] = {
    "no trail": [],
    "stopped": [feeding(logging=False)],
    "of one region": [feeding(multi_region=False)],
    "without a log group": [feeding(group=None)],
}


@pytest.mark.parametrize("trails", UNFED.values(), ids=UNFED)
def test_a_log_group_that_no_good_trail_feeds(trails: Any) -> None:
    finding = watching(GOOD, trails=trails).judge_one(KMS)
    assert (finding.status, finding.reason) == (
        Status.FAIL,
        "no logging trail of all regions delivers to a log group",
    )


NO_KMS = where("eventSource", "kms.amazonaws.com", operator="NotEquals")
NO_RDS = where("eventSource", "rdsdata.amazonaws.com", operator="NotEquals")
ONLY_WRITES = where("readOnly", "false")
DEAF: dict[str, dict[str, Any]] = {
    "of objects only": {"selectors": [basic(management=False, objects=["arn:aws:s3"])]},
    "of reads only": {"selectors": [basic("ReadOnly")]},
    "without KMS": {"selectors": [basic(excluded=["kms.amazonaws.com"])]},
    "advanced, of objects only": {
        "advanced_selectors": [advanced(where("eventCategory", "Data"), where("resources.type", "AWS::S3::Object"))]
    },
    "advanced, of reads only": {"advanced_selectors": [advanced(MANAGEMENT, where("readOnly", "true"))]},
    "advanced, without KMS": {"advanced_selectors": [advanced(MANAGEMENT, NO_KMS)]},
    "advanced, of other sources": {
        "advanced_selectors": [advanced(MANAGEMENT, where("eventSource", "iam.amazonaws.com"))]
    },
    "advanced, by a beginning": {"advanced_selectors": [advanced(MANAGEMENT, {**NO_RDS, "NotStartsWith": ["kms"]})]},
    "advanced, by what we do not know": {
        "advanced_selectors": [advanced(MANAGEMENT, where("eventName", "RunInstances"))]
    },
}


@pytest.mark.parametrize("about", DEAF.values(), ids=DEAF)
def test_a_trail_that_does_not_record_the_events(about: dict[str, Any]) -> None:
    finding = watching(GOOD, trails=[feeding(**about)]).judge_one(KMS)
    assert (finding.status, finding.reason) == (
        Status.FAIL,
        "main does not record DisableKey, ScheduleKeyDeletion",
    )


HEARING: dict[str, dict[str, Any]] = {
    "of writes only": {"selectors": [basic("WriteOnly")]},
    "without another source": {"selectors": [basic(excluded=["rdsdata.amazonaws.com"])]},
    "by two selectors": {"selectors": [basic("ReadOnly"), basic("WriteOnly")]},
    "advanced": {"advanced_selectors": [advanced(MANAGEMENT)]},
    "advanced, of writes only": {"advanced_selectors": [advanced(MANAGEMENT, ONLY_WRITES)]},
    "advanced, without another source": {"advanced_selectors": [advanced(MANAGEMENT, NO_RDS)]},
    "advanced, of the source": {
        "advanced_selectors": [advanced(MANAGEMENT, where("eventSource", "kms.amazonaws.com"))]
    },
}


@pytest.mark.parametrize("about", HEARING.values(), ids=HEARING)
def test_a_trail_that_records_the_events_whatever_else_it_leaves_out(about: dict[str, Any]) -> None:
    assert watching(GOOD, trails=[feeding(**about)]).judge_one(KMS).status is Status.PASS


@pytest.mark.parametrize(
    ("control_id", "lost"), [("alarm_root_usage", "ListBuckets"), ("alarm_unauthorized_api", "ListUsers")]
)
def test_a_trail_of_writes_only_does_not_record_reads(control_id: str, lost: str) -> None:
    trails = [feeding(selectors=[basic("WriteOnly")])]
    finding = watching(metric_filter(shown_pattern(control_id)), trails=trails).judge_one(control_id)
    assert (finding.status, finding.reason) == (Status.FAIL, f"main does not record {lost}")


def test_a_filter_counts_what_the_trail_of_its_own_group_records() -> None:
    trails = [feeding(selectors=[basic("ReadOnly")]), feeding(name="other", group="other")]
    finding = watching(GOOD, trails=trails).judge_one(KMS)
    assert (finding.status, finding.reason) == (
        Status.FAIL,
        "no filter on the log group of main counts DisableKey, ScheduleKeyDeletion",
    )
    assert watching(GOOD, metric_filter(BOTH, group="other"), trails=trails).judge_one(KMS).status is Status.PASS


BLIND: dict[str, Any] = {
    "of another group": metric_filter(BOTH, group="other"),
    "of the same group elsewhere": metric_filter(BOTH, region=EU),
    "of some accounts' events": metric_filter(BOTH, fieldSelectionCriteria='@aws.account = "111122223333"'),
    "of transformed events": metric_filter(BOTH, applyOnTransformedLogs=True),
    "split by account": metric_filter(BOTH, emitSystemFieldDimensions=["@aws.account"]),
}


@pytest.mark.parametrize("blind", BLIND.values(), ids=BLIND)
def test_a_filter_that_does_not_see_all_the_trail_writes(blind: Any) -> None:
    finding = watching(blind, regions=(US, EU)).judge_one(KMS)
    assert finding.status is Status.FAIL
    assert finding.reason.startswith("no filter on the log group of main counts")


def test_a_count_that_is_split_is_not_watched_by_an_alarm_on_the_whole() -> None:
    split = {"metricName": "events", "metricNamespace": "Audit", "metricValue": "1", "dimensions": {"u": "$.user"}}
    assert watching(metric_filter(BOTH, metricTransformations=[split])).judge_one(KMS).status is Status.FAIL


def test_what_another_account_holds_is_judged_there() -> None:
    finding = watching(trails=[feeding(owner=ORGANIZATION)]).judge_one(KMS)
    assert (finding.status, finding.reason) == (
        Status.NOT_APPLICABLE,
        "main delivers to a log group of 111122223333: only there can be seen whether it is watched",
    )
    # A trail of one's own whose log group is not watched is a failure whatever the organization does.
    trails = [feeding(owner=ORGANIZATION, name="organization"), feeding()]
    assert watching(trails=trails).judge_one(KMS).status is Status.FAIL


def test_a_topic_of_another_account_leaves_open_who_is_told() -> None:
    abroad = alarm(actions=[topic(ORGANIZATION)])
    finding = watching(GOOD, alarms=[abroad], subscriptions=[]).judge_one(KMS)
    assert (finding.status, finding.reason) == (
        Status.NOT_APPLICABLE,
        "audit-trail/watch tells a topic of another account, whose subscribers cannot be seen here",
    )
    # But not what a filter leaves out.
    assert watching(metric_filter(DISABLED), alarms=[abroad]).judge_one(KMS).status is Status.FAIL


def test_the_trail_may_live_in_another_region() -> None:
    estate = watching(
        metric_filter(BOTH, region=EU),
        trails=[feeding(region=EU)],
        alarms=[alarm(region=EU, actions=[topic(region=EU)])],
        subscriptions=[subscription(of=topic(region=EU))],
        regions=(US, EU),
    )
    assert estate.judge_one(KMS).status is Status.PASS


def test_a_region_whose_alarms_cannot_be_listed_leaves_no_verdict() -> None:
    estate = watching(GOOD, regions=(US, EU)).refuse(Alarm, denied("cloudwatch:DescribeAlarms"), EU)
    finding = estate.judge_one(KMS)
    assert (finding.status, "cloudwatch:DescribeAlarms failed" in finding.reason) == (Status.ERROR, True)


filters = st.lists(
    st.builds(
        lambda pattern, metric: metric_filter(pattern, name=metric, metric=metric),
        st.sampled_from([DISABLED, DELETED, BOTH, "", "{", "{ $.eventName = RunInstances }"]),
        st.sampled_from("ab"),
    ),
    max_size=3,
)
alarms = st.lists(
    st.builds(
        lambda metric, to: alarm(metric=metric, actions=[to]),
        st.sampled_from("ab"),
        st.sampled_from([topic(), f"{topic()}-other", topic(ORGANIZATION)]),
    ),
    max_size=3,
)
heard_by = st.lists(st.sampled_from([PENDING, subscription(), subscription(of=f"{topic()}-other")]), max_size=2)


@given(filters, alarms, heard_by, st.sampled_from(["filters", "alarms", "subscriptions"]), st.data())
def test_one_link_less_never_makes_a_watch(
    given_filters: list[Any], given_alarms: list[Any], given_subscriptions: list[Any], less: str, data: st.DataObject
) -> None:
    parts = {"filters": given_filters, "alarms": given_alarms, "subscriptions": given_subscriptions}

    def judged(**changed: list[Any]) -> Status:
        told = {**parts, **changed}
        estate = watching(*told["filters"], alarms=told["alarms"], subscriptions=told["subscriptions"])
        return estate.judge_one(KMS).status

    if parts[less] and judged() is not Status.PASS:
        gone = data.draw(st.integers(0, len(parts[less]) - 1))
        assert judged(**{less: [*parts[less][:gone], *parts[less][gone + 1 :]]}) is not Status.PASS
