"""``zhenghe demo-data``: offices, people, and batches in every state, made from sample batches.

Everything goes the way that people's calls go, so what the demonstration shows is what the service does.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import typer

from bootstrap.services import Services, open_services, prepare_database
from bootstrap.settings import load_settings
from cli.main import EXIT_CLEAR
from domain.accounts import Actor, Role, User
from domain.batches import Batch, Priority, RowContent
from domain.decisions import Action, NewDecision, paper_value, undecided
from domain.errors import InputError
from domain.fields import Field
from domain.offices import Office, OfficeKind
from domain.periods import Period
from domain.way import BatchState, RowState
from jobs.check_batch import check_batch
from jobs.pool import WorkerPool
from jobs.process_document import process_document
from jobs.workshop import Workshop
from ocr.models import ModelStore
from review.accounts.identity import actor_of
from review.accounts.periods import create_period, import_notice_2021
from review.batches import create_batch, start_check, withdraw_batch
from review.decide import decide
from review.decision_rules import NOT_READ
from review.documents import StoredContent, add_document
from review.jobs_port import CHECK_JOB, DOCUMENT_JOB
from review.leases import take_rows
from review.letter_of_batch import Handler, letter_for
from review.letters import write_letter_pdf
from review.pass_on import accept, confirm_letter, confirm_number, pass_on, send_back
from review.standing import RECHECK_QUEUE, REVIEW_QUEUE
from storage.accounts import Accounts
from storage.offices import Offices
from storage.page_cache import PageCache
from storage.sessions import Session
from storage.store import Store

T = TypeVar("T")

PASSWORD = "zhenghe-demo-2021"
"""Of all demonstration accounts; printed, for it protects invented people only."""

_PERIOD = "2010-2015年（演示）"
_REASON = "演示数据：已对照纸件原件确认。"

_OFFICES = (
    ("shaanxi", "陕西省人力资源和社会保障厅", OfficeKind.PROVINCE, None),
    ("xian", "西安市人力资源和社会保障局", OfficeKind.CITY, "shaanxi"),
    ("beilin", "碑林区人力资源和社会保障局", OfficeKind.COUNTY, "xian"),
    ("yanta", "雁塔区人力资源和社会保障局", OfficeKind.COUNTY, "xian"),
    ("yulin", "榆林市人力资源和社会保障局", OfficeKind.CITY, "shaanxi"),
    ("suide", "绥德县人力资源和社会保障局", OfficeKind.COUNTY, "yulin"),
    ("jiaoyu", "陕西省教育厅职称办", OfficeKind.SENIOR_BODY, "shaanxi"),
)

_ROLES = {
    Role.REPORTER: "经办人",
    Role.VERIFIER: "核对人",
    Role.SUPERVISOR: "负责人",
    Role.AUDITOR: "审计人",
    Role.ADMINISTRATOR: "管理员",
}


class NotEmptyError(InputError):
    """The data folder is in use."""

    code = "demo_needs_empty_service"

    def __init__(self) -> None:
        super().__init__("数据文件夹中已有单位和账号，不再写入演示数据。请用 --data 指定一个空文件夹。")


class NoSamplesError(InputError):
    """There are no batches to make a demonstration of."""

    code = "demo_without_samples"

    def __init__(self, folder: Path) -> None:
        super().__init__(f"文件夹 {folder} 中没有示例批次。请用 --samples 指定含批次文件夹的位置。")


def run_demo_data(samples: Path, *, if_empty: bool) -> int:
    """Fill an empty service with a demonstration; print the people.

    Args:
        samples: Folder of batch folders.
        if_empty: A service in use is no error: its demonstration people are printed again.

    Raises:
        NotEmptyError: The service is in use.
        NoSamplesError: There are no sample batches.
        SetupError: Models are missing.
    """
    settings = load_settings()
    folders = sorted(path for path in samples.glob("*") if path.is_dir())
    if not folders:
        raise NoSamplesError(samples)
    ModelStore(settings.model_dir).verify()
    services = open_services(settings)
    prepare_database(services)
    try:
        with services.database.read() as session:
            is_empty = Offices(session).find_root() is None
        if is_empty:
            with _open_workshop(services) as shop:
                _Demo(services, shop, folders).make()
        elif not if_empty:
            raise NotEmptyError
    finally:
        services.close()
    _print_people()
    return EXIT_CLEAR


def _print_people() -> None:
    typer.echo(f"演示账号（密码都是 {PASSWORD}）：")
    for code, name, _, _ in _OFFICES:
        typer.echo(f"  {name}：" + "、".join(f"{code}.{role}" for role in Role))


@contextmanager
def _open_workshop(services: Services) -> Iterator[Workshop]:
    options = services.settings.to_options()
    with WorkerPool(options) as pool:
        yield Workshop(
            database=services.database,
            files=services.files,
            pages=PageCache(services.settings.data_dir / "pages")
            if services.database.is_sqlite
            else PageCache.in_database(services.database),
            pool=pool,
            jobs=_Kept(),
            options=options,
            clock=services.database.clock,
        )


class _Kept:
    """Keeps the jobs that are asked for, so that they are done here and now."""

    def __init__(self) -> None:
        self.waiting: list[tuple[str, tuple[int, ...]]] = []

    def enqueue(
        self, session: Session, job: str, job_id: str, *arguments: str | int, priority: Priority
    ) -> None:
        """Keep a job."""
        self.waiting.append((job, tuple(int(argument) for argument in arguments)))


@dataclass(frozen=True, slots=True)
class _Person:
    user: User
    office: Office

    @property
    def actor(self) -> Actor:
        return actor_of(self.user, self.office)


class _Demo:
    """Makes the demonstration, one call after the other."""

    def __init__(self, services: Services, shop: Workshop, folders: list[Path]) -> None:
        self._services, self._shop, self._folders = services, shop, folders
        kept = shop.jobs
        assert isinstance(kept, _Kept)
        self._jobs = kept
        self._people: dict[str, _Person] = {}
        self._period = 0
        self._now = services.database.clock() - timedelta(hours=2)

    def make(self) -> None:
        """Make offices, people, and a batch in every state."""
        self._make_people()
        first, second = self._folders[0], self._folders[1 % len(self._folders)]
        self._say("草稿", self._upload("beilin", "碑林区2012年第3批（草稿）", first))
        self._say("复核中", self._check("beilin", "碑林区2012年第1批", first))
        ready = self._check("beilin", "碑林区2012年第2批", second)
        self._decide_all("beilin", ready)
        self._say("待报送", ready)
        passed = self._pass("yanta", "雁塔区2012年第1批", first)
        self._say("已报送", passed)
        accepted = self._pass("yanta", "雁塔区2012年第2批", second)
        self._do("xian.supervisor", lambda store: accept(store, accepted))
        self._say("已接收（市）", accepted)
        held = self._pass("suide", "绥德县2012年第1批", first)
        self._do("yulin.supervisor", lambda store: accept(store, held))
        self._do("yulin.supervisor", lambda store: pass_on(store, held))
        self._do("shaanxi.supervisor", lambda store: accept(store, held))
        self._say("已接收（省）", held)
        back = self._pass("suide", "绥德县2012年第2批", second)
        self._send_back("yulin.supervisor", back)
        self._say("已退回", back)
        gone = self._upload("jiaoyu", "教育厅2012年试报（已撤回）", second)
        self._do("jiaoyu.reporter", lambda store: withdraw_batch(store, gone))
        self._say("已撤回", gone)
        self._leave_checking(first)

    def _say(self, state: str, batch_id: int) -> None:
        with self._services.database.read() as session:
            batch = Store(session, None, self._now).batches.get(batch_id)
        typer.echo(f"  批次 {batch.id} {batch.name}：{state}")

    # -- offices and people ----------------------------------------------------------------------

    def _make_people(self) -> None:
        password_hash = self._services.door.hasher.hash(PASSWORD)
        with self._services.database.begin() as session:
            offices: dict[str, Office] = {}
            for code, name, kind, parent in _OFFICES:
                offices[code] = Offices(session).add(
                    code, name, kind, parent=offices[parent] if parent else None, at=self._now
                )
                for role, title in _ROLES.items():
                    accounts = Accounts(session)
                    user = accounts.add(
                        f"{code}.{role}",
                        f"{name[:3]}{title}",
                        {role},
                        office=offices[code],
                        password_hash=password_hash,
                        at=self._now,
                    )
                    user = accounts.set_password(user.id, password_hash, must_change=False)
                    self._people[f"{code}.{role}"] = _Person(user, offices[code])
            actor = self._people["shaanxi.administrator"].actor
            import_notice_2021(session, actor)
            today = self._now.date()
            deadlines = {
                OfficeKind.COUNTY: today + timedelta(days=12),
                OfficeKind.CITY_DEPARTMENT: today + timedelta(days=12),
                OfficeKind.CITY: today + timedelta(days=22),
                OfficeKind.SENIOR_BODY: today - timedelta(days=3),
            }
            self._period = create_period(session, actor, Period(0, _PERIOD, 2010, 2015, deadlines)).id

    def _do(self, person: str, act: Callable[[Store], T]) -> T:
        self._now += timedelta(seconds=30)
        with self._services.database.begin() as session:
            return act(Store(session, self._people[person].actor, self._now))

    # -- batches ---------------------------------------------------------------------------------

    def _upload(self, office: str, name: str, folder: Path) -> int:
        batch = self._do(
            f"{office}.reporter", lambda store: create_batch(store, name, period_id=self._period)
        )
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            self._add(office, batch.id, path.relative_to(folder).as_posix(), path)
        self._work()
        return batch.id

    def _add(self, office: str, batch_id: int, name: str, path: Path) -> int:
        stored = self._services.files.put(path)
        content = StoredContent(stored.sha256, stored.size_bytes)
        document, _ = self._do(
            f"{office}.reporter",
            lambda store: add_document(store, self._jobs, batch_id, name, content),
        )
        return document.id

    def _check(self, office: str, name: str, folder: Path) -> int:
        batch_id = self._upload(office, name, folder)
        self._do(f"{office}.reporter", lambda store: start_check(store, self._jobs, batch_id))
        self._work()
        return batch_id

    def _work(self) -> None:
        while self._jobs.waiting:
            job, arguments = self._jobs.waiting.pop(0)
            shop = replace(self._shop, clock=lambda: self._now)
            {DOCUMENT_JOB: process_document, CHECK_JOB: check_batch}[job](shop, *arguments)

    def _decide_all(self, office: str, batch_id: int) -> None:
        """Decide every row as a person would who finds that the paper is right."""
        verifier = f"{office}.verifier"

        def decide_next(store: Store, queue: str) -> bool:
            rows = take_rows(store, batch_id=batch_id, queue=queue)
            for row in rows:
                assert row.lease is not None, "it was taken"
                news = _sensible(store.rows.load_content(row.id))
                decide(store, self._jobs, row.id, news, lease_token=row.lease.token)
            return bool(rows)

        for queue in (REVIEW_QUEUE, RECHECK_QUEUE):
            while self._do(verifier, partial(decide_next, queue=queue)):
                pass

    def _pass(self, office: str, name: str, folder: Path) -> int:
        batch_id = self._check(office, name, folder)
        self._decide_all(office, batch_id)
        self._settle_papers(office, batch_id)
        self._do(f"{office}.supervisor", lambda store: pass_on(store, batch_id))
        return batch_id

    def _settle_papers(self, office: str, batch_id: int) -> None:
        """Settle number and commitment letter; confirm by eye what a demonstration cannot stamp."""

        def number(store: Store) -> None:
            batch = store.batches.get(batch_id)
            assert batch.run_id is not None
            _, finding = store.batches.get_run(batch.run_id)
            number = finding.document_number or finding.sheet_number
            if finding.approval_number_status.value != "match" and number:
                confirm_number(store, batch_id, number, _REASON)

        def make_letter(store: Store, path: Path) -> None:
            handler = Handler("王芳", "13900000000", "029-80000000")
            write_letter_pdf(letter_for(store, store.batches.get(batch_id), handler), path)

        # The letter vouches for the number too: it is settled first.
        self._do(f"{office}.verifier", number)
        with tempfile.TemporaryDirectory(prefix="zhenghe-") as folder:
            path = Path(folder) / "letter.pdf"
            self._do(f"{office}.reporter", partial(make_letter, path=path))
            document_id = self._add(office, batch_id, "承诺书（盖章）.pdf", path)
        self._work()
        self._do(f"{office}.verifier", lambda store: confirm_letter(store, batch_id, document_id, _REASON))

    def _send_back(self, supervisor: str, batch_id: int) -> None:
        def act(store: Store) -> Batch:
            rows = store.rows.list_page(batch_id, limit=2, state=RowState.DECIDED)
            reasons = {row.id: "证书扫描不清，请重新扫描后上传。" for row in rows}
            return send_back(store, batch_id, "两行证书看不清，请补正后再报。", reasons)[0]

        self._do(supervisor, act)

    def _leave_checking(self, folder: Path) -> None:
        """Leave one batch to the service itself: its work is under way when the server has started."""
        person, jobs = "beilin.reporter", self._services.jobs
        batch = self._do(
            person, lambda store: create_batch(store, "碑林区2012年第4批", period_id=self._period)
        )
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            stored = self._services.files.put(path)
            name = path.relative_to(folder).as_posix()
            content = StoredContent(stored.sha256, stored.size_bytes)
            self._do(person, partial(add_document, jobs=jobs, batch_id=batch.id, name=name, content=content))
        self._do(person, lambda store: start_check(store, jobs, batch.id))
        self._say(BatchState.CHECKING.label, batch.id)


def _sensible(content: RowContent) -> list[NewDecision]:
    """Return what a verifier would decide of a row whose paper is right where it can be read."""
    items = undecided(content.finding, ())
    if not items or None in items:
        has_certificate = content.finding.certificate is not None
        if has_certificate or not items:
            return [NewDecision(Action.SHEET_RIGHT)]
        return [NewDecision(Action.NO_CERTIFICATE, reason="经查档案无此证书。")]
    return [_of_field(content, field) for field in sorted(field for field in items if field is not None)]


def _of_field(content: RowContent, field: Field) -> NewDecision:
    found = content.finding.fields.get(field)
    if found is not None and paper_value(found) is not None and found.status not in NOT_READ:
        return NewDecision(Action.PAPER_RIGHT, field)
    if found is not None:
        return NewDecision(Action.SHEET_RIGHT, field)
    return NewDecision(Action.OTHER_VALUE, field, content.submitted.value(field) or "无", _REASON)
