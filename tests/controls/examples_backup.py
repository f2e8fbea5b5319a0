"""AWS Backup: examples of its controls."""

from raw_backups import backup_plan, planned, recovery_point
from raw_examples import FAIL, PASS, Example, examples_of

EXAMPLES: list[Example] = [
    *examples_of(
        "backup_plan_exists",
        {
            "a plan with a selection": (PASS, lambda: planned(backup_plan("all"))),
            "a plan without a selection": (FAIL, lambda: planned(backup_plan())),
        },
    ),
    *examples_of(
        "backup_vault_encrypted",
        {
            "encrypted": (PASS, lambda: recovery_point(IsEncrypted=True)),
            "not encrypted": (FAIL, lambda: recovery_point(IsEncrypted=False)),
        },
    ),
]
