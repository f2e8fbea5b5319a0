"""A framework file of a user's own: read as written, or refused in one line that says where and what to do."""

import re
from pathlib import Path

import pytest

from ccm_engine.frameworks import Assessment, Framework, RequirementEntry, load

GOOD = """\
# What our insurer asks for.
id: insurer
name: Our insurer
version: 2.10
requirements:
  1.10: {text: Nobody reaches servers from the internet, controls: [ec2_no_open_ssh]}
  1.9:
    text: Buckets stay private
    controls:
      - s3_no_public_buckets
  2: {text: Staff are trained}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "insurer.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    framework = load(written(tmp_path, GOOD))

    assert framework == Framework(
        "insurer",
        "Our insurer",
        "2.10",
        {
            "1.9": RequirementEntry("Buckets stay private", ("s3_no_public_buckets",)),
            "1.10": RequirementEntry("Nobody reaches servers from the internet", ("ec2_no_open_ssh",)),
            "2": RequirementEntry("Staff are trained", (), Assessment.MANUAL),
        },
    )
    assert list(framework.requirements) == ["1.9", "1.10", "2"]


def test_how_a_requirement_is_judged_and_its_level_may_be_said(tmp_path: Path) -> None:
    text = GOOD.replace("{text: Staff are trained}", "{text: Staff are trained, assessment: automated, level: 1.0}")
    text = text.replace("    text: Buckets stay private\n", "    text: Buckets stay private\n    assessment: manual\n")

    requirements = load(written(tmp_path, text)).requirements

    assert requirements["2"] == RequirementEntry("Staff are trained", (), Assessment.AUTOMATED, "1.0")
    assert requirements["1.9"].assessment is Assessment.MANUAL
    assert requirements["1.10"].assessment is Assessment.AUTOMATED


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("id: insurer", "id: My:Insurer", "line 2: id 'My:Insurer' takes small letters, digits, _ and . only"),
        ("id: insurer\n", "", "line 2: a framework lacks id; add it"),
        ("name: Our insurer", "name:", "line 3: name is empty; write it"),
        ("name: Our insurer", "name: [Our, insurer]", "line 3: name is one line of text, not a list or fields"),
        ("version: 2.10", "versoin: 2.10", "line 4: a framework has no field 'versoin' (fields: id, name, version"),
        ("  1.9:\n", "  1.10:\n", "line 7: requirements has '1.10' twice; leave one out"),
        ("    text: Buckets stay private\n", "", "line 8: requirement 1.9 lacks text; add it"),
        ("text: Buckets stay private", "text: ''", "line 8: the text of requirement 1.9 is empty; write it"),
        (
            "text: Buckets stay private",
            'text: "a\\nb"',
            "line 8: the text of requirement 1.9 is one line of plain text",
        ),
        (
            "{text: Staff are trained}",
            "Staff are trained",
            "line 11: requirement 2 takes fields, written 'name: value'",
        ),
        (
            "trained}",
            "trained, assessment: by hand}",
            "line 11: the assessment of requirement 2 is automated or manual, not 'by hand'",
        ),
        ("trained}", "trained, level: ''}", "line 11: the level of requirement 2 is empty; write it"),
        ("[ec2_no_open_ssh]", "ec2_no_open_ssh", "line 6: controls of requirement 1.10 is a list of control ids"),
        ("[ec2_no_open_ssh]", "[EC2.13]", "line 6: requirement 1.10: 'EC2.13' is no control id"),
        ("[ec2_no_open_ssh]", "[a_b, a_b]", "line 6: requirement 1.10 names a_b twice; leave one out"),
        ("id: insurer", "id: [insurer", "this is not YAML ("),
        ("id: insurer", "id: *insurer", "line 2: this is not YAML ("),
    ],
)
def test_a_broken_file_is_refused_in_one_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    path = written(tmp_path, GOOD.replace(old, new))

    with pytest.raises(ValueError, match=re.escape(told)) as refusal:
        load(path)

    assert str(refusal.value).startswith(f"{path}: ")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file is empty; it needs the fields id, name, version, requirements"),
        ("# only a remark\n", "the file is empty"),
        ("- id: insurer\n", "line 1: a framework takes fields, written 'name: value'"),
        ("id: a\nname: b\nversion: c\nrequirements: {}\n", "line 4: requirements is empty; list at least one"),
        ("id: a\n---\nid: b\n", "line 2: this is not YAML ("),
        ("id: a\x07\n", "this is not YAML ("),
        ("[" * 10_000, "this is nested too deeply"),
    ],
)
def test_what_is_no_framework_at_all_is_refused_in_one_line(tmp_path: Path, text: str, told: str) -> None:
    path = written(tmp_path, text)

    with pytest.raises(ValueError, match=re.escape(told)) as refusal:
        load(path)

    assert "\n" not in str(refusal.value)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("id: crédit".encode("latin-1"))

    with pytest.raises(ValueError, match=r"latin\.yaml: this is not text in UTF-8; save the file as UTF-8"):
        load(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"gone\.yaml: cannot be read \(No such file or directory\)"):
        load(tmp_path / "gone.yaml")
    with pytest.raises(ValueError, match=r"cannot be read \(Is a directory\)"):
        load(tmp_path)
