"""The terminal scorecard, as it looks: at several widths, in colour and without, and in plain ASCII."""

from io import BytesIO, TextIOWrapper

import pytest
from rich.console import Console
from rich.text import Text
from syrupy.assertion import SnapshotAssertion

from ccm_engine.cli.scorecard_view import ScorecardView
from ccm_engine.reports.scan_report import ScanReport
from reports import fixed_report


def drawn(report: ScanReport, width: int, *, colour: bool = False, encoding: str = "utf-8") -> str:
    stream = TextIOWrapper(BytesIO(), encoding=encoding, newline="\n")
    console = Console(
        file=stream,
        width=width,
        force_terminal=colour,
        color_system="truecolor" if colour else None,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )
    console.print(ScorecardView(report))
    stream.seek(0)
    return "\n".join(line.rstrip(" ") for line in stream.read().splitlines())


@pytest.mark.parametrize("width", [60, 80, 120])
def test_as_it_looks(width: int, snapshot: SnapshotAssertion) -> None:
    assert drawn(fixed_report.report(), width) == snapshot


@pytest.mark.parametrize("width", [80, 120])
def test_as_it_looks_in_colour(width: int, snapshot: SnapshotAssertion) -> None:
    assert drawn(fixed_report.report(), width, colour=True) == snapshot


def test_as_it_looks_in_ascii(snapshot: SnapshotAssertion) -> None:
    picture = drawn(fixed_report.report(), 80, encoding="ascii")
    assert picture.isascii()
    assert picture == snapshot


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_no_line_is_too_wide(width: int, encoding: str) -> None:
    lines = drawn(fixed_report.report(), width, encoding=encoding).splitlines()
    assert max(Text(line).cell_len for line in lines) <= min(width, 120)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_nothing_is_left_out_where_it_is_narrow(width: int) -> None:
    words = " ".join(drawn(fixed_report.report(), width).split())
    for told in (
        "21.4 of 100",
        "grade F",
        "COVERAGE 94.7 %",
        "s3:ListBuckets AccessDenied",
        "123456789012 (production)",
        "sg-0a1b2c3d4e5f60718",
        "web admits SSH from ::/0",
        "staging (111122223333)",
        "eu-west-1",
        "fix: Narrow the rule's source",
        "and 3 more: ccm findings -c iam_mfa_all_users",
    ):
        assert told in words


def test_full_coverage_is_said_too() -> None:
    passing = [one for one in fixed_report.findings() if one.status.judged]
    assert "coverage 100 %" in drawn(fixed_report.report(passing), 80)


def test_nothing_judged_is_no_score_to_be_proud_of() -> None:
    blind = [one for one in fixed_report.findings() if not one.status.judged]
    only = fixed_report.report(blind, fixed_report.FACES[2:3])
    picture = drawn(only, 80)
    assert "0.0 of 100" in picture
    assert "nothing could be judged" in picture


def test_other_peoples_names_steer_no_terminal() -> None:
    hostile = fixed_report.hostile()
    picture = drawn(fixed_report.report([hostile]), 120)
    assert "\x1b" not in picture
    assert "\u202e" not in picture
    assert "\\u001b[2J" in picture
    assert "[bold]x[/bold]" in picture
