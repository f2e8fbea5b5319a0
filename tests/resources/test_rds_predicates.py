"""Databases: exportable logs, versions, zones, TLS switches."""

from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.core.document import Document, Place
from ccm_engine.resources.aws.rds import EXPORTABLE_LOGS, DBCluster, DBInstance, exportable_logs
from ccm_engine.resources.aws.rds_parameters import Parameter

HERE = Place("123456789012", "us-east-1")
LOGS = ["audit", "error", "general", "slowquery"]


def _database(**members: object) -> DBInstance:
    return DBInstance(Document(HERE, members, None))


@given(st.sets(st.sampled_from(LOGS)))
def test_missing_logs_are_exactly_those_not_exported(exported: set[str]) -> None:
    database = _database(Engine="mysql", EnabledCloudwatchLogsExports=sorted(exported))
    assert set(database.missing_logs(database)) == set(LOGS) - exported


def test_a_cluster_need_not_export_what_it_cannot() -> None:
    home = DBCluster(Document(HERE, {"EnabledCloudwatchLogsExports": ["error", "general", "slowquery"]}, None))
    assert _database(Engine="mysql").missing_logs(home) == ()
    assert _database(Engine="aurora-mysql").missing_logs(home) == ("audit",)


@given(st.sampled_from([engine for engine, _ in EXPORTABLE_LOGS]), st.sampled_from(["ee", "se2-cdb", "web"]))
def test_editions_export_what_their_engine_does(engine: str, edition: str) -> None:
    assert exportable_logs(engine)
    if "-" not in engine and engine != "aurora":
        assert exportable_logs(f"{engine}-{edition}") == exportable_logs(engine)


@given(st.integers(1, 20), st.integers(0, 20), st.integers(0, 30))
def test_mariadb_takes_iam_logins_since_10_6(major: int, minor: int, patch: int) -> None:
    database = _database(Engine="mariadb", EngineVersion=f"{major}.{minor}.{patch}")
    assert database.takes_iam_logins() == ((major, minor) >= (10, 6))


@given(st.lists(st.tuples(st.sampled_from(["shop", "other", None]), st.sampled_from(["a", "b", None]))))
def test_the_zones_of_a_cluster_are_those_of_its_members(members: list[tuple[str | None, str | None]]) -> None:
    cluster = DBCluster(Document(HERE, {"DBClusterIdentifier": "shop"}, None))
    found = cluster.zones([_database(DBClusterIdentifier=of, AvailabilityZone=zone) for of, zone in members])
    assert found == tuple(sorted({zone for of, zone in members if of == "shop" and zone}))


@given(st.sampled_from(["rds.force_ssl", "require_secure_transport", "ssl"]), st.none() | st.text(max_size=4))
def test_a_switch_is_on_only_when_it_says_so(name: str, value: str | None) -> None:
    on = Parameter.of(ParameterName=name, **({} if value is None else {"ParameterValue": value})).is_on()
    assert on == (name != "ssl" and value is not None and value.lower() in ("1", "on", "true"))
    assert Parameter.of(ParameterName=name, ParameterValue="ON").is_on() == (name != "ssl")
