"""One S3 bucket: objects by key, and what S3's errors mean to a user."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import boto3
from boto3.exceptions import Boto3Error, S3UploadFailedError
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from ccm_engine.ledger.store import StoreError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_ABSENT = ("404", "NoSuchKey", "NotFound")
_DENIED = ("403", "AccessDenied", "Forbidden")
_UNKNOWN = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken")


class _AbsentError(Exception):
    """There is no such object."""


class Bucket:
    """A bucket, called at first use. `setting` is what a user mends: the setting or option that names the bucket.

    Credentials, region and endpoint come from `session`, or by boto3's own rules. Every method raises StoreError.
    """

    def __init__(self, name: str, setting: str, *, session: boto3.Session | None = None) -> None:
        self.name = name
        self._setting = setting
        self._session = session
        self._guard = threading.Lock()
        self._client: S3Client | None = None

    def get(self, key: str) -> bytes | None:
        """Return an object's bytes, None when there is none."""
        try:
            with self._told("GetObject", "s3:GetObject", key) as client:
                return client.get_object(Bucket=self.name, Key=key)["Body"].read()
        except _AbsentError:
            return None

    def has(self, key: str) -> bool:
        """Tell whether there is an object."""
        try:
            with self._told("HeadObject", "s3:GetObject and s3:ListBucket", key) as client:
                client.head_object(Bucket=self.name, Key=key)
        except _AbsentError:
            return False
        return True

    def put(self, key: str, data: bytes) -> None:
        """Write an object whole."""
        with self._writing("PutObject", key) as client:
            client.put_object(Bucket=self.name, Key=key, Body=data)

    def upload(self, path: Path, key: str) -> None:
        """Write a file as an object, in pieces where it is large."""
        with self._writing("PutObject", key) as client:
            client.upload_file(str(path), self.name, key)

    def download(self, key: str, stream: IO[bytes]) -> None:
        """Write an object's bytes to `stream`."""
        try:
            with self._told("GetObject", "s3:GetObject", key) as client:
                client.download_fileobj(self.name, key, stream)
        except _AbsentError:
            raise StoreError(f"s3://{self.name}/{key}: there is no such object") from None

    def remove(self, key: str) -> bool:
        """Remove an object with all its versions; tell whether there was one."""
        versions, markers = list[str](), list[str]()
        with self._told("ListObjectVersions", "s3:ListBucketVersions", key) as client:
            for page in client.get_paginator("list_object_versions").paginate(Bucket=self.name, Prefix=key):
                versions += [one["VersionId"] for one in page.get("Versions", ()) if one["Key"] == key]
                markers += [one["VersionId"] for one in page.get("DeleteMarkers", ()) if one["Key"] == key]
        for version in (*versions, *markers):
            with self._told("DeleteObject", "s3:DeleteObjectVersion (Object Lock may forbid it)", key) as client:
                client.delete_object(Bucket=self.name, Key=key, VersionId=version)
        return bool(versions)

    def close(self) -> None:
        """Let go of connections. Closing twice is allowed."""
        with self._guard:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _lent(self) -> "S3Client":
        with self._guard:
            if self._client is None:
                session = self._session or boto3.Session()
                self._client = session.client(
                    "s3", config=Config(retries={"mode": "standard", "total_max_attempts": 5}, connect_timeout=5)
                )
            return self._client

    @contextmanager
    def _writing(self, call: str, key: str) -> Iterator["S3Client"]:
        try:
            with self._told(call, "s3:PutObject", key) as client:
                yield client
        except _AbsentError:
            raise self._error(f"{call}: there is no such bucket") from None

    @contextmanager
    def _told(self, call: str, action: str, key: str) -> Iterator["S3Client"]:
        """Lend the client for `call` on `key`. Raises _AbsentError and StoreError for its errors."""
        try:
            yield self._lent()
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            # A HEAD of an object tells nothing of why it failed; a missing bucket is told by the next call.
            if code in _ABSENT:
                raise _AbsentError from error
            said = _line(error.response.get("Error", {}).get("Message", ""))
            raise self._error(f"{call} of {key}: {code}: {said}", self._mend(code, action)) from error
        except S3UploadFailedError as error:
            code = "AccessDenied" if "AccessDenied" in str(error) else ""
            raise self._error(f"{call} of {key}: {_line(error)}", self._mend(code, action)) from error
        except (BotoCoreError, Boto3Error, ValueError) as error:
            raise self._error(f"{call} of {key}: {_line(error)}", "check the network and the AWS settings") from error

    def _mend(self, code: str, action: str) -> str:
        if code in _DENIED:
            return f"allow the engine's role {action} there"
        if code in _UNKNOWN:
            return "check the AWS credentials (AWS_PROFILE) and the clock"
        return f"check {self._setting}"

    def _error(self, told: str, mend: str = "") -> StoreError:
        return StoreError(f"s3://{self.name}: {told}; {mend or f'check {self._setting}'}")


def _line(said: object) -> str:
    return " ".join(str(said).split()).rstrip(".")
