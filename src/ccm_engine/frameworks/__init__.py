"""What auditors ask for: one data file per framework version, and the controls that answer it."""

from ccm_engine.frameworks.framework import Assessment, Framework, RequirementEntry
from ccm_engine.frameworks.loading import load, shipped
from ccm_engine.frameworks.mapping import requirements_of

__all__ = ["Assessment", "Framework", "RequirementEntry", "load", "requirements_of", "shipped"]
