"""Every control under a tag filter, on raw documents: what is in scope is judged as without, what is not is not."""

import pytest
from control_examples import EXAMPLES
from raw_documents import NOW, Estate, control, denied, document
from raw_examples import Example

from ccm_engine.core.finding import Finding
from ccm_engine.core.tags import TagFilter
from ccm_engine.core.vocabulary import GLOBAL, Scope, Status
from ccm_engine.engine.judge import judge_all
from ccm_engine.resources.aws.tagging import TAG_LISTINGS

PROD = TagFilter({"env": ("prod", "live")}, {"ccm": ("ignore",)}, TAG_LISTINGS)
CALL = "resourcegroupstaggingapi:GetResources"


def _tagged(example: Example, **tags: str) -> tuple[Estate, list[Finding]]:
    """Return an example with these tags on all its subjects, and its findings without a filter."""
    estate = example.make()
    found = estate.judge(example.control_id)
    # Some examples hold buckets of regions that they do not name.
    regions = {*(estate.collection.regions or ()), *(one.place.region for _, one in estate.collection.documents())}
    for listing in TAG_LISTINGS:
        for region in sorted(regions - {GLOBAL}) if listing.listed_by.scope is Scope.REGION else (GLOBAL,):
            estate.population(listing, region)
    if tags:
        _write(estate, example, tags)
    return estate, found


def _write(estate: Estate, example: Example, tags: dict[str, str]) -> None:
    told = [{"Key": key, "Value": value} for key, value in tags.items()]
    for kind in control(example.control_id).subjects:
        listing = PROD.listing_of(kind)
        for population in list(estate.collection.of(kind).values()) if listing else ():
            for one in population.documents:
                assert listing
                regional = listing.listed_by.scope is Scope.REGION
                region = one.place.region if regional else GLOBAL
                where = region if region in estate.collection.of(listing) else next(iter(estate.collection.of(listing)))
                item = {"ResourceARN": kind(one).arn, "Tags": told}
                estate.population(listing, where).documents.append(document(listing, item, {}, where))


def _filtered(estate: Estate, example: Example) -> list[Finding]:
    (run,) = judge_all([control(example.control_id)], estate.collection, NOW, PROD)
    return [one.finding.with_evidence(one.testify()) for one in run.findings]


def _is_told(finding: Finding, example: Example) -> bool:
    kinds = {kind.type: kind for kind in control(example.control_id).subjects}
    kind = kinds.get(finding.resource_type)
    return kind is not None and PROD.listing_of(kind) is not None


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_what_is_in_scope_is_judged_as_ever_what_is_not_is_not_and_what_nobody_can_tell_is_an_error(
    example: Example,
) -> None:
    estate, found = _tagged(example, env="live")
    assert _filtered(estate, example) == found

    for tags in ({}, {"env": "prod", "ccm": "ignore"}):
        estate, found = _tagged(example, **tags)
        assert _filtered(estate, example) == [one for one in found if not _is_told(one, example)]

    estate, found = _tagged(example, env="prod")
    for listing in TAG_LISTINGS:
        for population in estate.collection.of(listing).values():
            population.documents, population.failure = [], denied(CALL, "ThrottledException")
    for before, after in zip(found, _filtered(estate, example), strict=True):
        if _is_told(before, example):
            assert (after.key, after.status) == (before.key, Status.ERROR)
            assert (after.evidence["error"]["call"], after.evidence["error"]["code"]) == (CALL, "ThrottledException")
        else:
            assert after == before


def test_some_examples_are_of_what_tags_decide_on_and_some_are_not() -> None:
    told = [any(_is_told(one, example) for one in _tagged(example)[1]) for example in EXAMPLES]
    assert min(told.count(True), told.count(False)) > 50
