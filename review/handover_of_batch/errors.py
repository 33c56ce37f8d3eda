"""Why a batch cannot be handed over as a package, or a package cannot be taken in now."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from domain.errors import ConflictError, ForbiddenError, InputError
from review.handover import OfficeRef

_CHINA = timezone(timedelta(hours=8))


class HandoverNotSenderError(ForbiddenError):
    """Another office passed the batch on, or sent it back."""

    code = "handover_not_sender"

    def __init__(self, sender: str) -> None:
        super().__init__(f"这个批次由“{sender}”交出，移交包须由该单位生成。请联系该单位。")


class HandoverForAnotherError(InputError):
    """The package names another receiver."""

    code = "handover_for_another"

    def __init__(self, receiver: OfficeRef | None, own_code: str) -> None:
        named = f"“{receiver.name}”（{receiver.code}）" if receiver is not None else "（没有写明）"
        super().__init__(
            f"移交包的接收单位是{named}，不是您的单位（{own_code}）。请由接收单位导入；"
            "如果单位账号填错了，请移交单位改正后重新生成。"
        )


class HandoverOfficeUnknownError(ConflictError):
    """The office that hands over does not exist here, or does not hang where it must."""

    code = "handover_office_unknown"

    def __init__(self, office: OfficeRef, *, is_below: bool) -> None:
        self.office_code = office.code
        if is_below:
            text = (
                f"本系统中，您的单位之下没有账号为“{office.code}”的单位（{office.name}）。"
                "请管理员先建立这个单位，再导入移交包。"
            )
        else:
            text = (
                f"退回这个批次的单位“{office.name}”（{office.code}）不是它在本系统中报送到的单位。"
                "请核对移交包的来源。"
            )
        super().__init__(text)

    @property
    def facts(self) -> Mapping[str, Any]:
        """Code of the office."""
        return {"office_code": self.office_code}


class HandoverImportedBeforeError(ConflictError):
    """This very package was taken in."""

    code = "handover_imported_before"

    def __init__(self) -> None:
        super().__init__("这份移交包已经导入过，没有重复导入。请在批次列表中查看。")


class HandoverOutdatedError(ConflictError):
    """A newer package of the batch was taken in, or the batch has moved on since this one was made."""

    code = "handover_outdated"

    def __init__(self, made_at: datetime, newest: datetime | None) -> None:
        made = made_at.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M")
        if newest is not None:
            later = newest.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M")
            reason = f"本系统已导入过 {later} 生成的同一批次的移交包"
        else:
            reason = "它不包含您的单位此后对这个批次的报送或退回"
        super().__init__(f"这份移交包生成于 {made}，已经过时：{reason}。请向移交单位索取最新的移交包。")


class HandoverBatchUnknownError(ConflictError):
    """A batch comes back that never was here."""

    code = "handover_batch_unknown"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"移交包要退回批次“{name}”，但您的单位没有这个批次。请核对移交包是否拿错，或系统是否恢复过旧的备份。"
        )


class HandoverOriginalsMissingError(ConflictError):
    """Originals are to be packed that never came here."""

    code = "handover_originals_missing"

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(
            f"批次由移交包导入，其中 {count} 个原件没有随包送来，不能附上原件。"
            "请选择不附原件，或先向移交单位索取附原件的移交包并导入。"
        )

    @property
    def facts(self) -> Mapping[str, Any]:
        """How many originals never came."""
        return {"count": self.count}


class HandoverOwnBatchError(ConflictError):
    """The batch is in this installation anyway."""

    code = "handover_own_batch"

    def __init__(self, name: str) -> None:
        super().__init__(f"批次“{name}”本来就在本系统中，不需要通过移交包导入。请在批次列表中直接办理。")
