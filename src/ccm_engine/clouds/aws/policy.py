"""The least-privilege IAM policy of a plan, derived from its calls."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ccm_engine.clouds.aws.models import operation_model
from ccm_engine.core.resource import Call
from ccm_engine.engine.plan import Plan

DESCRIBE_REGIONS = "ec2:DescribeRegions"


def actions(plan: Plan, *, find_regions: bool) -> list[str]:
    """Return the IAM actions of everything the plan asks, sorted, each once.

    `find_regions`: the enabled regions are asked for, because none are configured.
    """
    found = set(_of_reads(plan))
    found.update(action for check in plan.checks for action in check.check.actions)
    if find_regions and plan.regional():
        found.add(DESCRIBE_REGIONS)
    return sorted(found)


def _of_reads(plan: Plan) -> Iterator[str]:
    for kind, asks in plan.reads.items():
        if isinstance(kind.listed_by, Call):
            listed_by = kind.listed_by
            yield listed_by.granted_as or action(listed_by.service, listed_by.operation)
            if batch := listed_by.batch:
                yield batch.granted_as or action(listed_by.service, batch.operation)
        for ask in asks:
            yield ask.granted_as or action(ask.service, ask.operation)
            if ask.first:
                yield action(ask.service, ask.first)


@cache
def action(service: str, operation: str) -> str:
    """Return the IAM action of a client's method where it has the API's name. Raises ValueError for no method."""
    model = operation_model(service, operation)
    return f"{model.service_model.signing_name}:{model.name}"


@dataclass(frozen=True)
class Statement:
    """What is allowed on a resource: reading has none to narrow to, so it is everything."""

    sid: str
    actions: Sequence[str]
    resource: str = "*"


def reads(allowed: Sequence[str]) -> Statement:
    """Return the statement of what is read in each account."""
    return Statement("CcmEngineReads", allowed)


def document(*statements: Statement) -> dict[str, Any]:
    """Return the policy document of these statements."""
    told = [
        {"Sid": one.sid, "Effect": "Allow", "Action": list(one.actions), "Resource": one.resource} for one in statements
    ]
    return {"Version": "2012-10-17", "Statement": told}


def terraform(*statements: Statement) -> str:
    """Return the same policy as Terraform."""
    return 'data "aws_iam_policy_document" "ccm_engine" {\n' + "\n".join(map(_block, statements)) + "}\n"


def _block(statement: Statement) -> str:
    lines = "\n".join(f'      "{name}",' for name in statement.actions)
    return (
        "  statement {\n"
        f'    sid    = "{statement.sid}"\n'
        '    effect = "Allow"\n'
        f"    actions = [\n{lines}\n    ]\n"
        f'    resources = ["{statement.resource}"]\n'
        "  }\n"
    )
