"""The API against what its own document allows and forbids: no 5xx, no answer that the document does not tell of."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from moto import mock_aws
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from .bench import Engine, engine, fill_account, open_ssh, use_test_settings

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
EXAMPLES = settings(
    max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
"""For each of the 20 operations, and each way of asking."""


@asynccontextmanager
async def _without_end(_: Any) -> AsyncIterator[None]:
    """Let the API live on: each call that is made here would end it, and its runs with it."""
    yield


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine with a record, whose account can be judged again while the tests ask."""
    folder = tmp_path_factory.mktemp("living")
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        use_test_settings(patch, folder)
        made = engine(folder)
        group = fill_account()
        made.monitor.run("schedule")
        open_ssh(group)
        made.monitor.run("scan")
        made.schedule.start()
        made.app.router.lifespan_context = _without_end
        yield made
        made.schedule.stop()
        made.store.close()


@pytest.fixture(scope="module")
def described(living: Engine) -> Any:
    """What the document describes, with ids that there are beside those that it could be asked for."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", living.app, headers={"Host": "localhost"})
    views = living.monitor.views
    known = {
        "control_id": "ec2_no_open_ssh",
        "framework_id": "soc2",
        "run_id": next(iter(views.runs()))["run_id"],
        "digest": next(
            one.finding.evidence["document"] for one in views.findings() if "document" in one.finding.evidence
        ),
    }

    @schema.hook
    def map_path_parameters(context: Any, path_parameters: Any) -> Any:
        # Every other one, by something that is the same whenever the example is tried again.
        if path_parameters and sum(len(str(one)) for one in path_parameters.values()) % 2:
            return {name: known.get(name, value) for name, value in path_parameters.items()}
        return path_parameters

    return schema


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_answers_are_documented_whatever_is_asked(described: Any, mode: GenerationMode) -> None:
    asked = 0
    for found in described.get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not (operation.query or operation.body):
            continue  # nothing of it can be wrong: any text may be part of a path

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(EXAMPLES)
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            case.validate_response(case.call(headers={"Host": "localhost"}), checks=CHECKS)

        ask()
    assert asked > 10 * EXAMPLES.max_examples
