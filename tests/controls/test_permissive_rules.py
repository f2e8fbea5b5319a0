"""Who opens more never gets a better verdict: one property over every control and every rule list it reads."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from control_examples import EXAMPLES
from hypothesis import given, settings
from hypothesis import strategies as st
from permissive_rules import Opening, is_rule_list, openings
from raw_documents import Estate, catalogue, control
from raw_examples import Example

from ccm_engine.core.vocabulary import Status

NOT_BETTER = (Status.FAIL, Status.ERROR)

# The controls that read a rule list. Every other one reads none: there is nothing to open.
OPENED = """
cloudfront_https cloudfront_logging cloudtrail_bucket_not_public ec2_ami_not_public ec2_no_open_all_ports
ec2_no_open_cifs ec2_no_open_rdp ec2_no_open_risky_ports ec2_no_open_ssh ec2_no_public_ip ecr_not_public
eks_endpoint_private elb_http_redirect elb_tls_policy iam_no_aws_admin_attached iam_no_cloudshell_full
iam_no_service_wildcards iam_no_star_inline iam_no_star_policies iam_no_user_policies iam_role_trust_not_public
kms_no_public_policy lambda_not_public opensearch_in_vpc rds_no_public_snapshots s3_cross_account_policy
s3_no_public_buckets s3_tls_only secrets_not_public sns_not_public sqs_not_public ssm_document_not_public
vpc_default_sg_closed vpc_nacl_no_admin_ports vpc_peering_least_access
"""

# These ask for something that is missing (a log, a denial): no rule that is added can take it away.
NOT_WORSE = {"cloudfront_logging", "s3_tls_only"}

# The other lists that controls read: settings, members and records. What is in them lets nobody in. Policies are opened
# by their statements, whole; versions and associations only say where a rule counts.
NO_RULES = """
AdministratorAccess.sso_roles AdvancedEventSelector.conditions Alarm.actions Alarm.narrowed_to
AnalyzersOfRegion.analyzers BackupPlan.selected Bucket.encryption_rules Bucket.lifecycle_rules Bucket.ownership_rules
Cluster.encryption_configs Cluster.groups Cluster.log_setups ConfigOfRegion.recorder_states ConfigOfRegion.recorders
Container.environment CustomerPolicy.versions DBCluster.exported_logs DBCluster.members
DBClusterParameterGroup.tls_switches DBInstance.exported_logs DBInstance.groups DBParameterGroup.tls_switches
DataResource.prefixes DeliverySource.about EncryptionConfig.resources EventSelector.data_resources
EventSelector.excluded_sources Federation.oidc_providers Federation.saml_providers FieldSelector.ends
FieldSelector.equals FieldSelector.not_ends FieldSelector.not_equals FieldSelector.not_starts FieldSelector.starts
GroupInUse.by_parameter InspectorOfRegion.inspected InspectorOfRegion.untold Instance.interfaces
Listener.default_actions ListenerRule.actions LoadBalancer.balancer_attributes LogSetup.kinds MetricFilter.counted_in
MetricFilter.split_by_system NetworkInterface.addresses NetworkInterface.ipv6_addresses ParameterGroup.parameters
PeeredVpc.blocks PeeredVpc.ipv6_blocks PolicyDocument.statements Project.build_variables Registry.scan_rules
RestStage.endpoints RootUser.organization_features RootUser.virtual_devices RouteTable.associations ScanRule.filters
SecurityHubOfRegion.integrations SecurityHubOfRegion.standards Service.task_sets Statement.actions
Statement.actions_left_out Statement.resources Statement.resources_left_out SupportAccess.support_groups
SupportAccess.support_roles SupportAccess.support_users TaskDefinition.containers Trail.advanced_selectors
Trail.selectors User.mfa_devices Volume.attachments WebAcl.protected_balancers
"""


def _made(example: Example) -> Estate:
    """Return an example's account, for this test alone: examples share documents, and what is opened stays open."""
    return deepcopy(example.make())


def _openings(example: Example, estate: Estate) -> list[Opening]:
    judged = control(example.control_id)
    read = frozenset(judged.reach.fields)
    return [
        one
        for kind, document in estate.collection.documents()
        if kind in judged.resources
        for one in openings(kind, document, read)
    ]


def _statuses(example: Example, estate: Estate) -> dict[str, Status]:
    return {one.resource_id: one.status for one in estate.judge(example.control_id)}


REACHED = [example for example in EXAMPLES if _openings(example, _made(example))]
FAILING = [example for example in REACHED if example.status is Status.FAIL]


@pytest.mark.parametrize("example", REACHED, ids=str)
@settings(max_examples=10)
@given(data=st.data())
def test_adding_permissive_rules_never_makes_a_fail_a_pass(example: Example, data: st.DataObject) -> None:
    """Examples that pass are opened too: what one rule makes a FAIL, the next must not make a PASS."""
    estate = _made(example)
    rule_lists = _openings(example, estate)
    before = _statuses(example, estate)
    for opening in data.draw(st.lists(st.sampled_from(rule_lists), min_size=1, max_size=4)):
        opening.add(data.draw(st.sampled_from(opening.rules)), data.draw(st.booleans()))
        after = _statuses(example, estate)
        assert after.keys() == before.keys()
        assert all(after[one] in NOT_BETTER for one, status in before.items() if status in NOT_BETTER)
        before = after


@pytest.mark.parametrize("example", FAILING, ids=str)
def test_no_permissive_rule_alone_makes_a_fail_a_pass(example: Example) -> None:
    before = _statuses(example, _made(example))
    for number, rule, first in _each(example):
        estate = _made(example)
        opening = _openings(example, estate)[number]
        opening.add(opening.rules[rule], first)
        after = _statuses(example, estate)
        better = [one for one, status in before.items() if status in NOT_BETTER and after[one] not in NOT_BETTER]
        assert not better, (better, str(opening), opening.rules[rule])


def _each(example: Example) -> Iterator[tuple[int, int, bool]]:
    for number, opening in enumerate(_openings(example, _made(example))):
        for rule in range(len(opening.rules)):
            yield number, rule, True
            yield number, rule, False


def test_the_property_reaches_every_control_that_reads_a_rule_list_and_no_other_reads_one() -> None:
    reading = {one.id for one in catalogue() if any(is_rule_list(field) for field in control(one.id).reach.fields)}
    assert reading == {*OPENED.split()}
    assert {example.control_id for example in FAILING} == reading
    assert (len(reading), len(list(catalogue()))) == (35, 163)


@pytest.mark.parametrize("control_id", sorted({*OPENED.split()} - NOT_WORSE))
def test_some_permissive_rule_is_enough_to_fail(control_id: str) -> None:
    """What is added opens something: else the property would hold of rules that nobody reads."""
    passing = [one for one in EXAMPLES if one.control_id == control_id and one.status is not Status.FAIL]
    told = set()
    for example in passing:
        for number, rule, first in _each(example):
            estate = _made(example)
            opening = _openings(example, estate)[number]
            opening.add(opening.rules[rule], first)
            told |= set(_statuses(example, estate).values())
    assert Status.FAIL in told


def test_every_list_that_a_control_reads_is_a_rule_list_or_known_to_be_none() -> None:
    read = {field for one in catalogue() for field in control(one.id).reach.fields}
    lists = {one for one in read if "tuple[" in str(one.annotation)}
    assert {f"{one.owner.__name__}.{one.name}" for one in lists if not is_rule_list(one)} == {*NO_RULES.split()}
