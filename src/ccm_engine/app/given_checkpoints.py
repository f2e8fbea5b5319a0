"""Checkpoints that were kept elsewhere: from a file, a directory, or an S3 bucket."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ccm_engine.ledger.checkpoint import NoteError
from ccm_engine.ledger.signed_notes import claimed

LARGEST = 16 * 1024
"""No checkpoint is longer; what is, is not read."""

_THREADS = 16


class NoCheckpointError(ValueError):
    """Where checkpoints should be there is none, or they cannot be read; one line that names the place."""


@dataclass
class Given:
    """Signed notes, and the names of what lay beside them and is no checkpoint."""

    notes: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def given_checkpoints(places: Sequence[str]) -> Given:
    """Read the checkpoints in `places`: files, directories, `s3://BUCKET/PREFIX`. Raises NoCheckpointError."""
    given = Given()
    for place in places:
        before = len(given.notes)
        found = _in_bucket(place) if place.startswith("s3://") else _in_files(Path(place))
        for name, data in found:
            if data is not None and (note := _note(data)) is not None:
                given.notes.append(note)
            else:
                given.others.append(name)
        if len(given.notes) == before:
            raise NoCheckpointError(f"{place}: there is no checkpoint there")
    # The same note may have been given twice, from two places.
    given.notes = list(dict.fromkeys(given.notes))
    return given


def _note(data: bytes) -> str | None:
    try:
        text = data.decode()
        claimed(text)
    except (NoteError, UnicodeDecodeError):
        return None
    return text


def _in_files(path: Path) -> Iterator[tuple[str, bytes | None]]:
    try:
        files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        for one in files:
            yield str(one), one.read_bytes() if one.stat().st_size <= LARGEST else None
    except OSError as error:
        raise NoCheckpointError(f"{error.filename or path}: it cannot be read ({error.strerror})") from error


def _in_bucket(place: str) -> Iterator[tuple[str, bytes | None]]:
    """Yield every version of every object: who overwrites or deletes a locked one only adds a version above it."""
    # Here, not above: checkpoints in files need no AWS SDK.
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    bucket, _, prefix = place.removeprefix("s3://").partition("/")
    config = Config(max_pool_connections=_THREADS, retries={"mode": "standard", "total_max_attempts": 5})
    try:
        s3 = boto3.session.Session().client("s3", config=config)

        def read(version: Any) -> tuple[str, bytes | None]:
            name = f"s3://{bucket}/{version['Key']}"
            if version["Size"] > LARGEST:
                return name, None
            asked = {"VersionId": version["VersionId"]} if version["VersionId"] != "null" else {}
            return name, s3.get_object(Bucket=bucket, Key=version["Key"], **asked)["Body"].read()

        with ThreadPoolExecutor(_THREADS) as pool:
            for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
                yield from pool.map(read, page.get("Versions", ()))
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "unknown")
        mend = "; it takes s3:ListBucketVersions and s3:GetObjectVersion" if code == "AccessDenied" else ""
        raise NoCheckpointError(f"{place}: S3 answered {code}{mend}") from error
    except (BotoCoreError, ValueError) as error:
        raise NoCheckpointError(f"{place}: it cannot be read ({' '.join(str(error).split())})") from error
