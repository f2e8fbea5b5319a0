"""Tables: examples of their controls."""

from raw_data_stores import table
from raw_examples import FAIL, PASS, Example, examples_of

EXAMPLES: list[Example] = [
    *examples_of(
        "dynamodb_cmk",
        {
            "a key of KMS": (PASS, lambda: table(SSEDescription={"Status": "ENABLED", "SSEType": "KMS"})),
            "a key of AWS": (FAIL, lambda: table()),
        },
    ),
    *examples_of(
        "dynamodb_deletion_protection",
        {
            "protected": (PASS, lambda: table(DeletionProtectionEnabled=True)),
            "not protected": (FAIL, lambda: table()),
        },
    ),
    *examples_of(
        "dynamodb_pitr",
        {
            "on": (PASS, lambda: table(recovery="ENABLED")),
            "off": (FAIL, lambda: table()),
        },
    ),
]
