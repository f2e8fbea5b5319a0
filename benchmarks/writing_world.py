"""A made-up estate of 200 controls over 10,000 resources, to measure what a run of it writes."""

import importlib.util
import random
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType

from ccm_engine.core.control import DECLARED, Control
from ccm_engine.core.document import Document, Source
from ccm_engine.core.resource import Resource
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.collection import AccountRef, Collection, Population

KINDS, CONTROLS, RESOURCES = 50, 200, 10_000
ACCOUNT, REGION = "123456789012", "us-east-1"

_HEAD = '''"""Made for a benchmark."""

from ccm_engine import Severity, control, failed, passed
from ccm_engine.core.verdict import Verdict
from ccm_engine.resources.aws.rds import DBInstance
'''
_KIND = '''

class Kind{number:02}(DBInstance):
    """One kind of many."""

    type = "AWS::RDS::Kind{number:02}"
'''
_CONTROL = '''

@control(title="{title}", severity=Severity.{severity}, remedy="Mend it.")
def {id}(subject: Kind{number:02}) -> Verdict:
    """It is measured."""
    return passed(f"{{subject.id}} is encrypted") if subject.encrypted else failed(f"{{subject.id}} is not encrypted")
'''
_SERVICES = (
    "acm apigateway appsync autoscaling backup cloudformation cloudfront cloudtrail cloudwatch codebuild config "
    "dms docdb dynamodb ebs ec2 ecr ecs efs eks elasticache elb emr eventbridge glue guardduty iam inspector kinesis "
    "kms lambda macie mq msk neptune networkfirewall opensearch rds redshift route53 s3 sagemaker secretsmanager sns "
    "sqs ssm stepfunctions transfer vpc waf"
).split()
_SUBJECTS = (
    "access account alarm api backup bucket certificate cluster connection database deletion encryption endpoint "
    "execution flow function image instance key listener log network parameter password patch policy port public "
    "region replica role root route rule snapshot subnet table task token trail transit user version volume window"
).split()
_QUALITIES = (
    "enabled private encrypted rotated_90d multi_az tls_1_2 not_default least_privilege protected monitored tagged "
    "immutable cmk logged restricted expires supported_version in_vpc no_wildcard current"
).split()


def catalogue(folder: Path) -> Catalogue:
    """Return the controls, whose source is written to `folder`, because a control's digest is that of its source."""
    dice = random.Random(20260306)  # noqa: S311 - names, not secrets
    names: set[str] = set()
    while len(names) < CONTROLS:
        service = _SERVICES[len(names) % len(_SERVICES)]
        names.add(f"{service}_{dice.choice(_SUBJECTS)}_{dice.choice(_QUALITIES)}")
    severities = ("CRITICAL", "HIGH", "MEDIUM", "LOW")
    text = _HEAD + "".join(_KIND.format(number=number) for number in range(KINDS))
    for place, name in enumerate(sorted(names)):
        title = name.replace("_", " ").capitalize()
        text += _CONTROL.format(id=name, title=title, number=place % KINDS, severity=dice.choice(severities))
    module = _loaded(folder / "made_for_a_benchmark.py", text)
    declared = [vars(getattr(module, name))[DECLARED] for name in sorted(names)]
    return Catalogue({one.id: one for one in declared if isinstance(one, Control)})


def _loaded(path: Path, text: str) -> ModuleType:
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def collection(controls: Catalogue, now: datetime, bad: Sequence[int] = ()) -> Collection:
    """Return the account as it is read at `now`: its volatile members move, nothing else.

    A resource in twenty fails; so do those whose numbers are in `bad`.
    """
    kinds = sorted({one.subject for one in controls if isinstance(one, Control)}, key=lambda kind: kind.__name__)
    made = Collection(AccountRef(ACCOUNT, "production"), now, regions=(REGION,))
    each = RESOURCES // len(kinds)
    for place, kind in enumerate(kinds):
        first = place * each
        documents = [_document(made, kind, number, now, bad) for number in range(first, first + each)]
        made.populations[kind] = {REGION: Population(documents)}
    made.calls = RESOURCES // 100
    return made


def _document(made: Collection, kind: type[Resource], number: int, now: datetime, bad: Sequence[int]) -> Document:
    name = f"{kind.__name__.lower()}-{number:05}"
    item = {
        "DBInstanceIdentifier": name,
        "DBInstanceArn": f"arn:aws:rds:{REGION}:{ACCOUNT}:db:{name}",
        "Engine": "postgres",
        "StorageEncrypted": number % 20 != 0 and number not in bad,
        "LatestRestorableTime": now - timedelta(minutes=number % 7),
    }
    page = f"{number // 100:08x}-{now:%H%M}-4000-8000-{int(now.timestamp()):012x}"
    source = Source("rds:DescribeDBInstances", REGION, page, f"{now:%a, %d %b %Y %H:%M:%S} GMT", now)
    return Document(made.place(REGION), item, source)
