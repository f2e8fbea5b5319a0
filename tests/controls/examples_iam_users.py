"""Users and their credentials: examples of the controls over them."""

from raw_examples import FAIL, NOT_APPLICABLE, PASS, Example, examples_of
from raw_iam_users import CREATED, ago, key, person

EXAMPLES: list[Example] = [
    *examples_of(
        "iam_console_users_mfa",
        {
            "password and device": (PASS, lambda: person(password=CREATED, devices=["GAKT000123"])),
            "password only": (FAIL, lambda: person(password=CREATED)),
            "no password": (NOT_APPLICABLE, lambda: person()),
        },
    ),
    *examples_of(
        "iam_keys_rotated_90d",
        {
            "a young key": (PASS, lambda: person(key(ago(days=10)))),
            "an old key": (FAIL, lambda: person(key(ago(days=91)), key(ago(days=1), place=1))),
            "an old key that is off": (NOT_APPLICABLE, lambda: person(key(ago(days=91), status="Inactive"))),
        },
    ),
    *examples_of(
        "iam_no_initial_key",
        {
            "a used key": (PASS, lambda: person(key(CREATED, ago(days=1)), password=CREATED)),
            "a key of the first moment": (FAIL, lambda: person(key(CREATED), password=CREATED)),
            "no password": (NOT_APPLICABLE, lambda: person(key(CREATED))),
        },
    ),
    *examples_of(
        "iam_one_active_key",
        {
            "one": (PASS, lambda: person(key(CREATED), key(CREATED, status="Inactive", place=1))),
            "two": (FAIL, lambda: person(key(CREATED), key(CREATED, place=1))),
        },
    ),
    *examples_of(
        "iam_unused_credentials_45d",
        {
            "used": (PASS, lambda: person(key(CREATED, ago(days=1)), password=CREATED, signed_in=ago(days=2))),
            "a key is idle": (FAIL, lambda: person(key(CREATED, ago(days=46)), password=ago(days=1))),
            "the password is idle": (FAIL, lambda: person(password=CREATED, signed_in=ago(days=46))),
            "nothing to sign in with": (NOT_APPLICABLE, lambda: person()),
        },
    ),
]
