"""What holds for every test: Hypothesis judges values, never this machine's speed."""

from collections.abc import Iterator

import boto3
import pytest
from hypothesis import HealthCheck, settings
from moto import mock_aws

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture
def moto_session() -> Iterator[boto3.Session]:
    """A session in an empty account, as moto plays it."""
    with mock_aws():
        yield boto3.Session(region_name="us-east-1")
