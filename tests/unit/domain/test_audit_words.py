"""The log is told in plain Chinese."""

import ast
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.accounts import Permission
from domain.audit import GENESIS, AuditEntry, seal
from domain.audit_words import ACTIONS, action_label, describe_detail, object_label

_ROOT = Path(__file__).parents[3]
_LOGGING = ("review", "api", "jobs", "cli")
_KINDS = {action.partition(".")[0] for action in ACTIONS}
_NO_ACTIONS = frozenset({"batch.json", "letter.pdf", "rows.jsonl"})
"""Names of files."""


def _entry(action: str, detail: Mapping[str, Any]) -> AuditEntry:
    return seal(
        seq=1,
        at=datetime(2026, 3, 2, tzinfo=UTC),
        actor="beilin.verifier",
        office="beilin",
        action=action,
        object="row/1",
        detail=detail,
        previous=GENESIS,
    )


def _names_in_code() -> Iterator[str]:
    for package in _LOGGING:
        for path in (_ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def test_every_action_that_is_logged_has_a_name_and_no_other_has() -> None:
    form = re.compile(rf"({'|'.join(sorted(_KINDS))})\.[a-z_]+")
    used = {name for name in _names_in_code() if form.fullmatch(name)} - _NO_ACTIONS

    assert used == set(ACTIONS)
    assert len(set(ACTIONS.values())) == len(ACTIONS), "told apart by their names"


def test_what_another_release_logged_is_named_as_it_is() -> None:
    assert action_label("future.deed") == "future.deed"
    assert object_label("future/7") == "future 7"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("row/42", "行 42"),
        ("account/unknown", "账号"),
        ("periods", "报送时段"),
        ("proof/0a1b", "核验凭据 0a1b"),
    ],
)
def test_objects_are_named(target: str, words: str) -> None:
    assert object_label(target) == words


@pytest.mark.parametrize(
    ("action", "detail", "words"),
    [
        (
            "setting.changed",
            {"name": "four_eyes", "before": True, "after": False},
            "“报送人不得是核对人”，原为：是，改为：否",
        ),
        (
            "setting.changed",
            {"name": "recheck_rate", "before": 0.05, "after": 0.1},
            "“已通过行的抽查比例”，原为：5%，改为：10%",
        ),
        (
            "account.roles_changed",
            {"before": ["reporter"], "after": ["reporter", "verifier"]},
            "原为：经办人，改为：经办人、核对人",
        ),
        (
            "session.refused",
            {"reason": "password", "address": "10.0.0.7"},
            "原因：密码不正确，来自：10.0.0.7",
        ),
        (
            "period.changed",
            {"label": "甲", "deadlines": {"county": "2021-04-20"}},
            "名称：甲，截止日期：区县 2021-04-20",
        ),
        ("token.created", {"scopes": ["decide", "export"]}, "权限：核对决定、导出"),
        ("document.read", {"state": "done"}, "状态：已识别"),
        ("batch.exported", {"state": "passed", "package_id": "0f", "to": ""}, "状态：已报送"),
        ("batch.changed", {"later": [1, {"a": None}]}, "later：1、a None"),
        ("batch.passed", {}, ""),
    ],
)
def test_details_are_told_in_words(action: str, detail: Mapping[str, Any], words: str) -> None:
    assert describe_detail(_entry(action, detail)) == words


def test_every_permission_of_a_token_has_a_word() -> None:
    words = describe_detail(_entry("token.created", {"scopes": [one.value for one in Permission]}))

    assert re.search("[a-z_]", words) is None
