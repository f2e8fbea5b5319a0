"""Values that AWS keeps, read by ARN: each form, and one line for whatever is in the way."""

import json
import traceback
from collections.abc import Iterator
from typing import Any

import boto3
import botocore.client
import pytest
from botocore.credentials import Credentials
from kept_by_aws import changed, parameter, secret
from moto import mock_aws
from webhooks import listening

from ccm_engine.clouds.aws.secret_values import SecretValueError, refuse_other, value_at
from ccm_engine.clouds.aws.sessions import acting_for

VALUE = "https://hooks.slack.com/services/T0/B0/nobody-may-see-this"
ANY = "arn:aws:secretsmanager:us-east-1:123456789012:secret:ccm-AbCdEf"
PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter/ccm/slack"


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def aws() -> Iterator[None]:
    """An empty emulated account."""
    with mock_aws():
        yield


def refusal(arn: str) -> str:
    """The one line that reading is refused with; neither it nor what it is raised from tells the value."""
    with pytest.raises(SecretValueError) as refused:
        value_at(arn)
    assert "\n" not in str(refused.value)
    assert "nobody-may-see-this" not in "".join(traceback.format_exception(refused.value))
    return str(refused.value)


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "us-gov-west-1", "cn-north-1"])
def test_a_secret_and_a_parameter_are_read_in_their_own_region(aws: None, region: str) -> None:
    arns = [secret("ccm/slack", VALUE, region), parameter("/ccm/slack", VALUE, region=region)]
    for arn in arns:
        assert arn.split(":")[3] == region
        assert value_at(arn) == VALUE


def test_a_parameter_may_have_a_name_without_a_path(aws: None) -> None:
    assert value_at(parameter("slack", VALUE)) == VALUE


def test_a_line_feed_at_the_end_of_a_file_is_no_part_of_the_value(aws: None) -> None:
    assert value_at(secret("slack", f"{VALUE}\n")) == VALUE


def test_one_key_of_json_is_read_as_ecs_writes_it(aws: None) -> None:
    arn = secret("ccm", {"slack": VALUE, "the heartbeat": "https://example.com/beat"})
    assert value_at(f"{arn}:slack::") == VALUE
    assert value_at(f"{arn}:the heartbeat::") == "https://example.com/beat"


def test_a_version_is_read_by_its_stage_and_by_its_id(aws: None) -> None:
    arn = secret("slack", {"url": "before"})
    client = boto3.client("secretsmanager", region_name="us-east-1")
    first = client.describe_secret(SecretId=arn)["VersionIdsToStages"]
    changed(arn, {"url": VALUE})
    assert value_at(f"{arn}:url::") == VALUE
    assert value_at(f"{arn}:url:AWSCURRENT:") == VALUE
    assert value_at(f"{arn}:url:AWSPREVIOUS:") == "before"
    assert value_at(f"{arn}:url::{next(iter(first))}") == "before"
    changed(arn, "plain")
    assert value_at(f"{arn}:::") == "plain"


@pytest.mark.parametrize(
    ("held", "suffix", "told"),
    [
        (" \n", "", "is empty; put the value into it"),
        (VALUE.encode(), "", "holds bytes; put the value into it as text"),
        ({"slack": VALUE}, "", "holds JSON; name the key to take, as in {}:KEY::"),
        ({"slack": VALUE}, ":url::", "has no such key in its JSON; put it in, or correct the ARN"),
        ({"slack": {"url": VALUE}}, ":slack::", "is no text in its JSON; write it in quotes"),
        ({"slack": ""}, ":slack::", "is empty; put the value into it"),
        (VALUE, ":slack::", "holds no JSON object to take a key of; give {} alone"),
        (f'{{"slack": "{VALUE}"', ":slack::", "holds no JSON object to take a key of; give {} alone"),
        ("[" * 60_000, ":slack::", "holds no JSON object to take a key of; give {} alone"),
        (f'["{VALUE}"]', ":slack::", "holds no JSON object to take a key of; give {} alone"),
    ],
)
def test_what_is_no_value_is_told_with_its_mend(
    aws: None, held: str | bytes | dict[str, Any], suffix: str, told: str
) -> None:
    arn = secret("slack", "to be changed")
    client: Any = boto3.client("secretsmanager", region_name="us-east-1")
    if isinstance(held, bytes):
        client.put_secret_value(SecretId=arn, SecretBinary=held)
    else:
        changed(arn, held)
    assert refusal(arn + suffix) == f"{arn}{suffix} {told.format(arn)}"


def test_a_parameter_in_the_clear_is_refused(aws: None) -> None:
    arn = parameter("/ccm/slack", VALUE, "String")
    assert refusal(arn) == f"{arn} is a String, which is kept in the clear; make it a SecureString"


def test_what_is_not_there_or_about_to_go_is_told_with_awss_code(aws: None) -> None:
    line = refusal(ANY)
    assert line.startswith(f"{ANY} cannot be read by secretsmanager:GetSecretValue: ResourceNotFoundException: ")
    assert line.endswith("; make it, or correct the ARN")
    line = refusal(PARAMETER)
    assert line.startswith(f"{PARAMETER} cannot be read by ssm:GetParameter: ParameterNotFound: ")
    assert line.endswith("; make it, or correct the ARN")
    arn = secret("slack", VALUE)
    boto3.client("secretsmanager", region_name="us-east-1").delete_secret(SecretId=arn)
    line = refusal(arn)
    assert "InvalidRequestException" in line
    assert line.endswith("; restore it if it is to be deleted, or name another")


@pytest.mark.parametrize(
    ("arn", "service", "code", "mend"),
    [
        (ANY, "secretsmanager", "AccessDeniedException", "secretsmanager:GetSecretValue on it, and kms:Decrypt"),
        (ANY, "secretsmanager", "DecryptionFailure", "allow the engine's role kms:Decrypt on its key"),
        (ANY, "secretsmanager", "UnrecognizedClientException", "look at it in the console, and try again"),
        (PARAMETER, "ssm", "AccessDeniedException", "ssm:GetParameter on it, and kms:Decrypt"),
        (PARAMETER, "ssm", "InvalidKeyId", "see that its key is there and enabled"),
    ],
)
def test_what_aws_refuses_is_told_with_the_right_to_give(
    arn: str, service: str, code: str, mend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening() as endpoint:
        endpoint.status = 400
        endpoint.body = json.dumps({"__type": code, "message": "User: engine is not\n authorized."}).encode()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{endpoint.server_port}")
        line = refusal(arn)
    assert line.startswith(f"{arn} cannot be read by {service}:")
    assert f": {code}: User: engine is not authorized; " in line
    assert mend in line


def test_who_cannot_be_reached_and_who_has_no_credentials_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as gone:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{gone.server_port}")
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    line = refusal(ANY)
    assert "Could not connect" in line
    assert line.endswith("; check the network and the AWS settings (AWS_PROFILE)")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    assert "Unable to locate credentials" in refusal(PARAMETER)


def test_it_is_read_with_the_engines_own_credentials_whatever_account_is_judged(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    arn, asked = secret("slack", VALUE), list[tuple[str, str]]()
    own = boto3.session.Session().get_credentials()
    assert own is not None
    make: Any = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]  # its stubs leave it out

    def noted(self: Any, operation: str, arguments: Any) -> Any:
        asked.append((operation, self._request_signer._credentials.access_key))
        return make(self, operation, arguments)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", noted)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", boto3.session.Session("member", "member"))
    with acting_for(Credentials("member", "member")):
        assert value_at(arn) == VALUE
    assert asked == [("GetSecretValue", own.access_key)] != [("GetSecretValue", "member")]


@pytest.mark.parametrize(
    "arn",
    [
        ANY,
        f"{ANY}:key::",
        f"{ANY}:::",
        f"{ANY}:a key:AWSPREVIOUS:",
        f"{ANY}:key::a1b2c3d4-5678-90ab-cdef-EXAMPLE11111",
        ANY.replace("aws:", "aws-us-gov:").replace("us-east-1", "us-gov-east-1"),
        ANY.replace("aws:", "aws-cn:").replace("us-east-1", "cn-north-1"),
        PARAMETER,
        PARAMETER.replace("aws:", "aws-cn:").replace("us-east-1", "cn-northwest-1"),
    ],
)
def test_forms_that_are_taken(arn: str) -> None:
    refuse_other(arn)


@pytest.mark.parametrize(
    "arn",
    [
        "arn:",
        "arn:aws:sns:us-east-1:123456789012:ccm-alerts",
        ANY.replace("us-east-1", ""),
        ANY.replace("123456789012", "1234"),
        ANY.replace("arn:aws", "arn:axs"),
        f"{ANY}:key",
        f"{ANY}:key:",
        f"{ANY}:key:::",
        f"{ANY}:key::too-short",
        f"{ANY}\n",
        f"{ANY}:k\u00e9y::",
        f"{PARAMETER}:3",
        f"{ANY} {VALUE}",
    ],
)
def test_forms_that_are_not_and_no_value_is_shown(arn: str) -> None:
    for read in (refuse_other, value_at):
        with pytest.raises(ValueError, match=r"it looks like an ARN, but .* with :KEY:: behind it") as refused:
            read(arn)
        assert "nobody-may-see-this" not in str(refused.value)
        assert "\n" not in str(refused.value)
