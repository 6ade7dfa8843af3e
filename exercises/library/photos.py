"""Validation and re-encoding of uploaded photographs.

Uploads are decoded, checked and encoded again, so that only the pixels are stored and uploaded bytes are never served.
Anything else in the file (a page, a script, an archive, the place and time of the picture) is lost.
"""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from django.utils.translation import gettext as _
from PIL import Image, ImageFile, ImageOps

MAX_PHOTOS = 4
#: Largest size of an uploaded file in bytes.
MAX_BYTES = 10 * 1024 * 1024
#: Largest width times height of an uploaded picture. Decoding takes about 4 bytes per pixel.
MAX_PIXELS = 25_000_000
#: Smallest width and height in pixels: a smaller picture does not show the exercise.
MIN_PIXELS = 200
FORMATS = ("JPEG", "PNG", "WEBP")
#: Longest side in pixels and largest size in bytes of the two stored pictures: for exercising, and for lists.
FULL, FULL_BYTES = 1600, 200_000
SMALL, SMALL_BYTES = 480, 30_000
_QUALITIES = (84, 76, 68, 58, 48)
_WHAT_DECODING_RAISES = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    IndexError,
    KeyError,
    EOFError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


class InvalidPhotoError(ValueError):
    """The file cannot be used. The message tells the user why and what to do."""


@dataclass(frozen=True)
class EncodedPhoto:
    """Two JPEG files without metadata. `width` and `height` are those of `full`, in pixels."""

    full: bytes
    small: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        """Return twelve hex digits of a hash of both files, which are part of the address."""
        return hashlib.sha256(self.full + self.small).hexdigest()[:12]


@dataclass(frozen=True)
class PhotoReference:
    """Reference to a photograph, as stored by exercises and published plans. `width` and `height` are in pixels."""

    id: str
    digest: str
    width: int
    height: int
    alt: str

    @classmethod
    def of(cls, kept: dict[str, Any]) -> PhotoReference:
        """Return the reference for an item of `Exercise.photos`."""
        return cls(**{name: kept[name] for name in cls.__dataclass_fields__})

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def encode(upload: IO[bytes]) -> EncodedPhoto:
    """Decode, rotate upright, shrink and re-encode an upload. Raises InvalidPhotoError with a message for the user."""
    data = upload.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InvalidPhotoError(_("This file is larger than 10 MB. Choose a smaller photo."))
    _reject_other_formats(data)
    picture = _decoded(data)
    full = _shrunk(picture, FULL)
    full_jpeg, size = _jpeg(full, FULL_BYTES)
    return EncodedPhoto(full_jpeg, _jpeg(_shrunk(full, SMALL), SMALL_BYTES)[0], *size)


def _reject_other_formats(data: bytes) -> None:
    """Raise InvalidPhotoError that names the format if the file is recognisably not a photograph."""
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data[4:8] == b"ftyp":
        raise InvalidPhotoError(
            _(
                "This is an HEIC or video file, which browsers cannot show. Save it as JPEG, then choose it again."
            )
        )
    if b"<svg" in start or start.startswith(b"<?xml"):
        raise InvalidPhotoError(
            _("This is an SVG drawing, which can carry programs. Use a JPEG, PNG or WebP photo.")
        )
    if start.startswith((b"<", b"#!")) or b"<html" in start or b"<script" in start:
        raise InvalidPhotoError(
            _("This is a web page or a program, not a photo. Use a JPEG, PNG or WebP photo.")
        )
    if start.startswith(b"gif8"):
        raise InvalidPhotoError(_("This is a GIF. Use a JPEG, PNG or WebP photo."))
    if zipfile.is_zipfile(BytesIO(data)):
        raise InvalidPhotoError(_("There is an archive in this file. Use a JPEG, PNG or WebP photo."))


def _decoded(data: bytes) -> Image.Image:
    """Return the pixels, upright and in RGB. Raises InvalidPhotoError.

    The size in pixels is checked before decoding.
    """
    # WeasyPrint sets this for the whole process, so that truncated pictures are filled up with grey.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        picture = Image.open(BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InvalidPhotoError(_too_many_pixels()) from None
    except _WHAT_DECODING_RAISES:
        raise InvalidPhotoError(
            _("This is not a photo that can be read. Use a JPEG, PNG or WebP photo.")
        ) from None
    if picture.width * picture.height > MAX_PIXELS:
        raise InvalidPhotoError(_too_many_pixels())
    if min(picture.size) < MIN_PIXELS:
        raise InvalidPhotoError(
            _("This photo is too small to see the exercise. It needs 200 pixels on each side.")
        )
    try:
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        return _on_white(upright)
    except _WHAT_DECODING_RAISES:
        raise InvalidPhotoError(
            _("This photo is damaged or not complete. Copy it again, or choose another.")
        ) from None


def _too_many_pixels() -> str:
    return _("This picture has more than 25 million pixels. Make it smaller, then choose it again.")


def _on_white(picture: Image.Image) -> Image.Image:
    """Return the picture in RGB on a new canvas, which has no metadata, with white behind transparent parts."""
    canvas = Image.new("RGB", picture.size, "white")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        with_alpha = picture.convert("RGBA")
        canvas.paste(with_alpha, mask=with_alpha.getchannel("A"))
    else:
        canvas.paste(picture.convert("RGB"))
    return canvas


def _shrunk(picture: Image.Image, longest: int) -> Image.Image:
    """Return a copy with no side longer than `longest` pixels. Smaller pictures are not enlarged."""
    shrunk = picture.copy()
    shrunk.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return shrunk


def _jpeg(picture: Image.Image, most_bytes: int) -> tuple[bytes, tuple[int, int]]:
    """Return the best JPEG of at most `most_bytes`, and its size in pixels: reduce quality first, then the size."""
    while True:
        for quality in _QUALITIES:
            written = BytesIO()
            picture.save(written, "JPEG", quality=quality, optimize=True, progressive=True)
            if written.tell() <= most_bytes:
                return written.getvalue(), picture.size
        picture = _shrunk(picture, max(picture.size) * 4 // 5)
