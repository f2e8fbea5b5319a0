"""The bill of materials says all that the lock file says, in CycloneDX's form, and the same each time."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements-image.lock"


def sbom(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "scripts" / "sbom.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    """The bill of a release."""
    told: dict[str, Any] = json.loads(sbom("1.2.3").stdout)
    return told


def test_it_is_cyclonedx(bill: dict[str, Any]) -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill)) is None
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill | {"version": "one"})) is not None


def test_it_names_every_package_of_the_image_with_every_hash(bill: dict[str, Any]) -> None:
    lock = LOCK.read_text(encoding="utf-8")
    pinned = set(re.findall(r"^(\S+==[^\s;\\]+)", lock, re.MULTILINE))
    assert {f"{one['name']}=={one['version']}" for one in bill["components"]} == pinned
    assert len(pinned) > 50
    told = json.dumps(bill)
    assert all(one in told for one in re.findall(r"sha256:([0-9a-f]{64})", lock))


def test_it_tells_who_asked_for_what(bill: dict[str, Any]) -> None:
    wants = {one["ref"].rpartition("/")[2].partition("@")[0]: one["dependsOn"] for one in bill["dependencies"]}
    assert any(ref.startswith("pkg:pypi/boto3@") for ref in wants["ccm-engine"])
    assert any(ref.startswith("pkg:pypi/botocore@") for ref in wants["boto3"])
    reached = {bill["metadata"]["component"]["bom-ref"]}
    edges = {one["ref"]: one["dependsOn"] for one in bill["dependencies"]}
    while more := {ref for one in reached for ref in edges[one]} - reached:
        reached |= more
    assert reached == set(edges)


def test_the_same_lock_file_gives_the_same_bytes(bill: dict[str, Any], tmp_path: Path) -> None:
    assert sbom("1.2.3", "--output", tmp_path / "a.json").returncode == 0
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == sbom("1.2.3").stdout
    assert json.loads(sbom("1.2.4").stdout)["serialNumber"] != bill["serialNumber"]


@pytest.mark.parametrize("line", ["boto3>=1.40\n", "boto3==1.43.0\n    # via ccm-engine (pyproject.toml)\n"])
def test_a_lock_file_without_versions_or_hashes_is_refused(line: str, tmp_path: Path) -> None:
    (tmp_path / "x.lock").write_text(line, encoding="utf-8")
    done = sbom("1.2.3", "--lock", tmp_path / "x.lock")
    assert done.returncode == 2
    assert "boto3" in done.stderr
    assert len(done.stderr.splitlines()) == 1
