"""Where the record rests: SQLite for one machine, DynamoDB for AWS, chosen by `CCM_STORE`."""
