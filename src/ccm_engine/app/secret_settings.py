"""Settings that are secrets: written as they are, or as the ARN under which AWS keeps them.

What an ARN leads to is read where it is needed, with the engine's own credentials, and is held in memory only.
"""

from ccm_engine.app.settings import REFERABLE, Settings, SettingsError
from ccm_engine.clouds.aws.secret_values import SecretValueError, value_at


def is_kept_by_aws(settings: Settings, name: str) -> bool:
    """Tell whether a setting is the ARN of its value."""
    return name in REFERABLE and (settings.value_of(name) or "").startswith("arn:")


def secret_of(settings: Settings, name: str) -> str | None:
    """Return a setting's value by its name, read from AWS each time where the setting is an ARN of it.

    None when it is empty or unknown. Raises SettingsError.
    """
    told = settings.value_of(name)
    if told is None or not is_kept_by_aws(settings, name):
        return told
    try:
        return value_at(told)
    except SecretValueError as error:
        raise SettingsError(f"{name}: {error}") from error
