"""Makes the pictures of this folder: one symbol as files that telephones and scanners write.

    python3 -m venv venv && venv/bin/pip install pillow segno numpy
    venv/bin/python crates/paper/tests/pictures/make.py
"""

import pathlib
import random

import numpy
import segno
from PIL import Image, ImageDraw, ImageFilter

HERE = pathlib.Path(__file__).parent
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def main() -> None:
    chance = random.Random(20261122)
    text = "".join(chance.choice(ALPHABET) for _ in range(200)).strip()
    (HERE / "card.txt").write_text(text + "\n")
    code = segno.make(text, error="m", mode="alphanumeric", boost_error=False)
    modules = numpy.array([list(row) for row in code.matrix_iter(scale=5, border=4)])
    paper = numpy.where(modules[..., None] > 0, (38, 34, 40), (226, 222, 208)).astype("uint8")
    picture = Image.fromarray(paper).rotate(7, expand=True, fillcolor=(120, 90, 60), resample=Image.BICUBIC)
    picture = picture.filter(ImageFilter.GaussianBlur(0.8))
    picture.save(HERE / "baseline.jpg", quality=70, subsampling="4:2:0")
    picture.save(HERE / "progressive.jpg", quality=70, progressive=True)
    picture.convert("L").save(HERE / "grey.jpg", quality=60)
    picture.quantize(16).save(HERE / "palette.png", optimize=True)
    portrait().save(HERE / "portrait.jpg", quality=82, exif=place())
    interlace(picture.convert("RGBA").resize((picture.width // 2, picture.height // 2)))


def portrait() -> Image.Image:
    """A drawn head and shoulders, nobody's."""
    picture = Image.new("RGB", (480, 600), (214, 222, 224))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((40, 430, 440, 900), fill=(60, 92, 104))
    pen.rectangle((200, 370, 280, 470), fill=(176, 128, 98))
    pen.ellipse((140, 120, 340, 400), fill=(190, 142, 110))
    pen.pieslice((128, 96, 352, 360), 180, 360, fill=(44, 34, 30))
    for x in (200, 264):
        pen.ellipse((x, 236, x + 18, 248), fill=(44, 34, 30))
    pen.arc((206, 300, 274, 340), 20, 160, fill=(120, 70, 60), width=4)
    return picture.filter(ImageFilter.GaussianBlur(1.2))


def place() -> Image.Exif:
    """What a camera writes beside a picture and no paper may repeat."""
    exif = Image.Exif()
    exif[0x010F] = "Camera of a desk"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (14.0, 40.0, 46.9)
    return exif


def interlace(picture: Image.Image) -> None:
    """Pillow writes no interlaced PNG, so the seven passes (ISO/IEC 15948 clause 8.2) are ours."""
    import struct
    import zlib

    data = numpy.array(picture)
    raw = b""
    for x, y, dx, dy in [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]:
        for row in data[y::dy, x::dx]:
            if row.size:
                raw += b"\0" + row.tobytes()
    chunk = lambda kind, body: (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    )
    header = struct.pack(">IIBBBBB", picture.width, picture.height, 8, 6, 0, 0, 1)
    (HERE / "interlaced.png").write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")
    )


if __name__ == "__main__":
    main()
