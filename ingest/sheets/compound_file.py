"""Compound files (OLE 2), the container of .xls: just enough to list and read streams (MS-CFB)."""

import struct

_HEADER_BYTES = 512
_END = 0xFFFFFFFE
_ENTRY_BYTES = 128
_MAX_NAME_BYTES = 64
_STREAM, _ROOT = 2, 5


class CompoundFile:
    """Streams of a compound file that lies in memory."""

    def __init__(self, data: bytes) -> None:
        """Read allocation table and directory.

        Raises:
            ValueError: The structure is broken or turns in circles.
        """
        if len(data) < _HEADER_BYTES:
            raise ValueError("shorter than its header")
        self._data = data
        sector_shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if sector_shift not in (9, 12) or mini_shift != 6:
            raise ValueError("odd sector size")
        self._sector_bytes = 1 << sector_shift
        self._mini_bytes = 1 << mini_shift
        first_directory, self._mini_cutoff, first_mini_table = struct.unpack_from("<I4xII", data, 48)
        self._table = self._read_table()
        self._entries = self._read_directory(self._chain(first_directory))
        self._mini_table = _numbers(self._chain(first_mini_table))
        root = next((entry for entry in self._entries if entry[1] == _ROOT), None)
        self._mini_stream = self._chain(root[2]) if root else b""

    @property
    def names(self) -> frozenset[str]:
        """Names of all streams and storages, whatever folder they are in."""
        return frozenset(name for name, *_ in self._entries)

    def read(self, name: str) -> bytes | None:
        """Return a stream's bytes, ``None`` when there is none of that name.

        Raises:
            ValueError: Its sectors do not exist or turn in circles.
        """
        for entry_name, kind, first, size in self._entries:
            if entry_name == name and kind == _STREAM:
                content = self._mini_chain(first) if size < self._mini_cutoff else self._chain(first)
                return content[:size]
        return None

    def _sector(self, index: int) -> bytes:
        start = (index + 1) * self._sector_bytes
        return self._data[start : start + self._sector_bytes]

    def _read_table(self) -> tuple[int, ...]:
        places = [place for place in struct.unpack_from("<109I", self._data, 76) if place < _END - 3]
        following, count = struct.unpack_from("<II", self._data, 68)
        sectors = len(self._data) // self._sector_bytes + 1
        for _ in range(min(count, sectors)):
            if following >= _END - 3:
                break
            numbers = _numbers(self._sector(following))
            if not numbers:
                raise ValueError("allocation table breaks off")
            places.extend(place for place in numbers[:-1] if place < _END - 3)
            following = numbers[-1]
        return tuple(number for place in places[:sectors] for number in _numbers(self._sector(place)))

    def _chain(self, first: int) -> bytes:
        return b"".join(self._sector(index) for index in _follow(first, self._table))

    def _mini_chain(self, first: int) -> bytes:
        size = self._mini_bytes
        return b"".join(
            self._mini_stream[index * size : (index + 1) * size] for index in _follow(first, self._mini_table)
        )

    def _read_directory(self, content: bytes) -> list[tuple[str, int, int, int]]:
        entries = []
        for start in range(0, len(content) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
            name_bytes, kind = struct.unpack_from("<HB", content, start + 64)
            first, size = struct.unpack_from("<II", content, start + 116)
            if kind and 2 <= name_bytes <= _MAX_NAME_BYTES:
                name = content[start : start + name_bytes - 2].decode("utf-16-le", errors="replace")
                entries.append((name, kind, first, size))
        return entries


def _follow(first: int, table: tuple[int, ...]) -> list[int]:
    chain: list[int] = []
    index = first
    while index < _END - 3:
        if index >= len(table) or len(chain) > len(table):
            raise ValueError("sector chain is broken")
        chain.append(index)
        index = table[index]
    return chain


def _numbers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])
