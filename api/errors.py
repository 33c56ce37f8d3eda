"""One table from errors to HTTP, and the one form of every answer that is an error."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api.error_forms import form_of
from api.field_labels import label_of
from domain.errors import (
    ConflictError,
    ForbiddenError,
    InputError,
    LimitError,
    NotFoundError,
    SetupError,
    StaleVersionError,
    TransientError,
    UnauthenticatedError,
    ZhengheError,
)
from review.export.privacy import mask_numbers_in_name
from review.handover import HandoverNotWritableError, HandoverWorkspaceError
from review.uploads import LengthRequiredError, TusVersionError
from storage.files import StorageFullError
from storage.parts import UploadLockedError

CHECKSUM_MISMATCH = 460
"""What the protocol of resumable uploads answers; no standard of HTTP."""

STATUS_BY_ERROR: dict[type[ZhengheError], HTTPStatus] = {
    InputError: HTTPStatus.BAD_REQUEST,
    UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    LimitError: HTTPStatus.TOO_MANY_REQUESTS,
    TransientError: HTTPStatus.SERVICE_UNAVAILABLE,
    StorageFullError: HTTPStatus.INSUFFICIENT_STORAGE,
    HandoverWorkspaceError: HTTPStatus.INSUFFICIENT_STORAGE,
    HandoverNotWritableError: HTTPStatus.INSUFFICIENT_STORAGE,
    LengthRequiredError: HTTPStatus.LENGTH_REQUIRED,
    TusVersionError: HTTPStatus.PRECONDITION_FAILED,
    UploadLockedError: HTTPStatus.LOCKED,
    SetupError: HTTPStatus.INTERNAL_SERVER_ERROR,
}

_ALWAYS = (400, 413, 422, 500, 503, 507)
"""Any call may be malformed, meet a busy database or a full disk, or fail."""

_EXAMPLES = {
    400: ("input_error", "提交的内容无法处理。请按提示改正后重试。"),
    401: ("unauthenticated", "您还没有登录，或者登录已经失效。请登录后重试。"),
    403: ("forbidden", "您没有“报送与接收”的权限。需要办理时，请联系本单位或上级单位的管理员。"),
    404: ("not_found", "没有找到。请返回列表重新选择。"),
    405: ("method_not_allowed", "这个地址不支持该操作。请按接口文档调用。"),
    409: ("stale_version", "这项内容刚才已被别人修改，您的修改没有保存。请查看最新内容后再决定是否修改。"),
    411: ("length_required", "缺少 Content-Length，无法预留空间。请带上文件大小，或改用分段上传。"),
    412: ("tus_version", "不支持这个版本的分段上传协议，请使用 Tus-Resumable: 1.0.0。"),
    410: ("gone", "这项内容已经过期或被移除。请返回列表重新开始。"),
    413: ("too_large", "提交的内容过大。请减小后重试；文件请使用分段上传。"),
    415: ("unsupported_media_type", "不支持这种内容类型。请按接口文档提交。"),
    416: ("range", "请求的范围不存在。请重新读取。"),
    422: ("invalid_request", "提交的内容有误：用户名不能为空。请改正后重试。"),
    423: ("upload_locked", "同一文件正在上传中。请稍候片刻再继续。"),
    429: ("too_many_requests", "请求过于频繁。请在 30 秒后重试。"),
    500: ("internal_error", "系统内部出错，本次操作没有执行。请稍后重试；若仍出错，请把编号告诉维护人员。"),
    503: ("database_busy", "数据库正忙，本次操作没有执行。请稍候几秒后重试。"),
    460: ("checksum_mismatch", "收到的内容与校验值不符，已丢弃。可能是传输中出错，请重新上传这一部分。"),
    507: ("storage_full", "服务器磁盘空间不足，文件没有被接收。请联系系统维护人员清理后重试。"),
}

_PROBLEMS = {
    "missing": "不能为空",
    "string_too_short": "太短",
    "string_too_long": "太长",
    "too_short": "太少",
    "too_long": "太多",
    "greater_than": "太小",
    "greater_than_equal": "太小",
    "less_than": "太大",
    "less_than_equal": "太大",
    "extra_forbidden": "不是可用的字段",
    "enum": "不在可选范围内",
    "literal_error": "不在可选范围内",
    "json_invalid": "不是有效的 JSON",
    "timezone_aware": "缺少时区",
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return ``responses=`` of a route that may answer with these errors and those that any may."""
    return {status: _documented(status) for status in sorted({*statuses, *_ALWAYS})}


def status_for(error: type[ZhengheError]) -> HTTPStatus:
    """Return the status of the nearest base class that has one."""
    for base in error.__mro__:
        if base in STATUS_BY_ERROR:
            return STATUS_BY_ERROR[base]
    return HTTPStatus.INTERNAL_SERVER_ERROR


@contextmanager
def current_state_as(render: Callable[[Any], BaseModel]) -> Iterator[None]:
    """Let a conflict of versions show the thing as it is now, in the form of the resource."""
    try:
        yield
    except StaleVersionError as error:
        error.shown = render(error.current).model_dump(mode="json")
        raise


def error_response(
    status: int, code: str, message: str, facts: Mapping[str, Any] | None = None
) -> JSONResponse:
    """Return an answer that is an error."""
    response = JSONResponse({"code": code, "message": message, **(facts or {})}, status_code=int(status))
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    if facts and "retry_after_seconds" in facts:
        response.headers["Retry-After"] = str(facts["retry_after_seconds"])
    return response


def incident_response(incident: str) -> JSONResponse:
    """Return the answer to a call that failed for a reason nobody foresaw."""
    message = f"系统内部出错，本次操作没有执行。请稍后重试；若仍出错，请把编号 {incident} 告诉维护人员。"
    return error_response(500, "internal_error", message, {"incident": incident})


def too_large_response() -> JSONResponse:
    """Return the answer to a call with a larger body than its route takes."""
    return error_response(413, *_EXAMPLES[413])


def add_error_handlers(app: FastAPI) -> None:
    """Render every error in the one form."""

    @app.exception_handler(ZhengheError)
    def render_ours(_request: Request, error: ZhengheError) -> JSONResponse:
        # Files are often named after somebody's ID or telephone number, and sentences name files.
        message = mask_numbers_in_name(str(error))
        return error_response(status_for(type(error)), error.code, message, error.facts)

    @app.exception_handler(HTTPException)
    def render_http(_request: Request, error: HTTPException) -> JSONResponse:
        status = error.status_code if error.status_code in _EXAMPLES else 400
        code, message = ("bad_request", _EXAMPLES[400][1]) if status == 400 else _EXAMPLES[status]
        response = error_response(error.status_code, code, message)
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(RequestValidationError)
    def render_validation(request: Request, error: RequestValidationError) -> JSONResponse:
        # What was sent is never repeated: it may hold passwords or ID numbers.
        dependant = getattr(request.scope.get("route"), "dependant", None)
        problems = [_problem(one, dependant) for one in error.errors()]
        first = f"{problems[0]['label'] or problems[0]['field'] + ' '}{problems[0]['message']}"
        return error_response(
            422, "invalid_request", f"提交的内容有误：{first}。请改正后重试。", {"errors": problems}
        )


def _problem(error: Mapping[str, Any], dependant: Dependant | None) -> dict[str, str]:
    place: Sequence[object] = error["loc"]
    field = mask_numbers_in_name(".".join(str(part)[:64] for part in place[1:]) or str(place[0]))
    kind: str = error["type"]
    # A password is no list: it is short, where a list has few.
    is_secret = error.get("ctx", {}).get("field_type") == "Value"
    return {
        "field": field,
        "label": label_of(dependant, place),
        "message": _PROBLEMS.get(f"string_{kind}" if is_secret else kind, "格式不正确"),
        "type": kind,
    }


def _documented(status: int) -> dict[str, Any]:
    code, message = _EXAMPLES[status]
    return {
        "model": form_of(status),
        "description": "Checksum Mismatch" if status == CHECKSUM_MISMATCH else HTTPStatus(status).phrase,
        "content": {"application/json": {"example": {"code": code, "message": message}}},
    }
