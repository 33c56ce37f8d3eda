"""Why a file of a batch cannot be used, or is no evidence.

Every class is one reason; ``code`` is stable and public, the sentence says what happened and what
to do. All are ``domain.errors.FileProblemError`` except the last. Sheets add theirs in their own
modules.

FileProblemError
├── any file
│   ├── EmptyFileError              empty_file               nothing in it
│   ├── FileTooLargeError           file_too_large           more bytes than allowed
│   ├── FileAccessError             file_access              the operating system refuses
│   ├── UnknownFormatError          unknown_format           not a kind of file that is known
│   ├── UnsupportedDocumentError    unsupported_document     Word, slides, OFD ...: known, not read
│   ├── ContentMismatchError        content_mismatch         an image or sheet by name, text inside
│   ├── LinkNotFollowedError        link_not_followed        symbolic link, device, pipe
│   └── TooManyFilesError           too_many_files           more files than allowed
├── archives
│   ├── UnsupportedArchiveError     unsupported_archive      rar, 7z ...: please unpack
│   ├── DamagedArchiveError         damaged_archive          a zip that cannot be opened
│   ├── EmptyArchiveError           empty_archive            a zip without a file
│   ├── DamagedEntryError           damaged_entry            checksum, cut off, bad compression
│   ├── EncryptedEntryError         encrypted_entry          password needed
│   ├── UnsupportedEntryError       unsupported_compression  packed in a rare way
│   ├── UnsafeNameError             unsafe_name              leads out of the batch
│   ├── NameTooLongError            name_too_long
│   ├── DuplicateNameError          duplicate_name           the second file of one name
│   ├── UnpacksTooLargeError        unpacks_too_large        zip bomb
│   └── ArchiveTooDeepError         archive_too_deep         zips within zips within zips
├── PDF
│   ├── DamagedPdfError             damaged_pdf
│   ├── EncryptedPdfError           encrypted_pdf            password needed
│   ├── EmptyPdfError               pdf_without_pages
│   └── DamagedPageError            damaged_page             one page; the others may be fine
├── pictures
│   ├── DamagedImageError           damaged_image
│   ├── TruncatedImageError         truncated_image          part of the picture is missing
│   └── UnsupportedImageError       unsupported_image        a variant that cannot be decoded
├── pages of any document
│   ├── TooManyPagesError           too_many_pages
│   ├── PageTooLargeError           page_too_large           more pixels than allowed
│   └── OutOfMemoryError            out_of_memory            the decoder ran into the memory limit
└── no evidence, listed and left alone
    ├── SystemFileError             system_file              Thumbs.db, desktop.ini, .DS_Store ...
    ├── LockFileError               lock_file                ~$..., written while a file is open
    ├── TemporaryFileError          temporary_file
    ├── ShortcutError               shortcut                 .lnk, .url
    └── TextFileError               text_file                readme and the like

BatchError
└── BatchSourceError                batch_source             neither a folder nor a readable zip
"""

from domain.errors import BatchError, FileProblemError


def _mib(size_bytes: int) -> str:
    """Say a size as people do."""
    if size_bytes < 1024 * 1024:
        return f"{size_bytes / 1024:.1f} KB"
    return f"{size_bytes / (1024 * 1024):.0f} MB"


class EmptyFileError(FileProblemError):
    """There is nothing in the file."""

    code = "empty_file"

    def __init__(self) -> None:
        super().__init__("文件是空的（0 字节），可能没有复制完整。请重新扫描或重新复制后再提交。")


class FileTooLargeError(FileProblemError):
    """The file has more bytes than the limits allow."""

    code = "file_too_large"

    def __init__(self, *, max_bytes: int, size_bytes: int | None = None) -> None:
        self.max_bytes = max_bytes
        self.size_bytes = size_bytes
        size = f"（{_mib(size_bytes)}）" if size_bytes is not None else ""
        super().__init__(
            f"文件太大{size}，超过允许的 {_mib(max_bytes)}。请降低扫描分辨率或拆成几个文件后再提交。"
        )


class FileAccessError(FileProblemError):
    """The operating system would not let the file be read."""

    code = "file_access"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"系统无法读取这个文件（{reason}）。请检查文件权限和存储设备后重试。")


class UnknownFormatError(FileProblemError):
    """The content is of no kind that is known."""

    code = "unknown_format"

    def __init__(self, suffix: str) -> None:
        self.suffix = suffix
        named = f"（扩展名 {suffix}）" if suffix else ""
        super().__init__(
            f"无法识别文件内容{named}，文件可能已损坏或不是支持的格式。"
            "请提交 PDF、图片（JPG、PNG、TIFF 等）或电子表格（XLSX、XLS、ODS、CSV）。"
        )


class UnsupportedDocumentError(FileProblemError):
    """A document of a known kind that is not read."""

    code = "unsupported_document"

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(f"这是{kind}，不能直接核对。请用相应软件打开，另存为 PDF 后再提交。")


class ContentMismatchError(FileProblemError):
    """The name promises evidence, the content is mere text."""

    code = "content_mismatch"

    def __init__(self, suffix: str, found: str) -> None:
        self.suffix = suffix
        self.found = found
        super().__init__(
            f"扩展名是 {suffix}，内容却是{found}，不是真正的扫描件或表格。请重新导出原件后再提交。"
        )


class LinkNotFollowedError(FileProblemError):
    """A symbolic link, device or pipe stands where a file should be."""

    code = "link_not_followed"

    def __init__(self) -> None:
        super().__init__("这是链接或特殊文件，不是普通文件，为安全起见没有读取。请放入真正的文件。")


class TooManyFilesError(FileProblemError):
    """The batch holds more files than the limits allow."""

    code = "too_many_files"

    def __init__(self, max_files: int) -> None:
        self.max_files = max_files
        super().__init__(f"文件数量超过允许的 {max_files} 个，其余文件没有读取。请分成几批提交。")


class UnsupportedArchiveError(FileProblemError):
    """An archive of a known kind that is not opened."""

    code = "unsupported_archive"

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(f"这是 {kind} 压缩包，不能直接读取。请先解压，或改用 ZIP 格式后再提交。")


class DamagedArchiveError(FileProblemError):
    """A zip whose directory cannot be read."""

    code = "damaged_archive"

    def __init__(self) -> None:
        super().__init__("压缩包已损坏或不完整，无法打开。请重新压缩或重新复制后再提交。")


class EmptyArchiveError(FileProblemError):
    """A zip without a single file."""

    code = "empty_archive"

    def __init__(self) -> None:
        super().__init__("压缩包里没有任何文件。请把材料放进去重新压缩后再提交。")


class DamagedEntryError(FileProblemError):
    """A file in a zip that does not unpack to what the zip promises."""

    code = "damaged_entry"

    def __init__(self) -> None:
        super().__init__("压缩包里的这个文件已损坏（校验不符或数据不完整），无法解压。请重新压缩后再提交。")


class EncryptedEntryError(FileProblemError):
    """A file in a zip that needs a password."""

    code = "encrypted_entry"

    def __init__(self) -> None:
        super().__init__("压缩包里的这个文件设有密码，无法解压。请去掉密码重新压缩后再提交。")


class UnsupportedEntryError(FileProblemError):
    """A file in a zip packed by a method that is not known."""

    code = "unsupported_compression"

    def __init__(self) -> None:
        super().__init__(
            "压缩包里的这个文件用了少见的压缩方式，无法解压。请用系统自带的“压缩为 ZIP 文件”重新压缩。"
        )


class UnsafeNameError(FileProblemError):
    """A file in a zip whose name leads out of the batch."""

    code = "unsafe_name"

    def __init__(self) -> None:
        super().__init__(
            "压缩包里这个文件的名称指向批次以外的位置（含盘符、绝对路径、“..”或控制字符），"
            "为安全起见没有解压。请检查压缩包来源，重新压缩后再提交。"
        )


class NameTooLongError(FileProblemError):
    """A file name longer than file systems take."""

    code = "name_too_long"

    def __init__(self, max_length: int) -> None:
        self.max_length = max_length
        super().__init__(f"文件名超过 {max_length} 个字符，没有读取。请改短文件名后再提交。")


class DuplicateNameError(FileProblemError):
    """The second file of one name."""

    code = "duplicate_name"

    def __init__(self) -> None:
        super().__init__(
            "压缩包里有几个同名而内容不同的文件，只读取了第一个。请改成不同的名称重新压缩后再提交。"
        )


class UnpacksTooLargeError(FileProblemError):
    """A zip that unpacks to far more than it should."""

    code = "unpacks_too_large"

    def __init__(self) -> None:
        super().__init__(
            "压缩包解压后的体积异常大，已停止解压，其余文件没有读取。请检查压缩包来源，分成几个小包后再提交。"
        )


class ArchiveTooDeepError(FileProblemError):
    """A zip lies too deep inside other zips."""

    code = "archive_too_deep"

    def __init__(self, max_depth: int) -> None:
        self.max_depth = max_depth
        super().__init__(f"压缩包嵌套超过 {max_depth} 层，没有打开。请先解压内层压缩包后再提交。")


class DamagedPdfError(FileProblemError):
    """A PDF that cannot be opened."""

    code = "damaged_pdf"

    def __init__(self) -> None:
        super().__init__("PDF 文件已损坏，无法打开。请重新扫描或重新导出后再提交。")


class EncryptedPdfError(FileProblemError):
    """A PDF that needs a password to be opened."""

    code = "encrypted_pdf"

    def __init__(self) -> None:
        super().__init__("PDF 文件设有打开密码，无法读取。请去掉密码后再提交。")


class EmptyPdfError(FileProblemError):
    """A PDF without a single page."""

    code = "pdf_without_pages"

    def __init__(self) -> None:
        super().__init__("PDF 文件里没有任何页面，可能已损坏。请重新扫描或重新导出后再提交。")


class DamagedPageError(FileProblemError):
    """One page that cannot be shown; the other pages may be fine."""

    code = "damaged_page"

    def __init__(self, page_number: int) -> None:
        self.page_number = page_number
        super().__init__(f"第 {page_number} 页的数据已损坏，无法完整显示。请重新扫描这一页后再提交。")


class DamagedImageError(FileProblemError):
    """A picture that cannot be decoded."""

    code = "damaged_image"

    def __init__(self) -> None:
        super().__init__("图片数据已损坏，无法完整显示。请重新扫描或重新拍照后再提交。")


class TruncatedImageError(FileProblemError):
    """A picture whose end is missing."""

    code = "truncated_image"

    def __init__(self) -> None:
        super().__init__(
            "图片不完整：文件后半部分缺失，只能显示一部分，不能作为证据。请重新复制、重新扫描或重新拍照后再提交。"
        )


class UnsupportedImageError(FileProblemError):
    """A picture in a variant that cannot be decoded."""

    code = "unsupported_image"

    def __init__(self, variant: str) -> None:
        self.variant = variant
        super().__init__(f"图片采用了少见的格式（{variant}），无法读取。请另存为普通 JPG 或 PNG 后再提交。")


class TooManyPagesError(FileProblemError):
    """A document with more pages than the limits allow."""

    code = "too_many_pages"

    def __init__(self, *, pages: int, max_pages: int) -> None:
        self.pages = pages
        self.max_pages = max_pages
        super().__init__(f"文件有 {pages} 页，超过允许的 {max_pages} 页。请拆成几个文件后再提交。")


class PageTooLargeError(FileProblemError):
    """A page with more pixels than the limits allow."""

    code = "page_too_large"

    def __init__(self, *, max_pixels: int, width_px: int | None = None, height_px: int | None = None) -> None:
        self.max_pixels = max_pixels
        self.width_px = width_px
        self.height_px = height_px
        size = f"（{width_px}×{height_px} 像素）" if width_px is not None else ""
        super().__init__(
            f"页面尺寸太大{size}，超过允许的 {max_pixels // 10_000} 万像素。"
            "请用 300 dpi 左右的分辨率重新扫描后再提交。"
        )


class OutOfMemoryError(FileProblemError):
    """Decoding asked for more memory than it may have."""

    code = "out_of_memory"

    def __init__(self) -> None:
        super().__init__(
            "读取这个文件需要的内存超过上限，文件可能已损坏或尺寸过大。"
            "请用 300 dpi 左右的分辨率重新扫描后再提交。"
        )


class SystemFileError(FileProblemError):
    """Something the operating system keeps in folders."""

    code = "system_file"

    def __init__(self) -> None:
        super().__init__("操作系统自动生成的文件，不是材料，已跳过。")


class LockFileError(FileProblemError):
    """What an office program leaves while a file is open."""

    code = "lock_file"

    def __init__(self) -> None:
        super().__init__(
            "办公软件打开文件时留下的临时锁定文件，不是材料，已跳过。如表格仍在编辑，请先保存并关闭。"
        )


class TemporaryFileError(FileProblemError):
    """A temporary file."""

    code = "temporary_file"

    def __init__(self) -> None:
        super().__init__("临时文件，不是材料，已跳过。")


class ShortcutError(FileProblemError):
    """A shortcut to something that was not handed in."""

    code = "shortcut"

    def __init__(self) -> None:
        super().__init__("这是快捷方式，原文件没有随批次提交，已跳过。如为材料，请提交原文件。")


class TextFileError(FileProblemError):
    """Text that is no table."""

    code = "text_file"

    def __init__(self) -> None:
        super().__init__("文本文件，里面没有表格，不是材料，已跳过。")


class BatchSourceError(BatchError):
    """The given path is neither a folder nor a zip that can be opened."""

    code = "batch_source"

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"无法读取批次“{name}”：{reason}")
