"""Systems Manager: responses read for secrets."""

SERVICE = "ssm"
OPERATIONS = (
    "describe_document_permission",
    "describe_instance_information",
    "list_documents",
    "list_resource_compliance_summaries",
)
VOLATILE = {
    "describe_instance_information": (
        "AssociationOverview",
        "AssociationStatus",
        "LastAssociationExecutionDate",
        "LastPingDateTime",
        "LastSuccessfulAssociationExecutionDate",
    ),
    "list_resource_compliance_summaries": ("ExecutionSummary",),
}
