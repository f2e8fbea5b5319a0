"""Public access blocks: a switch is off exactly when none of the blocks turns it on."""

from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.resources.aws.s3 import PublicAccessBlock, switches_off

SWITCHES = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]
settings = st.none() | st.dictionaries(st.sampled_from(SWITCHES), st.booleans())


def _off(blocks: list[dict[str, bool] | None]) -> set[str]:
    told = switches_off([block if block is None else PublicAccessBlock.of(**block) for block in blocks])
    return set(told.split(", ")) if told else set()


@given(st.lists(settings, max_size=3))
def test_a_switch_is_off_exactly_when_no_block_turns_it_on(blocks: list[dict[str, bool] | None]) -> None:
    assert _off(blocks) == {name for name in SWITCHES if not any(block and block.get(name) for block in blocks)}


@given(st.lists(settings, max_size=3), settings)
def test_one_more_block_never_turns_a_switch_off(
    blocks: list[dict[str, bool] | None], more: dict[str, bool] | None
) -> None:
    assert _off([*blocks, more]) <= _off(blocks)
