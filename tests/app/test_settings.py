"""Settings: where they come from, and one line for each that is wrong."""

import os
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from ccm_engine.app.settings import Settings, SettingsError, load_settings
from ccm_engine.clouds.aws.limits import RATES, Rate
from ccm_engine.engine.alert import Transition

SECRET = "https://hooks.slack.com/services/T000/B000/nobody-may-see-this"
Write = Callable[[str], object]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty directory and no setting of the machine's own."""
    for name in [name for name in os.environ if name.upper().startswith(("CCM_", "CHECK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def yaml(tmp_path: Path) -> Write:
    """Writes ccm.yaml."""
    return lambda text: tmp_path.joinpath("ccm.yaml").write_text(text)


@pytest.fixture
def dotenv(tmp_path: Path) -> Write:
    """Writes .env."""
    return lambda text: tmp_path.joinpath(".env").write_text(text)


def refusal(**overrides: object) -> str:
    """The one line that loading is refused with."""
    with pytest.raises(SettingsError) as refused:
        load_settings(**overrides)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_the_defaults_are_the_contracts() -> None:
    settings = load_settings()

    assert settings.interval_minutes == 15
    assert settings.store == "sqlite:///ccm.db"
    assert (settings.regions, settings.controls, settings.plugins, settings.accounts) == ((), (), (), ())
    assert settings.transitions == {Transition.FAIL}
    assert (settings.host, settings.port, settings.allow_anonymous) == ("127.0.0.1", 8000, False)
    assert settings.log_format == "console"
    assert settings.controls_dir is None


def test_the_environment_wins_over_dotenv_and_that_over_yaml(
    monkeypatch: pytest.MonkeyPatch, yaml: Write, dotenv: Write
) -> None:
    yaml("CCM_STORE: sqlite:///yaml\nCCM_PORT: 1\nCCM_HOST: yaml\nCHECK_INTERVAL_MINUTES: 1\n")
    dotenv("CCM_STORE=sqlite:///dotenv\nCCM_PORT=2\nCCM_HOST=dotenv\n")
    monkeypatch.setenv("CCM_STORE", "sqlite:///environment")
    monkeypatch.setenv("CCM_PORT", "3")

    settings = load_settings(CCM_STORE="sqlite:///given", CCM_PORT=None)

    assert settings.store == "sqlite:///given"
    assert settings.port == 3
    assert settings.host == "dotenv"
    assert settings.interval_minutes == 1


def test_a_list_in_the_environment_is_not_joined_with_the_files(monkeypatch: pytest.MonkeyPatch, yaml: Write) -> None:
    yaml("CCM_REGIONS: [eu-west-1, eu-west-2]\n")
    monkeypatch.setenv("CCM_REGIONS", "us-east-1")

    assert load_settings().regions == ("us-east-1",)


@pytest.mark.parametrize("told", ["us-east-1,eu-west-1", " us-east-1 , eu-west-1 ,", "us-east-1,,eu-west-1"])
def test_lists_are_comma_separated(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCM_REGIONS", told)

    assert load_settings().regions == ("us-east-1", "eu-west-1")


@pytest.mark.parametrize(
    "told",
    [
        "CCM_REGIONS: us-east-1,eu-west-1",
        "CCM_REGIONS: [us-east-1, eu-west-1]",
        "CCM_REGIONS:\n- us-east-1\n- eu-west-1",
    ],
)
def test_lists_in_yaml_are_either(told: str, yaml: Write) -> None:
    yaml(told)

    assert load_settings().regions == ("us-east-1", "eu-west-1")


@pytest.mark.parametrize("told", ["123456789012", "[123456789012]", '"123456789012"', "[123456789012, '111122223333']"])
def test_an_account_id_needs_no_quotes_in_yaml(told: str, yaml: Write) -> None:
    yaml(f"CCM_ACCOUNTS: {told}\n")

    assert load_settings().accounts[0] == "123456789012"


@pytest.mark.parametrize("name", ["CCM_CONTROLS_DIR", "CHECK_INTERVAL_MINUTES", "CCM_REGIONS", "CCM_LOG_FORMAT"])
def test_what_is_left_empty_is_not_set(name: str, monkeypatch: pytest.MonkeyPatch, yaml: Write, dotenv: Write) -> None:
    """An empty directory would be the current one, whose Python files would run."""
    default = load_settings()
    monkeypatch.setenv(name, "")
    assert load_settings() == default

    monkeypatch.delenv(name)
    dotenv(f"{name}=\n")
    assert load_settings() == default

    dotenv("")
    yaml(f"{name}:\n")
    assert load_settings() == default


def test_variables_that_only_look_alike_are_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTROLS", "of another program")
    monkeypatch.setenv("STORE", "of another program")

    assert load_settings().per_control == {}


def test_dotenv_may_hold_settings_of_others(dotenv: Write) -> None:
    dotenv("AWS_PROFILE=audit\nSOMETHING_ELSE=1\nCCM_PORT=9000\n")

    assert load_settings().port == 9000


@pytest.mark.parametrize("text", ["CCM_LIMITS: ec2=5,iam=2/9\n", "CCM_LIMITS:\n  ec2: 5\n  iam: 2/9\n"])
def test_limits_in_yaml_are_either(text: str, yaml: Write) -> None:
    yaml(text)

    rates = load_settings().rates

    assert (rates["ec2"], rates["iam"]) == (Rate(5, 25), Rate(2, 9))
    assert rates["rds"] == RATES["rds"]


def test_limits_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCM_LIMITS", "ec2 = 5 , default=1/3")

    rates = load_settings().rates

    assert (rates["ec2"], rates["default"]) == (Rate(5, 25), Rate(1, 3))


def test_settings_of_controls_come_from_yaml(yaml: Write) -> None:
    yaml("controls:\n  iam_keys_rotated_90d:\n    max_age_days: 60\n")

    assert load_settings().per_control == {"iam_keys_rotated_90d": {"max_age_days": 60}}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "CHECK_INTERVAL_MINUTES",
            "0",
            "CHECK_INTERVAL_MINUTES: Input should be greater than or equal to 1 (it is '0')",
        ),
        ("CHECK_INTERVAL_MINUTES", "-5", "CHECK_INTERVAL_MINUTES: Input should be greater than or equal to 1 (it is"),
        ("CHECK_INTERVAL_MINUTES", "1441", "CHECK_INTERVAL_MINUTES: Input should be less than or equal to 1440 (it is"),
        ("CHECK_INTERVAL_MINUTES", "abc", "CHECK_INTERVAL_MINUTES: Input should be a valid integer"),
        ("CHECK_INTERVAL_MINUTES", "1.5", "CHECK_INTERVAL_MINUTES: Input should be a valid integer"),
        ("CCM_ALERT_ON", "fail,recover", "CCM_ALERT_ON: 'recover' is none of fail, recovery, error"),
        ("CCM_ALERT_ON", "summary", "CCM_ALERT_ON: 'summary' is none of fail, recovery, error"),
        ("CCM_ACCOUNTS", "12345", "CCM_ACCOUNTS: '12345' is no account id of 12 digits"),
        ("CCM_ACCOUNTS", "123456789012,12345678901x", "CCM_ACCOUNTS: '12345678901x' is no account id of 12 digits"),
        ("CCM_ACCOUNTS", "١٢٣٤٥٦٧٨٩٠١٢", "CCM_ACCOUNTS: '١٢٣٤٥٦٧٨٩٠١٢' is no account id of 12 digits"),
        ("CCM_LOG_FORMAT", "xml", "CCM_LOG_FORMAT: "),
        ("CCM_PORT", "65536", "CCM_PORT: Input should be less than or equal to 65535"),
        ("CCM_LIMITS", "ec2=5,iam", "CCM_LIMITS: 'iam' says no rate; write it like ec2=5,iam=10/40"),
        ("CCM_LIMITS", "ec2=often", "CCM_LIMITS: ec2=often: write requests a second, such as ec2=5 or ec2=5/20"),
        ("CCM_ALLOW_ANONYMOUS", "perhaps", "CCM_ALLOW_ANONYMOUS: Input should be a valid boolean"),
    ],
)
def test_a_bad_value_is_one_line_that_names_the_setting(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    told = refusal()

    assert told.startswith(said)
    assert value.split(",")[-1] in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CCM_STORE: a\nCCM_PORT: [1\nCCM_HOST: b\n", "ccm.yaml is no valid YAML at line 3: "),
        ("CCM_STORE: a: b\n", "ccm.yaml is no valid YAML at line 1: mapping values are not allowed here"),
        ("CCM_STORE: \x00\n", "ccm.yaml is no valid YAML: special characters are not allowed"),
        ("CCM_STORE: !!python/object:os.system x\n", "ccm.yaml is no valid YAML at line 1: "),
        ("CCM_STOR: a\n", "ccm.yaml: there is no setting 'CCM_STOR'; .env.example lists them all"),
        ("1: 2\n", "ccm.yaml: there is no setting 1; .env.example lists them all"),
        ("- CCM_STORE\n", "ccm.yaml must map setting names to values, such as `CCM_STORE: sqlite:///ccm.db`"),
        ("just words\n", "ccm.yaml must map setting names to values, such as `CCM_STORE: sqlite:///ccm.db`"),
        ("CHECK_INTERVAL_MINUTES: often\n", "CHECK_INTERVAL_MINUTES: Input should be a valid integer"),
        ("controls: all\n", "controls: Input should be a valid dictionary"),
        ("controls: {iam_mfa_all_users: 1}\n", "controls: Input should be a valid dictionary"),
        ("CCM_LIMITS: 5\n", "CCM_LIMITS: '5' says no rate; write it like ec2=5,iam=10/40"),
        ("CCM_LIMITS: {ec2: 0}\n", "CCM_LIMITS: ec2=0: requests a second are more than 0 and at most 1000"),
        ("CCM_LIMITS: {ec3: 1}\n", "CCM_LIMITS: there is no AWS service 'ec3'; did you mean"),
        ("CCM_ACCOUNTS: 000011112222\n", "CCM_ACCOUNTS: '2397330' is no account id of 12 digits"),
    ],
)
def test_a_broken_ccm_yaml_is_one_line(text: str, said: str, yaml: Write) -> None:
    yaml(text)

    assert refusal().startswith(said)


def test_an_empty_ccm_yaml_says_nothing(yaml: Write) -> None:
    yaml("# nothing yet\n")

    assert load_settings() == Settings()


def test_a_ccm_yaml_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    tmp_path.joinpath("ccm.yaml").mkdir()
    assert refusal() == "ccm.yaml cannot be read: [Errno 21] Is a directory: 'ccm.yaml'"

    tmp_path.joinpath("ccm.yaml").rmdir()
    tmp_path.joinpath("ccm.yaml").write_bytes(b"CCM_STORE: \xff")
    assert refusal().startswith("ccm.yaml cannot be read: 'utf-8' codec can't decode")


def test_a_dotenv_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    tmp_path.joinpath(".env").write_bytes(b"CCM_STORE=\xff")

    assert refusal().startswith(".env cannot be read: 'utf-8' codec can't decode")


def test_what_the_command_line_gives_is_checked_alike() -> None:
    assert refusal(CCM_PORT=-1) == "CCM_PORT: Input should be greater than or equal to 0 (it is -1)"


def test_the_slack_webhook_is_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCM_SLACK_WEBHOOK_URL", SECRET)
    settings = load_settings()

    assert settings.slack_webhook_url == SECRET
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings)


@pytest.mark.parametrize(
    "text",
    [
        f"CCM_SLACK_WEBHOOK_URL: [{SECRET}]\n",
        f"CCM_SLACK_WEBHOOK_URL: {{url: {SECRET}}}\n",
        f"CCM_SLACK_WEBHOOK_URL: {SECRET}: x\n",
        f"CCM_SLACK_WEBHOOK_URL: {SECRET}\nCCM_PORT: none\n",
        f"CCM_SLACK_WEBHOOK_URL: '{SECRET}\n",
        f"CCM_SLACK_WEBHOOK_URL: {SECRET}\x00\n",
    ],
)
def test_no_error_shows_the_slack_webhook(text: str, yaml: Write) -> None:
    yaml(text)

    assert SECRET not in refusal()


def test_no_traceback_shows_the_slack_webhook(yaml: Write) -> None:
    """An unexpected error is logged with its cause."""
    yaml(f"CCM_SLACK_WEBHOOK_URL: [{SECRET}]\n")

    with pytest.raises(SettingsError) as refused:
        load_settings()

    assert "nobody-may-see-this" not in "".join(traceback.format_exception(refused.value))


def test_a_setting_is_found_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCM_SNS_TOPIC_ARN", "arn:aws:sns:us-east-1:123456789012:ccm-alerts")
    settings = load_settings()

    assert settings.value_of("CCM_SNS_TOPIC_ARN") == "arn:aws:sns:us-east-1:123456789012:ccm-alerts"
    assert settings.value_of("CCM_SLACK_WEBHOOK_URL") is None
    assert settings.value_of("CCM_NO_SUCH_THING") is None
