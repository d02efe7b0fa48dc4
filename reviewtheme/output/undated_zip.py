"""Archives whose bytes depend on their content alone: every member has the same date and the same rights."""

import shutil
from os import PathLike
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest that an archive can say."""
_UNIX, _RIGHTS = 3, 0o100644


class UndatedZip(ZipFile):
    """A compressed archive that is written once."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file, "w", ZIP_DEFLATED)

    def writestr(
        self,
        zinfo_or_arcname: str | ZipInfo,
        data: str | bytes,  # type: ignore[override]
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Add a member of this name and content."""
        name = zinfo_or_arcname.filename if isinstance(zinfo_or_arcname, ZipInfo) else zinfo_or_arcname
        super().writestr(undated(name), data, compress_type or ZIP_DEFLATED, compresslevel)

    def write(
        self,
        filename: str | PathLike[str],
        arcname: str | PathLike[str] | None = None,
        compress_type: int | None = None,  # noqa: ARG002 - as the method that it takes the place of
        compresslevel: int | None = None,  # noqa: ARG002
    ) -> None:
        """Add a file under another name."""
        with Path(filename).open("rb") as source, self.open(undated(str(arcname or filename)), "w") as member:
            shutil.copyfileobj(source, member)


def undated(name: str) -> ZipInfo:
    """Describe a member of an archive by its name alone."""
    member = ZipInfo(name, _DATE)
    member.compress_type = ZIP_DEFLATED
    member.create_system = _UNIX
    member.external_attr = _RIGHTS << 16
    return member
