"""Who runs a command, as the machine names them; nobody has proven it."""

import getpass


def user() -> str:
    """Return the user's name, `unknown` where the machine has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
