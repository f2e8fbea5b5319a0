"""What a resource, a control, a verdict, a finding, evidence and a requirement are.

What a control is written in stands here by name; everything else is in the modules of this room.
"""

from ccm_engine.core.control import control
from ccm_engine.core.resource import Every
from ccm_engine.core.verdict import Verdict, failed, not_applicable, passed
from ccm_engine.core.vocabulary import Category, Maturity, Severity

__all__ = ["Category", "Every", "Maturity", "Severity", "Verdict", "control", "failed", "not_applicable", "passed"]
