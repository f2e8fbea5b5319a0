"""A stand-in for AWS: canned answers at a settable latency, behind real limits, cheap enough to measure against.

It knows as many accounts as there are credentials: the last twelve digits of an access key id are the account.
What it was asked is counted, and what was asked twice.
"""
