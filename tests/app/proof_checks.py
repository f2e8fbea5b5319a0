"""Proofs made from a room's record, and checked by both checkers."""

from datetime import UTC, datetime
from typing import Any

import pytest
from monitoring import REGION, Bench

from ccm_engine.app.proving import Wanted, proof_of
from ccm_engine.ledger.proof import ProofReport, check_proof
from ccm_engine.reports import verify_proof

Proof = dict[str, Any]


def use_test_settings(patch: pytest.MonkeyPatch) -> None:
    """Give boto3 what it looks for, and nothing of the machine's."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        patch.setenv(name, "testing")
    patch.setenv("AWS_DEFAULT_REGION", REGION)


def proven(room: Bench, *words_: str, **where: str) -> Proof:
    """Prove a finding of a room's record."""
    return proof_of(room.monitor.settings, room.monitor.views, Wanted(words_, **where), datetime.now(UTC))


def script_refuses(proof: Any, key: str | None = None) -> bool:
    """Whether the stand-alone script refuses a proof."""
    try:
        verify_proof.check(proof, key)
    except (verify_proof.BrokenError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return True
    return False


def both(proof: Proof, key: str | None = None) -> ProofReport:
    """Check a proof twice, and see that both say the same."""
    report = check_proof(proof, key)
    assert script_refuses(proof, key) is not report.holds
    return report
