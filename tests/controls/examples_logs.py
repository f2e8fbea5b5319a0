"""CloudWatch Logs: examples of the controls over log groups."""

from raw_backups import log_group
from raw_examples import FAIL, PASS, Example, examples_of

KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"

EXAMPLES: list[Example] = [
    *examples_of(
        "logs_kms",
        {
            "encrypted": (PASS, lambda: log_group(kmsKeyId=KEY)),
            "not encrypted": (FAIL, lambda: log_group()),
        },
    ),
    *examples_of(
        "logs_retention",
        {
            "for a year": (PASS, lambda: log_group(retentionInDays=365)),
            "for ever": (PASS, lambda: log_group()),
            "for a month": (FAIL, lambda: log_group(retentionInDays=30)),
        },
    ),
]
