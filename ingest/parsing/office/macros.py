"""Office files with macros, which are read without them."""

from __future__ import annotations

import io
import zipfile

_TYPES = "[Content_Types].xml"
_WITH_MACROS = b"application/vnd.ms-word.document.macroEnabled.main+xml"
_WITHOUT = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def without_macros(data: bytes) -> bytes:
    """A Word document with macros as one without, which is what the libraries read; any other as it is."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if _TYPES not in archive.namelist() or _WITH_MACROS not in archive.read(_TYPES):
            return data
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as plain:
            for info in archive.infolist():
                if not info.filename.lower().endswith("vbaproject.bin"):
                    content = archive.read(info)
                    is_types = info.filename == _TYPES
                    plain.writestr(info, content.replace(_WITH_MACROS, _WITHOUT) if is_types else content)
    return buffer.getvalue()
