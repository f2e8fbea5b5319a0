"""The version comes from git's tags; where there are none, or no git, a build works all the same."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.version import Version

ROOT = Path(__file__).parents[2]


def run(folder: Path, *command: str | Path) -> str:
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("SETUPTOOLS_SCM", "GIT_"))}
    # Neither the machine's git settings nor a repository above this folder.
    settings |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    settings |= {"GIT_CEILING_DIRECTORIES": str(folder.parent)}
    done = subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout.strip()


def version(folder: Path) -> Version:
    return Version(run(folder, sys.executable, "-m", "hatchling", "version"))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The little that a build asks of a checkout, in a folder without git."""
    folder = tmp_path / "source"
    folder.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, folder)
    package = folder / "src" / "ccm_engine"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    return folder


@pytest.fixture
def checkout(source: Path) -> Path:
    """The same as a git repository with one commit and no tag."""
    run(source, "git", "init", "-q")
    run(source, "git", "add", ".")
    commit(source, "First")
    return source


def commit(checkout: Path, subject: str) -> None:
    who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false")
    run(checkout, "git", *who, "commit", "-q", "--allow-empty", "-m", subject)


def test_a_tag_is_the_version(checkout: Path) -> None:
    run(checkout, "git", "tag", "v1.4.0")

    assert version(checkout) == Version("1.4.0")


def test_behind_a_tag_it_is_a_development_version_of_the_next(checkout: Path) -> None:
    run(checkout, "git", "tag", "v1.4.0")
    commit(checkout, "Second")

    told = version(checkout)

    assert Version("1.4.0") < told < Version("1.4.1")
    assert told.dev == 1
    assert told.local is not None
    assert run(checkout, "git", "rev-parse", "--short", "HEAD") in told.local


def test_without_a_tag_it_is_a_development_version(checkout: Path) -> None:
    assert version(checkout).is_devrelease


def test_without_git_a_build_works(source: Path) -> None:
    assert version(source) == Version("0.0.0")


def test_an_sdist_keeps_the_version_it_was_built_as(checkout: Path, tmp_path: Path) -> None:
    run(checkout, "git", "tag", "v2.0.0rc1")
    run(checkout, sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path)
    shutil.unpack_archive(tmp_path / "ccm_engine-2.0.0rc1.tar.gz", tmp_path)

    assert version(tmp_path / "ccm_engine-2.0.0rc1") == Version("2.0.0rc1")


def test_source_on_the_path_that_nobody_installed_says_so(tmp_path: Path) -> None:
    nobody = """
import importlib.metadata

def version(name):
    raise importlib.metadata.PackageNotFoundError(name)

importlib.metadata.version = version
import ccm_engine
print(ccm_engine.__version__)
"""
    assert run(tmp_path, sys.executable, "-c", nobody) == "0+unknown"
