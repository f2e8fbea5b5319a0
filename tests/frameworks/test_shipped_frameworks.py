"""The frameworks of this package: every file is sound, and the six controls show what users are promised."""

import re
import subprocess
import sys
from importlib import resources

import pytest
import yaml

from ccm_engine.frameworks import Framework, requirements_of, shipped
from ccm_engine.frameworks.format import parse

FILES = sorted(
    (entry.name for entry in (resources.files("ccm_engine.frameworks") / "data").iterdir()),
)

CSF = r"(GV|ID|PR|DE|RS|RC)\.[A-Z]{2}"
WELL_FORMED = {
    "soc2": r"(CC[1-9]|A1|C1|PI1|P[1-8])\.\d{1,2}",
    "iso27001_2022": r"A\.(5|6|7|8)\.[1-9]\d?",
    "nist_csf_1.1": CSF + r"-[1-9]\d?",
    "nist_csf_2.0": CSF + r"-\d\d",
    "pci_dss_4.0": r"(1[0-2]|[1-9]|A[1-3])(\.[1-9]\d?){2,3}",
    "hipaa": r"164\.3(08|10|12|14|16)\([a-e]\)(\(\d\)(\([ivx]+\)(\([A-H]\))?)?)?",
    "nist_800_53_r5": r"(AC|AT|AU|CA|CM|CP|IA|IR|MA|MP|PE|PL|PM|PS|PT|RA|SA|SC|SI|SR)-[1-9]\d?(\([1-9]\d?\))?",
    "fsbp": r"[A-Z][A-Za-z0-9]+\.[1-9]\d*",
    **{
        f"cis_aws_{version}": r"[1-9](\.[1-9]\d?){1,2}"
        for version in ("1.4", "1.5", "2.0", "3.0", "4.0.1", "5.0", "6.0", "7.0")
    },
}

SOC_2, ISO_27001, PCI_DSS, HIPAA = {"soc2"}, {"iso27001_2022"}, {"pci_dss_4.0"}, {"hipaa"}
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


def test_importing_the_room_reads_no_yaml() -> None:
    code = "import sys, ccm_engine.frameworks; sys.exit('yaml' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
