"""docs/cost.md says what the measured figures and the prices come to."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FILES = ("scripts/cost.py", "scripts/prices.json", "benchmarks/cost_figures.json", "docs/cost.md")


def check(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "scripts" / "cost.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_cost_page_is_up_to_date() -> None:
    done = check(ROOT, "--check")
    assert done.returncode == 0, done.stderr


def test_one_account_with_everything_on_stays_under_five_dollars() -> None:
    page = (ROOT / "docs" / "cost.md").read_text(encoding="utf-8")
    found = re.search(r"^\| \*\*total\*\* \| \*\*([\d.,]+)\*\* ", page, re.MULTILINE)
    assert found is not None
    assert 1 < float(found[1]) < 5
    for part in ("DynamoDB", "S3", "KMS", "SNS", "Fargate", "The calls that read the accounts"):
        assert page.count(f"| **{part}") == 3


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("scripts/prices.json", ("prices", "kms_key", "price"), 1.5),
        ("benchmarks/cost_figures.json", ("quiet_run", "write_units"), 5000),
    ],
)
def test_another_price_or_figure_makes_another_page(
    copy: Path, name: str, place: tuple[str, ...], value: float
) -> None:
    told: Any = json.loads((copy / name).read_text())
    held = told
    for member in place[:-1]:
        held = held[member]
    held[place[-1]] = value
    (copy / name).write_text(json.dumps(told))
    done = check(copy, "--check")
    assert done.returncode == 1
    assert "is not up to date; run python scripts/cost.py" in done.stderr
    assert check(copy).returncode == (value == 5000)  # so much costs more than the goal
    assert check(copy, "--check").returncode == (value == 5000)


def test_every_price_says_where_it_is_from() -> None:
    told = json.loads((ROOT / "scripts" / "prices.json").read_text())
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", told["as_of"])
    assert all(one["source"].startswith("https://aws.amazon.com/") for one in told["prices"].values())
