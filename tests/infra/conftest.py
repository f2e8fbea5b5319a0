"""What needs Terraform is not collected without it: nothing here is skipped. tests/conftest.py says so at the end."""

from terraform_here import lacking

collect_ignore = ["test_apply.py", "test_plan.py", "test_secrets.py"] if lacking() else []
