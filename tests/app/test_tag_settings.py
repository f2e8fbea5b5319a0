"""Tag filters as people set them: in the environment, in ccm.yaml, and one line for each that is wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ccm_engine.app.settings import SettingsError, load_settings

Write = Callable[[str], object]


@pytest.fixture(autouse=True)
def yaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes ccm.yaml into the working directory."""
    monkeypatch.chdir(tmp_path)
    return lambda text: tmp_path.joinpath("ccm.yaml").write_text(text)


def test_by_default_everything_is_in_scope() -> None:
    assert load_settings().tags is None


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("env=prod", {"env": ("prod",)}),
        ("env=prod, env=live ,team=a=b", {"env": ("prod", "live"), "team": ("a=b",)}),
        ("owner", {"owner": ()}),
        ("owner,owner=ann", {"owner": ()}),
        ("env=", {"env": ("",)}),
        ("", {}),
        (" , ", {}),
        ("aws:cloudformation:stack-name=web", {"aws:cloudformation:stack-name": ("web",)}),
    ],
)
def test_pairs_are_alternatives_by_key(told: str, meant: dict[str, tuple[str, ...]]) -> None:
    assert load_settings(CCM_TAGS_INCLUDE=told).tags_include == meant


def test_the_environment_takes_the_same_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCM_TAGS_INCLUDE", "env=prod,env=live")
    monkeypatch.setenv("CCM_TAGS_EXCLUDE", "ccm=ignore")
    tags = load_settings().tags
    assert tags
    assert tags.as_json() == {"include": {"env": ["live", "prod"]}, "exclude": {"ccm": ["ignore"]}}


def test_yaml_takes_a_mapping_or_a_list(yaml: Write) -> None:
    yaml("CCM_TAGS_INCLUDE: {env: [prod, live], owner: , team: 'a, b'}\nCCM_TAGS_EXCLUDE: [ccm=ignore, sandbox]\n")
    settings = load_settings()
    assert settings.tags_include == {"env": ("prod", "live"), "owner": (), "team": ("a, b",)}
    assert settings.tags_exclude == {"ccm": ("ignore",), "sandbox": ()}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("CCM_TAGS_INCLUDE: {env: [1.0]}", "1.0"),
        ("CCM_TAGS_INCLUDE: {env: yes}", "True"),
        ("CCM_TAGS_INCLUDE: {cost-center: 010}", "8"),
        ("CCM_TAGS_INCLUDE: {on: prod}", "True"),
        ("CCM_TAGS_INCLUDE: {env: []}", "env has an empty list"),
        ("CCM_TAGS_EXCLUDE: '=prod'", "names no key"),
        (f"CCM_TAGS_EXCLUDE: {'k' * 129}", "128 characters in a key"),
        (f"CCM_TAGS_EXCLUDE: {{env: {'v' * 257}}}", "256 in a value"),
        ("CCM_TAGS_INCLUDE: {env: {prod: live}}", "prod"),
        ("CCM_TAGS_INCLUDE: api_key=x", "api_key sounds like a secret's"),
    ],
)
def test_what_cannot_be_meant_is_one_line(yaml: Write, text: str, named: str) -> None:
    yaml(text)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    told = str(refused.value)
    assert told.startswith("CCM_TAGS_")
    assert named in told
    assert "\n" not in told
