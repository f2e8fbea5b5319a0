"""The row of what counts in an account: what it says is what it was made of, or that it cannot say."""

import json

from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.ledger.counts import MOST_NAMED, Counts, counts_row, read_counts

ACCOUNT = "123456789012"
numbers = st.integers(0, 3)
counts = st.builds(Counts, numbers, numbers, numbers, numbers, numbers, st.frozensets(st.text(max_size=3), max_size=3))


@given(st.dictionaries(st.sampled_from(["p", "q", "r"]), counts))
def test_what_is_read_is_what_was_written(told: dict[str, Counts]) -> None:
    row = counts_row(ACCOUNT, 7, told.items())
    assert (row.sort, row.seq) == (ACCOUNT, 7)
    assert read_counts(json.loads(json.dumps(row.body))) == told
    assert counts_row(ACCOUNT, 7, reversed(told.items())) == row


def test_what_was_evaluated_and_found_nothing_is_told() -> None:
    assert read_counts(counts_row(ACCOUNT, 1, [("p", Counts())]).body) == {"p": Counts()}


def test_where_too_many_fail_to_name_them_the_row_says_that_it_cannot_tell() -> None:
    names = frozenset(f"{number:010}" for number in range(MOST_NAMED // 10))
    many = {"p": Counts(failed=len(names), failing=names), "q": Counts(passed=1)}
    assert read_counts(counts_row(ACCOUNT, 1, many.items()).body) == many
    many["q"] = Counts(failed=1, failing=frozenset({"x"}))
    row = counts_row(ACCOUNT, 1, many.items())
    assert read_counts(row.body) is None
    assert len(json.dumps(row.body)) < 100
