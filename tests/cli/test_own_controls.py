"""`ccm controls new` and `ccm controls test`: from nothing to a control that is judged."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .accounts import open_group
from .conftest import Ccm


@pytest.fixture
def begun(ccm: Ccm, home: Path) -> Path:
    """The directory of a control that was just begun."""
    assert ccm("controls", "new", "own_no_open_rdp").code == 0
    return home / "controls"


def test_what_is_begun_works_as_it_stands(begun: Path, ccm: Ccm) -> None:
    assert sorted(path.name for path in begun.iterdir()) == ["own_no_open_rdp.py", "test_own_no_open_rdp.py"]
    done = ccm("controls", "test")
    assert done.code == 0, done.out
    assert "5 passed, 0 failed" in done.out
    assert done.err == ""


def test_pytest_runs_the_same_examples(begun: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(begun)],
        capture_output=True,
        text=True,
        cwd=begun,
        check=False,
    )
    assert "4 passed" in done.stdout, done.stdout


def test_what_is_begun_is_judged(account: None, begun: Path, ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCM_CONTROLS_DIR", "controls")
    monkeypatch.setenv("CCM_CONTROLS", "own_no_open_rdp")
    open_group("web")
    told = json.loads(ccm("scan", "-c", "own_no_open_rdp", "-o", "json").out)
    assert {one["status"] for one in told["findings"]} == {"PASS"}
    assert "own_no_open_rdp" in ccm("controls", "list").out


def test_it_says_what_to_do_next(ccm: Ccm, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = ccm("controls", "new", "own_one")
    assert done.out.splitlines() == [
        "wrote controls/own_one.py",
        "wrote controls/test_own_one.py",
        "next: change both, then ccm controls test controls",
        "to have it judged: CCM_CONTROLS_DIR=controls",
    ]
    monkeypatch.setenv("CCM_CONTROLS_DIR", "mine")
    monkeypatch.delenv("CCM_CONTROLS")
    told = json.loads(ccm("controls", "new", "own_two", "-o", "json").out)
    assert told == {"control_id": "own_two", "files": ["mine/own_two.py", "mine/test_own_two.py"]}
    assert "own_two" in ccm("controls", "list").out


def test_nothing_is_overwritten(begun: Path, ccm: Ccm) -> None:
    (begun / "own_no_open_rdp.py").write_text("mine")
    done = ccm("controls", "new", "own_no_open_rdp")
    assert (done.code, done.out) == (2, "")
    assert "is there already" in done.err
    assert (begun / "own_no_open_rdp.py").read_text() == "mine"


def test_an_example_that_does_not_hold_is_shown_by_its_line(begun: Path, ccm: Ccm) -> None:
    test = begun / "test_own_no_open_rdp.py"
    test.write_text(test.read_text().replace('rule("0.0.0.0/0", 443)', 'rule("0.0.0.0/0", 3389)'))
    done = ccm("controls", "test", "controls")
    assert done.code == 1
    assert "test_another_port_passes" in done.out
    line = 1 + test.read_text().splitlines().index(
        '    assert own_no_open_rdp(group(rule("0.0.0.0/0", 3389)), Every()).status is Status.PASS'
    )
    assert f"line {line}: assert own_no_open_rdp(" in done.out
    assert "4 passed, 1 failed" in done.out


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('title="No security group admits the internet to a port"', 'title=" "', "it has no title"),
        ('remedy="Narrow', 'maps_to=("soc2:nosuch",),\n    remedy="Narrow', "has no requirement 'nosuch'"),
        ("group.world_reaches(", 'getattr(group, "world_reaches")(', "uses getattr, which hides the fields it reads"),
        (
            '    """What the whole internet can reach is found and attacked within minutes."""\n',
            "",
            "say in its docstring",
        ),
        ("group: SecurityGroup", "group: nosuch", "NameError"),
    ],
)
def test_a_rule_that_is_broken_is_named(begun: Path, ccm: Ccm, before: str, after: str, told: str) -> None:
    control = begun / "own_no_open_rdp.py"
    source = control.read_text()
    assert before in source
    control.write_text(source.replace(before, after, 1))
    done = ccm("controls", "test", "-o", "json")
    assert done.code == 1
    broken = [one for one in json.loads(done.out)["items"] if not one["ok"]]
    assert told in broken[0]["problem"]


def test_a_control_without_examples_is_told(begun: Path, ccm: Ccm) -> None:
    (begun / "test_own_no_open_rdp.py").unlink()
    done = ccm("controls", "test")
    assert done.code == 1
    assert "write test_own_no_open_rdp.py beside it" in done.out


def test_one_file_is_tested_with_its_examples(begun: Path, ccm: Ccm) -> None:
    ccm("controls", "new", "own_other")
    told = json.loads(ccm("controls", "test", "controls/own_other.py", "-o", "json").out)
    assert {Path(one["file"]).name for one in told["items"]} == {"own_other.py", "test_own_other.py"}


def test_what_an_example_prints_is_no_data(begun: Path, ccm: Ccm) -> None:
    test = begun / "test_own_no_open_rdp.py"
    test.write_text(test.read_text() + "\n\ndef test_that_prints() -> None:\n    print('hello')\n")
    done = ccm("controls", "test", "-o", "json")
    assert len(json.loads(done.out)["items"]) == 6
    assert done.err == "hello\n"


def test_an_example_with_a_fixture_wants_pytest(begun: Path, ccm: Ccm) -> None:
    test = begun / "test_own_no_open_rdp.py"
    test.write_text(test.read_text() + "\n\ndef test_more(tmp_path: object) -> None:\n    pass\n")
    done = ccm("controls", "test")
    assert done.code == 1
    assert "run this one with pytest" in done.out


def test_nothing_stays_imported(begun: Path, ccm: Ccm) -> None:
    ccm("controls", "test")
    assert "own_no_open_rdp" not in sys.modules
    assert "test_own_no_open_rdp" not in sys.modules
    assert str(begun) not in sys.path
