"""What holds for every shipped control, whoever wrote it."""

import inspect
import re
from pathlib import Path

import pytest
from control_examples import EXAMPLES
from raw_documents import catalogue, control
from raw_examples import Example

from ccm_engine.clouds.aws.models import operation_model
from ccm_engine.clouds.aws.policy import actions
from ccm_engine.core.control import Control
from ccm_engine.core.vocabulary import Category, Maturity, Severity, Status
from ccm_engine.engine.plan import plan
from ccm_engine.frameworks import requirements_of

IDS = sorted(catalogue().controls)

# Where the CLI names a service otherwise than the SDK.
SERVICES_OF_THE_CLI = {"s3api": "s3", "configservice": "config"}

CONTRACT = {
    "iam_mfa_all_users": ("All IAM users have MFA enabled", Category.IDENTITY, Severity.CRITICAL),
    "s3_no_public_buckets": ("No S3 buckets are publicly accessible", Category.DATA_PROTECTION, Severity.HIGH),
    "rds_encryption_at_rest": ("All RDS instances encrypted at rest", Category.DATA_PROTECTION, Severity.HIGH),
    "cloudtrail_all_regions": ("CloudTrail enabled in all regions", Category.AUDIT_LOGGING, Severity.HIGH),
    "ec2_no_open_ssh": ("No security groups allow 0.0.0.0/0 on port 22", Category.NETWORK, Severity.CRITICAL),
    "iam_no_root_access_keys": ("Root account has no active access keys", Category.IDENTITY, Severity.CRITICAL),
}

FRAMEWORKS_SHOWN = {
    "iam_mfa_all_users": ("soc2", "iso27001", "nist_csf"),
    "s3_no_public_buckets": ("soc2", "pci_dss", "hipaa"),
    "rds_encryption_at_rest": ("hipaa", "soc2", "pci_dss"),
    "cloudtrail_all_regions": ("soc2", "nist_csf", "cis_aws"),
    "ec2_no_open_ssh": ("cis_aws", "nist_csf"),
    "iam_no_root_access_keys": ("cis_aws", "soc2"),
}

ACTIONS = {
    "iam_mfa_all_users": ["iam:ListMFADevices", "iam:ListUsers"],
    "s3_no_public_buckets": [
        "s3:GetAccountPublicAccessBlock",
        "s3:GetBucketAcl",
        "s3:GetBucketPolicyStatus",
        "s3:GetBucketPublicAccessBlock",
        "s3:ListAllMyBuckets",
    ],
    "rds_encryption_at_rest": ["rds:DescribeDBInstances"],
    "cloudtrail_all_regions": [
        "cloudtrail:DescribeTrails",
        "cloudtrail:GetEventSelectors",
        "cloudtrail:GetTrailStatus",
    ],
    "ec2_no_open_ssh": [
        "ec2:DescribeManagedPrefixLists",
        "ec2:DescribeSecurityGroups",
        "ec2:GetManagedPrefixListEntries",
    ],
    "iam_no_root_access_keys": ["iam:GetAccountSummary"],
}


def _file(control_id: str) -> Path:
    return Path(inspect.getsourcefile(inspect.unwrap(control(control_id).judgement)) or "")


def test_nothing_shipped_fails_to_load() -> None:
    assert catalogue().problems == ()
    assert all(isinstance(one, Control) for one in catalogue())


def test_the_first_controls_are_as_promised() -> None:
    told = {id_: (control(id_).title, control(id_).category, control(id_).severity) for id_ in CONTRACT}
    assert told == CONTRACT
    assert {control(id_).maturity for id_ in CONTRACT} == {Maturity.STABLE}


@pytest.mark.parametrize("control_id", IDS)
def test_file_function_and_id_are_one_word(control_id: str) -> None:
    path = _file(control_id)
    assert path.stem == control_id == control(control_id).judgement.__name__
    assert path.parent.name == control(control_id).subject.__module__.rpartition(".")[2] or (
        control(control_id).subject.type == "AWS::::Account"
    )


@pytest.mark.parametrize("control_id", IDS)
def test_a_control_is_short_and_says_what_it_is_about(control_id: str) -> None:
    judged = control(control_id)
    assert len(_file(control_id).read_text().splitlines()) <= 45
    assert judged.why.strip()
    assert judged.title.strip()
    assert judged.remedy.strip().endswith(".")
    assert judged.category is not Category.OTHER


@pytest.mark.parametrize("control_id", IDS)
def test_a_control_helps_to_show_a_requirement(control_id: str) -> None:
    assert requirements_of(control_id, control(control_id).maps_to)


@pytest.mark.parametrize("control_id", sorted(FRAMEWORKS_SHOWN))
def test_the_promised_frameworks_are_shown(control_id: str) -> None:
    shown = {requirement.framework for requirement in requirements_of(control_id)}
    for framework in FRAMEWORKS_SHOWN[control_id]:
        assert any(name.startswith(framework) for name in shown), (framework, sorted(shown))


@pytest.mark.parametrize("control_id", IDS)
def test_needs_are_derived(control_id: str) -> None:
    judged = control(control_id)
    assert judged.judgement in judged.reach.functions
    assert judged.reach.fields, "it reads nothing"
    assert re.fullmatch("sha256:[0-9a-f]{64}", judged.digest)


@pytest.mark.parametrize("control_id", sorted(ACTIONS))
def test_the_policy_has_exactly_what_is_needed(control_id: str) -> None:
    assert actions(plan([control(control_id)]), find_regions=False) == ACTIONS[control_id]


def test_the_policy_of_all_adds_the_question_for_regions_only() -> None:
    everything = {action for id_ in IDS for action in actions(plan([control(id_)]), find_regions=False)}
    assert actions(plan(catalogue()), find_regions=True) == sorted(everything | {"ec2:DescribeRegions"})


@pytest.mark.parametrize("control_id", IDS)
def test_there_is_a_passing_and_a_failing_example(control_id: str) -> None:
    told = {example.status for example in EXAMPLES if example.control_id == control_id}
    assert {Status.PASS, Status.FAIL} <= told


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_is_judged_as_it_says(example: Example) -> None:
    finding = example.make().judge_one(example.control_id)
    assert (finding.status, finding.reason != "") == (example.status, True)
    assert finding.evidence["facts"], "a verdict without a fact"
    if finding.evidence["facts"].get("trails.count") != 0:  # an empty listing gives no resource that has a source
        assert finding.evidence["sources"]


@pytest.mark.parametrize("control_id", IDS)
def test_some_example_reads_each_field_that_costs_a_call(control_id: str) -> None:
    judged = control(control_id)
    read = {
        path
        for example in EXAMPLES
        if example.control_id == control_id
        for path in example.make().judge_one(control_id).evidence["facts"]
    }
    prefixes = [(judged.subject, "")]
    prefixes += [
        (one.resource, rf"{one.name}\[\d+\]\." if one.every else rf"{one.name}\.") for one in judged.surroundings
    ]
    for kind, prefix in prefixes:
        for ask in judged.asks(kind):
            wanted = re.compile(rf"{prefix}{ask.name}($|\.|\[)")
            assert any(wanted.match(path) for path in read), f"no example reads {kind.__name__}.{ask.name}"


def test_every_example_is_of_a_control_there_is() -> None:
    assert {example.control_id for example in EXAMPLES} == set(IDS)


@pytest.mark.parametrize("control_id", IDS)
def test_the_way_to_mend_it_stands_beside_the_control(control_id: str) -> None:
    text = _file(control_id).with_suffix(".md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == ["Console", "CLI", "Terraform"]
    assert "```sh\naws " in text
    assert '```hcl\nresource "aws_' in text


@pytest.mark.parametrize("control_id", IDS)
def test_the_commands_that_mend_it_exist(control_id: str) -> None:
    text = _file(control_id).with_suffix(".md").read_text(encoding="utf-8")
    commands = re.findall(r"^aws ([a-z0-9-]+) ([a-z0-9-]+)", text, flags=re.MULTILINE)
    assert commands
    for service, operation in commands:
        model = SERVICES_OF_THE_CLI.get(service, service)
        assert operation_model(model, operation.replace("-", "_")), f"aws {service} {operation}"
