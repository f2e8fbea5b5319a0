"""Every control says of a snapshot what it says of the account, or that it needs a secret the snapshot lacks."""

import pytest
from control_examples import EXAMPLES
from raw_documents import NOW, control
from raw_examples import Example
from snapshotting import findings_of, read, written

from ccm_engine.engine.plan import plan


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_the_snapshot_of_an_example_is_judged_like_the_example(example: Example) -> None:
    estate = example.make()
    live = estate.judge(example.control_id)
    judging = control(example.control_id)
    todo = plan([judging])

    (again,) = read(written(todo, [estate.collection], NOW), todo)
    told = findings_of([judging], again)

    may_be_blind = any(field.secret for field in judging.reach.fields)
    for one, other in zip(live, told, strict=True):
        assert other == one or (may_be_blind and other.evidence["error"]["code"] == "SecretLeftOut")
