"""Config, GuardDuty, Security Hub, Macie and Inspector: examples of the controls over them."""

from raw_examples import FAIL, PASS, Example, examples_of
from raw_security_services import (
    MACIE_IS_OFF,
    config_of,
    guarded,
    hub,
    inspector,
    macie,
    recorded,
    recorder,
    recorder_state,
    scanned,
    without_hub,
)

EXAMPLES: list[Example] = [
    *examples_of(
        "config_all_regions",
        {
            "recorded": (PASS, lambda: recorded(config_of(recorder()))),
            "no recorder": (FAIL, lambda: recorded(config_of())),
            "stopped": (FAIL, lambda: recorded(config_of(recorder(), state=recorder_state(recording=False)))),
        },
    ),
    *examples_of(
        "guardduty_enabled",
        {
            "enabled": (PASS, lambda: guarded("ENABLED")),
            "suspended": (FAIL, lambda: guarded("DISABLED")),
        },
    ),
    *examples_of(
        "securityhub_enabled",
        {
            "with a standard": (PASS, lambda: hub("READY")),
            "with an integration": (PASS, lambda: hub(integrations=1)),
            "with nothing": (FAIL, lambda: hub()),
            "not enabled": (FAIL, lambda: without_hub()),
        },
    ),
    *examples_of(
        "macie_enabled",
        {
            "enabled": (PASS, lambda: macie("ENABLED")),
            "paused": (FAIL, lambda: macie("PAUSED")),
            "not enabled": (FAIL, lambda: macie(MACIE_IS_OFF)),
        },
    ),
    *examples_of(
        "inspector_enabled",
        {
            "enabled": (PASS, lambda: inspector(scanned())),
            "without Lambda": (FAIL, lambda: inspector(scanned(**{"lambda": "DISABLED"}))),
        },
    ),
]
