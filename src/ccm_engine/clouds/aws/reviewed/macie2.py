"""Macie: responses read for secrets."""

SERVICE = "macie2"
OPERATIONS = ("get_macie_session",)
