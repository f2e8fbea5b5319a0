"""Database instances, as RDS describes them."""

from typing import Any

from raw_documents import ACCOUNT_ID, US, Estate, document

from ccm_engine.core.document import Document
from ccm_engine.resources.aws.rds import DBInstance


def database(*, region: str = US, **changed: Any) -> Document:
    """Return an encrypted PostgreSQL instance, with these members changed."""
    item = {
        "DBInstanceIdentifier": "orders",
        "DBInstanceClass": "db.t4g.micro",
        "Engine": "postgres",
        "DBInstanceStatus": "available",
        "MasterUsername": "postgres",
        "AllocatedStorage": 20,
        "StorageEncrypted": True,
        "DBInstanceArn": f"arn:aws:rds:{region}:{ACCOUNT_ID}:db:orders",
        **changed,
    }
    return document(DBInstance, item, {}, region)


def databases(*listed: Document) -> Estate:
    """Return an account with these instances."""
    return Estate().add(DBInstance, *listed)
