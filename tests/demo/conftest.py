"""One emulated account per test process, filled once."""

from collections.abc import Iterator

import pytest

from ccm_engine.demo.server import EmulatedAWS
from ccm_engine.demo.world import World, seed


@pytest.fixture(scope="session")
def aws() -> Iterator[EmulatedAWS]:
    with EmulatedAWS() as running:
        yield running


@pytest.fixture(scope="session")
def world(aws: EmulatedAWS) -> World:
    filled = World(aws.endpoint)
    seed(filled)
    return filled
