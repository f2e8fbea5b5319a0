"""Operations whose responses were read for secrets, and members that move by themselves: one file per service.

An operation joins its service's OPERATIONS when somebody has gone through all members of its response in AWS's
reference and found none that can hold a secret beyond what botocore marks sensitive and tags whose key looks
like one. SECRET names further members (paths) that can hold one; they are sealed. VOLATILE members change
without anyone's doing; they are not kept unless a field reads them.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any

_FILES: list[Any] = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]


def _joined(name: str) -> Mapping[str, tuple[str, ...]]:
    return {
        f"{file.SERVICE}.{operation}": paths for file in _FILES for operation, paths in getattr(file, name, {}).items()
    }


REVIEWED = frozenset(f"{file.SERVICE}.{operation}" for file in _FILES for operation in file.OPERATIONS)
SECRET = _joined("SECRET")
VOLATILE = _joined("VOLATILE")
