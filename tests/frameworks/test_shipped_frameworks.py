"""The frameworks of this package: every file is sound, and the six controls show what users are promised."""

import re
import subprocess
import sys
from importlib import resources

import pytest
import yaml

from ccm_engine.frameworks import Assessment, Framework, loading, requirements_of, shipped
from ccm_engine.frameworks.format import parse

FILES = sorted(
    (entry.name for entry in (resources.files("ccm_engine.frameworks") / "data").iterdir()),
)

CSF = r"(GV|ID|PR|DE|RS|RC)\.[A-Z]{2}"
NIST_800_53 = r"(AC|AT|AU|CA|CM|CP|IA|IR|MA|MP|PE|PL|PM|PS|PT|RA|SA|SC|SI|SR)-[1-9]\d?(\([1-9]\d?\))?"
PCI_DSS_IDS = r"(1[0-2]|[1-9]|A[1-3])(\.[1-9]\d?){1,3}"
ARTICLE = r"Article [1-9]\d?"
WELL_FORMED = {
    "soc2": r"(CC[1-9]|A1|C1|PI1|P[1-8])\.\d{1,2}",
    "iso27001_2022": r"A\.(5|6|7|8)\.[1-9]\d?",
    "nist_csf_1.1": CSF + r"-[1-9]\d?",
    "nist_csf_2.0": CSF + r"-\d\d",
    "pci_dss_3.2.1": PCI_DSS_IDS,
    "pci_dss_4.0": PCI_DSS_IDS,
    "dora": ARTICLE,
    "gdpr": ARTICLE,
    "nis2": r"(1[0-3]|[1-9])(\.[1-9]\d?){1,2}",
    "mitre_attack": r"T1\d{3}",
    "hipaa": r"164\.3(08|10|12|14|16)\([a-e]\)(\(\d\)(\([ivx]+\)(\([A-H]\))?)?)?",
    "nist_800_53_r5": NIST_800_53,
    "nist_800_171_r2": r"3\.(1[0-4]|[1-9])\.[1-9]\d?",
    "fedramp_low": NIST_800_53,
    "fedramp_moderate": NIST_800_53,
    "fedramp_20x_low": r"KSI-[A-Z]{3}(-\d\d)?",
    "fsbp": r"[A-Z][A-Za-z0-9]+\.[1-9]\d*",
    **{
        f"cis_aws_{version}": r"[1-9](\.[1-9]\d?){1,2}"
        for version in ("1.4", "1.5", "2.0", "3.0", "4.0.1", "5.0", "6.0", "7.0")
    },
}

# How many requirements the frameworks have that are here as a whole.
WHOLE = {
    "soc2": 43,
    "iso27001_2022": 93,
    "nist_csf_1.1": 108,
    "nist_csf_2.0": 106,
    "nist_800_171_r2": 110,
    "cis_aws_1.4": 58,
    "cis_aws_1.5": 63,
    "cis_aws_2.0": 64,
    "cis_aws_3.0": 62,
    "cis_aws_4.0.1": 64,
    "cis_aws_5.0": 63,
    "cis_aws_6.0": 63,
    "cis_aws_7.0": 70,
}

# What these ask for can all be read by API, also where no control of ours does: it is open, and not for a person.
ALL_BY_API = {"fsbp", "mitre_attack"}

SOC_2, ISO_27001, PCI_DSS, HIPAA = {"soc2"}, {"iso27001_2022"}, {"pci_dss_3.2.1", "pci_dss_4.0"}, {"hipaa"}
NIST_CSF = {"nist_csf_1.1", "nist_csf_2.0"}
CIS = {framework_id for framework_id in WELL_FORMED if framework_id.startswith("cis_aws_")}
PROMISED = [
    ("iam_mfa_all_users", [SOC_2, ISO_27001, NIST_CSF]),
    ("s3_no_public_buckets", [SOC_2, PCI_DSS, HIPAA]),
    ("rds_encryption_at_rest", [HIPAA, SOC_2, PCI_DSS]),
    ("cloudtrail_all_regions", [SOC_2, NIST_CSF, CIS]),
    ("ec2_no_open_ssh", [CIS, NIST_CSF]),
    ("iam_no_root_access_keys", [CIS, SOC_2]),
]


@pytest.mark.parametrize("name", FILES)
def test_every_file_loads_under_its_own_id(name: str) -> None:
    text = (resources.files("ccm_engine.frameworks") / "data" / name).read_text(encoding="utf-8")

    framework = parse(text, name)

    assert name == f"{framework.id}.yaml"
    assert shipped()[framework.id] == framework


@pytest.mark.parametrize("name", FILES)
def test_any_yaml_reader_sees_the_same_ids(name: str) -> None:
    """An id such as 1.10 stands in quotes, so that no other reader makes the number 1.1 of it."""
    text = (resources.files("ccm_engine.frameworks") / "data" / name).read_text(encoding="utf-8")

    plain = yaml.safe_load(text)

    assert set(plain["requirements"]) == set(shipped()[plain["id"]].requirements)
    assert isinstance(plain["version"], str)


def test_every_framework_has_a_pattern_for_its_ids_and_is_there() -> None:
    assert set(shipped()) == set(WELL_FORMED)
    assert len(FILES) == len(WELL_FORMED)


@pytest.mark.parametrize("framework", shipped().values(), ids=list(shipped()))
def test_ids_are_well_formed(framework: Framework) -> None:
    malformed = [one for one in framework.requirements if not re.fullmatch(WELL_FORMED[framework.id], one)]

    assert malformed == []


@pytest.mark.parametrize("framework", shipped().values(), ids=list(shipped()))
def test_words_are_few_and_each_requirement_has_its_own(framework: Framework) -> None:
    texts = [entry.text for entry in framework.requirements.values()]

    assert [text for text in texts if not 3 <= len(text.split()) <= 10] == []
    assert sorted(texts) == sorted(set(texts))


@pytest.mark.parametrize("framework", shipped().values(), ids=list(shipped()))
def test_requirements_stand_in_reading_order(framework: Framework) -> None:
    def numbers(requirement_id: str) -> list[tuple[str, int]]:
        return [(word, int(number or 0)) for word, number in re.findall(r"(\D*)(\d*)", requirement_id)]

    assert list(framework.requirements) == sorted(framework.requirements, key=numbers)


def test_every_named_control_exists() -> None:
    services = (resources.files("ccm_engine") / "controls" / "aws").iterdir()
    existing = {file.name.removesuffix(".py") for service in services if service.is_dir() for file in service.iterdir()}

    named = {control_id for framework in shipped().values() for control_id in framework.by_control}

    assert named - existing == set()


@pytest.mark.parametrize(("framework_id", "count"), WHOLE.items())
def test_a_framework_that_is_here_as_a_whole_lacks_nothing(framework_id: str, count: int) -> None:
    assert len(shipped()[framework_id].requirements) == count


@pytest.mark.parametrize("framework", shipped().values(), ids=list(shipped()))
def test_what_no_control_answers_is_for_a_person_or_openly_open(framework: Framework) -> None:
    without = [entry.assessment for entry in framework.requirements.values() if not entry.controls]

    assert set(without) <= {Assessment.AUTOMATED if framework.id in ALL_BY_API else Assessment.MANUAL}


@pytest.mark.parametrize("name", FILES)
def test_every_requirement_says_how_it_is_judged(name: str) -> None:
    text = (resources.files("ccm_engine.frameworks") / "data" / name).read_text(encoding="utf-8")

    requirements = yaml.safe_load(text)["requirements"]

    assert [one for one, fields in requirements.items() if not {"assessment", "controls"} <= set(fields)] == []


@pytest.mark.parametrize("framework_id", sorted(CIS))
def test_every_automated_recommendation_of_cis_has_a_control(framework_id: str) -> None:
    entries = shipped()[framework_id].requirements

    open_ones = [one for one, entry in entries.items() if entry.assessment is Assessment.AUTOMATED]

    assert len(open_ones) > 30
    assert [one for one in open_ones if not entries[one].controls] == []
    assert {entry.level for entry in entries.values()} == {"1", "2"}


@pytest.mark.parametrize("framework", shipped().values(), ids=list(shipped()))
def test_no_text_has_the_form_of_an_official_one(framework: Framework) -> None:
    official = re.compile(r"^(Ensure|Verify that)\b|\b(shall|should|must be)\b")

    assert [entry.text for entry in framework.requirements.values() if official.search(entry.text)] == []


@pytest.mark.parametrize(("control_id", "promised"), PROMISED, ids=[control_id for control_id, _ in PROMISED])
def test_a_control_shows_the_frameworks_that_users_are_promised(control_id: str, promised: list[set[str]]) -> None:
    shown = {requirement.framework for requirement in requirements_of(control_id)}

    assert [group for group in promised if not group & shown] == []


@pytest.mark.parametrize("version", ["1.4", "1.5", "2.0", "3.0", "4.0.1", "5.0", "6.0", "7.0"])
def test_each_cis_version_holds_the_five_controls_it_has_always_asked_for(version: str) -> None:
    always = {
        "iam_mfa_all_users",
        "iam_no_root_access_keys",
        "rds_encryption_at_rest",
        "cloudtrail_all_regions",
        "ec2_no_open_ssh",
    }

    assert set(shipped()[f"cis_aws_{version}"].by_control) >= always


def test_the_frameworks_are_read_once_and_cannot_be_changed() -> None:
    assert shipped() is shipped()
    with pytest.raises(TypeError):
        shipped()["soc2"].requirements["CC9.9"] = None  # type: ignore[index]  # that it refuses is the point


def test_only_the_file_that_is_asked_for_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def spy(text: str, source: str, *, sound: bool) -> Framework:
        read.append(source)
        return parse(text, source, sound=sound)

    monkeypatch.setattr(loading, "_parsed", spy)
    fresh = loading.shipped.__wrapped__()

    assert fresh["soc2"] is fresh["soc2"]
    assert (list(fresh), len(fresh), "soc3" in fresh) == (list(shipped()), len(shipped()), False)
    assert read == ["soc2.yaml"]


def test_importing_the_room_reads_no_yaml() -> None:
    code = "import sys, ccm_engine.frameworks; sys.exit('yaml' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
