"""Caches: examples of their controls."""

from raw_data_stores import cache
from raw_examples import FAIL, PASS, Example, examples_of

EXAMPLES: list[Example] = [
    *examples_of(
        "elasticache_tls",
        {
            "encrypted": (PASS, cache),
            "no TLS": (FAIL, lambda: cache(TransitEncryptionEnabled=False, TransitEncryptionMode=None)),
            "not at rest": (FAIL, lambda: cache(AtRestEncryptionEnabled=False)),
        },
    ),
]
