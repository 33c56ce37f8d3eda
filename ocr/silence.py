"""Libraries of models that would call home, told not to before they are imported."""

import os

_SETTINGS = {
    # paddlex asks model hubs for news when it is imported.
    "PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK": "True",
    # onnxruntime keeps a file of its sessions among the temporary files and has an address to report to; its
    # own function for switching that off comes too late, for importing it is enough.
    "ORT_DISABLE_TELEMETRY": "1",
    # Colour codes on stderr.
    "GLOG_minloglevel": "2",
}


def silence_libraries() -> None:
    """Set what the libraries look at when they are imported; call it before any of them is.

    What an administrator has set stays, but for telemetry: nothing leaves the machine.
    """
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
