"""Which controls are judged, by id, framework and severity."""

from pathlib import Path

import pytest

from ccm_engine.app.compose import enabled_controls
from ccm_engine.app.discovery import discover
from ccm_engine.app.settings import SettingsError, load_settings
from ccm_engine.core.vocabulary import Severity
from ccm_engine.engine.catalogue import UnknownControlError
from ccm_engine.frameworks import shipped

ALL = discover()
ON_REQUEST = {"iam_password_expiry"}
CIS = set(shipped()["cis_aws_5.0"].by_control) & set(ALL.controls)
CRITICAL = {control.id for control in ALL if control.severity is Severity.CRITICAL}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def enabled(**settings: str) -> set[str]:
    return set(enabled_controls(load_settings(**settings)).controls)


def test_all_are_unless_told_otherwise_but_what_wants_a_request() -> None:
    assert {control.id for control in ALL if control.on_request} == ON_REQUEST
    assert enabled() == set(ALL.controls) - ON_REQUEST
    assert "iam_password_expiry" not in enabled(CCM_CONTROLS="LOW")


@pytest.mark.parametrize("name", ["iam_password_expiry", "pci_dss_4.0"])
def test_a_request_names_it_or_a_framework_that_asks_for_it(name: str) -> None:
    assert "iam_password_expiry" in enabled(CCM_CONTROLS=name)
    assert "iam_password_expiry" not in enabled(
        CCM_CONTROLS=f"{name},ec2_no_open_ssh", CCM_DISABLE="iam_password_expiry"
    )


def test_one_that_is_left_out_is_not_said_to_be_unknown() -> None:
    with pytest.raises(UnknownControlError, match="not judged here; name it in CCM_CONTROLS"):
        enabled_controls(load_settings()).only(["iam_password_expiry"])


def test_one_of_the_names_must_take_it() -> None:
    assert enabled(CCM_CONTROLS="ec2_no_open_ssh") == {"ec2_no_open_ssh"}
    assert enabled(CCM_CONTROLS="cis_aws_5.0") == CIS
    assert enabled(CCM_CONTROLS="critical, s3_no_public_buckets") == CRITICAL | {"s3_no_public_buckets"}


def test_what_is_disabled_is_not_judged_whatever_enables_it() -> None:
    assert enabled(CCM_CONTROLS="cis_aws_5.0", CCM_DISABLE="CRITICAL") == CIS - CRITICAL
    left = set(ALL.controls) - CIS - ON_REQUEST - {"ec2_no_public_ip"}
    assert enabled(CCM_DISABLE="cis_aws_5.0,ec2_no_public_ip") == left


def test_yaml_says_the_same(elsewhere: Path) -> None:
    (elsewhere / "ccm.yaml").write_text("CCM_CONTROLS: [cis_aws_5.0]\nCCM_DISABLE: [CRITICAL]\n")
    assert enabled() == CIS - CRITICAL


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            {"CCM_CONTROLS": "ec2_no_open_shh"},
            "CCM_CONTROLS: there is no control, framework or severity .*did you mean",
        ),
        ({"CCM_DISABLE": "nothing"}, "CCM_DISABLE: there is no control, framework or severity 'nothing'"),
        ({"CCM_CONTROLS": "CRITICAL", "CCM_DISABLE": "CRITICAL"}, "CCM_DISABLE: no control is left to judge"),
    ],
)
def test_what_takes_nothing_is_refused(settings: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        enabled(**settings)
