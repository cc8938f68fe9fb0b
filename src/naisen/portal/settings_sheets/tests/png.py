"""Reads a PNG picture without an imaging library: 8-bit RGB and RGBA, and plain 1-bit grey (W3C PNG, 9.2)."""

import struct
import zlib


def grey_picture(png: bytes) -> tuple[bytes, int, int]:
    """Brightness of every pixel (its green), width, height."""
    header, data = _chunks(png)
    width, height, depth, colour = struct.unpack(">IIBB", header[:10])
    assert depth == 8
    pixel = {2: 3, 6: 4}[colour]
    return (
        b"".join(row[1::pixel] for row in _rows(zlib.decompress(data), width * pixel, height, pixel)),
        width,
        height,
    )


def one_bit_picture(png: bytes, *, enlarged: int) -> tuple[bytes, int, int]:
    """Brightness of every pixel of an unfiltered 1-bit picture, `enlarged` times as wide and high."""
    header, data = _chunks(png)
    width, height, depth, colour = struct.unpack(">IIBB", header[:10])
    assert (depth, colour) == (1, 0)
    plain, size = zlib.decompress(data), (width + 7) // 8
    rows = []
    for start in range(0, height * (size + 1), size + 1):
        bits = f"{int.from_bytes(plain[start + 1 : start + 1 + size], 'big'):0{size * 8}b}"[:width]
        rows.append(b"".join((b"\xff" if bit == "1" else b"\0") * enlarged for bit in bits) * enlarged)
    return b"".join(rows), width * enlarged, height * enlarged


def _chunks(png: bytes) -> tuple[bytes, bytes]:
    """The header, and the data still compressed."""
    header, data, position = b"", b"", 8
    while position < len(png):
        (length,) = struct.unpack(">I", png[position : position + 4])
        kind, body = png[position + 4 : position + 8], png[position + 8 : position + 8 + length]
        header, data = (body, data) if kind == b"IHDR" else (header, data + body * (kind == b"IDAT"))
        position += length + 12
    return header, data


def _rows(data: bytes, size: int, height: int, pixel: int) -> list[bytes]:
    rows, above = [], bytes(size)
    for start in range(0, height * (size + 1), size + 1):
        above = _unfiltered(data[start], data[start + 1 : start + 1 + size], above, pixel)
        rows.append(above)
    return rows


def _unfiltered(kind: int, line: bytes, above: bytes, pixel: int) -> bytes:
    if kind == 0:
        return line
    if kind == 2:
        return bytes([(x + up) & 255 for x, up in zip(line, above, strict=True)])
    row = bytearray(line)
    for index, value in enumerate(line):
        left = row[index - pixel] if index >= pixel else 0
        corner = above[index - pixel] if index >= pixel else 0
        up = above[index]
        row[index] = (value + (left, (left + up) // 2, _paeth(left, up, corner))[(1, 3, 4).index(kind)]) & 255
    return bytes(row)


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))
