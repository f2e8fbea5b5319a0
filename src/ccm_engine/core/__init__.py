"""What a resource, a control, a verdict, a finding, evidence and a requirement are."""
