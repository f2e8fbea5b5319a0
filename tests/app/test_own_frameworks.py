"""A framework of a user's own: one YAML file."""

from pathlib import Path

import pytest

from ccm_engine.app.compose import enabled_controls
from ccm_engine.app.discovery import DiscoveryError
from ccm_engine.app.frameworks import answering, frameworks_of, named
from ccm_engine.app.settings import Settings, load_settings
from ccm_engine.frameworks import shipped

OWN = """\
id: house
name: House rules
version: "7"
requirements:
  "1.9": {text: Ports stay shut, controls: [ec2_no_open_ssh]}
  "1.10": {text: Staff are trained}
"""
CONTROL = """
from ccm_engine import BaseCheck, CheckResult, CheckStatus

class Training(BaseCheck):
    def __init__(self):
        super().__init__("training", "All are trained", "So that they know.", maps_to=("house:1.10",))

    def run(self) -> CheckResult:
        return self.create_result(CheckStatus.PASS, "they are")
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "frameworks"
    folder.mkdir(mode=0o755)
    (folder / "house.yaml").write_text(OWN)
    return load_settings(CCM_FRAMEWORKS_DIR=folder)


def test_it_joins_the_shipped_ones(settings: Settings) -> None:
    found = frameworks_of(settings)
    assert set(found) == {*shipped(), "house"}
    assert list(found["house"].requirements) == ["1.9", "1.10"]
    assert answering(named(found, ["house"]), enabled_controls(settings)) == {"ec2_no_open_ssh"}


def test_a_control_of_ones_own_maps_itself_to_it(settings: Settings, tmp_path: Path) -> None:
    controls = tmp_path / "controls"
    controls.mkdir(mode=0o755)
    (controls / "training.py").write_text(CONTROL)
    told = load_settings(CCM_FRAMEWORKS_DIR=settings.frameworks_dir, CCM_CONTROLS_DIR=controls)
    catalogue = enabled_controls(told)
    assert catalogue.problems == ()
    assert "training" in answering(named(frameworks_of(told), ["house"]), catalogue)
    without = enabled_controls(load_settings(CCM_CONTROLS_DIR=controls))
    assert "names no known framework" in without.problems[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (OWN.replace("id: house", "id: soc2"), "there is a framework 'soc2' already"),
        (OWN.replace("ec2_no_open_ssh", "EC2!"), r"house\.yaml: line 5: requirement 1\.9: 'EC2!' is no control id"),
        ("id: [", r"house\.yaml: line"),
    ],
)
def test_what_is_wrong_is_told_by_file_and_line(settings: Settings, text: str, told: str) -> None:
    assert settings.frameworks_dir
    (settings.frameworks_dir / "house.yaml").write_text(text)
    with pytest.raises(DiscoveryError, match=f"CCM_FRAMEWORKS_DIR: .*{told}"):
        frameworks_of(settings)


@pytest.mark.parametrize("which", ["", "house.yaml"])
def test_what_others_may_write_to_is_refused(settings: Settings, which: str) -> None:
    assert settings.frameworks_dir
    (settings.frameworks_dir / which).chmod(0o777)
    with pytest.raises(DiscoveryError, match="CCM_FRAMEWORKS_DIR: others may write to"):
        frameworks_of(settings)


def test_a_directory_that_is_none_is_refused(settings: Settings) -> None:
    assert settings.frameworks_dir
    for wrong in (settings.frameworks_dir / "none", settings.frameworks_dir / "house.yaml"):
        with pytest.raises(DiscoveryError, match=r"CCM_FRAMEWORKS_DIR: .*(cannot be read|is no directory)"):
            frameworks_of(load_settings(CCM_FRAMEWORKS_DIR=wrong))
