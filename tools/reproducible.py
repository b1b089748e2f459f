"""Build the source archive and the wheel several times and compare the bytes.

``python tools/reproducible.py --out dist`` builds once from the working tree, then from the
unpacked source archive in two other folders, with other file times, permissions and time zone. The
exit status is 1 if any two differ. It builds with the hatchling that is installed, which should be
of the version in ``requirements.lock``: wheels name the version of their builder.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]


def build(source: Path, out: Path, zone: str, mask: int) -> dict[str, str]:
    """Build both kinds and give the SHA-256 of each by its file name."""
    environment = {k: v for k, v in os.environ.items() if k != "SOURCE_DATE_EPOCH"} | {"TZ": zone}
    for kind in ("sdist", "wheel"):
        command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(out)]
        subprocess.run(command, cwd=source, env=environment, umask=mask, check=True)
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.glob("airrank-*"))
    }


def unpack(archive: Path, folder: Path, time: int, mode: int) -> Path:
    """Unpack a source archive into files of one time and one mode; gives where its tree begins."""
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(mode)
        os.utime(path, (time, time))
    return next(folder.iterdir())


def main(arguments: list[str]) -> int:
    """Build, compare, print the hashes, and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for archive and wheel")
    out = parser.parse_args(arguments).out.resolve()
    if list(out.glob("airrank-*")):
        parser.error(f"{out} has builds already")
    first = build(ROOT, out, "UTC", 0o022)
    same = True
    with TemporaryDirectory() as temporary:
        for name, time, mode, zone, mask in (
            ("a", 1_000_000_000, 0o600, "Asia/Shanghai", 0o077),
            ("b", 1_700_000_001, 0o664, "America/Lima", 0o002),
        ):
            folder = Path(temporary) / name
            tree = unpack(next(out.glob("*.tar.gz")), folder / "tree", time, mode)
            again = build(tree, folder / "dist", zone, mask)
            same = same and again == first
            for file, found in again.items():
                print(f"{found}  {file}" + ("" if found == first.get(file) else "  DIFFERS"))
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
