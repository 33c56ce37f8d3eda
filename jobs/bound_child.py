"""Becomes another program that ends with its parent: ``bound_child.py PARENT_PID PROGRAM ARGUMENT...``.

Run as a file of its own: between fork and exec, a process with threads may call next to nothing.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask the kernel for the signal, then be the program."""
    parent, program = int(sys.argv[1]), sys.argv[2:]
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # A parent that was gone before this sends no signal any more.
    if os.getppid() == parent:
        os.execvp(program[0], program)


if __name__ == "__main__":
    main()
