"""The account itself: the subject of controls about the account as a whole."""

from ccm_engine.core.resource import ACCOUNT, One, Resource, named


class Account(Resource):
    """An AWS account. Other readings of an account as a whole are kinds of it."""

    type = "AWS::::Account"
    listed_by = One("account", scope=ACCOUNT)

    id: str = named("{account_id}")
    arn: str = named("arn:{partition}:iam::{account_id}:root")
