"""Documents in files: known to be writable before the scan, replaced only whole, nothing left behind."""

import json
import os
from pathlib import Path

import pytest

from ccm_engine.reports.files import ExportError, exporting
from ccm_engine.reports.formats import UnknownFormatError, format_of

from .fixed_report import report


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.json", "json"), ("a.csv", "csv"), ("a.junit.xml", "junit"), ("A.JSON", "json"), ("a.b.csv", "csv")],
)
def test_the_suffix_names_the_form(name: str, form: str) -> None:
    assert format_of(Path(name)).name == form


@pytest.mark.parametrize("name", ["a.xml", "a.pdf", "a", ".json", "junit.xml"])
def test_another_suffix_names_those_that_are_known(name: str) -> None:
    with pytest.raises(UnknownFormatError, match=r"\.json, \.csv, \.junit\.xml"):
        format_of(Path(name))


def test_every_file_is_written(tmp_path: Path) -> None:
    paths = [tmp_path / "a.json", tmp_path / "a.csv", tmp_path / "a.junit.xml"]
    with exporting(paths) as exports:
        assert exports.write(report()) == paths
    assert sorted(os.listdir(tmp_path)) == ["a.csv", "a.json", "a.junit.xml"]
    assert json.loads(paths[0].read_text())["scorecard"]["failed"] == 2
    assert paths[1].read_bytes().count(b"\r\n") == 20


@pytest.mark.parametrize("place", ["missing/a.json", "directory.json"])
def test_a_place_that_takes_no_file_is_told_at_once(tmp_path: Path, place: str) -> None:
    (tmp_path / "directory.json").mkdir()
    with pytest.raises(ExportError, match="cannot be written") as error, exporting([tmp_path / place]):
        pytest.fail("the scan must not begin")
    assert str(tmp_path / place) in str(error.value)


def test_a_scan_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    old = tmp_path / "a.json"
    old.write_text("old")
    with pytest.raises(RuntimeError), exporting([old, tmp_path / "b.csv"]):
        raise RuntimeError
    assert old.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.json"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text("old")
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / "real.json")
    with exporting([link]) as exports:
        exports.write(report())
    assert link.is_symlink()
    assert json.loads((tmp_path / "real.json").read_text())["run"]["trigger"] == "scan"
