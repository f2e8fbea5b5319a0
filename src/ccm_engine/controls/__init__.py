"""What should be: one file per control, none imports another."""
