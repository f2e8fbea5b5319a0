"""The four tables of a DynamoDB store: making them, and trying them out."""

from ccm_engine.ledger.store import StoreError
from ccm_engine.stores.dynamodb_calls import MAKE_TABLES, CallError, Calls, RefusedError
from ccm_engine.stores.dynamodb_pool import Pool
from ccm_engine.stores.dynamodb_table import Item, Table

_TRIAL = "#trial"
_NEVER = "attribute_exists(pk) AND attribute_not_exists(pk)"


class Tables:
    """The tables with one prefix. All have the text keys `pk` and `sk` and on-demand capacity."""

    def __init__(self, calls: Calls, prefix: str) -> None:
        self.ledger = Table(calls, f"{prefix}-ledger")
        self.documents = Table(calls, f"{prefix}-documents")
        self.state = Table(calls, f"{prefix}-state")
        self.marks = Table(calls, f"{prefix}-marks")

    @property
    def _all(self) -> tuple[Table, ...]:
        return self.ledger, self.documents, self.state, self.marks

    def create(self) -> None:
        """Make the tables that are missing, and wait until all can be used."""
        for table in [table for table in self._all if _order(table)]:
            _await(table)

    def check(self, pool: Pool) -> None:
        """Raise StoreError when a table cannot be read and written now. Writes nothing."""
        pool.each(_try_out, self._all)


def _order(table: Table) -> bool:
    """Ask for the table if it is not there, and tell whether it must be awaited."""
    try:
        # Not DescribeTable: once the tables are there, the engine's role need not have the right to it.
        table.get(_TRIAL, _TRIAL)
        return False
    except CallError as error:
        if not error.missing:
            raise
    try:
        with table.calls.told("CreateTable", table.name) as client:
            client.create_table(
                TableName=table.name,
                AttributeDefinitions=[
                    {"AttributeName": "pk", "AttributeType": "S"},
                    {"AttributeName": "sk", "AttributeType": "S"},
                ],
                KeySchema=[
                    {"AttributeName": "pk", "KeyType": "HASH"},
                    {"AttributeName": "sk", "KeyType": "RANGE"},
                ],
                BillingMode="PAY_PER_REQUEST",
            )
    except CallError as error:
        if error.denied:
            raise StoreError(
                f"{table.calls.name}: table {table.name} is missing and CreateTable was refused ({error.code}); "
                f"{MAKE_TABLES}"
            ) from error
        # Another engine has just asked for it.
        if error.code != "ResourceInUseException":
            raise
    return True


def _await(table: Table) -> None:
    with table.calls.told("DescribeTable", table.name) as client:
        waiter = client.get_waiter("table_exists")
        waiter.wait(TableName=table.name, WaiterConfig={"Delay": 1, "MaxAttempts": 120})


def _try_out(table: Table) -> None:
    table.get(_TRIAL, _TRIAL)
    list(table.query(_TRIAL, _TRIAL, _TRIAL))
    try:
        # A condition that cannot hold: the right to write is tried, and nothing is written.
        table.put(Item(_TRIAL, _TRIAL, 0, _TRIAL), _NEVER)
    except RefusedError:
        return
