"""docs/cli.md says what the commands say, docs/settings.md what the settings are, docs/reference/calls.md the calls."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("script", ["reference.py", "calls_reference.py", "settings_reference.py"])
def test_the_page_is_up_to_date(script: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / script), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_command_is_on_it() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for command in (
        "demo",
        "scan",
        "snapshot",
        "serve",
        "scorecard",
        "findings",
        "history",
        "policy",
        "init",
        "rebuild",
    ):
        assert f"\n## ccm {command}\n" in page
    for command in ("list", "show", "new", "test"):
        assert f"\n## ccm controls {command}\n" in page
