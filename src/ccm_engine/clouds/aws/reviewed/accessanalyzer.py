"""IAM Access Analyzer: responses read for secrets."""

SERVICE = "accessanalyzer"
OPERATIONS = ("list_analyzers",)
VOLATILE = {
    "list_analyzers": ("analyzers.lastResourceAnalyzed", "analyzers.lastResourceAnalyzedAt"),
}
