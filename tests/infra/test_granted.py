"""What infra/ grants is what the controls need today, and the template passes its linter."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from many_accounts import in_force

from ccm_engine.app.compose import enabled_controls
from ccm_engine.app.discovery import discover
from ccm_engine.app.least_rights import iam_actions, organization
from ccm_engine.app.settings import load_settings
from ccm_engine.app.tag_filters import tag_filter
from ccm_engine.clouds.aws.policy import LIMIT, actions, document, size
from ccm_engine.engine.plan import plan

ROOT = Path(__file__).parents[2]
SCRIPT = Path("scripts", "infra_policies.py")
TEMPLATE = Path("infra", "cloudformation", "member-role.yaml")
POLICIES = Path("infra", "terraform", "policies")
TEXTS = [
    path for path in (ROOT / "infra").rglob("*") if path.is_file() and path.suffix in (".tf", ".md", ".yaml", ".json")
]


def check(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_what_is_granted_is_up_to_date() -> None:
    done = check(ROOT, "--check")
    assert done.returncode == 0, done.stderr


def test_what_was_edited_is_missing_or_too_much_is_noticed_and_mended(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "infra", tmp_path / "infra", ignore=shutil.ignore_patterns(".terraform*"))
    (tmp_path / SCRIPT).parent.mkdir()
    shutil.copy(ROOT / SCRIPT, tmp_path / SCRIPT)
    assert check(tmp_path, "--check").returncode == 0
    edited, missing = tmp_path / TEMPLATE, tmp_path / POLICIES / "organization.json"
    too_much = tmp_path / POLICIES / "read-only-9.json"
    edited.write_text(edited.read_text().replace("MaxSessionDuration: 3600", "MaxSessionDuration: 43200"))
    missing.unlink()
    too_much.write_text("{}\n")
    done = check(tmp_path, "--check")
    assert done.returncode == 1
    for path in (edited, missing, too_much):
        assert f"{path.name} is not up to date; run python scripts/infra_policies.py" in done.stderr
    assert check(tmp_path).returncode == 0
    assert check(tmp_path, "--check").returncode == 0
    assert not too_much.exists()


def granted() -> list[str]:
    parts = [json.loads(path.read_text()) for path in sorted((ROOT / POLICIES).glob("read-only-*.json"))]
    assert all(size(part) <= LIMIT for part in parts)
    return [name for part in parts for statement in part["Statement"] for name in statement["Action"]]


def test_together_the_policies_are_what_all_controls_and_tag_filters_ask_each_action_once() -> None:
    assert sorted(granted()) == actions(plan(list(discover()), tag_filter({"env": ()}, {})), find_regions=True)


SETTINGS: list[dict[str, str]] = [
    {},
    {"CCM_TAGS_INCLUDE": "env=prod"},
    {"CCM_TAGS_EXCLUDE": "ccm=ignore"},
    {"CCM_TAGS_INCLUDE": "env", "CCM_REGIONS": "eu-west-1"},
    {"CCM_CONTROLS": ",".join(discover().controls)},
    {"CCM_CONTROLS": "ec2_no_open_ssh,iam_password_expiry", "CCM_TAGS_INCLUDE": "owner"},
    {"CCM_CONTROLS": "soc2", "CCM_DISABLE": "LOW"},
]
"""What `settings` of infra/terraform can hold, as far as rights depend on it."""


@pytest.mark.parametrize("told", SETTINGS, ids=[",".join(told) or "none" for told in SETTINGS])
def test_whatever_is_set_nothing_is_asked_that_is_not_granted(
    told: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    in_force(monkeypatch, told)
    settings = load_settings()
    catalogue = enabled_controls(settings)
    asked = set(iam_actions(catalogue, settings))
    assert asked
    assert ("tag:GetResources" in asked) is bool(settings.tags)
    assert asked <= set(granted())


def test_what_an_organization_asks_for_besides_is_granted_with_the_role_to_assume(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_force(monkeypatch, {"CCM_ORG_ROLE_NAME": "ccm-engine", "AWS_DEFAULT_REGION": "us-east-1"})
    lists, members = document(*organization(load_settings()))["Statement"]
    assert json.loads((ROOT / POLICIES / "organization.json").read_text())["Statement"] == [lists]
    service = (ROOT / "infra" / "terraform" / "modules" / "service" / "main.tf").read_text()
    ((actions_, resources),) = re.findall(r'sid +=\s"CcmEngineMembers"\s+actions +=\s(.*)\s+resources =\s(.*)', service)
    assert json.loads(actions_) == members["Action"]
    (role,) = json.loads(resources)
    here = {"${local.partition}": "aws", "${var.organization_role_name}": "ccm-engine"}
    assert re.sub(r"\$\{.*?\}", lambda found: here[found[0]], role) == members["Resource"]


def test_the_template_grants_the_same_and_asks_for_an_external_id() -> None:
    template = yaml.safe_load((ROOT / TEMPLATE).read_text())
    resources = template["Resources"]
    managed = [
        one["Properties"]["PolicyDocument"] for one in resources.values() if one["Type"] == "AWS::IAM::ManagedPolicy"
    ]
    assert managed == [json.loads(path.read_text()) for path in sorted((ROOT / POLICIES).glob("read-only-*.json"))]
    (trusted,) = resources["Reader"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trusted["Principal"] == {"AWS": {"Ref": "EngineRoleArn"}}
    assert trusted["Condition"] == {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}}
    asked = template["Parameters"]["ExternalId"]
    assert "Default" not in asked
    assert asked["MinLength"] == 2
    assert re.fullmatch(asked["AllowedPattern"], "example-external-id")
    assert not re.fullmatch(asked["AllowedPattern"], "")
    engine = template["Parameters"]["EngineRoleArn"]["AllowedPattern"]
    assert re.fullmatch(engine, "arn:aws:iam::111122223333:role/ccm-engine")
    assert not re.fullmatch(engine, "arn:aws:iam::111122223333:root")


def test_the_template_passes_its_linter() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("cfn-lint")), str(ROOT / TEMPLATE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("path", TEXTS, ids=[str(path.relative_to(ROOT)) for path in TEXTS])
def test_no_file_names_a_registry_or_an_account(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\bregistry\.\w+\.\w", text)
    assert set(re.findall(r"(?<!\d)\d{12}(?!\d)", text)) <= {"123456789012", "111122223333", "444455556666"}


def test_the_readme_of_each_module_tells_its_variables_and_outputs() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "infra_reference.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
