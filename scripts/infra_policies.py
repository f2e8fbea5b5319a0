"""Writes what infra/ grants, derived from the controls: the policies of Terraform and the CloudFormation template.

python scripts/infra_policies.py [--check]     --check: write nothing, exit 1 if something is not up to date
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from ccm_engine.app.discovery import discover
from ccm_engine.app.least_rights import iam_actions
from ccm_engine.app.settings import Settings
from ccm_engine.clouds.aws import organizations
from ccm_engine.clouds.aws.policy import Statement, document, documents, reads

INFRA = Path(__file__).parent.parent / "infra"
POLICIES, TEMPLATE = Path("terraform", "policies"), Path("cloudformation", "member-role.yaml")
HEAD = """\
# Made by scripts/infra_policies.py from the controls; change them, then run it.
#
# The role that CCM Engine reads an account with, for a StackSet over an organization or a stack in one account.
# It may be assumed by the engine's exact role alone, and with the external id alone.
"""
RETRIEVED = "What CCM Engine reads, derived from its controls"


def files() -> Iterator[tuple[Path, str]]:
    """Yield every file made here, by its path below infra/, with its text."""
    # Whatever this machine sets: all controls, regions found by asking, and tags, so that any settings can be given.
    widest = Settings.model_construct(regions=(), tags_include={"any": ()})
    granted = documents(reads(iam_actions(discover(), widest)))
    for number, policy in enumerate(granted, 1):
        yield POLICIES / f"read-only-{number}.json", _json(policy)
    organization = document(Statement("CcmEngineOrganization", organizations.actions()))
    yield POLICIES / "organization.json", _json(organization)
    yield TEMPLATE, HEAD + yaml.safe_dump(_template(granted), sort_keys=False, width=120, default_style=None)


def _json(policy: Mapping[str, Any]) -> str:
    return json.dumps(policy, indent=2) + "\n"


def _template(granted: list[dict[str, Any]]) -> dict[str, Any]:
    managed = {f"Reads{number}": _managed(policy) for number, policy in enumerate(granted, 1)}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The read-only role of CCM Engine in an account that it judges",
        "Parameters": {
            "EngineRoleArn": {
                "Type": "String",
                "Description": "The role that the engine runs as, the only one that may assume this one",
                "AllowedPattern": "arn:aws[a-z-]*:iam::[0-9]{12}:role/.+",
                "ConstraintDescription": "the ARN of one role, never of a whole account",
            },
            "ExternalId": {
                "Type": "String",
                "Description": "The external id that the engine must give (CCM_EXTERNAL_ID)",
                "MinLength": 2,
                "MaxLength": 1224,
                "AllowedPattern": r"[A-Za-z0-9_+=,.@:/\-]+",
                "ConstraintDescription": "2 to 1224 letters, digits and _+=,.@:/-; it must not be empty",
            },
            "RoleName": {
                "Type": "String",
                "Description": "Name of the role (CCM_ORG_ROLE_NAME), the same in all accounts",
                "Default": "ccm-engine",
                "AllowedPattern": r"[A-Za-z0-9_+=,.@\-]{1,64}",
            },
        },
        "Resources": {
            "Reader": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "RoleName": {"Ref": "RoleName"},
                    "Description": "CCM Engine reads this account's configuration",
                    "MaxSessionDuration": 3600,
                    "AssumeRolePolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Sid": "EngineWithExternalId",
                                "Effect": "Allow",
                                "Principal": {"AWS": {"Ref": "EngineRoleArn"}},
                                "Action": "sts:AssumeRole",
                                "Condition": {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}},
                            }
                        ],
                    },
                    "ManagedPolicyArns": [{"Ref": name} for name in managed],
                },
            },
            **managed,
        },
        "Outputs": {
            "RoleArn": {"Description": "The role that the engine assumes", "Value": {"Fn::GetAtt": ["Reader", "Arn"]}}
        },
    }


def _managed(policy: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {"Description": RETRIEVED, "PolicyDocument": dict(policy)},
    }


def main(arguments: list[str], infra: Path = INFRA) -> int:
    """Write the files, or check them; return the exit code."""
    fresh = dict(files())
    there = {path.relative_to(infra) for path in (infra / POLICIES).glob("*.json")}
    if "--check" in arguments:
        wrong = sorted(there - fresh.keys())
        wrong += [name for name, text in fresh.items() if not _holds(infra / name, text)]
        for name in wrong:
            sys.stderr.write(f"infra/{name} is not up to date; run python scripts/infra_policies.py\n")
        return int(bool(wrong))
    for name in there - fresh.keys():
        (infra / name).unlink()
    for name, text in fresh.items():
        (infra / name).parent.mkdir(parents=True, exist_ok=True)
        (infra / name).write_text(text, encoding="utf-8")
    return 0


def _holds(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
