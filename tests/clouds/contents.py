"""What the emulated accounts of these tests hold: something good and something bad for each control."""

import boto3

from ccm_engine.demo import builders
from ccm_engine.demo.builders import ClientFor

REGIONS = ("eu-west-1", "us-east-1", "us-west-2")
HOME = "123456789012"
OTHER, THIRD = "111122223333", "444455556666"


def clients_of(session: boto3.Session) -> ClientFor:
    """Return what makes clients of a session, as the builders want it."""
    made: dict[tuple[str, str], object] = {}

    def client(service: str, region: str) -> object:
        if (service, region) not in made:
            make = session.client
            made[service, region] = make(service, region_name=region)  # type: ignore[call-overload]  # any service
        return made[service, region]

    return client


def small_account(client: ClientFor) -> None:
    """Fill an account so that every call of the plan is made at least once in us-east-1, with mixed verdicts."""
    builders.user(client, "with-mfa")
    builders.user(client, "without-mfa", mfa=False)
    builders.bucket(client, "closed", "us-east-1", block=builders.BLOCKED)
    builders.bucket(client, "published", "us-east-1", public_policy=True)
    builders.database(client, "sealed", "us-east-1")
    builders.database(client, "open", "us-east-1", encrypted=False)
    world = builders.prefix_list(client, "world", "us-east-1", ["0.0.0.0/1", "128.0.0.0/1"])
    builders.group(client, "bastion", "us-east-1", "SSH from anywhere", [builders.opening(22, prefix_list=world)])
    builders.trail(client, "audit", "us-east-1", logs_to="closed", multi_region=True)


def wide_account(client: ClientFor) -> None:
    """Fill an account in three regions."""
    for number in range(7):
        builders.user(client, f"user-{number}", mfa=number % 2 == 0)
    for number, region in enumerate(REGIONS * 2):
        builders.bucket(client, f"bucket-{number}", region, block=builders.BLOCKED if number % 2 else None)
        builders.database(client, f"database-{number}", region, encrypted=number % 3 != 0)
    for region in REGIONS:
        office = builders.prefix_list(client, "office", region, ["192.0.2.0/24"])
        for number in range(2):
            builders.group(client, f"group-{number}", region, "SSH", [builders.opening(22, prefix_list=office)])
    builders.trail(client, "everywhere", "eu-west-1", logs_to="bucket-0", multi_region=True)
    builders.trail(client, "local", "us-west-2", logs_to="bucket-2", multi_region=False)
