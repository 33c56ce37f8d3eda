"""Child processes that do not outlive their parent."""

import fcntl
import multiprocessing
import os
import select
import signal


def die_with_parent() -> None:
    """Have the kernel kill this process, a child of ``multiprocessing``, as soon as its parent is gone.

    The parent holds one end of a pipe for as long as it lives. ``PR_SET_PDEATHSIG`` would watch the thread
    that started this process instead, and end a worker when that thread ends. The signal needs nothing of
    this process: a decoder that hangs in native code and holds the interpreter dies as well.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    pipe = parent.sentinel
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    # A parent that was gone before this sends no signal any more.
    if select.select([pipe], [], [], 0)[0]:
        os._exit(1)
