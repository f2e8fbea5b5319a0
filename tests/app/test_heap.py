"""All threads of a run share one heap."""

import platform
import subprocess
import sys

import pytest

_TAKE = """
import ctypes, sys, threading
from ccm_engine.app.heap import share_one_heap
if sys.argv[1:]:
    share_one_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
together = threading.Barrier(8)
def take():
    together.wait()
    libc.malloc(ctypes.c_size_t(1000))
    together.wait()
threads = [threading.Thread(target=take) for _ in range(8)]
[one.start() for one in threads]
[one.join() for one in threads]
libc.malloc_stats()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="it is glibc's setting")
def test_it_has_one_arena_however_many_threads_take_memory() -> None:
    def arenas(*given: str) -> int:
        told = subprocess.run([sys.executable, "-c", _TAKE, *given], capture_output=True, text=True, check=True).stderr
        return told.count("Arena ")

    assert arenas() > 1
    assert arenas("shared") == 1
