"""Receiving files in parts: announced, received, turned into documents."""

import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from domain.accounts import Permission
from domain.batches import Document
from domain.errors import InputError, LimitError
from review.access import require
from review.documents import StoredContent, add_document, check_upload
from review.jobs_port import Jobs
from storage.files import FileStore
from storage.parts import PartStore
from storage.store import Store
from storage.uploads import Upload, Uploads

KEPT_FOR = timedelta(days=3)
"""A line that is down over a weekend costs nobody the gigabytes that are there already."""

TUS = "1.0.0"
"""Version of the protocol of resumable uploads."""

_MOST_OPEN = 200
_SHA256 = re.compile(r"[0-9a-f]{64}")


class UploadSizeError(InputError):
    """The announced size cannot be."""

    code = "upload_size"

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        super().__init__(
            f"文件大小必须在 1 字节到 {most_bytes // 2**20} MiB 之间。空文件不能上传；更大的文件请拆分。"
        )

    @property
    def facts(self) -> Mapping[str, Any]:
        """How large a file may be."""
        return {"most_bytes": self.most_bytes}


class BadChecksumError(InputError):
    """A checksum has not the form of one."""

    code = "bad_checksum"

    def __init__(self) -> None:
        super().__init__("校验值格式不正确：sha256 应为 64 位小写十六进制。请改正后重试。")


class TooManyUploadsError(LimitError):
    """A person has too many uploads under way."""

    code = "too_many_uploads"

    def __init__(self) -> None:
        super().__init__(
            f"您有 {_MOST_OPEN} 个文件正在上传，已达上限。请等其中一些完成后再继续，或取消不需要的。", 60
        )


class LengthRequiredError(InputError):
    """The size of the body was not announced."""

    code = "length_required"

    def __init__(self) -> None:
        super().__init__("缺少 Content-Length，无法预留空间。请带上文件大小，或改用分段上传。")


class FormUploadError(InputError):
    """The file came wrapped in a form; stored as it is, it would be no document."""

    code = "upload_in_a_form"

    def __init__(self) -> None:
        super().__init__(
            "文件放在表单（multipart/form-data）里提交，没有保存。请把文件内容直接作为请求正文提交，"
            "Content-Type 用 application/octet-stream。"
        )


class TruncatedUploadError(InputError):
    """Fewer bytes came than were announced."""

    code = "upload_truncated"

    def __init__(self, received: int, announced: int) -> None:
        super().__init__(
            f"上传不完整：应收 {announced} 字节，只收到 {received} 字节，文件没有保存。"
            "请重新上传，或改用可续传的分段上传。"
        )


class TusVersionError(InputError):
    """The client speaks another version of the protocol."""

    code = "tus_version"

    def __init__(self) -> None:
        super().__init__(f"不支持这个版本的分段上传协议，请使用 Tus-Resumable: {TUS}。")


def announce(
    store: Store,
    batch_id: int,
    name: str,
    size_bytes: int,
    *,
    most_bytes: int,
    sha256: str | None = None,
    replaces_id: int | None = None,
) -> Upload:
    """Let a file be received in parts; the caller makes room for its bytes.

    Raises:
        PermissionMissingError: The actor may not upload.
        NotHolderError: The batch lies with another office.
        BatchStateError: The batch does not take files now.
        BadNameError: The name cannot be used.
        DocumentNameTakenError: Another file of the batch has the name.
        UploadSizeError: It is empty or larger than files may be.
        BadChecksumError: The checksum is none.
        TooManyUploadsError: Too many are under way.
    """
    actor = store.person
    require(actor, Permission.UPLOAD)
    if not 0 < size_bytes <= most_bytes:
        raise UploadSizeError(most_bytes)
    if sha256 is not None and not _SHA256.fullmatch(sha256):
        raise BadChecksumError
    # Asked before gigabytes are sent for nothing, and asked again when they are here.
    name = check_upload(store, batch_id, name, size_bytes, sha256=sha256, replaces_id=replaces_id)
    uploads = Uploads(store.session, actor)
    if uploads.count_open(actor.user_id) >= _MOST_OPEN:
        raise TooManyUploadsError
    upload = Upload(
        secrets.token_hex(16),
        batch_id,
        name,
        size_bytes,
        sha256,
        replaces_id,
        actor.user_id,
        None,
        store.now + KEPT_FOR,
    )
    uploads.add(upload, store.now)
    return upload


def finish(store: Store, jobs: Jobs, parts: PartStore, files: FileStore, upload_id: str) -> Document:
    """Turn a file that is there as a whole into a document.

    Safe to repeat: the second time it is the same document. The parts are dropped by the caller, once the
    transaction has committed.

    Raises:
        UploadNotFoundError: There is none of the actor's.
        UploadIncompleteError: Bytes are missing.
        ChecksumMismatchError: The content is not what was announced.
        ZhengheError: As ``add_document``.
    """
    uploads = Uploads(store.session, store.actor)
    upload = uploads.get(upload_id, lock=True)
    if upload.document_id is not None:
        return store.documents.get(upload.document_id)
    stored = parts.finish(upload_id, files, expected_sha256=upload.sha256)
    document, _ = add_document(
        store,
        jobs,
        upload.batch_id,
        upload.name,
        StoredContent(stored.sha256, stored.size_bytes),
        replaces_id=upload.replaces_id,
    )
    uploads.set_document(upload_id, document.id)
    return document
