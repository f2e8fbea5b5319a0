"""What gives a secret away, and what only sounds like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.resources.aws.secrets_in_text import is_secret, secrets_among

VALUE = "kJ8s-dk2L-0aQz"


@pytest.mark.parametrize(
    "name",
    ["PASSWORD", "db_password", "API_KEY", "apikey", "AWS_SECRET_ACCESS_KEY", "GitHubToken", "CLIENT_SECRET"],
)
def test_a_name_gives_it_away(name: str) -> None:
    assert is_secret(name, VALUE)


@pytest.mark.parametrize(
    "name", ["PASSWORD_LENGTH", "TOKEN_URL", "SECRET_ARN", "SECRET_NAME", "KEYBOARD", "STAGE", "TOKENIZER", ""]
)
def test_a_name_that_only_sounds_like_one_does_not(name: str) -> None:
    assert not is_secret(name, VALUE)


@pytest.mark.parametrize(
    "value",
    [
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:db",
        "/shop/db/password",
        "{{resolve:secretsmanager:db}}",
        "https://sso.example.com/token",
        "12345678901",
        "short",
        "",
        "${DB_PASSWORD}",
        "<set in the console>",
    ],
)
def test_a_reference_or_a_placeholder_is_none(value: str) -> None:
    assert not is_secret("DB_PASSWORD", value)


@pytest.mark.parametrize(
    "value",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "-----BEGIN RSA PRIVATE KEY-----\nMII",
        "postgres://shop:hunter2@db.internal/shop",
        f"ghp_{'a' * 36}",
    ],
)
def test_a_form_gives_it_away_whatever_its_name(value: str) -> None:
    assert is_secret("X", value)


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=30), max_size=5), st.text(max_size=12))
def test_one_more_variable_hides_none(variables: dict[str, str], name: str) -> None:
    found = secrets_among({key: value for key, value in variables.items() if key != name})
    assert set(found) <= set(secrets_among({**variables, name: VALUE}))
