"""Pictures drawn anew: what is copied are pixels, upright, and nothing that was written beside them."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Any

from . import Unsafe

SMALL, LONGEST = 1280, 4096  # pixels of the longer side: on a page, in a copy for handlers
DECODED = 100 * 1024 * 1024  # bytes of pixels in memory
CAMERA = 200_000_000  # pixels of a JPEG that can be decoded smaller than it is
WIDE = ("I", "F", "I;16", "I;16B", "I;16L")  # modes of more than a byte a pixel and band


def _opened(content: bytes, longest: int) -> Any:
    from PIL import Image

    Image.preinit()
    kinds = ["JPEG", "PNG", "GIF", "WEBP"]
    with suppress(ImportError):  # HEIC: where it is not installed, such a picture has no copy
        import pi_heif

        pi_heif.register_heif_opener()
        kinds.append("HEIF")
    Image.MAX_IMAGE_PIXELS = None  # ours are the stricter bounds
    picture: Any = Image.open(io.BytesIO(content), formats=kinds)
    pixels = picture.width * picture.height
    if picture.format in {"JPEG", "MPO"}:
        if not picture.info.get("progressive") and pixels <= CAMERA:  # a progressive one is held whole in any case
            ratio = longest / max(picture.size)
            picture.draft("RGB", tuple(round(side * ratio) for side in picture.size))
            pixels = picture.width * picture.height
    elif getattr(picture, "n_frames", 1) > 1:
        raise Unsafe("a moving picture: one of its frames would hide the others")
    if pixels * len(picture.getbands()) * (4 if picture.mode in WIDE else 1) > DECODED:
        raise Unsafe("too many pixels")
    return picture


def _drawn(content: bytes, longest: int) -> tuple[Any, str]:
    """Upright, of at most this length, and its format."""
    from PIL import Image, ImageOps

    picture = _opened(content, longest)
    kind, turned = picture.format, ImageOps.exif_transpose(picture)
    turned.thumbnail((longest, longest), reducing_gap=2.0)
    if turned.mode in {"P", "PA"}:
        turned = turned.convert("RGBA" if "transparency" in turned.info or turned.mode == "PA" else "RGB")
    clean = Image.new(turned.mode, turned.size)
    clean.paste(turned)  # pixels alone: no tags, comments, profile, thumbnail
    return clean, kind


def _on_white(picture: Any) -> Any:
    from PIL import Image

    if picture.mode in {"RGBA", "LA"}:
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture.convert("RGB"), mask=picture.getchannel("A"))
        return ground
    return picture if picture.mode in {"RGB", "L"} else picture.convert("RGB")


def _jpeg(picture: Any, quality: int) -> bytes:
    into = io.BytesIO()
    _on_white(picture).save(into, "JPEG", quality=quality)
    return into.getvalue()


def _png(picture: Any) -> bytes:
    into = io.BytesIO()
    picture.save(into, "PNG")
    return into.getvalue()


def copy(content: bytes) -> bytes:
    """For handlers: PNG and GIF as PNG, all else as JPEG."""
    picture, kind = _drawn(content, LONGEST)
    return _png(picture) if kind in {"PNG", "GIF"} else _jpeg(picture, 90)


def small(content: bytes) -> bytes:
    """For a page: a JPEG."""
    return _jpeg(_drawn(content, SMALL)[0], 80)


def inside(content: bytes) -> bytes:
    """A picture within a document: of the same kind as it was, else it would not fit its place."""
    picture, kind = _drawn(content, LONGEST)
    if kind in {"JPEG", "MPO"}:
        return _jpeg(picture, 90)
    if kind == "PNG":
        return _png(picture)
    raise Unsafe(f"a picture of another kind: {kind}")
