"""Libraries of models that would call home, told not to before they are imported.

The environment is written here, not read. Settings are ``bootstrap``'s, but this belongs to the process that
loads the libraries: a worker started afresh, a command, or a program that uses ``ocr`` without any wiring.
"""

import os
import sys

_NO_CALLS = {
    # paddlex asks model hubs for news when it is imported.
    "PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK": "True",
    # onnxruntime keeps a file of its sessions among the temporary files and reports them some seconds later.
    # Its own function for switching that off comes too late, for importing it is enough.
    "ORT_DISABLE_TELEMETRY": "1",
}

_REPORTER = "openvino_telemetry"
"""Tells Google Analytics of every import of openvino and keeps a number of this computer in ``~/intel``. It
obeys only a file in the user's home; openvino has a stand-in for installations without it."""


def silence_libraries() -> None:
    """Keep the libraries from calling home; to be called before any of them is imported.

    Nobody can undo it with a setting: nothing leaves the machine.
    """
    os.environ.update(_NO_CALLS)
    # ``None`` is Python's mark of a module that is not to be found.
    sys.modules[_REPORTER] = None  # type: ignore[assignment]
    # Colour codes on stderr.
    os.environ.setdefault("GLOG_minloglevel", "2")
