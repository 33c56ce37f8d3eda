"""The log in plain Chinese: what was done, to what, with which details. Pages and exports say the same."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from domain.accounts import Role
from domain.audit import AuditEntry
from domain.decisions import Action
from domain.fields import Field
from domain.offices import OfficeKind
from domain.settings import DEFINITIONS
from domain.way import BatchState

SYSTEM = "system"
"""Stands in the log for the service itself."""

ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "session.opened": "登录",
        "session.closed": "退出",
        "session.refused": "登录失败",
        "account.created": "新建账号",
        "account.renamed": "修改账号姓名",
        "account.roles_changed": "修改账号角色",
        "account.activated": "启用账号",
        "account.deactivated": "停用账号",
        "account.password_reset": "重置密码",
        "account.password_changed": "修改本人密码",
        "account.password_refused": "修改密码失败",
        "account.totp_enabled": "启用动态验证码",
        "account.totp_disabled": "停用本人动态验证码",
        "account.totp_cleared": "取消他人动态验证码",
        "token.created": "新建程序令牌",
        "token.revoked": "撤销程序令牌",
        "office.created": "新建单位",
        "office.changed": "修改单位",
        "setting.changed": "修改设置",
        "setting.inherited": "设置改为沿用上级",
        "period.created": "新建报送时段",
        "period.changed": "修改报送时段",
        "periods.imported": "导入通知的报送时段",
        "batch.created": "新建批次",
        "batch.changed": "修改批次",
        "batch.withdrawn": "撤回批次",
        "batch.check_asked": "开始核对",
        "batch.check_stopped": "停止核对",
        "batch.check_failed": "核对未能完成",
        "batch.checked": "核对完成",
        "batch.passed": "报送",
        "batch.accepted": "接收",
        "batch.sent_back": "退回批次",
        "batch.letter_confirmed": "确认承诺书",
        "batch.number_confirmed": "确认批准文号",
        "batch.exported": "导出移交包",
        "batch.imported": "导入移交包",
        "letter.made": "生成承诺书",
        "sheet.exported": "导出汇总信息表",
        "labels.exported": "导出校准数据",
        "document.added": "上传文件",
        "document.replaced": "更换文件",
        "document.removed": "移除文件",
        "document.cancelled": "取消识别文件",
        "document.retried": "重新识别文件",
        "document.read": "文件识别完成",
        "document.viewed": "查看文件信息",
        "document.downloaded": "下载原件",
        "page.viewed": "查看纸件",
        "glyphs.looked_at": "查看字形比对",
        "rows.listed": "查看数据行列表",
        "row.viewed": "查看一行",
        "row.numbers_shown": "查看一行的完整号码",
        "row.decided": "决定",
        "row.noted": "写备注",
        "row.opinion_asked": "请他人复核",
        "row.opinion_withdrawn": "撤回复核请求",
        "title.verified": "在线核验证书",
    }
)
"""By the static name that the log keeps; in the order in which they are offered for a search."""

_OBJECTS = {
    "account": "账号",
    "batch": "批次",
    "document": "文件",
    "office": "单位",
    "period": "报送时段",
    "periods": "报送时段",
    "proof": "核验凭据",
    "row": "行",
    "service": "系统",
    "token": "程序令牌",
}

_KEYS = {
    "username": "用户名",
    "label": "名称",
    "name": "名称",
    "code": "代码",
    "kind": "类型",
    "roles": "角色",
    "scopes": "权限",
    "office_id": "单位编号",
    "is_active": "启用",
    "before": "原为",
    "after": "改为",
    "deadlines": "截止日期",
    "period_id": "时段编号",
    "action": "决定",
    "field": "字段",
    "decision": "决定编号",
    "undoes": "撤销的决定编号",
    "note": "备注编号",
    "state": "状态",
    "to": "报送至",
    "sender": "来自单位",
    "days_late": "逾期天数",
    "rows": "行数",
    "review": "待核行数",
    "labels": "数量",
    "run": "核对编号",
    "revision": "第几次核对",
    "page": "页",
    "size": "字节",
    "replaces": "替换的文件编号",
    "attempt": "第几次",
    "searched": "带搜索",
    "in_full": "含完整号码",
    "with_originals": "附原件",
    "held": "查到",
    "reason": "原因",
    "address": "来自",
}
"""In the order in which a reader wants them; the line itself keeps its keys sorted."""

_ORDER = {key: place for place, key in enumerate(_KEYS)}

_UNSAID = frozenset({"sha256", "package_id", "contents_id"})
"""Fingerprints: in the line itself for whoever compares them, no words for a reader."""

_DOCUMENT_STATES = {"done": "已识别", "failed": "未能识别", "cancelled": "已取消"}
_SCOPES = {
    "view": "查看批次",
    "upload": "上传文件",
    "decide": "核对决定",
    "pass_on": "报送与接收",
    "show_numbers": "查看完整号码",
    "export": "导出",
    "view_log": "查看日志",
    "manage": "账号与设置管理",
    "verify_online": "在线核验",
}
_REASONS = {"password": "密码不正确", "totp": "动态验证码不正确"}


def action_label(action: str) -> str:
    """Return what was done, in Chinese; an action of another release is named as it is."""
    return ACTIONS.get(action, action)


def object_label(target: str) -> str:
    """Return what it was done to, in Chinese: ``row/42`` is 行 42."""
    kind, _, number = target.partition("/")
    name = _OBJECTS.get(kind, kind)
    return f"{name} {number}" if number and number != "unknown" else name


def describe_detail(entry: AuditEntry) -> str:
    """Return the details of a line as one Chinese phrase; empty when there is nothing to say."""
    detail = dict(entry.detail)
    parts: list[str] = []
    if entry.action.startswith("setting.") and detail.get("name") in DEFINITIONS:
        parts.append(f"“{DEFINITIONS[detail.pop('name')].label}”")
    parts += [
        f"{_KEYS.get(key, key)}：{_value(key, value)}"
        for key, value in sorted(detail.items(), key=lambda pair: _ORDER.get(pair[0], len(_ORDER)))
        if key not in _UNSAID and value not in (None, "", [], {})
    ]
    return "，".join(parts)


def _value(key: str, value: Any) -> str:  # noqa: ANN401 - a JSON value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and key in ("before", "after"):
        # Settings with a fraction are shares.
        return f"{100 * value:.3g}%"
    if isinstance(value, dict):
        return "、".join(f"{_word('kind', inner)} {_value('', one)}" for inner, one in value.items())
    if isinstance(value, list):
        return "、".join(_value(key, one) for one in value)
    return _word(key, value) if isinstance(value, str) else str(value)


def _word(key: str, text: str) -> str:
    return _WORDS.get(key, _as_it_is)(text)


def _as_it_is(text: str) -> str:
    return text


def _among(kind: Any) -> Callable[[str], str]:  # noqa: ANN401 - an enumeration with labels
    labels = {one.value: str(one.label) for one in kind}
    return lambda text: labels.get(text, text)


_WORDS: Mapping[str, Callable[[str], str]] = {
    "action": _among(Action),
    "after": _among(Role),
    "before": _among(Role),
    "field": _among(Field),
    "kind": _among(OfficeKind),
    "reason": lambda text: _REASONS.get(text, text),
    "roles": _among(Role),
    "scopes": lambda text: _SCOPES.get(text, text),
    "state": lambda text: _DOCUMENT_STATES.get(text) or _among(BatchState)(text),
}
