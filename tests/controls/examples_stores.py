"""Topics, queues, image repositories, file systems and notebooks: examples of their controls."""

from raw_examples import FAIL, PASS, Example, examples_of
from raw_keys import OWN, policy
from raw_stores import FILES, files, notebook, queue, repository, topic

EXAMPLES: list[Example] = [
    *examples_of(
        "sns_not_public",
        {
            "its own account": (PASS, lambda: topic(Policy=policy(OWN))),
            "AWS's default": (
                PASS,
                lambda: topic(Policy=policy({"AWS": "*"}, {"StringEquals": {"AWS:SourceOwner": "123456789012"}})),
            ),
            "everyone": (FAIL, lambda: topic(Policy=policy({"AWS": "*"}))),
        },
    ),
    *examples_of(
        "sns_encrypted",
        {
            "a key": (PASS, lambda: topic(KmsMasterKeyId="alias/aws/sns")),
            "none": (FAIL, lambda: topic()),
        },
    ),
    *examples_of(
        "sqs_not_public",
        {
            "no policy": (PASS, lambda: queue()),
            "a topic's messages": (
                PASS,
                lambda: queue(
                    Policy=policy("*", {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-east-1:123456789012:alerts"}})
                ),
            ),
            "everyone": (FAIL, lambda: queue(Policy=policy("*"))),
        },
    ),
    *examples_of(
        "sqs_encrypted",
        {
            "a key of KMS": (PASS, lambda: queue(KmsMasterKeyId="alias/data")),
            "SQS's own": (PASS, lambda: queue(SqsManagedSseEnabled="true")),
            "neither": (FAIL, lambda: queue(SqsManagedSseEnabled="false")),
            "neither is told": (FAIL, lambda: queue()),
        },
    ),
    *examples_of(
        "ecr_not_public",
        {
            "no policy": (PASS, lambda: repository()),
            "its own account": (PASS, lambda: repository(policy(OWN))),
            "everyone": (FAIL, lambda: repository(policy("*"))),
        },
    ),
    *examples_of(
        "ecr_scan_on_push",
        {
            "on push": (PASS, lambda: repository(on_push=True)),
            "by a rule for all": (PASS, lambda: repository(rules=(("CONTINUOUS_SCAN", "*"),))),
            "by a rule for its team": (PASS, lambda: repository(rules=(("SCAN_ON_PUSH", "team/*"),))),
            "by a rule for others": (FAIL, lambda: repository(rules=(("SCAN_ON_PUSH", "prod*"),))),
            "by hand only": (FAIL, lambda: repository(rules=(("MANUAL", "*"),))),
            "not at all": (FAIL, lambda: repository()),
        },
    ),
    *examples_of(
        "efs_encrypted",
        {"encrypted": (PASS, lambda: files()), "not": (FAIL, lambda: files(Encrypted=False))},
    ),
    *examples_of(
        "efs_backup",
        {
            "its own policy": (PASS, lambda: files("ENABLED")),
            "a plan": (PASS, lambda: files(None, protected=(FILES,))),
            "a plan of a month": (PASS, lambda: files(None, protected=(FILES,), days_ago=31)),
            "a plan that is gone": (FAIL, lambda: files(None, protected=(FILES,), days_ago=36)),
            "a plan for others": (FAIL, lambda: files("DISABLED", protected=(f"{FILES}0",))),
            "no policy": (FAIL, lambda: files(None)),
        },
    ),
    *examples_of(
        "sagemaker_no_internet",
        {"disabled": (PASS, lambda: notebook("Disabled")), "enabled": (FAIL, lambda: notebook("Enabled"))},
    ),
]
