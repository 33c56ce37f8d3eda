"""People at work: each with a session of their own takes a row, thinks, decides it, and takes the next.

A process of its own (``python -m bench.review_people``), told what to do on its standard input, so that
it takes no time from the server's interpreter. Answers are timed until their last byte is there.
"""

import json
import random
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection, HTTPResponse
from typing import Any

from bench.review_data import PASSWORD
from bench.review_server import cpu_seconds

_NOT_READ = ("unreadable", "unverifiable_character")


@dataclass(frozen=True, slots=True)
class Round:
    """What the people are asked to do."""

    port: int
    server_id: int
    """Process id, for what the work costs the server."""

    people: list[str]
    steps: int
    """Of each person."""

    count: int
    """Rows that a client holds at a time; more than one is loading ahead."""

    think_seconds: float
    """Mean of the time between taking and deciding; evenly spread from half of it to one and a half."""

    seed: int


@dataclass(slots=True)
class Timings:
    """What the people waited, milliseconds."""

    take: list[float] = field(default_factory=list)
    decide: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    """Of the server, sign-ins left out."""

    problems: dict[str, int] = field(default_factory=dict)
    """Answers that were no success, by status and code."""


class Person:
    """One person at a screen."""

    def __init__(self, task: Round, name: str, timings: Timings) -> None:
        """Sign in."""
        self._task = task
        self._timings = timings
        self._chance = random.Random(f"{task.seed}/{name}")
        self._name = name
        self._connection = HTTPConnection("127.0.0.1", task.port, timeout=60)
        self._headers = {"Content-Type": "application/json"}
        _, body, answer = self._post("auth/sign-in", {"username": name, "password": PASSWORD}, {})
        self._headers["X-CSRF-Token"] = body["csrf_token"]
        self._headers["Cookie"] = (answer.getheader("Set-Cookie") or "").partition(";")[0]

    def work(self) -> None:
        """Decide so many rows."""
        # Nobody begins at the same moment as all others.
        time.sleep(self._chance.random() * self._task.think_seconds)
        for _ in range(self._task.steps):
            took, rows, _ = self._post("review/take", {"count": self._task.count}, {})
            if not isinstance(rows, list) or not rows:
                self._note("take", rows)
                continue
            self._timings.take.append(took)
            time.sleep(self._task.think_seconds * self._chance.uniform(0.5, 1.5))
            row = rows[0]
            headers = {
                "If-Match": f'"{row["version"]}"',
                "Idempotency-Key": f"{self._chance.getrandbits(128):032x}",
            }
            body = {"decisions": _decisions(row), "lease": row["lease"]["token"]}
            took, decided, answer = self._post(f"rows/{row['id']}/decisions", body, headers)
            if answer.status == 201:
                self._timings.decide.append(took)
            else:
                self._note("decide", decided)

    def _post(self, path: str, body: object, headers: dict[str, str]) -> tuple[float, Any, HTTPResponse]:
        content = json.dumps(body).encode()
        began = time.perf_counter()
        self._connection.request("POST", f"/api/v1/{path}", content, self._headers | headers)
        answer = self._connection.getresponse()
        received = answer.read()
        took = (time.perf_counter() - began) * 1000
        return took, json.loads(received), answer

    def _note(self, what: str, body: Any) -> None:  # noqa: ANN401 - whatever was answered
        code = body.get("code", "?") if isinstance(body, dict) else "empty"
        problems = self._timings.problems
        problems[f"{what}:{code}"] = problems.get(f"{what}:{code}", 0) + 1


def _decisions(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Answer everything that is open, as a person does who believes the paper."""
    if row["row_is_open"]:
        return [{"action": "send_back", "reason": "请补交证书复印件"}]
    return [
        {"action": "sheet_right" if one["status"] in _NOT_READ else "paper_right", "field": one["field"]}
        for one in row["fields"]
        if one["is_open"]
    ]


def run_round(task: Round) -> Timings:
    """Let all work at once until each has done all steps."""
    timings = Timings()
    people = [Person(task, name, timings) for name in task.people]
    threads = [threading.Thread(target=person.work) for person in people]
    began, cpu_before = time.perf_counter(), cpu_seconds(task.server_id)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    timings.seconds = time.perf_counter() - began
    timings.cpu_seconds = cpu_seconds(task.server_id) - cpu_before
    return timings


if __name__ == "__main__":
    print(json.dumps(asdict(run_round(Round(**json.load(sys.stdin))))))
