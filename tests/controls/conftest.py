"""An AWS account as moto plays it, for the controls that are tried through it."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws


@pytest.fixture
def aws() -> Iterator[boto3.Session]:
    """An empty account."""
    with mock_aws():
        yield boto3.Session(region_name="us-east-1")
