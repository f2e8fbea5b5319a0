"""From CCM_STORE to a store."""

import subprocess
import sys
from pathlib import Path

import pytest

from ccm_engine.ledger.store import StoreError
from ccm_engine.stores.dynamodb import DynamoDBStore
from ccm_engine.stores.opening import open_store
from ccm_engine.stores.sqlite import SQLiteStore


def test_a_relative_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_store("sqlite:///ccm.db")
    assert isinstance(store, SQLiteStore)
    assert store.name == "sqlite:///ccm.db"
    assert list(tmp_path.iterdir()) == []
    store.create()
    store.close()
    assert (tmp_path / "ccm.db").is_file()


def test_an_absolute_file(tmp_path: Path) -> None:
    path = tmp_path / "a b?#%20é.db"
    store = open_store(f"sqlite:///{path}")
    assert store.name == f"sqlite:///{path}"
    store.create()
    store.check()
    store.close()
    assert path.is_file()


def test_tables_with_a_prefix() -> None:
    store = open_store(" dynamodb://ccm-prod_1.x ")
    assert isinstance(store, DynamoDBStore)
    assert store.name == "dynamodb://ccm-prod_1.x"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "no '://'"),
        ("ccm.db", "no '://'"),
        ("postgres://ccm:geheim@db/ccm", "'postgres' is no kind of store"),
        ("SQLITE:///x.db", "'SQLITE' is no kind of store"),
        ("sqlite://ccm.db", "three slashes"),
        ("sqlite:///", "names no file"),
        ("sqlite:////var/lib/", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("dynamodb://", "cannot begin a DynamoDB table's name"),
        ("dynamodb://a/b", "cannot begin a DynamoDB table's name"),
        ("dynamodb://" + "a" * 201, "cannot begin a DynamoDB table's name"),
    ],
)
def test_anything_else_is_refused_in_one_line(url: str, told: str) -> None:
    with pytest.raises(StoreError, match=told) as caught:
        open_store(url)
    line = str(caught.value)
    assert line.startswith("CCM_STORE: ")
    assert "sqlite:///ccm.db" in line
    assert "\n" not in line
    assert "geheim" not in line


def test_sqlite_does_without_the_aws_sdk(tmp_path: Path) -> None:
    program = (
        "import sys; from ccm_engine.stores.opening import open_store\n"
        "store = open_store('sqlite:///ccm.db'); store.create(); store.check(); store.close()\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('boto3', 'botocore')])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
