"""Database Migration Service: responses read for secrets."""

SERVICE = "dms"
OPERATIONS = ("describe_replication_instances",)
SECRET = {
    # A configuration file that somebody else wrote.
    "describe_replication_instances": ("ReplicationInstances.KerberosAuthenticationSettings.Krb5FileContents",),
}
