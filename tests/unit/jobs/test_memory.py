"""Memory that is free goes back to the system."""

import subprocess
import sys

_SCRIPT = """
import numpy as np
from pathlib import Path
from jobs.memory import give_back_memory

def resident_mib():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20

blocks = [np.ones(100_000, np.uint8) for _ in range(2000)]
kept = blocks[::100]
del blocks
before = resident_mib()
give_back_memory()
print(before - resident_mib(), sum(int(block.sum()) for block in kept))
"""


def test_freed_blocks_between_used_ones_are_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True)

    given_back, kept = map(float, done.stdout.split())
    assert given_back > 100
    assert kept == 20 * 100_000
