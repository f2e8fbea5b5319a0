"""Identities: examples of its controls."""

from raw_examples import FAIL, PASS, Example, examples_of
from raw_identities import VIRTUAL, identities, root, user

EXAMPLES: list[Example] = [
    *examples_of(
        "iam_mfa_all_users",
        {
            "a device": (PASS, lambda: identities(user(VIRTUAL))),
            "no device": (FAIL, lambda: identities(user())),
        },
    ),
    *examples_of(
        "iam_no_root_access_keys",
        {
            "no key": (PASS, lambda: root({"AccountAccessKeysPresent": 0})),
            "a key": (FAIL, lambda: root({"AccountAccessKeysPresent": 1})),
        },
    ),
]
