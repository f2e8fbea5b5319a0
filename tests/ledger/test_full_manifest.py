"""The pages of a full manifest: all of it, in order, and the same pages as long as their resources are the same."""

from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.ledger.full_manifest import pages, resources_in

keys = st.integers(0, 5000).map(lambda number: f"aws.iam.User|global|user-{number}")
manifests = st.dictionaries(keys, st.sampled_from(["sha256:aa", "sha256:bb"]), max_size=400)
LARGE = {f"aws.ec2.SecurityGroup|us-east-1|sg-{number:05}": "sha256:aa" for number in range(10_000)}


@given(manifests)
def test_pages_hold_all_of_it_in_order(manifest: dict[str, str]) -> None:
    held = [pair for page in pages(manifest) for pair in resources_in(page).items()]
    assert held == sorted(manifest.items())


@given(manifests, keys, st.sampled_from(["sha256:aa", "sha256:cc", None]))
def test_one_resource_touches_its_own_page(manifest: dict[str, str], key: str, name: str | None) -> None:
    after = {**manifest, key: name} if name else {one: told for one, told in manifest.items() if one != key}
    # A page that ends with it is joined with the next, or split in two.
    assert len(set(pages(after)) - set(pages(manifest))) <= 2


def test_a_page_is_small_and_there_are_not_many() -> None:
    sizes = [len(resources_in(page)) for page in pages(LARGE)]
    assert 40 < len(sizes) < 160
    assert max(sizes) < 1500
    changed = {**LARGE, "aws.ec2.SecurityGroup|us-east-1|sg-05000": "sha256:bb"}
    assert len(set(pages(changed)) - set(pages(LARGE))) == 1
