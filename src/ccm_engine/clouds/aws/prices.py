"""What AWS bills for reading: practically nothing, and the little there is stands in prices.yaml, with its date."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True)
class Prices:
    """List prices of one region at one time: USD for 1,000 requests, by service or `service.operation`."""

    as_of: str
    region: str
    per_thousand: Mapping[str, float]

    def usd(self, service: str, operation: str, requests: int) -> float:
        """Return what so many requests of an operation (boto3's names) cost."""
        each = self.per_thousand.get(f"{service}.{operation}", self.per_thousand.get(service, 0.0))
        return each * requests / 1000


@cache
def prices() -> Prices:
    """Return the prices that ship with the package."""
    told = yaml.safe_load(files(__package__).joinpath("prices.yaml").read_text(encoding="utf-8"))
    return Prices(told["as_of"], told["region"], told["per_thousand"])
