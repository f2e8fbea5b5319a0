"""Databases: examples of its controls."""

from raw_databases import database, databases
from raw_examples import FAIL, NOT_APPLICABLE, PASS, Example, examples_of

EXAMPLES: list[Example] = [
    *examples_of(
        "rds_encryption_at_rest",
        {
            "encrypted": (PASS, lambda: databases(database())),
            "not encrypted": (FAIL, lambda: databases(database(StorageEncrypted=False))),
            "Neptune": (NOT_APPLICABLE, lambda: databases(database(Engine="neptune"))),
        },
    ),
]
