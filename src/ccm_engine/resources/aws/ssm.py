"""Systems Manager: what it manages, what it knows of patches, and the account's own documents."""

from collections.abc import Iterable

from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Exactly, Resource, ask, named

EVERYONE = "all"


class ManagedInstance(Resource):
    """A machine that has registered with Systems Manager: an EC2 instance or one elsewhere."""

    type = "AWS::SSM::ManagedInstance"
    listed_by = Call("ssm", "describe_instance_information", "InstanceInformationList")

    id: str = at("InstanceId")
    arn: str = named("arn:{partition}:ssm:{region}:{account_id}:managed-instance/{id}")
    ping: str = at("PingStatus")


class PatchSummary(Resource):
    """What the last patch scan of a machine found."""

    type = "AWS::SSM::PatchCompliance"
    listed_by = Call(
        "ssm",
        "list_resource_compliance_summaries",
        "ResourceComplianceSummaryItems",
        arguments={"Filters": [{"Key": "ComplianceType", "Values": ["Patch"], "Type": "EQUAL"}]},
    )

    id: str = at("ResourceId")
    arn: str = named("arn:{partition}:ssm:{region}:{account_id}:managed-instance/{id}")
    compliance: str = at("Status")
    missing: int = at("NonCompliantSummary.NonCompliantCount", default=0)


class SsmDocument(Resource):
    """A document of the account's own: a runbook, a command, a session's settings."""

    type = "AWS::SSM::Document"
    listed_by = Call(
        "ssm", "list_documents", "DocumentIdentifiers", arguments={"Filters": [{"Key": "Owner", "Values": ["Self"]}]}
    )

    id: str = at("Name")
    arn: str = named("arn:{partition}:ssm:{region}:{account_id}:document/{id}")
    shared_with: tuple[str, ...] = ask(
        "describe_document_permission", "AccountIds", default=(), Name="Name", PermissionType=Exactly("Share")
    )

    def is_public(self) -> bool:
        """Whether every AWS account may read and run it."""
        return EVERYONE in self.shared_with


def managed(instance: str, machines: Iterable[ManagedInstance]) -> ManagedInstance | None:
    """Return what Systems Manager knows of an EC2 instance, None when it never registered."""
    return next((machine for machine in machines if machine.id == instance), None)


def patches_of(instance: str, summaries: Iterable[PatchSummary]) -> PatchSummary | None:
    """Return what the last patch scan of an EC2 instance found, None when there was none."""
    return next((summary for summary in summaries if summary.id == instance), None)
