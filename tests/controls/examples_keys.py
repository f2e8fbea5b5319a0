"""Keys, secrets and certificates: examples of their controls."""

from raw_documents import denied
from raw_examples import FAIL, NOT_APPLICABLE, PASS, Example, examples_of
from raw_keys import OWN, certificate, days_ago, key, keys, policy, secret

EXAMPLES: list[Example] = [
    *examples_of(
        "kms_no_public_policy",
        {
            "its own account": (PASS, lambda: keys(key())),
            "everyone": (FAIL, lambda: keys(key(key_policy=policy({"AWS": "*"})))),
            "everyone of an organization": (
                PASS,
                lambda: keys(key(key_policy=policy("*", {"StringEquals": {"aws:PrincipalOrgID": "o-1234"}}))),
            ),
            "everyone who calls from the account": (
                PASS,
                lambda: keys(key(key_policy=policy("*", {"StringEquals": {"kms:CallerAccount": "123456789012"}}))),
            ),
        },
    ),
    *examples_of(
        "kms_no_pending_deletion",
        {
            "in use": (PASS, lambda: keys(key())),
            "about to be deleted": (FAIL, lambda: keys(key(KeyState="PendingDeletion"))),
            "a replica about to be deleted": (FAIL, lambda: keys(key(KeyState="PendingReplicaDeletion"))),
            "a key of AWS": (NOT_APPLICABLE, lambda: keys(key(KeyManager="AWS"))),
        },
    ),
    *examples_of(
        "kms_rotation",
        {
            "rotates": (PASS, lambda: keys(key())),
            "does not": (FAIL, lambda: keys(key({"KeyRotationEnabled": False}))),
            "a key pair": (
                NOT_APPLICABLE,
                lambda: keys(key(denied("x", "UnsupportedOperationException"), KeySpec="RSA_2048")),
            ),
            "imported": (NOT_APPLICABLE, lambda: keys(key({"KeyRotationEnabled": False}, Origin="EXTERNAL"))),
            "disabled": (NOT_APPLICABLE, lambda: keys(key({"KeyRotationEnabled": False}, KeyState="Disabled"))),
            "a replica": (
                NOT_APPLICABLE,
                lambda: keys(key(MultiRegion=True, MultiRegionConfiguration={"MultiRegionKeyType": "REPLICA"})),
            ),
        },
    ),
    *examples_of(
        "secrets_not_public",
        {
            "no policy": (PASS, lambda: secret()),
            "its own account": (PASS, lambda: secret(policy(OWN))),
            "everyone": (FAIL, lambda: secret(policy("*"))),
        },
    ),
    *examples_of(
        "secrets_rotation",
        {
            "on time": (PASS, lambda: secret()),
            "late": (FAIL, lambda: secret(LastRotatedDate=days_ago(32))),
            "never yet, and young": (PASS, lambda: secret(LastRotatedDate=None, CreatedDate=days_ago(5))),
            "off": (FAIL, lambda: secret(RotationEnabled=None, RotationRules=None)),
            "a service's own": (NOT_APPLICABLE, lambda: secret(OwningService="rds", RotationEnabled=False)),
        },
    ),
    *examples_of(
        "secrets_unused",
        {
            "fetched yesterday": (PASS, lambda: secret()),
            "idle": (FAIL, lambda: secret(LastAccessedDate=days_ago(91))),
            "never fetched": (FAIL, lambda: secret(LastAccessedDate=None)),
            "new": (PASS, lambda: secret(LastAccessedDate=None, CreatedDate=days_ago(3))),
        },
    ),
    *examples_of(
        "acm_expiry",
        {
            "far": (PASS, lambda: certificate(200)),
            "soon": (FAIL, lambda: certificate(29.5)),
            "ended in use": (FAIL, lambda: certificate(-1, state="EXPIRED")),
            "ended and unused": (NOT_APPLICABLE, lambda: certificate(-1, state="EXPIRED", in_use=False)),
            "waits for validation": (NOT_APPLICABLE, lambda: certificate(None, state="PENDING_VALIDATION")),
        },
    ),
]
