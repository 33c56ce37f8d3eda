"""Every error the product raises on purpose.

ZhengheError
├── InputError               a file, sheet or folder cannot be used as it is
│   ├── FileProblemError     one file of a batch; the rest of the batch goes on
│   └── BatchError           the whole batch cannot be checked
└── SetupError               this installation is incomplete (models, libraries)

Messages are shown to officials and are therefore Chinese: what happened, then what to do.
"""

from typing import ClassVar


class ZhengheError(Exception):
    """Base of all deliberate errors.

    ``code`` is public and never changes; the message may improve.
    """

    code: ClassVar[str] = "zhenghe_error"


class InputError(ZhengheError):
    """Something that was handed in cannot be used; the user can mend it."""

    code = "input_error"


class FileProblemError(InputError):
    """One file cannot be read.

    Every subclass is one reason with its own stable code; ``file`` is the path inside the batch
    as the user knows it, filled in by whoever knows it.
    """

    code = "unreadable_file"

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


class BatchError(InputError):
    """The batch as a whole cannot be checked."""

    code = "batch_error"


class SetupError(ZhengheError):
    """The installation lacks something; an administrator can mend it."""

    code = "setup_error"
