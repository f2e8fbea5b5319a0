"""The workflows take no code that could change under them, and no right that they do not use."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tools import ROOT, run_tool

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"uses: ([a-z0-9-]+/[a-z0-9-]+)@([0-9a-f]{40}) # v[0-9]+\.[0-9]+\.[0-9]+")
MAY = {
    ("ci.yml", "check"): {"contents": "read"},
    ("ci.yml", "image"): {"contents": "read"},
    ("release.yml", "build"): {"contents": "read"},
    ("release.yml", "image"): {"contents": "read", "id-token": "write", "attestations": "write"},
    ("release.yml", "attest"): {"id-token": "write", "attestations": "write"},
    ("release.yml", "publish"): {"contents": "write"},
}
"""What each job is granted; a new job, or a new right, is added here by hand."""


def jobs() -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    for path in WORKFLOWS:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, job in told["jobs"].items():
            yield path.name, name, told, job


def test_each_job_has_the_rights_that_it_is_known_for() -> None:
    granted = {(file, name): job.get("permissions", told["permissions"]) for file, name, told, job in jobs()}
    assert granted == MAY


def test_only_a_job_without_our_code_writes_to_the_repository() -> None:
    for _, _, _, job in jobs():
        if job.get("permissions", {}).get("contents") == "write":
            used = {step.get("uses", "").partition("@")[0] for step in job["steps"]}
            assert used == {"", "actions/download-artifact"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_its_commit(path: Path) -> None:
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert lines
    for line in lines:
        assert PINNED.fullmatch(line.removeprefix("- ")), line


def test_an_action_is_the_same_commit_everywhere() -> None:
    found = {match for path in WORKFLOWS for match in PINNED.findall(path.read_text(encoding="utf-8"))}
    assert len({name for name, _ in found}) == len(found)


def test_no_script_is_made_of_what_others_write() -> None:
    for file, name, _, job in jobs():
        for step in job["steps"]:
            assert "${{" not in step.get("run", ""), f"{file}, {name}: pass it in env"


def test_no_token_is_left_in_a_checkout() -> None:
    checkouts = [
        step for _, _, _, job in jobs() for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")
    ]
    assert len(checkouts) >= 4
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_every_python_that_we_say_we_run_on_is_tested() -> None:
    (matrix,) = (job["strategy"]["matrix"]["python"] for _, name, _, job in jobs() if name == "check")
    said = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert matrix == said


def test_a_release_is_made_from_a_tag_and_by_nothing_else() -> None:
    told = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))
    assert told[True] == {"push": {"tags": ["v[0-9]*"]}}  # YAML takes the word `on` for a truth
    assert told["permissions"] == {}


def test_zizmor_finds_nothing() -> None:
    done = run_tool("zizmor", "--offline", "--quiet", ".github/workflows")
    assert done.returncode == 0, done.stdout
