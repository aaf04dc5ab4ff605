"""The sandbox against its own OpenAPI document: valid and invalid requests, and chains of them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from schemathesis import BaseSchema, Case, CheckContext, Config, Response
from schemathesis.core.result import Ok
from schemathesis.engine import Status, from_schema
from schemathesis.engine.events import NonFatalError, PhaseFinished, ScenarioFinished
from schemathesis.specs.openapi.checks import positive_data_acceptance

from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import sandbox_in_thread
from tests.fakes.moments import START

_SEMANTIC_CODES = {"unknown_reference", "invalid_sequence", "invalid_cursor", "url_not_allowed"}
_SEMANTIC_FIELDS = re.compile(
    r"timezone|send_window\..+|daily_limit|inbox_ids.*|lead_counts|smtp|imap|step_id|events\[\d+\]|from|steps\[.*"
)


@schemathesis.check
def accepts_valid_data(ctx: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """Valid data is accepted, save for what JSON Schema cannot say.

    That is: names of things that exist, hosts that are this machine, sound graphs, zones of the zone
    database, fields that depend on others, `If-Match` of another state, and events no longer kept.
    """
    if response.status_code in (410, 412):
        return None
    if response.status_code == 400:
        error = response.json()["error"]
        if error["code"] in _SEMANTIC_CODES or _SEMANTIC_FIELDS.fullmatch(error.get("field", "")):
            return None
    return positive_data_acceptance(ctx, response, case)


_LARGE_BODIES = "campaigns|leads|inboxes"
"""What has three quarters of all cases of the coverage phase: left to the slow run."""
_FEW = {
    "generation": {"max-examples": 1, "deterministic": True},
    "operations": [{"include-path-regex": _LARGE_BODIES, "phases": {"coverage": {"enabled": False}}}],
    "phases": {"coverage": {"unexpected-methods": []}},
}
_MANY = {"generation": {"max-examples": 20, "deterministic": True}}


@pytest.fixture(
    params=[
        pytest.param(_FEW, id="few examples"),
        pytest.param(_MANY, id="many examples", marks=pytest.mark.slow),
    ]
)
def described(request: pytest.FixtureRequest) -> Iterator[BaseSchema]:
    options = SandboxOptions(start=START, burst=10_000_000, per_minute=1e7, frozen=True)
    with sandbox_in_thread(options) as sandbox:
        config = Config.from_dict(
            {
                "seed": 1,
                "continue-on-failure": True,
                "headers": {"Authorization": f"Bearer {sandbox.api_key}"},
                "checks": {"positive_data_acceptance": {"enabled": False}},
                **request.param,
            }
        )
        url = sandbox.url.removesuffix("/v1") + "/openapi.json"
        yield schemathesis.openapi.from_url(url, config=config)


def test_the_sandbox_keeps_the_word_of_its_document(described: BaseSchema) -> None:
    failures: list[str] = []
    passed: set[str] = set()
    phases: set[str] = set()
    for event in from_schema(described).execute():
        if isinstance(event, NonFatalError):
            failures.append(str(event.value))
        elif isinstance(event, PhaseFinished) and event.status is Status.SUCCESS:
            phases.add(event.phase.name.value)
        elif isinstance(event, ScenarioFinished):
            if event.label is not None and event.status is Status.SUCCESS:
                passed.add(event.label)
            failures += [
                f"{event.label}: {check.failure_info.failure}\n{check.failure_info.code_sample}"
                for checks in event.recorder.checks.values()
                for check in checks
                if check.failure_info is not None
            ]
    assert not failures, "\n\n".join(failures[:5])
    operations = {found.ok().label for found in described.get_all_operations() if isinstance(found, Ok)}
    assert operations <= passed
    assert len(operations) > 40
    assert {"coverage", "fuzzing", "stateful"} <= phases
