"""One contract for every store, and what each promises beyond it."""
