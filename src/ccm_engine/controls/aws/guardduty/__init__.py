"""Controls over GuardDuty."""
