"""Settings: the environment first, `.env` next, `ccm.yaml` last. Every setting has one name in all three."""

import os
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BeforeValidator, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from ccm_engine.app.tag_filters import Values, tag_filter, values_by_key
from ccm_engine.clouds.aws.limits import Rate
from ccm_engine.clouds.aws.secret_values import refuse_other
from ccm_engine.core.due import DUE_DAYS
from ccm_engine.core.tags import TagFilter
from ccm_engine.core.vocabulary import Severity
from ccm_engine.engine.alert import Transition


class SettingsError(ValueError):
    """A setting is wrong; one line that names it and the mend."""


def _listed(value: object) -> tuple[Any, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    # An account id without quotes is a number to YAML.
    members = value if isinstance(value, list | tuple) else [value]
    return tuple(str(member) if type(member) is int else member for member in members)


def _paired(value: object) -> object:
    """Return `ec2=5,iam=10/40` as a mapping; ccm.yaml may give the mapping itself."""
    if isinstance(value, Mapping):
        return {str(name): str(told) for name, told in value.items()}
    pairs: dict[str, str] = {}
    for pair in _listed(value):
        name, equals, told = str(pair).partition("=")
        if not equals:
            raise ValueError(f"{pair!r} says no rate; write it like ec2=5,iam=10/40")
        pairs[name.strip()] = told.strip()
    return pairs


def _days(value: object) -> object:
    """Return `CRITICAL=7,HIGH=30` as whole numbers by severity, with the defaults of the others."""
    if not isinstance(value, Mapping):
        told = [str(pair).partition("=") for pair in _listed(value)]
        value = {name.strip(): number.strip() for name, _, number in told}
    found = dict(DUE_DAYS)
    for name, number in value.items():
        severity = Severity.__members__.get(str(name).upper())
        if severity is None or not str(number).isdecimal() or not 1 <= int(number) <= MOST_DUE_DAYS:
            mend = f"write it like CRITICAL=7,HIGH=30, with 1 to {MOST_DUE_DAYS:,} days"
            raise ValueError(f"{name}={number} is no number of days of a severity; {mend}")
        found[severity] = int(number)
    return found


Tags = Annotated[Values, NoDecode, BeforeValidator(values_by_key)]
Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
MOST_DUE_DAYS = 3650
YAML_FILE = Path("ccm.yaml")
REFERABLE = ("CCM_SLACK_WEBHOOK_URL", "CCM_BROKER_URL", "CCM_HEARTBEAT_URL")
"""Settings that are secrets, and may be given as the ARN under which AWS keeps them."""

_SECRET = (*REFERABLE, "CCM_TAGS_INCLUDE", "CCM_TAGS_EXCLUDE")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Settings(BaseSettings):
    """All settings, as CONTRACT-named environment variables. Lists are comma-separated."""

    # `CCM_CONTROLS_DIR=` with nothing behind it is no directory, least of all this one.
    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        case_sensitive=True,
        extra="ignore",
        populate_by_name=False,
        frozen=True,
        hide_input_in_errors=True,  # which may be the webhook's address; tracebacks are logged
    )

    interval_minutes: int = Field(15, alias="CHECK_INTERVAL_MINUTES", ge=1, le=1440)
    store: str = Field("sqlite:///ccm.db", alias="CCM_STORE")
    regions: Listed = Field((), alias="CCM_REGIONS")
    controls: Listed = Field((), alias="CCM_CONTROLS")
    disable: Listed = Field((), alias="CCM_DISABLE")
    tags_include: Tags = Field(default_factory=dict, alias="CCM_TAGS_INCLUDE")
    tags_exclude: Tags = Field(default_factory=dict, alias="CCM_TAGS_EXCLUDE")
    controls_dir: Path | None = Field(None, alias="CCM_CONTROLS_DIR")
    plugins: Listed = Field((), alias="CCM_PLUGINS")
    frameworks_dir: Path | None = Field(None, alias="CCM_FRAMEWORKS_DIR")
    due_days: Annotated[dict[Severity, int], NoDecode, BeforeValidator(_days)] = Field(
        default_factory=lambda: dict(DUE_DAYS), alias="CCM_DUE_DAYS"
    )
    alert_on: Listed = Field(("fail",), alias="CCM_ALERT_ON")
    accounts: Listed = Field((), alias="CCM_ACCOUNTS")
    exclude_accounts: Listed = Field((), alias="CCM_EXCLUDE_ACCOUNTS")
    org: bool = Field(False, alias="CCM_ORG")
    ous: Listed = Field((), alias="CCM_OUS")
    role_name: str = Field("", alias="CCM_ORG_ROLE_NAME")
    external_id: str = Field("", alias="CCM_EXTERNAL_ID")
    signing_key: str = Field("", alias="CCM_SIGNING_KEY")
    checkpoint_bucket: str = Field("", alias="CCM_CHECKPOINT_BUCKET")
    evidence_bucket: str = Field("", alias="CCM_EVIDENCE_BUCKET")
    processes: int = Field(default_factory=cores, alias="CCM_PROCESSES", ge=1, le=256)
    broker_url: str = Field("", alias="CCM_BROKER_URL", repr=False)
    task_seconds: int = Field(900, alias="CCM_TASK_SECONDS", ge=2, le=39_600)
    limits: Annotated[dict[str, str], NoDecode, BeforeValidator(_paired)] = Field(
        default_factory=dict, alias="CCM_LIMITS"
    )
    host: str = Field("127.0.0.1", alias="CCM_HOST")
    port: int = Field(8000, alias="CCM_PORT", ge=0, le=65535)
    allow_anonymous: bool = Field(False, alias="CCM_ALLOW_ANONYMOUS")
    allowed_hosts: Listed = Field((), alias="CCM_ALLOWED_HOSTS")
    log_format: str = Field("console", alias="CCM_LOG_FORMAT", pattern="^(console|json)$")
    sns_topic_arn: str = Field("", alias="CCM_SNS_TOPIC_ARN")
    slack_webhook_url: str = Field("", alias="CCM_SLACK_WEBHOOK_URL", repr=False)
    heartbeat_url: str = Field("", alias="CCM_HEARTBEAT_URL", repr=False)
    per_control: Annotated[dict[str, dict[str, Any]], NoDecode] = Field(default_factory=dict, alias="controls")

    @field_validator("alert_on")
    @classmethod
    def _known_transitions(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        known = [one.value for one in Transition if one is not Transition.SUMMARY]
        for name in value:
            if name not in known:
                raise ValueError(f"{name!r} is none of {', '.join(known)}")
        return value

    @field_validator("accounts", "exclude_accounts")
    @classmethod
    def _account_ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if not (name.isascii() and name.isdigit() and len(name) == 12):
                raise ValueError(f"{name!r} is no account id of 12 digits (in ccm.yaml, quote one that begins with 0)")
        return tuple(dict.fromkeys(value))  # one that is named twice would be judged twice

    @field_validator("limits")
    @classmethod
    def _rates(cls, value: dict[str, str]) -> dict[str, str]:
        if value:
            from ccm_engine.clouds.aws.rates import rates_with

            rates_with(value)
        return value

    @field_validator("checkpoint_bucket", "evidence_bucket")
    @classmethod
    def _bucket_name(cls, value: str) -> str:
        if value and not _BUCKET.fullmatch(value):
            raise ValueError("it is no name of an S3 bucket; give the name alone, such as ccm-checkpoints-123456789012")
        return value

    @field_validator("slack_webhook_url", "broker_url", "heartbeat_url")
    @classmethod
    def _value_or_its_arn(cls, value: str) -> str:
        value = value.strip()
        if value.startswith("arn:"):
            refuse_other(value)
        return value

    @cached_property
    def transitions(self) -> frozenset[Transition]:
        """The transitions that alert."""
        return frozenset(Transition(name) for name in self.alert_on)

    @property
    def tags(self) -> TagFilter | None:
        """The filter by tags, None where everything is in scope."""
        return tag_filter(self.tags_include, self.tags_exclude)

    @property
    def rates(self) -> Mapping[str, Rate]:
        """The rates at which AWS is asked, by service."""
        from ccm_engine.clouds.aws.rates import rates_with

        return rates_with(self.limits)

    def value_of(self, name: str) -> str | None:
        """Return a setting by its name in the environment, as text; None when it is empty or unknown."""
        for field_name, field in type(self).model_fields.items():
            if field.alias == name:
                value = getattr(self, field_name)
                return str(value) if value else None
        return None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What the command line gives wins over the environment, that over .env, that over ccm.yaml."""
        del file_secret_settings
        return init_settings, env_settings, dotenv_settings, _Yaml(settings_cls)


class _Yaml(PydanticBaseSettingsSource):
    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        """Answer pydantic-settings for one field; all are given by __call__."""
        del field, field_name
        return None, "", False

    def __call__(self) -> dict[str, Any]:
        return _read_yaml(YAML_FILE, {field.alias for field in self.settings_cls.model_fields.values()})


def _read_yaml(path: Path, known: set[str | None]) -> dict[str, Any]:
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        why = getattr(error, "problem", None) or getattr(error, "reason", "it cannot be parsed")
        raise SettingsError(f"{path} is no valid YAML{where}: {why}") from error
    if told is None:
        return {}
    if not isinstance(told, Mapping):
        raise SettingsError(f"{path} must map setting names to values, such as `CCM_STORE: sqlite:///ccm.db`")
    for name in told:
        if name not in known:
            raise SettingsError(f"{path}: there is no setting {name!r}; .env.example lists them all")
    return {name: value for name, value in told.items() if value is not None}


def load_settings(**overrides: Any) -> Settings:
    """Return the settings in force; `overrides` are by name (`CCM_STORE="…"`), None is passed over.

    Raises SettingsError with one line for the first setting that is wrong.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        told = first["msg"].removeprefix("Value error, ")
        shown = "" if name in _SECRET else f" (it is {first['input']!r})"
        raise SettingsError(f"{name}: {told}{shown}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f".env cannot be read: {error}") from error
