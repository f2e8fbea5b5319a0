"""Topics, queues, image repositories, file systems and notebooks, as AWS describes them."""

from datetime import timedelta
from typing import Any

from raw_documents import ACCOUNT_ID, NOW, US, Estate, Raw, denied, document

from ccm_engine.core.document import Failure
from ccm_engine.resources.aws.ecr import Registry, Repository
from ccm_engine.resources.aws.efs import FileSystem, ProtectedResource
from ccm_engine.resources.aws.sagemaker import NotebookInstance
from ccm_engine.resources.aws.sns import Topic
from ccm_engine.resources.aws.sqs import Queue

NO_REPOSITORY_POLICY = denied("ecr:GetRepositoryPolicy", "RepositoryPolicyNotFoundException")
NO_BACKUP_POLICY = denied("efs:DescribeBackupPolicy", "PolicyNotFound")
FILES = f"arn:aws:elasticfilesystem:{US}:{ACCOUNT_ID}:file-system/fs-1"


def topic(**attributes: str) -> Estate:
    """Return an account with a topic of these attributes."""
    arn = f"arn:aws:sns:{US}:{ACCOUNT_ID}:alerts"
    told = {"Attributes": {"TopicArn": arn, "Owner": ACCOUNT_ID, **attributes}}
    return Estate().add(Topic, document(Topic, {"TopicArn": arn}, {"topic_policy": told}))


def queue(**attributes: str) -> Estate:
    """Return an account with a queue of these attributes."""
    told = {"Attributes": {"QueueArn": f"arn:aws:sqs:{US}:{ACCOUNT_ID}:orders", **attributes}}
    url = f"https://sqs.{US}.amazonaws.com/{ACCOUNT_ID}/orders"
    return Estate().add(Queue, document(Queue, url, {"queue_policy": told}))


def repository(policy: str | None = None, *, on_push: bool = False, rules: tuple[tuple[str, str], ...] = ()) -> Estate:
    """Return an account with the repository team/shop; `rules` of its registry are (frequency, filter)."""
    item = {
        "repositoryName": "team/shop",
        "repositoryArn": f"arn:aws:ecr:{US}:{ACCOUNT_ID}:repository/team/shop",
        "imageScanningConfiguration": {"scanOnPush": on_push},
    }
    told: Raw | Failure = NO_REPOSITORY_POLICY if policy is None else {"policyText": policy}
    scans: Any = [
        {"scanFrequency": often, "repositoryFilters": [{"filter": one, "filterType": "WILDCARD"}]}
        for often, one in rules
    ]
    registry = {"registryId": ACCOUNT_ID, "scanningConfiguration": {"scanType": "BASIC", "rules": scans}}
    return (
        Estate()
        .add(Repository, document(Repository, item, {"repository_policy": told}))
        .add(Registry, document(Registry, {}, {"scan_rules": registry}))
    )


def files(
    backup: str | None = "ENABLED", *, protected: tuple[str, ...] = (), days_ago: float | None = 1, **changed: Any
) -> Estate:
    """Return an account with an encrypted file system, and the ARNs of what AWS Backup backed up so many days ago."""
    item = {"FileSystemId": "fs-1", "OwnerId": ACCOUNT_ID, "LifeCycleState": "available", "Encrypted": True, **changed}
    told: Raw | Failure = NO_BACKUP_POLICY if backup is None else {"BackupPolicy": {"Status": backup}}
    estate = Estate().add(FileSystem, document(FileSystem, item, {"backup_policy": told}))
    last = {} if days_ago is None else {"LastBackupTime": NOW - timedelta(days=days_ago)}
    return estate.add(
        ProtectedResource,
        *[document(ProtectedResource, {"ResourceArn": arn, "ResourceType": "EFS", **last}, {}) for arn in protected],
    )


def notebook(access: str) -> Estate:
    """Return an account with a notebook instance of that internet access."""
    item = {
        "NotebookInstanceName": "study",
        "NotebookInstanceArn": f"arn:aws:sagemaker:{US}:{ACCOUNT_ID}:notebook-instance/study",
    }
    answers = {"internet_access": {"DirectInternetAccess": access}}
    return Estate().add(NotebookInstance, document(NotebookInstance, item, answers))
