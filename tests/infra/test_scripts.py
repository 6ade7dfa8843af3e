"""The scripts in .ci leave nothing behind, even if the command they run fails or is stopped."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TIMEOUT_SECONDS = 30  # seconds, far more than any of this takes


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


# --- with-postgres ---------------------------------------------------------------------------------------------------
ASK = """
from django.db import connection
connection.ensure_connection()
print(connection.vendor, connection.settings_dict["OPTIONS"]["host"])
"""


@pytest.mark.postgresql
def test_a_command_gets_a_postgresql_of_its_own_which_then_is_gone():
    ask = [sys.executable, "manage.py", "shell", "--no-imports", "--command", ASK]
    result = run(".ci/with-postgres", *ask, SUREFOOT_MODE="test")
    assert result.returncode == 0, result.stderr
    vendor, home = result.stdout.split()
    assert vendor == "postgresql"
    assert not Path(home).exists()


@pytest.mark.postgresql
def test_a_command_that_fails_fails_the_same_on_postgresql():
    result = run(".ci/with-postgres", "sh", "-c", 'echo "${DATABASE_URL#*host=}"; exit 7')
    assert result.returncode == 7
    assert result.stdout.startswith("/tmp/pg.")
    assert not Path(result.stdout.strip()).exists()


# --- serve -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    """Create a `python` that only records its arguments and process id, and runs until a signal ends it."""
    fake = tmp_path / "python"
    fake.write_text(f'#!/bin/sh\necho $$ > "{tmp_path}/$2.pid"\nexec sleep {10 * TIMEOUT_SECONDS}\n')
    fake.chmod(0o755)
    return tmp_path


def wait_for_pid(path: Path) -> int:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not (path.exists() and path.read_text().strip()):
        assert time.monotonic() < deadline, f"{path.name} never started"
        time.sleep(0.05)
    return int(path.read_text())


def have_ended(pids: list[int]) -> bool:
    """Return True as soon as none of the processes exists any more, False if one goes on until the timeout."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while any(map(is_running, pids)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def as_in_a_terminal() -> None:
    """Restore ignored signals (nohup ignores some): a shell cannot trap a signal that is ignored when it starts."""
    for stop in STOPS:
        signal.signal(stop, signal.SIG_DFL)


@pytest.mark.parametrize("stop", STOPS)
def test_stopping_the_app_stops_server_and_worker(bin_folder, stop):
    serve = subprocess.Popen(
        ["sh", ".ci/serve"],
        cwd=ROOT,
        env={**os.environ, "BIN": str(bin_folder), "PORT": "8000"},
        preexec_fn=as_in_a_terminal,
    )
    both = [wait_for_pid(bin_folder / "worker.pid"), wait_for_pid(bin_folder / "runserver.pid")]
    serve.send_signal(stop)
    serve.wait(timeout=TIMEOUT_SECONDS)
    assert have_ended(both)


def test_a_server_that_cannot_start_takes_the_worker_with_it(bin_folder):
    serve = subprocess.Popen(
        ["sh", ".ci/serve"], cwd=ROOT, env={**os.environ, "BIN": str(bin_folder), "PORT": "8000"}
    )
    worker, server = wait_for_pid(bin_folder / "worker.pid"), wait_for_pid(bin_folder / "runserver.pid")
    os.kill(server, signal.SIGTERM)
    assert serve.wait(timeout=TIMEOUT_SECONDS) != 0
    assert not is_running(worker)


# --- install ---------------------------------------------------------------------------------------------------------
PACKAGES = [
    line.split()[0]
    for line in (ROOT / ".ci" / "debian-packages.txt").read_text().splitlines()
    if line and not line.startswith("#")
]

#: Stand-in for dpkg-query that reads the installed packages from a file.
DPKG_QUERY = """#!/bin/sh
for last; do :; done
grep --quiet --line-regexp "$last" "$MACHINE/installed" && printf installed
"""
#: Stand-in for apt-get that adds packages to that file and records its calls. It fails if the file `offline` exists.
APT_GET = """#!/bin/sh
echo "$DEBIAN_FRONTEND apt-get $*" >> "$MACHINE/calls"
[ ! -e "$MACHINE/offline" ] || { echo "E: no network" >&2; exit 100; }
for word; do case "$word" in -* | install | update) ;; *) echo "$word" >> "$MACHINE/installed" ;; esac; done
"""
SUDO = """#!/bin/sh
echo sudo >> "$MACHINE/calls"
exec "$@"
"""
ID_OF_ROSA = """#!/bin/sh
echo 1000
"""


class Machine:
    """A simulated Debian machine: stand-ins for its commands, and nothing else on its PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "installed").touch()
        (folder / "calls").touch()
        for name in ("bash", "dirname", "env", "grep", "sh"):
            (folder / name).symlink_to(shutil.which(name))
        self.has("dpkg-query", DPKG_QUERY)
        self.has("apt-get", APT_GET)
        self.has("id", "#!/bin/sh\necho 0\n")

    def has(self, name: str, source: str) -> None:
        (self.folder / name).write_text(source)
        (self.folder / name).chmod(0o755)

    @property
    def installed(self) -> list[str]:
        return (self.folder / "installed").read_text().split()

    @property
    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text().splitlines()

    def install(self, *options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(ROOT / ".ci" / "install"), *options],
            env={"PATH": str(self.folder), "MACHINE": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_root_installs_what_is_missing_and_says_so(machine):
    (machine.folder / "installed").write_text("git\nmake\n")
    result = machine.install()
    assert result.returncode == 0, result.stderr
    (said,) = result.stdout.splitlines()
    assert "chromium" in said
    assert " git" not in said
    assert sorted(machine.installed) == sorted(PACKAGES)
    assert all(call.startswith("noninteractive apt-get ") for call in machine.calls)


def test_another_user_installs_through_sudo_and_sees_a_line_about_it(machine):
    machine.has("id", ID_OF_ROSA)
    machine.has("sudo", SUDO)
    result = machine.install()
    assert result.returncode == 0, result.stderr
    assert "through sudo" in result.stdout
    assert sorted(machine.installed) == sorted(PACKAGES)
    assert machine.calls.count("sudo") == 2


def test_without_root_and_sudo_one_line_says_what_to_install(machine):
    machine.has("id", ID_OF_ROSA)
    result = machine.install()
    assert result.returncode == 1
    (said,) = result.stderr.splitlines()
    assert said == (
        f"The tests need these Debian packages: {' '.join(PACKAGES)}. "
        "Install them with: .ci/install (as root; there is no sudo here)"
    )
    assert machine.calls == []


def test_an_installation_that_fails_ends_with_what_to_install(machine):
    (machine.folder / "offline").touch()
    result = machine.install()
    assert result.returncode == 1
    *reason, said = result.stderr.splitlines()
    assert reason == ["E: no network"]
    assert "chromium" in said


def test_another_system_gets_the_names_of_the_debian_packages_in_one_line(machine):
    (machine.folder / "dpkg-query").unlink()
    result = machine.install()
    assert result.returncode == 0, "what is installed there is unknown, so the tests may run"
    (said,) = result.stderr.splitlines()
    assert "not a Debian system" in said
    assert "chromium" in said
    assert machine.calls == []


def test_the_fast_tests_need_neither_a_browser_nor_a_database_server(machine):
    assert machine.install("fast").returncode == 0
    assert "libpango-1.0-0" in machine.installed
    assert set(PACKAGES) - set(machine.installed) == {
        "chromium",
        "chromium-headless-shell",
        "webkit2gtk-driver",
        "libwebkit2gtk-4.1-0",
        "xvfb",
        "firefox-esr",
        "libatomic1",
        "postgresql",
    }
    assert machine.install("--check", "fast").returncode == 0
    assert machine.install("--check").returncode == 1


def test_a_check_names_in_one_line_what_is_missing_and_installs_nothing(machine):
    (machine.folder / "installed").write_text("\n".join(set(PACKAGES) - {"libpango-1.0-0", "chromium"}))
    result = machine.install("--check", "fast")
    assert result.returncode == 1
    (said,) = result.stderr.splitlines()
    assert said.endswith("these Debian packages: libpango-1.0-0. Install them with: .ci/install fast")
    machine.has("id", ID_OF_ROSA)
    machine.has("sudo", SUDO)
    assert machine.install("--check", "fast").stderr.endswith("with: sudo .ci/install fast\n")
    assert machine.calls == []


@pytest.mark.parametrize("options", [(), ("--check",), ("fast",), ("--check", "fast")])
def test_nothing_is_printed_or_installed_if_no_package_is_missing(machine, options):
    (machine.folder / "installed").write_text("\n".join(PACKAGES))
    result = machine.install(*options)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert machine.calls == []


def test_an_unknown_group_of_packages_is_refused(machine):
    result = machine.install("everything")
    assert result.returncode == 2
    assert "Usage" in result.stderr
    assert machine.calls == []
