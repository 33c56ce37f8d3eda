"""What may be wrong with a hand-over package.

HandoverError
├── HandoverNotAPackageError    handover_not_a_package       no zip, or a zip of something else
├── HandoverManifestError       handover_manifest_invalid    the list of files cannot be understood
├── HandoverSchemaError         handover_schema_unknown      made by a newer version
├── HandoverFileMissingError    handover_file_missing
├── HandoverFileExtraError      handover_file_extra
├── HandoverUnsafeNameError     handover_unsafe_name
├── HandoverHashMismatchError   handover_hash_mismatch       a file is not what the list says
├── HandoverTooLargeError       handover_too_large
├── HandoverContentError        handover_content_invalid     a line or value that cannot be so
├── HandoverChainBrokenError    handover_chain_broken        the log was altered
├── HandoverWorkspaceError      handover_no_space            this computer could not unpack it
├── HandoverSourceError         handover_source_changed      an original is not what it was (writing)
└── HandoverNotWritableError    handover_not_writable        the package cannot be written to its place
"""

from domain.errors import InputError

_AGAIN = "请向移交单位重新索取移交包，不要导入这一份。"
_MIB = 1024 * 1024


class HandoverError(InputError):
    """A hand-over package cannot be used or made."""

    code = "handover_error"


class HandoverNotAPackageError(HandoverError):
    """The file is no hand-over package."""

    code = "handover_not_a_package"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"这个文件不是移交包：{reason}。请选择系统生成的移交包（.zip），不要解压后重新压缩。"
        )


class HandoverManifestError(HandoverError):
    """The manifest cannot be understood."""

    code = "handover_manifest_invalid"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"移交包的清单 manifest.json 有误：{reason}。{_AGAIN}")


class HandoverSchemaError(HandoverError):
    """The package is of a format that this version does not know."""

    code = "handover_schema_unknown"

    def __init__(self, schema: str, known: int) -> None:
        self.schema = schema
        super().__init__(
            f"移交包的格式是第 {schema} 版，本系统只认识第 {known} 版。"
            "请先升级本系统，或请移交单位用相同版本重新生成。"
        )


class HandoverFileMissingError(HandoverError):
    """A file of the manifest is not there."""

    code = "handover_file_missing"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"移交包里缺少文件“{name}”。{_AGAIN}")


class HandoverFileExtraError(HandoverError):
    """A file is there that is not in the manifest, or is there twice."""

    code = "handover_file_extra"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"移交包里的文件“{name}”不在清单里，或出现了两次，包被改动过。{_AGAIN}")


class HandoverUnsafeNameError(HandoverError):
    """A name in the package leads out of it."""

    code = "handover_unsafe_name"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"移交包里的文件名“{name}”指向包以外的位置，或不是普通文件，为安全起见没有导入。{_AGAIN}"
        )


class HandoverHashMismatchError(HandoverError):
    """A file is not what the manifest says."""

    code = "handover_hash_mismatch"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"移交包里的文件“{name}”与清单不符，传送中损坏或被改动过。{_AGAIN}")


class HandoverTooLargeError(HandoverError):
    """The package has more files or bytes than the limits allow; they are fixed, for everybody the same."""

    code = "handover_too_large"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"移交包{reason}，已停止导入。请先核实来源；来源无误的，请移交单位取消“附原件”后重新生成；"
            "不附原件仍然超过的，请其把人员分成几个批次报送。"
        )


class HandoverContentError(HandoverError):
    """A file of the package says something that cannot be so."""

    code = "handover_content_invalid"

    def __init__(self, name: str, reason: str, *, line: int | None = None) -> None:
        self.name = name
        self.reason = reason
        self.line = line
        place = f"第 {line} 行" if line is not None else ""
        super().__init__(f"移交包里的文件“{name}”{place}有误：{reason}。{_AGAIN}")


class HandoverChainBrokenError(HandoverError):
    """The log segment does not hold."""

    code = "handover_chain_broken"

    def __init__(self, message: str, *, is_own: bool = False) -> None:
        if is_own:
            text = f"{message}没有生成移交包。请管理员核验操作日志。"
        else:
            text = f"移交包里的{message}请与移交单位核对操作日志，查清之前不要导入。"
        super().__init__(text)


class HandoverWorkspaceError(HandoverError):
    """This computer could not unpack the package."""

    code = "handover_no_space"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"移交包解压时写不进磁盘（{reason}）。请检查数据目录的剩余空间和权限后重试。")


class HandoverSourceError(HandoverError):
    """A file that was to be packed is not what was stored, or cannot be read."""

    code = "handover_source_changed"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"材料“{name}”读不出来，或与入库时不同，没有生成移交包。请管理员检查存储设备并从备份恢复这个文件。"
        )


class HandoverNotWritableError(HandoverError):
    """The package cannot be written to its place."""

    code = "handover_not_writable"

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"移交包 {name} 写不进去（{reason}）。请检查目录的写权限和剩余空间后重试。")


def too_many_bytes(max_bytes: int) -> HandoverTooLargeError:
    """Say that more came out than may."""
    return HandoverTooLargeError(f"解压后的体积异常大，或超过允许的 {max_bytes // _MIB} MB")
