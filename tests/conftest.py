"""What holds for every test: Hypothesis judges values, never this machine's speed, and nothing is loaded for nobody."""

import gc
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import boto3
import pytest
from botocore.loaders import JSONFileLoader, Loader
from hypothesis import HealthCheck, settings
from moto import mock_aws
from terraform_here import lacking

# Thousands of machine images nobody asks for cost the first EC2 call a third of a second, and each listing a second.
os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"

_described = cache(JSONFileLoader().load_file)


class OnceRead(JSONFileLoader):
    """AWS's descriptions of its services: every test makes sessions of its own, and each would parse them again."""

    def load_file(self, file_path: str) -> object:
        """Return what a file holds; None if there is none."""
        return _described(file_path)


Loader.FILE_LOADER_CLASS = OnceRead

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_collection_finish() -> None:
    """Ten thousand tests lie in memory by now and stay: looking through them for garbage took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture
def moto_session() -> Iterator[boto3.Session]:
    """A session in an empty account, as moto plays it."""
    with mock_aws():
        yield boto3.Session(region_name="us-east-1")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was left out because of what this machine lacks: tests/infra/conftest.py does not collect it."""
    asked = [(config.invocation_params.dir / argument.partition("::")[0]).resolve() for argument in config.args]
    infra = Path(__file__).parent / "infra"
    if (why := lacking()) and any(infra.is_relative_to(place) or place.is_relative_to(infra) for place in asked):
        terminalreporter.write_line(f"left out: tests/infra/test_apply.py, test_plan.py and test_secrets.py ({why})")
