"""Controls over Database Migration Service."""
