"""Keys, secrets and certificates, as AWS describes them."""

import json
from datetime import datetime, timedelta
from typing import Any

from raw_documents import ACCOUNT_ID, NOW, US, Estate, Raw, document

from ccm_engine.core.document import Document, Failure
from ccm_engine.resources.aws.acm import Certificate
from ccm_engine.resources.aws.kms import Key
from ccm_engine.resources.aws.secretsmanager import Secret

OWN = {"AWS": f"arn:aws:iam::{ACCOUNT_ID}:root"}
ROTATED: Raw = {"KeyRotationEnabled": True}


def days_ago(days: float) -> datetime:
    """Return the moment that many days before the tests' now."""
    return NOW - timedelta(days=days)


def policy(principal: Any, condition: dict[str, Any] | None = None, *, sid: str = "Use") -> str:
    """Return a resource policy of one statement that lets `principal` do anything, as the text AWS gives."""
    statement = {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": "*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Condition": condition or {}}]})


def key(rotation: Raw | Failure = ROTATED, key_policy: str | Failure = "", **changed: Any) -> Document:
    """Return a customer's symmetric key that is enabled, with these members of its metadata changed."""
    arn = f"arn:aws:kms:{US}:{ACCOUNT_ID}:key/1234abcd"
    metadata = {
        "KeyId": "1234abcd",
        "Arn": arn,
        "Enabled": True,
        "KeyManager": "CUSTOMER",
        "KeyState": "Enabled",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "Origin": "AWS_KMS",
        "MultiRegion": False,
        **changed,
    }
    told: Raw | Failure = key_policy if isinstance(key_policy, Failure) else {"Policy": key_policy or policy(OWN)}
    answers = {"manager": {"KeyMetadata": metadata}, "rotated_yearly": rotation, "key_policy": told}
    return document(Key, {"KeyId": "1234abcd", "KeyArn": arn}, answers)


def keys(*listed: Document) -> Estate:
    """Return an account with these keys."""
    return Estate().add(Key, *listed)


def secret(secret_policy: str | None = None, **changed: Any) -> Estate:
    """Return an account with a secret that rotates every 30 days, last 10 days ago, with these members changed."""
    item = {
        "ARN": f"arn:aws:secretsmanager:{US}:{ACCOUNT_ID}:secret:db/login-AbCdEf",
        "Name": "db/login",
        "RotationEnabled": True,
        "RotationRules": {"AutomaticallyAfterDays": 30},
        "LastRotatedDate": days_ago(10),
        "LastAccessedDate": days_ago(1),
        "CreatedDate": days_ago(400),
        **changed,
    }
    item = {name: value for name, value in item.items() if value is not None}
    told = {"ARN": item["ARN"], "Name": item["Name"], **({"ResourcePolicy": secret_policy} if secret_policy else {})}
    return Estate().add(Secret, document(Secret, item, {"secret_policy": told}))


def certificate(days_left: float | None = 200, *, state: str = "ISSUED", in_use: bool = True) -> Estate:
    """Return an account with a certificate that ends in that many days (None: it never began)."""
    item = {
        "CertificateArn": f"arn:aws:acm:{US}:{ACCOUNT_ID}:certificate/1234abcd",
        "DomainName": "example.com",
        "Status": state,
        "InUse": in_use,
        **({} if days_left is None else {"NotAfter": NOW + timedelta(days=days_left)}),
    }
    return Estate().add(Certificate, document(Certificate, item, {}))
