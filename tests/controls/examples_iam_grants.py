"""What is granted, and to whom: examples of the controls over it."""

from raw_examples import FAIL, NOT_APPLICABLE, PASS, Example, examples_of
from raw_iam_grants import (
    EVERYTHING,
    READING,
    by_issuer,
    customer_policy,
    granted,
    granted_group,
    granted_user,
    role,
    trusting,
)

GITHUB = "token.actions.githubusercontent.com"

EXAMPLES: list[Example] = [
    *examples_of(
        "iam_no_star_policies",
        {
            "reading": (PASS, lambda: customer_policy(READING)),
            "everything": (FAIL, lambda: customer_policy(READING, EVERYTHING)),
            "unattached": (NOT_APPLICABLE, lambda: customer_policy(EVERYTHING, attachments=0, boundaries=2)),
        },
    ),
    *examples_of(
        "iam_no_service_wildcards",
        {
            "reading": (PASS, lambda: customer_policy(READING)),
            "a service": (FAIL, lambda: customer_policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})),
        },
    ),
    *examples_of(
        "iam_no_star_inline",
        {
            "reading": (PASS, lambda: granted(granted_user(own=READING))),
            "a user": (FAIL, lambda: granted(granted_user(own=EVERYTHING))),
            "a group": (FAIL, lambda: granted(granted_group(own=EVERYTHING))),
            "a role": (FAIL, lambda: granted(role(own=EVERYTHING))),
        },
    ),
    *examples_of(
        "iam_role_trust_not_public",
        {
            "a service": (PASS, lambda: granted(role())),
            "anyone": (FAIL, lambda: granted(role(trusting({"AWS": "*"})))),
            "an issuer's chosen repository": (
                PASS,
                lambda: granted(role(by_issuer(GITHUB, {"StringLike": {f"{GITHUB}:sub": "repo:octo-org/shop:*"}}))),
            ),
            "an issuer's every user": (FAIL, lambda: granted(role(by_issuer(GITHUB)))),
        },
    ),
    *examples_of(
        "iam_no_user_policies",
        {
            "none": (PASS, lambda: granted(granted_user())),
            "attached": (FAIL, lambda: granted(granted_user(attached=["ReadOnlyAccess"]))),
            "inline": (FAIL, lambda: granted(granted_user(own=READING))),
        },
    ),
]
