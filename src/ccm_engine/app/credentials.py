"""Credentials, looked for before there is work that would need them."""

import boto3

from ccm_engine.clouds.aws.sessions import SessionError


def refuse_missing(profile: str | None = None) -> None:
    """Raise SessionError when boto3's rules find no credentials at all. Asks AWS nothing."""
    if boto3.Session(profile_name=profile).get_credentials() is None:
        raise SessionError("no AWS credentials; set AWS_PROFILE, or run aws configure")
