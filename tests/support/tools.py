"""The programs of requirements-tools.lock, which render and check what cannot be run here."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".venv" / "tools"


def tool(name: str) -> str:
    """Return the path of a program: the one that `make .venv/.tools` fetched, else the one on PATH."""
    found = shutil.which(name, path=f"{FOLDER / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        raise RuntimeError(f"there is no {name}; run `make .venv/.tools`, or install it")
    return found


def run_tool(name: str, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a program in this checkout and return what it did and said."""
    command = [tool(name), *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=os.environ | more, capture_output=True, text=True, check=False)
