"""Secrets where none should be: variables whose name or value gives them away.

What is found is named, never shown. References to a store of secrets (ARNs, parameter paths) are none.
"""

import re
from collections.abc import Mapping

# Forms that nothing but a credential has: AWS's key ids, private keys, and tokens of well-known services.
CREDENTIAL = re.compile(
    r"\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_[A-Za-z0-9]{36}"
    r"|\bxox[abprs]-[0-9A-Za-z-]{10}|\b[rs]k_live_[0-9A-Za-z]{16}|\bAIza[0-9A-Za-z_-]{35}|://[^/\s:@]+:[^/\s:@]+@"
)
# A name that ends so holds the thing itself: SECRET_ARN, TOKEN_URL and PASSWORD_LENGTH do not.
SECRET_NAME = re.compile(
    r"(?i)(password|passwd|passphrase|secret|secret_?key|token|api_?key|private_?key|access_?key(_?id)?|credentials?)$"
)
REFERENCE = re.compile(r"(?i)^(arn:|/|https?://|\{\{resolve:|\$\{|ssm:|secretsmanager:|vault:|<.*>$)")
SHORTEST = 8
"""Characters: what is shorter is a placeholder, a number or a switch."""


def secrets_among(variables: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the variables that hold a secret, sorted."""
    return tuple(sorted(name for name, value in variables.items() if is_secret(name, value)))


def is_secret(name: str, value: str) -> bool:
    """Whether a variable of that name and value holds a secret."""
    if CREDENTIAL.search(value):
        return True
    long_enough = len(value) >= SHORTEST and not value.isdigit()
    return bool(SECRET_NAME.search(name)) and long_enough and not REFERENCE.match(value)
