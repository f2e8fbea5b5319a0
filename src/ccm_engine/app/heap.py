"""How the process takes memory from the system."""

import ctypes

_M_ARENA_MAX = -8
"""glibc's number for the setting (malloc.h)."""


def share_one_heap() -> None:
    """Let all threads share one heap, where the C library is one that can (glibc).

    Else each thread that asks AWS keeps a heap of its own, as large as it ever was: a tenth of what a large run
    takes. They would not win time by it, for Python lets one at a time make objects.
    """
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(_M_ARENA_MAX, 1)
