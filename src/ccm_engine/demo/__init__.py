"""An emulated AWS account to watch: the server, its guard, its contents, and what goes wrong in it."""
