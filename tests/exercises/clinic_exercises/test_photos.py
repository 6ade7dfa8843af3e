"""Uploaded photographs: only the pixels are stored, and other files are rejected with an explanation."""

import io

import pytest
import weasyprint  # noqa: F401  # makes Pillow accept truncated pictures in the whole process
from PIL import Image

from exercises.library.photos import FULL_BYTES, SMALL, SMALL_BYTES, InvalidPhotoError, encode
from tests.exercises.clinic_exercises.uploads import archive, bomb, noisy, photo, saved, with_place_and_turned

PAGE = b"<!doctype html><html><script>alert(1)</script></html>"


def encoded(data: bytes):
    return encode(io.BytesIO(data))


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_two_jpegs_of_the_same_picture(kind):
    made = encoded(photo(kind))
    for data in (made.full, made.small):
        picture = opened(data)
        assert picture.format == "JPEG"
        red, _green, blue = picture.getpixel((20, 50))
        assert red > 200 > 60 > blue
    assert (made.width, made.height) == opened(made.full).size == (640, 480)
    assert max(opened(made.small).size) == SMALL


def test_location_camera_and_comment_are_removed_and_the_picture_is_rotated_upright():
    data = with_place_and_turned()
    assert b"SecretCamera" in data
    assert b"SecretComment" in data
    assert opened(data).getexif().get_ifd(0x8825)
    made = encoded(data)
    assert (made.width, made.height) == (480, 640)
    for kept in (made.full, made.small):
        assert b"Secret" not in kept
        assert b"Exif" not in kept
        assert not opened(kept).getexif()
    red, _green, blue = opened(made.full).getpixel((240, 40))
    assert red > 200 > 60 > blue


def test_the_location_in_a_png_is_removed_too():
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825).update({1: "N", 2: (40.0, 42.0, 46.0)})
    data = photo("PNG", exif=exif)
    assert opened(data).getexif().get_ifd(0x8825)
    assert not opened(encoded(data).full).getexif()


def test_a_page_appended_to_a_photo_is_removed():
    data = photo() + PAGE
    made = encoded(data)
    assert b"<script" in data
    assert b"<script" not in made.full + made.small


def test_transparent_parts_become_white():
    see_through = Image.new("RGBA", (300, 300), (255, 0, 0, 0))
    assert opened(encoded(saved(see_through, "PNG")).full).getpixel((5, 5)) == (255, 255, 255)


def test_a_large_and_noisy_photo_is_made_small_enough_for_a_phone():
    data = noisy((2400, 1800))
    made = encoded(data)
    assert len(data) > FULL_BYTES >= len(made.full)
    assert len(made.small) <= SMALL_BYTES
    assert max(made.width, made.height) <= 1600


def test_the_same_photo_has_the_same_hash_and_another_has_another():
    assert encoded(photo()).digest == encoded(photo()).digest
    assert encoded(photo()).digest != encoded(photo(size=(480, 640))).digest


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (PAGE, "web page"),
        (b"\xef\xbb\xbf \n" + PAGE, "web page"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG"),
        (b'<?xml version="1.0"?><svg onload="alert(1)"/>', "SVG"),
        (saved(Image.new("P", (300, 300)), "GIF"), "GIF"),
        (b"GIF89a/*" + photo() + b"*/=1;alert(1)//", "GIF"),
        (photo() + archive(), "archive"),
        (archive(), "archive"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 400, "HEIC"),
        (bomb(), "25 million pixels"),
        (photo()[: len(photo()) // 2], "damaged"),
        (photo("PNG")[:-80], "damaged"),
        (photo("WEBP")[:-30], "Use a JPEG, PNG or WebP|damaged"),
        (photo(size=(30, 30)), "too small"),
        (saved(Image.new("RGB", (300, 300)), "BMP"), "cannot|can be read"),
        (b"%PDF-1.7", "can be read"),
        (b"", "can be read"),
        (photo() + b"\0" * (10 * 1024 * 1024), "10 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_not_a_usable_photo_is_rejected_with_the_reason(data, words):
    with pytest.raises(InvalidPhotoError, match=words):
        encoded(data)
