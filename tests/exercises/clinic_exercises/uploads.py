"""Test files for uploads, harmless and malicious."""

import io
import struct
import zipfile
import zlib

from PIL import Image


def photo(kind: str = "JPEG", size: tuple[int, int] = (640, 480), **options) -> bytes:
    """Return a picture with a red left half and a blue right half."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    return saved(picture, kind, **options)


def saved(picture: Image.Image, kind: str, **options) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()


def with_place_and_turned() -> bytes:
    """Return a picture with Exif data: a location in New York, a camera, and a rotation by 90°."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (40.0, 42.0, 46.0), 3: "W", 4: (74.0, 0.0, 21.0)})
    return photo(exif=exif, comment=b"SecretComment")


def noisy(size: tuple[int, int]) -> bytes:
    """Return a picture of random noise, which compresses worst."""
    return saved(Image.effect_noise(size, 200).convert("RGB"), "JPEG", quality=95)


def bomb() -> bytes:
    """Return a PNG of about 100 bytes whose header declares 60 000 pixels in width and height."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + chunk(b"IEND", b"")
    )


def archive() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as opened:
        opened.writestr("evil.js", "alert(1)")
    return written.getvalue()
