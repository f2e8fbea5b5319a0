"""docs/api.md: every curl in it runs, and every answer it shows has the members of the real one."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ccm_engine.core import moment

from .bench import REGION, Engine, TestClient, engine, fill_account, now, open_ssh

PAGE = (Path(__file__).parents[2] / "docs/api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(sh|json)\n(.*?)```", PAGE, re.DOTALL)
PLACE = "http://127.0.0.1:8000"


def _examples() -> Iterator[tuple[str, Any]]:
    """Yield each command with the answer shown behind it, if there is one."""
    for number, (kind, text) in enumerate(BLOCKS):
        commands = text.strip().splitlines() if kind == "sh" else []
        for command in commands:
            behind = BLOCKS[number + 1] if number + 1 < len(BLOCKS) and command == commands[-1] else ("", "")
            yield command, json.loads(behind[1]) if behind[0] == "json" else None


@pytest.fixture
def served(aws: None, tmp_path: Path) -> Iterator[tuple[Engine, TestClient]]:
    """An engine with a run, in which SSH is open."""
    made = engine(tmp_path)
    open_ssh(fill_account())
    made.monitor.run("schedule")
    made.schedule.start()
    with made.client() as client:
        yield made, client
    made.schedule.stop()
    made.store.close()


def _asked(client: TestClient, command: str) -> Any:
    """Do what a curl command says."""
    words = shlex.split(command)
    assert words[0] == "curl"
    method, headers, url, words = "GET", {}, "", words[1:]
    while words:
        match words:
            case ["-X", value, *words]:
                method = value
            case ["-H", value, *words]:
                name, _, told = value.partition(": ")
                headers[name] = told
            case ["-s" | "-i", *words]:
                pass
            case [url, *words]:
                assert url.startswith(PLACE)
    return client.request(method, url, headers=headers)


def _same_members(shown: Any, real: Any, where: str = "") -> None:
    if isinstance(shown, dict):
        assert isinstance(real, dict), where
        if shown:
            assert list(shown) == list(real), where
        for name, value in shown.items():
            _same_members(value, real[name], f"{where}.{name}")
    elif isinstance(shown, list) and shown and real:
        _same_members(shown[0], real[0], f"{where}[]")


def test_examples_run_and_answers_are_as_shown(served: tuple[Engine, TestClient]) -> None:
    _, client = served
    examples = list(_examples())
    assert len(examples) >= 12
    for command, shown in examples:
        command = command.replace("2026-03-06T12:00:00Z", moment.written(now()))
        answer = _asked(client, command)
        wanted = 422 if shown and shown.get("status") == 422 else 202 if "wait=0" in command else 200
        assert answer.status_code == wanted, (command, answer.text)
        if shown:
            _same_members(shown, answer.json())
        if wanted == 422:
            assert answer.json() == shown


def test_page_names_every_endpoint_and_metric(served: tuple[Engine, TestClient]) -> None:
    _, client = served
    for path in client.get("/openapi.json").json()["paths"]:
        plain = re.sub(r"\{[a-z_]+\}", "{id}", path)
        assert plain in PAGE
    metrics = set(re.findall(r"^(ccm_\w+)", client.get("/metrics").text, re.MULTILINE))
    assert {name for name in metrics if f"`{name}" not in PAGE} == set()
    assert REGION in PAGE
