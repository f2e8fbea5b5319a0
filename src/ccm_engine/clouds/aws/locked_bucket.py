"""An S3 bucket with Object Lock: what is put there nobody can change or remove before its time."""

from datetime import datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

RETENTION = timedelta(days=400)
"""How long an object is locked: the year an audit looks back on, and a month to do it."""

_NO_LOCK = (
    "has no Object Lock, so what is put there can be removed again; name a bucket made with "
    "aws s3api create-bucket --object-lock-enabled-for-bucket, or turn Object Lock on for this one"
)
_MENDS = {
    "AccessDenied": "allow s3:PutObject, s3:PutObjectRetention and s3:GetObject on its objects",
    "NoSuchBucket": "make it, or correct CCM_CHECKPOINT_BUCKET",
}


class BucketError(Exception):
    """The bucket does not take or give an object; the message is one line that names it and the mend."""


class NoLockError(BucketError):
    """The bucket is not there or has no Object Lock: it will never do, however often it is asked."""


class LockedBucket:
    """The bucket of this name, as `session` reaches it."""

    def __init__(self, name: str, session: boto3.Session) -> None:
        self.name = name
        config = Config(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
        try:
            self._s3 = session.client("s3", config=config)
        except (BotoCoreError, ValueError) as error:
            raise BucketError(f"S3 cannot be reached for bucket {name}: {error}") from error

    def check(self) -> None:
        """Raise NoLockError when the bucket is known not to do. Silent where it cannot be told.

        Putting asks nothing of s3:GetBucketObjectLockConfiguration, and tells in the end.
        """
        try:
            told = self._s3.get_object_lock_configuration(Bucket=self.name)
        except ClientError as error:
            code = _code(error)
            if code == "ObjectLockConfigurationNotFoundError":
                raise NoLockError(f"bucket {self.name} {_NO_LOCK}") from error
            if code == "NoSuchBucket":
                raise NoLockError(f"there is no bucket {self.name}; {_MENDS[code]}") from error
            return
        except BotoCoreError:
            return
        if told.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") != "Enabled":
            raise NoLockError(f"bucket {self.name} {_NO_LOCK}")

    def put(self, key: str, data: bytes, now: datetime) -> bool:
        """Put an object, locked in compliance mode until `now` + RETENTION; False when there is one already.

        Raises BucketError.
        """
        try:
            self._s3.put_object(
                Bucket=self.name,
                Key=key,
                Body=data,
                ContentType="text/plain; charset=utf-8",
                # S3 takes no locked object without a checksum, whatever the SDK is told by its own settings.
                ChecksumAlgorithm="SHA256",
                IfNoneMatch="*",
                ObjectLockMode="COMPLIANCE",
                ObjectLockRetainUntilDate=now + RETENTION,
            )
        except ClientError as error:
            if _code(error) == "PreconditionFailed":
                return False
            raise self._refusal(error) from error
        except BotoCoreError as error:
            raise BucketError(f"S3 cannot be reached for bucket {self.name}: {error}") from error
        return True

    def get(self, key: str) -> bytes:
        """Return an object's bytes. Raises BucketError."""
        try:
            return self._s3.get_object(Bucket=self.name, Key=key)["Body"].read()
        except ClientError as error:
            raise self._refusal(error) from error
        except BotoCoreError as error:
            raise BucketError(f"S3 cannot be reached for bucket {self.name}: {error}") from error

    def _refusal(self, error: ClientError) -> BucketError:
        code, said = _code(error), " ".join(_told(error).get("Message", "").split())
        if code == "InvalidRequest" and "objectlock" in said.replace(" ", "").lower():
            return NoLockError(f"bucket {self.name} {_NO_LOCK}")
        mend = f"; {_MENDS[code]}" if code in _MENDS else ""
        return BucketError(f"S3 refused for bucket {self.name}: {code}: {said}{mend}")


def _told(error: ClientError) -> dict[str, Any]:
    return dict(error.response.get("Error", {}))


def _code(error: ClientError) -> str:
    return str(_told(error).get("Code", "unknown"))
