"""Two engines at once on one store: one history, each alert under one key, and no fight without an end."""

import os
import random
from pathlib import Path
from uuid import uuid4

import pytest

from .processes import Engine, check_aftermath, place_in, started

RUNS = max(3, int(os.environ.get("CCM_SOAK_KILLS", "0")) // 4)


@pytest.mark.parametrize("kind", ["sqlite", "dynamodb"])
def test_one_history(
    kind: str, aws: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws)
    store = f"sqlite:///{tmp_path}/ccm.db"
    if kind == "dynamodb":
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", request.getfixturevalue("ministack"))
        store = f"dynamodb://ccm-{uuid4().hex}"
    place = place_in(tmp_path, store, aws)
    seed = random.SystemRandom().randrange(10**6)
    one, other = Engine(place, seed, RUNS), Engine(place, seed + 1, RUNS)
    with started(one, other):
        one.finish()
        other.finish()
    acknowledged = [*one.acknowledged, *other.acknowledged]
    assert len(acknowledged) >= RUNS
    check_aftermath(place, acknowledged)
