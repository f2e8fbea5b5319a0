"""Examples of every shipped control: small accounts, and what the control must say of each.

Together the examples of a control make it read every field it asks for.
"""

from collections.abc import Callable
from dataclasses import dataclass

from raw_buckets import ALL_USERS, account, acl, block, bucket, policy, storage
from raw_databases import database, databases
from raw_documents import Estate
from raw_identities import VIRTUAL, identities, root, user
from raw_network import network, prefix_list, rule
from raw_trails import MANAGEMENT, advanced, audited, basic, trail, where

from ccm_engine.core.vocabulary import Status


@dataclass(frozen=True)
class Example:
    """One account with one subject; `make` builds it anew each time."""

    control_id: str
    name: str
    status: Status
    make: Callable[[], Estate]

    def __str__(self) -> str:
        return f"{self.control_id}: {self.name}"


def _of(control_id: str, cases: dict[str, tuple[Status, Callable[[], Estate]]]) -> list[Example]:
    return [Example(control_id, name, status, make) for name, (status, make) in cases.items()]


PASS, FAIL = Status.PASS, Status.FAIL

EXAMPLES: list[Example] = [
    *_of(
        "ec2_no_open_ssh",
        {
            "SSH from a known network": (PASS, lambda: network(rule("203.0.113.0/24"))),
            "SSH from anywhere": (FAIL, lambda: network(rule("10.0.0.0/8"), rule("0.0.0.0/0"))),
            "SSH from a harmless list": (
                PASS,
                lambda: network(rule(prefix_lists=["pl-a"]), lists=[prefix_list("pl-a", "203.0.113.0/24")]),
            ),
            "SSH from a list of everything": (
                FAIL,
                lambda: network(rule(prefix_lists=["pl-a"]), lists=[prefix_list("pl-a", "::/0")]),
            ),
        },
    ),
    *_of(
        "s3_no_public_buckets",
        {
            "private": (PASS, lambda: storage(bucket())),
            "public policy": (FAIL, lambda: storage(bucket(policy_status=policy(public=True)))),
            "public ACL": (FAIL, lambda: storage(bucket(grants=acl(ALL_USERS)))),
            "overruled": (
                PASS,
                lambda: storage(
                    bucket(grants=acl(ALL_USERS), policy_status=policy(public=True)),
                    account(block("IgnorePublicAcls", "RestrictPublicBuckets")),
                ),
            ),
        },
    ),
    *_of(
        "rds_encryption_at_rest",
        {
            "encrypted": (PASS, lambda: databases(database())),
            "not encrypted": (FAIL, lambda: databases(database(StorageEncrypted=False))),
            "Neptune": (Status.NOT_APPLICABLE, lambda: databases(database(Engine="neptune"))),
        },
    ),
    *_of(
        "cloudtrail_all_regions",
        {
            "a good trail": (PASS, lambda: audited(trail(selectors=[basic()]))),
            "no trail": (FAIL, lambda: audited()),
            "stopped": (FAIL, lambda: audited(trail(logging=False))),
            "reads only": (
                FAIL,
                lambda: audited(trail(advanced_selectors=[advanced(MANAGEMENT, where("readOnly", "true"))])),
            ),
        },
    ),
    *_of(
        "iam_mfa_all_users",
        {
            "a device": (PASS, lambda: identities(user(VIRTUAL))),
            "no device": (FAIL, lambda: identities(user())),
        },
    ),
    *_of(
        "iam_no_root_access_keys",
        {
            "no key": (PASS, lambda: root({"AccountAccessKeysPresent": 0})),
            "a key": (FAIL, lambda: root({"AccountAccessKeysPresent": 1})),
        },
    ),
]
