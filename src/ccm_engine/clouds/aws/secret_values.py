"""Values that AWS keeps for the engine, by ARN: secrets of Secrets Manager, SecureStrings of the Parameter Store.

A secret's ARN may end as ECS writes it, `:JSON-KEY:VERSION-STAGE:VERSION-ID`, where each of the three may be empty.
"""

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any

FORMS = (
    "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME, with :KEY:: behind it for one key of its JSON, "
    "or arn:aws:ssm:REGION:ACCOUNT:parameter/NAME"
)
_PLACE = r"arn:aws[a-z-]*:{}:(?P<region>[a-z0-9-]+):[0-9]{{12}}:{}"
_SECRET = re.compile(
    f"(?P<arn>{_PLACE.format('secretsmanager', r'secret:[A-Za-z0-9/_+=.@-]{1,519}')})"
    "(:(?P<key>[ -9;-~]*):(?P<stage>[!-9;-~]*):(?P<version>[!-9;-~]{32,64}|))?"
)
_PARAMETER = re.compile(f"(?P<arn>{_PLACE.format('ssm', r'parameter/[A-Za-z0-9/_.-]{1,1011}')})")
_KEY_TOO = "and kms:Decrypt on its key, where it has one of your own"
_CORRECT = "make it, or correct the ARN"
_MENDS = {
    "secretsmanager": {
        "AccessDeniedException": f"allow the engine's role secretsmanager:GetSecretValue on it, {_KEY_TOO}",
        "DecryptionFailure": "allow the engine's role kms:Decrypt on its key, and see that the key is enabled",
        "InvalidRequestException": "restore it if it is to be deleted, or name another",
        "ResourceNotFoundException": _CORRECT,
    },
    "ssm": {
        "AccessDeniedException": f"allow the engine's role ssm:GetParameter on it, {_KEY_TOO}",
        "InvalidKeyId": "see that its key is there and enabled",
        "ParameterNotFound": _CORRECT,
    },
}
"""The mend for an error's code, by service."""


class SecretValueError(Exception):
    """A value cannot be had; one line with the ARN, AWS's code where there is one, the mend; never the value."""


def refuse_other(arn: str) -> None:
    """Raise ValueError for what is no ARN of a value that AWS keeps. It is not shown: it may be a secret."""
    _reader(arn)


def value_at(arn: str) -> str:
    """Read the value, with credentials that boto3 finds by its own rules: the engine's, whatever account is judged.

    Raises SecretValueError, and ValueError as `refuse_other` does.
    """
    # Files end with a line feed, and secrets are made from files.
    if not (value := _reader(arn)().strip()):
        raise SecretValueError(f"{arn} is empty; put the value into it")
    return value


def _reader(arn: str) -> Callable[[], str]:
    if form := _SECRET.fullmatch(arn):
        return partial(_secret, form)
    if form := _PARAMETER.fullmatch(arn):
        return partial(_parameter, form)
    raise ValueError(f"it looks like an ARN, but is none of a secret or parameter; give {FORMS}")


def _secret(form: re.Match[str]) -> str:
    chosen = {"VersionStage": form["stage"], "VersionId": form["version"]}
    arguments = {name: value for name, value in chosen.items() if value}
    told = _asked("secretsmanager", "get_secret_value", form, SecretId=form["arn"], **arguments)
    if "SecretString" not in told:
        raise SecretValueError(f"{form[0]} holds bytes; put the value into it as text")
    text = str(told["SecretString"])
    members = _members(text)
    if not form["key"]:
        if members is not None:
            raise SecretValueError(f"{form[0]} holds JSON; name the key to take, as in {form['arn']}:KEY::")
        return text
    if members is None:
        raise SecretValueError(f"{form[0]} holds no JSON object to take a key of; give {form['arn']} alone")
    if form["key"] not in members:
        raise SecretValueError(f"{form[0]} has no such key in its JSON; put it in, or correct the ARN")
    if not isinstance(value := members[form["key"]], str):
        raise SecretValueError(f"{form[0]} is no text in its JSON; write it in quotes")
    return value


def _parameter(form: re.Match[str]) -> str:
    told = _asked("ssm", "get_parameter", form, Name=form["arn"], WithDecryption=True)["Parameter"]
    if told["Type"] != "SecureString":
        raise SecretValueError(f"{form['arn']} is a {told['Type']}, which is kept in the clear; make it a SecureString")
    return str(told["Value"])


def _members(text: str) -> dict[str, Any] | None:
    """Return the members of a JSON object, None for any other text."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None  # nothing is raised here: a parser's error carries the text
    return told if isinstance(told, dict) else None


def _asked(service: str, operation: str, form: re.Match[str], **arguments: Any) -> dict[str, Any]:
    # The SDK takes a third of a second to import, and most settings need none of it.
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    from ccm_engine.clouds.aws.sessions import SessionError, own_session

    config = Config(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
    call = f"{service}:{''.join(word.capitalize() for word in operation.split('_'))}"
    try:
        # Of its own: boto3's default session may be another account's while a control runs.
        make: Any = own_session().client  # its overloads know services by literal names only
        answer: dict[str, Any] = getattr(make(service, region_name=form["region"], config=config), operation)(
            **arguments
        )
    except ClientError as error:
        told = error.response.get("Error", {})
        code, said = told.get("Code", "unknown"), _line(told.get("Message", ""))
        mend = _MENDS[service].get(code, "look at it in the console, and try again")
        raise SecretValueError(f"{form[0]} cannot be read by {call}: {code}: {said}; {mend}") from error
    except (BotoCoreError, SessionError, ValueError) as error:
        mend = "check the network and the AWS settings (AWS_PROFILE)"
        raise SecretValueError(f"{form[0]} cannot be read by {call}: {_line(error)}; {mend}") from error
    return answer


def _line(said: object) -> str:
    return " ".join(str(said).split()).rstrip(".")
