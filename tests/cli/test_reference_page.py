"""docs/cli.md says what the commands say."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "reference.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_command_is_on_it() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for command in ("demo", "scan", "serve", "scorecard", "findings", "history", "policy", "init", "rebuild"):
        assert f"\n## ccm {command}\n" in page
    for command in ("list", "show", "new", "test"):
        assert f"\n## ccm controls {command}\n" in page
