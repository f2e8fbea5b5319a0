"""Controls over keys, secrets, certificates, queues, topics, images and file systems, through moto.

Moto has no scanning rules of a registry to set, no list of protected resources that file systems join, and gives
every certificate the same dates; what AWS answers there is shown on documents.
"""

import json
from typing import Any

from moto_account import statuses

PUBLIC = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def test_keys(moto_session: Any) -> None:
    kms = moto_session.client("kms")
    good, bad = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    kms.enable_key_rotation(KeyId=good)
    kms.put_key_policy(KeyId=bad, PolicyName="default", Policy=_policy(PUBLIC))
    for control_id in ("kms_rotation", "kms_no_public_policy"):
        told = statuses(control_id)
        assert (told[good], told[bad]) == ("PASS", "FAIL"), control_id
    kms.schedule_key_deletion(KeyId=bad)
    told = statuses("kms_no_pending_deletion")
    assert (told[good], told[bad]) == ("PASS", "FAIL")
    assert statuses("kms_rotation")[bad] == "NOT_APPLICABLE"


def test_secrets(moto_session: Any) -> None:
    secrets = moto_session.client("secretsmanager")
    for name in ("good", "bad"):
        secrets.create_secret(Name=name, SecretString="Dummy-secret-1")
    secrets.put_resource_policy(SecretId="bad", ResourcePolicy=_policy(PUBLIC))
    assert statuses("secrets_not_public") == {"good": "PASS", "bad": "FAIL"}
    assert statuses("secrets_unused") == {"good": "PASS", "bad": "PASS"}
    assert statuses("secrets_rotation") == {"good": "FAIL", "bad": "FAIL"}


def test_topics_and_queues(moto_session: Any) -> None:
    sns, sqs = moto_session.client("sns"), moto_session.client("sqs")
    sns.create_topic(Name="good", Attributes={"KmsMasterKeyId": "alias/aws/sns"})
    sns.create_topic(Name="bad", Attributes={"Policy": _policy(PUBLIC)})
    sqs.create_queue(QueueName="good", Attributes={"KmsMasterKeyId": "alias/aws/sqs"})
    sqs.create_queue(QueueName="bad", Attributes={"Policy": _policy(PUBLIC), "SqsManagedSseEnabled": "false"})
    for control_id in ("sns_not_public", "sns_encrypted", "sqs_not_public", "sqs_encrypted"):
        assert statuses(control_id) == {"good": "PASS", "bad": "FAIL"}, control_id


def test_images_and_files(moto_session: Any) -> None:
    ecr, efs = moto_session.client("ecr"), moto_session.client("efs")
    ecr.create_repository(repositoryName="good", imageScanningConfiguration={"scanOnPush": True})
    ecr.create_repository(repositoryName="bad")
    ecr.set_repository_policy(repositoryName="bad", policyText=_policy({**PUBLIC, "Action": "ecr:*"}))
    for control_id in ("ecr_not_public", "ecr_scan_on_push"):
        assert statuses(control_id) == {"good": "PASS", "bad": "FAIL"}, control_id
    good = efs.create_file_system(CreationToken="good", Encrypted=True, Backup=True)["FileSystemId"]
    bad = efs.create_file_system(CreationToken="bad")["FileSystemId"]
    assert statuses("efs_encrypted") == {good: "PASS", bad: "FAIL"}


def test_certificates_and_notebooks(moto_session: Any) -> None:
    arn = moto_session.client("acm").request_certificate(DomainName="example.com")["CertificateArn"]
    assert set(statuses("acm_expiry")) == {arn.rpartition("/")[2]}
    moto_session.client("sagemaker").create_notebook_instance(
        NotebookInstanceName="study", InstanceType="ml.t3.medium", RoleArn="arn:aws:iam::123456789012:role/study"
    )
    assert statuses("sagemaker_no_internet") == {"study": "FAIL"}
