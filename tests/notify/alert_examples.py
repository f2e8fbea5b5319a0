"""Alerts for the tests: the one that docs/alerts.md shows, and any other that could be."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st

from ccm_engine.core.vocabulary import Severity
from ccm_engine.engine.alert import Alert, AlertResource, ControlCount, Transition

NOW = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
PROD, DEV = "123456789012", "111122223333"

OPEN_SSH = Alert(
    key="fail:ec2_no_open_ssh:run-0001",
    transition=Transition.FAIL,
    run_id="run-0001",
    at=NOW,
    accounts=(PROD, DEV),
    control_id="ec2_no_open_ssh",
    title="No security groups allow 0.0.0.0/0 on port 22",
    severity=Severity.CRITICAL,
    remedy="Narrow the rule's source, or remove it and use Session Manager.",
    resources=(
        AlertResource(
            PROD,
            "prod",
            "us-east-1",
            "sg-0a1b2c3d",
            "sg-0a1b2c3d",
            "bastion admits SSH from 0.0.0.0/0 in rule 1",
            "Root/Workloads",
        ),
        AlertResource(DEV, "", "eu-west-1", "sg-0e4f5a6b", "sg-0e4f5a6b", "build admits SSH from ::/0 in rule 2"),
    ),
    account_names={PROD: "prod"},
    units=("Root/Workloads",),
)
FIRST_RUN = Alert(
    key="summary:run-0001",
    transition=Transition.SUMMARY,
    run_id="run-0001",
    at=NOW,
    accounts=(PROD,),
    cause="first evaluation",
    counts=(
        ControlCount("s3_no_public_buckets", "No S3 buckets are publicly accessible", Severity.HIGH, 0, 0, 61),
        ControlCount("iam_mfa_all_users", "All IAM users have MFA enabled", Severity.CRITICAL, 3, 1, 49),
        ControlCount("rds_encryption_at_rest", "All RDS instances encrypted at rest", Severity.HIGH, 0, 20, 0),
    ),
)


def with_resources(number: int, *, name: str = "sg-{:06}", reason: str = "open to the world") -> Alert:
    """The open-SSH alert with `number` resources."""
    resources = tuple(
        AlertResource(PROD, "prod", "us-east-1", name.format(index), name.format(index), reason)
        for index in range(number)
    )
    return replace(OPEN_SSH, resources=resources)


HOSTILE = (
    "<!channel>", "<!here|x>", "<@U123>", "<#C1|general>", "<https://evil.example|click>", "&lt;!channel&gt;", "&amp;",
    "`code`", "*bold*", "_i_", "~s~", ":skull:", "> quote", "\u202egpj.exe", "\u2066x\u2069", "\x1b[31m", "\x00",
    "\r\nInjected: line", "\n- sg-forged", "\u2028", "\ud800", "\ufffe", "é", "\U0001f600", '"}', "\\u0041", "{0}",
)  # fmt: skip

any_text = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(HOSTILE), max_size=6).map("".join),
    st.sampled_from(HOSTILE).flatmap(lambda bit: st.sampled_from([30, 300]).map(lambda times: bit * times)),
)
any_resource = st.builds(AlertResource, any_text, any_text, any_text, any_text, any_text, any_text, any_text)
any_names = st.dictionaries(any_text, any_text, max_size=5)
any_units = st.lists(any_text, max_size=5).map(tuple)
any_count = st.builds(
    ControlCount, any_text, any_text, st.sampled_from(Severity), st.integers(0, 10**6), st.integers(0, 9), st.integers()
)


def _repeated(few: list[AlertResource], times: int) -> tuple[AlertResource, ...]:
    return tuple(few * times)


any_alert = st.one_of(
    st.builds(
        Alert,
        key=st.text("abc:-0123456789", min_size=1, max_size=200),
        transition=st.sampled_from([Transition.FAIL, Transition.RECOVERY, Transition.ERROR]),
        run_id=any_text,
        at=st.just(NOW),
        accounts=st.lists(any_text, max_size=30).map(tuple),
        control_id=any_text,
        title=any_text,
        severity=st.none() | st.sampled_from(Severity),
        remedy=any_text,
        resources=st.builds(_repeated, st.lists(any_resource, max_size=5), st.sampled_from([1, 30])),
        cause=any_text,
        account_names=any_names,
        units=any_units,
    ),
    st.builds(
        Alert,
        key=st.text("abc:-0123456789", min_size=1, max_size=200),
        transition=st.just(Transition.SUMMARY),
        run_id=any_text,
        at=st.just(NOW),
        accounts=st.lists(any_text, max_size=30).map(tuple),
        cause=any_text,
        counts=st.lists(any_count, max_size=30).map(tuple),
        account_names=any_names,
        units=any_units,
    ),
)
"""Any alert, with texts that try to be markup, forge lines or burst a limit."""
