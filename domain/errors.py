"""Every error the product raises on purpose.

ZhengheError
├── InputError               a file, sheet or folder cannot be used as it is
│   ├── FileProblemError     one file of a batch; the rest of the batch goes on
│   └── BatchError           the whole batch cannot be checked
├── NotFoundError            no such thing, or not for this office to know of
├── ConflictError            the request was right a moment ago, or is too early; the state says why
├── ForbiddenError           known and seen, but not for this person to do
├── UnauthenticatedError     nobody is signed in, or no longer
├── LimitError               too often; later
├── TransientError           the same call may work later; jobs retry only these
└── SetupError               this installation is incomplete (models, libraries)

Messages are shown to officials and are therefore Chinese: what happened, then what to do.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class ZhengheError(Exception):
    """Base of all deliberate errors.

    ``code`` is public and never changes; the message may improve.
    """

    code: ClassVar[str] = "zhenghe_error"

    @property
    def facts(self) -> Mapping[str, Any]:
        """What a program may want to know besides code and message; JSON values."""
        return {}


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


class NotFoundError(ZhengheError):
    """Something asked for does not exist, or belongs to an office that the asker knows nothing of."""

    code = "not_found"


class ConflictError(ZhengheError):
    """The state has moved on, or does not allow this yet."""

    code = "conflict"


class StaleVersionError(ConflictError):
    """Somebody else changed the thing since the asker last saw it."""

    code = "stale_version"

    def __init__(self, current: object) -> None:
        """Say so.

        Args:
            current: The thing as it is now, a value of the domain; the edge shows it in its own form.
        """
        self.current = current
        self.shown: Mapping[str, Any] | None = None
        """The form in which the edge shows ``current``, once it has said so."""

        super().__init__("这项内容刚才已被别人修改，您的修改没有保存。请查看最新内容后再决定是否修改。")

    @property
    def facts(self) -> Mapping[str, Any]:
        """The thing as it is now."""
        return {} if self.shown is None else {"current": self.shown}


class ForbiddenError(ZhengheError):
    """The person may not do this."""

    code = "forbidden"


class UnauthenticatedError(ZhengheError):
    """Nobody is signed in."""

    code = "unauthenticated"


class LimitError(ZhengheError):
    """Asked too often.

    ``retry_after_seconds`` says when to ask again.
    """

    code = "too_many_requests"

    def __init__(self, message: str, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(message)

    @property
    def facts(self) -> Mapping[str, Any]:
        """When to ask again."""
        return {"retry_after_seconds": self.retry_after_seconds}


class TransientError(ZhengheError):
    """Something that may work a little later; jobs retry only these."""

    code = "transient_error"


class SetupError(ZhengheError):
    """The installation lacks something; an administrator can mend it."""

    code = "setup_error"
