"""Wheel and sdist, built from this checkout and installed where nothing else is."""

import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERSION = "7.6.5"


def run(command: Sequence[str | Path], folder: Path, **more: str) -> str:
    """Run a command and return what it printed; the test fails with its stderr when it does."""
    done = subprocess.run(command, cwd=folder, env=os.environ | more, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@dataclass(frozen=True)
class Installed:
    """The built files, and the environment that the wheel was installed in."""

    sdist: Path
    wheel: Path
    programs: Path
    elsewhere: Path

    def ccm(self, *arguments: str, **settings: str) -> str:
        """Run the installed `ccm` in a folder that has nothing to do with this checkout."""
        return run([self.programs / "ccm", *arguments], self.elsewhere, **settings)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel as who installs from the sdist gets it: with the dependencies of the lock file and no others."""
    built = tmp_path_factory.mktemp("built")
    # What a tag would say; test_versions.py asks git itself.
    tagged = {"SETUPTOOLS_SCM_PRETEND_VERSION": VERSION}
    run([sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", built], ROOT, **tagged)
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(built, filter="data")
    unpacked = built / sdist.name.removesuffix(".tar.gz")
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", built], unpacked)
    (wheel,) = built.glob("*.whl")

    place = tmp_path_factory.mktemp("clean")
    run([sys.executable, "-m", "venv", "--without-pip", place], built)
    programs = place / "bin"
    pip: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        programs / "python",
        "-q",
        "--disable-pip-version-check",
        "install",
    ]
    run([*pip, "--no-compile", "--require-hashes", "-r", ROOT / "requirements.lock"], built)
    run([*pip, "--no-compile", "--no-deps", "--no-index", wheel], built)
    return Installed(sdist, wheel, programs, tmp_path_factory.mktemp("elsewhere"))


def test_the_files_are_named_by_the_version(installed: Installed) -> None:
    assert installed.sdist.name == f"ccm_engine-{VERSION}.tar.gz"
    assert installed.wheel.name == f"ccm_engine-{VERSION}-py3-none-any.whl"


def test_ccm_tells_the_version_it_was_built_as(installed: Installed) -> None:
    assert installed.ccm("--version") == f"ccm {VERSION}\n"


def test_the_installed_catalogue_is_the_checkouts(installed: Installed) -> None:
    listed = installed.ccm(
        "controls", "list", "-o", "json", CCM_CONTROLS="CRITICAL,HIGH,MEDIUM,LOW,iam_password_expiry"
    )
    pages = {path.stem for path in (ROOT / "docs" / "controls").glob("*.md")} - {"README"}
    assert len(pages) > 160
    assert all(f'"{control}"' in listed for control in pages)


def test_an_installed_control_tells_how_to_fix_it(installed: Installed) -> None:
    assert "aws ec2 revoke-security-group-ingress" in installed.ccm("controls", "show", "ec2_no_open_ssh")


def test_nothing_is_missing_that_the_package_requires(installed: Installed) -> None:
    run([sys.executable, "-m", "pip", "--python", installed.programs / "python", "check"], installed.elsewhere)


def test_the_wheel_holds_every_file_of_the_package(installed: Installed) -> None:
    # Data files too: frameworks, fixes beside the controls, the page, prices, py.typed.
    source = ROOT / "src"
    told = run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "ccm_engine"], source).split("\n")
    wanted = {name for name in told if name and (source / name).is_file()}
    assert {Path(name).suffix for name in wanted} >= {".py", ".yaml", ".md", ".js", ".css", ".html", ".typed"}
    with zipfile.ZipFile(installed.wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == wanted


def test_the_sdist_holds_what_a_build_and_the_tests_need_and_no_secret(installed: Installed) -> None:
    with tarfile.open(installed.sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "requirements-dev.lock", "Makefile", "PKG-INFO"} <= held
    assert not [name for name in held if name == ".env" or name.endswith((".pem", ".key")) or ".venv/" in name]
