"""docs/controls/ says what the controls, their examples and the frameworks say."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from ccm_engine.app.discovery import discover

ROOT = Path(__file__).parents[2]
SCRIPT = Path("scripts", "controls_reference.py")
PAGES = Path("docs", "controls")


def check(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / SCRIPT), "--check"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_pages_are_up_to_date() -> None:
    done = check(ROOT)
    assert done.returncode == 0, done.stderr


def test_what_was_edited_is_missing_or_is_no_control_any_more_is_noticed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / PAGES, tmp_path / PAGES)
    shutil.copytree(ROOT / "tests", tmp_path / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / SCRIPT).parent.mkdir()
    shutil.copy(ROOT / SCRIPT, tmp_path / SCRIPT)
    folder = tmp_path / PAGES
    (folder / "ec2_no_open_ssh.md").write_text("edited")
    (folder / "s3_no_public_buckets.md").unlink()
    (folder / "gone.md").write_text("of no control")
    done = check(tmp_path)
    named = {Path(line.partition(" ")[0]).name for line in done.stderr.splitlines()}
    assert (done.returncode, named) == (1, {"ec2_no_open_ssh.md", "s3_no_public_buckets.md", "gone.md"})


def test_each_control_has_a_page_with_all_its_parts() -> None:
    assert {path.stem for path in (ROOT / PAGES).glob("*.md")} == {"README", *discover().controls}
    for id_ in discover().controls:
        text = (ROOT / PAGES / f"{id_}.md").read_text(encoding="utf-8")
        headings = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
        wanted = ["Console", "CLI", "Terraform", "What it reads", "What it helps to show", "A finding"]
        assert headings == wanted, id_
        assert '"status": "FAIL"' in text
        assert '"facts": {' in text
