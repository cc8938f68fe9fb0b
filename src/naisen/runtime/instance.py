"""One running Naisen: its data folder, its addresses, and where everything in the folder lies."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from naisen.runtime.address import Address
from naisen.runtime.errors import StartError

# A unix socket's path may have 107 bytes; the longest name that is put there has about 20.
LONGEST_SOCKET_FOLDER = 107 - 24
# PostgreSQL's first files and its write-ahead log take about 60 MB; leave room to work.
SPACE_NEEDED_MB = 200
SPACE_NEEDED_AGAIN_MB = 40


@dataclass(frozen=True, slots=True)
class Instance:
    """What the operator chose; `database_url` is an outside server's, None for the private cluster.

    `https` and `sip_tls`: None takes the usual port, or a free one where that is taken. `tls_certificate`,
    `tls_key`: PEM files, None for a self-signed certificate (or where the key is in the certificate's file).
    """

    data: Path
    http: Address
    sip: Address
    demo: bool = False
    database_url: str | None = None
    https: Address | None = None
    sip_tls: Address | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None

    @property
    def run(self) -> Path:
        """Generated configuration, state and lock."""
        return self.data / "run"

    @property
    def logs(self) -> Path:
        """One file per part."""
        return self.data / "logs"

    @property
    def secrets(self) -> Path:
        """Keys and passwords, for this user's eyes only."""
        return self.data / "secrets"

    @property
    def cluster(self) -> Path:
        """The private PostgreSQL cluster."""
        return self.data / "postgresql"

    @property
    def demo_file(self) -> Path:
        """The demo's logins and devices."""
        return self.data / "demo.json"

    @property
    def state_file(self) -> Path:
        """What runs now, for `status` and for the next start."""
        return self.run / "state.json"

    @property
    def sockets(self) -> Path:
        """Where unix sockets are made: DIR/run, by a short link to it when that name is too long for them."""
        if len(os.fsencode(self.run)) <= LONGEST_SOCKET_FOLDER:
            return self.run
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"naisen-{os.getuid()}-{name}"

    @property
    def scratch(self) -> Path:
        """The parts' temporary files; emptied at each start, so that a killed part leaves nothing for ever."""
        return self.run / "tmp"

    def clear_scratch(self) -> None:
        """Empty the scratch folder. Only for the holder of the lock."""
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(mode=0o700, exist_ok=True)

    def remove_socket_link(self) -> None:
        """Remove the short link, where there is one. Only for the holder of the lock, when all has stopped."""
        if self.sockets != self.run:
            self.sockets.unlink(missing_ok=True)

    def make_folders(self) -> None:
        """Make every folder; raises StartError when the disk is full or it may not be written."""
        require_ours(self.data)
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            for folder in (self.run, self.logs, self.secrets):
                folder.mkdir(mode=0o700, exist_ok=True)
            self._link_socket_folder()
            (self.run / "probe").write_bytes(b"x" * 65536)
            (self.run / "probe").unlink()
        except OSError as error:
            raise StartError(
                f"cannot write in the data folder {self.data}: {error.strerror}; "
                "make room or allow it, or choose another folder with --data DIR"
            ) from error
        self._require_space()

    def _link_socket_folder(self) -> None:
        """Make the short link. In a shared folder somebody else could have made one that leads elsewhere."""
        if self.sockets == self.run:
            return
        with contextlib.suppress(FileExistsError):
            self.sockets.symlink_to(self.run)
        if self.sockets.lstat().st_uid != os.getuid() or self.sockets.resolve() != self.run.resolve():
            raise StartError(f"{self.sockets} is not ours; remove it and start again")

    def _require_space(self) -> None:
        needed = SPACE_NEEDED_AGAIN_MB if self.cluster.exists() or self.database_url else SPACE_NEEDED_MB
        free = shutil.disk_usage(self.data).free // 2**20
        if free < needed:
            raise StartError(
                f"the disk of {self.data} has {free} MB free and Naisen needs {needed}; "
                "make room or choose another folder with --data DIR"
            )

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the data folder for this process alone; raises StartError when another holds it."""
        with (self.run / "lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise StartError(
                    f"Naisen already runs on the data folder {self.data}; end that one, or give this one "
                    "another folder with --data DIR (and other ports with --http and --sip)"
                ) from error
            yield

    @property
    def is_locked(self) -> bool:
        """Whether a supervisor runs on this folder now."""
        try:
            with (self.run / "lock").open() as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        except PermissionError as error:
            raise StartError(f"the data folder {self.data} is another user's; ask as that user") from error
        return False


def require_ours(data: Path) -> None:
    """Raise StartError when the folder holds something that Naisen did not make."""
    try:
        foreign = data.is_dir() and not (data / "secrets").is_dir() and next(data.iterdir(), None)
    except OSError as error:
        raise StartError(
            f"cannot read the data folder {data}: {error.strerror}; choose another with --data DIR"
        ) from error
    if foreign:
        raise StartError(f"{data} holds other files ({foreign.name}); choose an empty folder with --data DIR")
