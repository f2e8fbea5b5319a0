"""docs/frameworks/ says what the framework files say."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ccm_engine.frameworks import shipped

ROOT = Path(__file__).parents[2]
SCRIPT = Path("scripts", "frameworks_reference.py")
PAGES = Path("docs", "frameworks")


def check(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / SCRIPT), "--check"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_pages_are_up_to_date() -> None:
    done = check(ROOT)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["README.md", "cis_aws_7.0.md"])
def test_an_edited_page_is_noticed(tmp_path: Path, name: str) -> None:
    shutil.copytree(ROOT / PAGES, tmp_path / PAGES)
    (tmp_path / SCRIPT).parent.mkdir()
    shutil.copy(ROOT / SCRIPT, tmp_path / SCRIPT)
    with (tmp_path / PAGES / name).open("a", encoding="utf-8") as page:
        page.write("By hand.\n")

    done = check(tmp_path)

    assert done.returncode == 1
    assert [Path(line.partition(" ")[0]).name for line in done.stderr.splitlines()] == [name]


@pytest.mark.parametrize("version", ["1.4", "1.5", "2.0", "3.0", "4.0.1", "5.0", "6.0", "7.0"])
def test_every_recommendation_stands_beside_its_controls(version: str) -> None:
    rows = (ROOT / PAGES / f"cis_aws_{version}.md").read_text(encoding="utf-8").splitlines()

    for requirement_id, entry in shipped()[f"cis_aws_{version}"].requirements.items():
        (row,) = [row for row in rows if row.startswith(f"| {requirement_id} |")]
        assert all(f"`{control_id}`" in row for control_id in entry.controls)
