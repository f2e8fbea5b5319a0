"""How a trail keeps what it records, which events of objects it records, and the buckets that hold its logs."""

import pytest
from examples_cloudtrail import EVERY_OBJECT, filed, only
from raw_buckets import ALL_USERS, NO_BLOCK, account, acl, block, bucket
from raw_documents import NOW, Estate, denied, document
from raw_trails import MANAGEMENT, Selector, advanced, audited, basic, silent, trail, where
from raw_watches import feeding

from ccm_engine.core.vocabulary import Status
from ccm_engine.resources.aws.cloudtrail import Trail
from ccm_engine.resources.aws.s3 import AccountS3, Bucket

OBJECTS = where("resources.type", "AWS::S3::Object")
DATA = where("eventCategory", "Data")
READS, WRITES = "cloudtrail_s3_read_events", "cloudtrail_s3_write_events"

# The selectors, and whether reads and writes of all objects are recorded.
RECORDED: list[tuple[str, list[Selector], list[Selector], bool, bool]] = [
    ("nothing", [], [], False, False),
    ("all of S3", [basic(objects=["arn:aws:s3"])], [], True, True),
    ("all of S3, with colons", [basic(objects=["arn:aws:s3:::"])], [], True, True),
    ("another partition's", [basic(objects=["arn:aws-us-gov:s3"])], [], True, True),
    ("without management events", [basic(management=False, objects=EVERY_OBJECT)], [], True, True),
    ("one bucket", [basic(objects=["arn:aws:s3:::records/"])], [], False, False),
    ("a bucket whose name ends so", [basic(objects=["arn:aws:s3:::my:s3"])], [], False, False),
    ("one bucket and all", [basic(objects=["arn:aws:s3:::records/", "arn:aws:s3"])], [], True, True),
    ("reads", [basic("ReadOnly", objects=EVERY_OBJECT)], [], True, False),
    ("writes", [basic("WriteOnly", objects=EVERY_OBJECT)], [], False, True),
    (
        "each in its own",
        [basic("ReadOnly", objects=EVERY_OBJECT), basic("WriteOnly", objects=EVERY_OBJECT)],
        [],
        True,
        True,
    ),
    ("a kind nobody knows", [basic("Some", objects=EVERY_OBJECT)], [], False, False),
    ("advanced", [], [advanced(DATA, OBJECTS)], True, True),
    ("advanced, reads", [], [advanced(DATA, OBJECTS, where("readOnly", "true"))], True, False),
    ("advanced, writes", [], [advanced(where("readOnly", "false"), OBJECTS, DATA)], False, True),
    (
        "advanced, several types",
        [],
        [advanced(DATA, where("resources.type", "AWS::Lambda::Function", *OBJECTS["Equals"]))],
        True,
        True,
    ),
    ("advanced, another type", [], [advanced(DATA, where("resources.type", "AWS::Lambda::Function"))], False, False),
    ("advanced, no type", [], [advanced(DATA)], False, False),
    ("advanced, management", [], [advanced(MANAGEMENT)], False, False),
    (
        "advanced, one bucket",
        [],
        [advanced(DATA, OBJECTS, where("resources.ARN", "arn:aws:s3:::records/", operator="StartsWith"))],
        False,
        False,
    ),
    (
        "advanced, all but one bucket",
        [],
        [advanced(DATA, OBJECTS, where("resources.ARN", "arn:aws:s3:::records/", operator="NotStartsWith"))],
        False,
        False,
    ),
    ("advanced, one call", [], [advanced(DATA, OBJECTS, where("eventName", "DeleteObject"))], False, False),
]


@pytest.mark.parametrize(
    ("basics", "advanceds", "reads", "writes"), [case[1:] for case in RECORDED], ids=[case[0] for case in RECORDED]
)
def test_events_of_objects(basics: list[Selector], advanceds: list[Selector], reads: bool, writes: bool) -> None:
    estate = audited(trail(selectors=basics, advanced_selectors=advanceds))
    told = {id_: estate.judge_one(id_).status is Status.PASS for id_ in (READS, WRITES)}
    assert told == {READS: reads, WRITES: writes}


@pytest.mark.parametrize("control_id", [READS, WRITES])
def test_a_trail_that_records_objects_must_run_in_all_regions(control_id: str) -> None:
    good = basic(objects=EVERY_OBJECT)
    finding = audited(
        trail(name="a", logging=False, selectors=[good]), trail(name="b", multi_region=False, selectors=[good])
    ).judge_one(control_id)
    assert finding.status is Status.FAIL
    assert finding.reason.endswith("a is not logging; b covers one region")
    assert audited().judge_one(control_id).reason.endswith("there is none")


@pytest.mark.parametrize(
    ("hours", "status"), [(0, Status.PASS), (24, Status.PASS), (25, Status.FAIL), (None, Status.FAIL)]
)
def test_a_trail_delivered_to_its_log_group_of_late(hours: int | None, status: Status) -> None:
    assert only(silent(feeding(), hours)).judge_one("cloudtrail_cloudwatch").status is status


def test_how_late_is_a_setting() -> None:
    estate = only(silent(feeding(), 30))
    assert estate.judge_one("cloudtrail_cloudwatch", max_age_hours=48).status is Status.PASS
    assert estate.judge_one("cloudtrail_cloudwatch").reason == (
        "main delivered nothing to its log group in the last 24 hours"
    )


def test_the_moment_of_delivery_of_another_type_leaves_no_verdict() -> None:
    broken = document(
        Trail,
        feeding().item,
        {"logging": {"IsLogging": True, "LatestCloudWatchLogsDeliveryTime": NOW.timestamp()}},
    )
    finding = only(broken).judge_one("cloudtrail_cloudwatch")
    assert (finding.status, finding.reason.rpartition(" ")[2]) == (Status.ERROR, "MalformedResponse")


def test_a_status_that_is_refused_leaves_no_verdict_on_delivery_and_one_on_the_key() -> None:
    estate = only(trail(logging=denied("cloudtrail:GetTrailStatus"), KmsKeyId="alias/audit"))
    assert estate.judge_one("cloudtrail_cloudwatch").status is Status.ERROR
    assert estate.judge_one("cloudtrail_kms").status is Status.PASS


def test_a_bucket_says_which_trails_write_to_it_or_where_they_write() -> None:
    trails = [trail(name=name, S3BucketName="records") for name in ("b", "a")]
    assert filed(bucket(), *trails).judge_one("cloudtrail_bucket_not_public").reason == (
        "records, which holds the logs of a, b, is not public"
    )
    # The bucket of an organization's trail is another account's: nothing here passes for it.
    elsewhere = filed(bucket(), trail(owner="111122223333", S3BucketName="central"))
    for control_id in ("cloudtrail_bucket_not_public", "cloudtrail_bucket_logging"):
        finding = elsewhere.judge_one(control_id)
        assert (finding.status, finding.reason) == (
            Status.NOT_APPLICABLE,
            "no trail delivers to records: main delivers to central",
        )


def test_without_a_bucket_of_ones_own_there_is_nothing_to_judge() -> None:
    estate = Estate().add(AccountS3, account()).add(Trail, trail(S3BucketName="central"))
    assert estate.judge("cloudtrail_bucket_not_public") == []
    assert estate.judge("cloudtrail_bucket_logging") == []


def test_the_accounts_own_block_closes_the_bucket_of_a_trail() -> None:
    public = bucket(grants=acl(ALL_USERS), public_access_block=NO_BLOCK)
    estate = Estate().add(Bucket, public).add(Trail, trail(S3BucketName="records"))
    estate.add(AccountS3, account(block("IgnorePublicAcls")))
    assert estate.judge_one("cloudtrail_bucket_not_public").status is Status.PASS
