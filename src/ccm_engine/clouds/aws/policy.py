"""The least-privilege IAM policy of a plan, derived from its calls."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from ccm_engine.clouds.aws.models import operation_model
from ccm_engine.core.resource import Call
from ccm_engine.engine.plan import Plan

LIMIT = 6144
"""How many characters a managed policy may have; IAM counts no white space."""

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


def size(policy: Mapping[str, Any]) -> int:
    """Return what IAM counts of a policy document: its characters, but for white space."""
    return len("".join(json.dumps(policy, ensure_ascii=False).split()))


def documents(*statements: Statement, limit: int = LIMIT) -> list[dict[str, Any]]:
    """Return these statements as few policy documents, none larger than `limit`, each action once.

    The order stays. Raises ValueError where one action alone is too large for a document.
    """
    return [document(*part) for part in _parts(statements, limit)]


def terraform(*statements: Statement, limit: int = LIMIT) -> str:
    """Return the same policies as Terraform: one data source for each document, numbered where there are several."""
    parts = list(_parts(statements, limit))
    names = ["ccm_engine"] if len(parts) == 1 else [f"ccm_engine_{number}" for number in range(1, len(parts) + 1)]
    return "\n".join(
        f'data "aws_iam_policy_document" "{name}" {{\n' + "\n".join(map(_block, part)) + "}\n"
        for name, part in zip(names, parts, strict=True)
    )


def _parts(statements: Sequence[Statement], limit: int) -> Iterator[list[Statement]]:
    whole: list[Statement] = []
    for statement in statements:
        for name in statement.actions:
            grown = _with(whole, statement, name)
            if whole and size(document(*grown)) > limit:
                yield whole
                grown = _with([], statement, name)
            if size(document(*grown)) > limit:
                raise ValueError(f"{name} alone is larger than the {limit} characters of a policy")
            whole = grown
    yield whole


def _with(part: Sequence[Statement], statement: Statement, name: str) -> list[Statement]:
    """Return the statements of a document with one more action of `statement`."""
    if part and part[-1].sid == statement.sid:
        return [*part[:-1], replace(statement, actions=(*part[-1].actions, name))]
    return [*part, replace(statement, actions=(name,))]


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
