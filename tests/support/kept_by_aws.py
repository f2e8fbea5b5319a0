"""Values that an emulated AWS keeps: secrets and parameters, made as a user would make them."""

import json
from typing import Any

import boto3

REGION = "us-east-1"


def secret(name: str, value: str | bytes | dict[str, Any], region: str = REGION) -> str:
    """Make a secret; return its ARN."""
    client: Any = boto3.session.Session().client("secretsmanager", region_name=region)
    held = {"SecretBinary": value} if isinstance(value, bytes) else {"SecretString": _text(value)}
    return str(client.create_secret(Name=name, **held)["ARN"])


def changed(arn: str, value: str | dict[str, Any]) -> None:
    """Put another value into a secret."""
    client: Any = boto3.session.Session().client("secretsmanager", region_name=arn.split(":")[3])
    client.put_secret_value(SecretId=arn, SecretString=_text(value))


def parameter(name: str, value: str, kind: str = "SecureString", region: str = REGION) -> str:
    """Make a parameter; return its ARN."""
    client: Any = boto3.session.Session().client("ssm", region_name=region)
    client.put_parameter(Name=name, Value=value, Type=kind)
    return str(client.get_parameter(Name=name)["Parameter"]["ARN"])


def _text(value: str | dict[str, Any]) -> str:
    return value if isinstance(value, str) else json.dumps(value)
