"""Export, restore, purge and evidence, from the ledger to the command line."""
