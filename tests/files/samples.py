"""Files as people send them, and as an attacker does."""

import io
import struct
import zipfile
import zlib

import pikepdf
from PIL import Image, PngImagePlugin

CANARY = "Hemlig-plats-63.1792N"


def jpeg(size: tuple[int, int] = (40, 20), *, orientation: int = 1) -> bytes:
    """A photo with position, comment and XMP, all carrying the canary; red on the left, blue on the right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    exif = image.getexif()
    exif[0x0112], exif[0x010E], exif[0x0110] = orientation, CANARY, CANARY
    exif.get_ifd(0x8825)[29] = CANARY
    drawn = io.BytesIO()
    image.save(drawn, "JPEG", exif=exif, comment=CANARY.encode(), xmp=CANARY.encode(), quality=95)
    return drawn.getvalue()


def png(mode: str = "RGBA") -> bytes:
    """A picture with text chunks that carry the canary."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", CANARY)
    texts.add_itxt("XML:com.adobe.xmp", CANARY)
    drawn = io.BytesIO()
    Image.new(mode, (30, 10)).save(drawn, "PNG", pnginfo=texts)
    return drawn.getvalue()


def png_bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A few hundred bytes that say they are 3 600 million pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pdf(*, password: str = "", pages: int = 1) -> bytes:
    document = pikepdf.new()
    for _number in range(pages):
        document.add_blank_page()
    written = io.BytesIO()
    # Without an id of its own making the same call gives the same bytes, whatever second it is.
    encryption = pikepdf.Encryption(owner=password, user=password) if password else False
    document.save(written, encryption=encryption, deterministic_id=not password)
    return written.getvalue()


def zip_file() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("run.sh", "echo " + CANARY)
    return written.getvalue()
