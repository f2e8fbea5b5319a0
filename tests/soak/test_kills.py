"""kill -9 at random moments, again and again on one store: the record holds, and nothing that was said is lost.

CCM_SOAK_KILLS says how many kills; `make soak` makes it 200. CCM_SOAK_SEED repeats the choices of another time.
"""

import os
import random
from pathlib import Path
from uuid import uuid4

import pytest

from .engine import Place
from .processes import check_aftermath, check_now, killed_at_random, place_in

KILLS = int(os.environ.get("CCM_SOAK_KILLS", "3"))
SEED = int(os.environ.get("CCM_SOAK_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)


def _soak(place: Place, kills: int) -> None:
    print(f"CCM_SOAK_SEED={SEED}")
    dice = random.Random(SEED)  # noqa: S311 - when to kill is no secret
    acknowledged: list[str] = []
    for number in range(kills):
        acknowledged += killed_at_random(place, dice, SEED + number)
        check_now(place, acknowledged)
        print(f"kill {number + 1} of {kills} held", flush=True)
    check_aftermath(place, acknowledged)


def test_sqlite(aws: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws)
    _soak(place_in(tmp_path, f"sqlite:///{tmp_path}/ccm.db", aws), KILLS)


def test_dynamodb(aws: str, ministack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws)
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", ministack)
    _soak(place_in(tmp_path, f"dynamodb://ccm-{uuid4().hex}", aws), KILLS)
