"""A made-up account under 200 controls, to measure what a run of it writes."""

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

KINDS, CONTROLS = 50, 200
ACCOUNT, REGION = "123456789012", "us-east-1"

_HEAD = '''"""Made for a benchmark."""

from ccm_engine import Severity, control, failed, passed
from ccm_engine.core.reading import at
from ccm_engine.core.verdict import Verdict
from ccm_engine.resources.aws.rds import DBInstance
'''
_KIND = '''

class Kind{number:02}(DBInstance):
    """One kind of many."""

    type = "AWS::RDS::Kind{number:02}"
    rank: int = at("Iops")
'''
_CONTROL = '''

@control(title="{title}", severity=Severity.{severity}, remedy="Mend it.")
def {id}(subject: Kind{number:02}) -> Verdict:
    """It is measured."""
    return passed(f"{{subject.id}} will do") if subject.rank >= {least} else failed(f"{{subject.id}} will not do")
'''
_SERVICES = """
    acm apigateway appsync autoscaling backup cloudformation cloudfront cloudtrail cloudwatch codebuild config
    dms docdb dynamodb ebs ec2 ecr ecs efs eks elasticache elb emr eventbridge glue guardduty iam inspector kinesis
    kms lambda macie mq msk neptune networkfirewall opensearch rds redshift route53 s3 sagemaker secretsmanager sns
    sqs ssm stepfunctions transfer vpc waf
"""
_SUBJECTS = """
    access account alarm api backup bucket certificate cluster connection database deletion encryption endpoint
    execution flow function image instance key listener log network parameter password patch policy port public
    region replica role root route rule snapshot subnet table task token trail transit user version volume window
"""
_QUALITIES = """
    enabled private encrypted rotated_90d multi_az tls_1_2 not_default least_privilege protected monitored tagged
    immutable cmk logged restricted expires supported_version in_vpc no_wildcard current
"""


def catalogue(folder: Path) -> Catalogue:
    """Return the controls, whose source is written to `folder`, because a control's digest is that of its source."""
    dice = random.Random(20260306)  # noqa: S311 - names, not secrets
    services, subjects, qualities = _SERVICES.split(), _SUBJECTS.split(), _QUALITIES.split()
    names: set[str] = set()
    while len(names) < CONTROLS:
        service = services[len(names) % len(services)]
        names.add(f"{service}_{dice.choice(subjects)}_{dice.choice(qualities)}")
    severities = ("CRITICAL", "HIGH", "MEDIUM", "LOW")
    text = _HEAD + "".join(_KIND.format(number=number) for number in range(KINDS))
    for place, name in enumerate(sorted(names)):
        title = name.replace("_", " ").capitalize()
        # Four in ten pass throughout; of the others up to three resources in ten fail.
        least = dice.randrange(300) if dice.random() < 0.6 else 0
        severity = dice.choice(severities)
        text += _CONTROL.format(id=name, title=title, number=place % KINDS, severity=severity, least=least)
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


def collection(controls: Catalogue, resources: int, now: datetime, bad: Sequence[int] = ()) -> Collection:
    """Return an account of so many resources as it is read at `now`: its volatile members move, nothing else.

    The resources whose numbers are in `bad` are worse than they were.
    """
    kinds = sorted({one.subject for one in controls if isinstance(one, Control)}, key=lambda kind: kind.__name__)
    dice = random.Random(7)  # noqa: S311 - sizes, not secrets
    made = Collection(AccountRef(ACCOUNT, "production"), now, regions=(REGION,))
    # Few kinds have many resources, as in any account.
    weights = [1 / (place + 3) for place in range(len(kinds))]
    ranks = [dice.randrange(1000) for _ in range(resources)]
    sizes = [max(1, int(resources * weight / sum(weights))) for weight in weights]
    sizes[0] += resources - sum(sizes)
    first = 0
    for kind, size in zip(kinds, sizes, strict=True):
        numbers = range(first, first + size)
        documents = [_document(made, kind, one, now, 0 if one in bad else ranks[one]) for one in numbers]
        made.populations[kind] = {REGION: Population(documents)}
        first += size
    made.calls = resources // 100
    return made


def _document(made: Collection, kind: type[Resource], number: int, now: datetime, rank: int) -> Document:
    name = f"{kind.__name__.lower()}-{number:05}"
    item = {
        "DBInstanceIdentifier": name,
        "DBInstanceArn": f"arn:aws:rds:{REGION}:{ACCOUNT}:db:{name}",
        "Engine": "postgres",
        "Iops": rank,
        "LatestRestorableTime": now - timedelta(minutes=number % 7),
    }
    page = f"{number // 100:08x}-{now:%H%M}-4000-8000-{int(now.timestamp()):012x}"
    source = Source("rds:DescribeDBInstances", REGION, page, f"{now:%a, %d %b %Y %H:%M:%S} GMT", now)
    return Document(made.place(REGION), item, source)
