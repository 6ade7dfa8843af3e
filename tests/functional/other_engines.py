"""WebKit and Firefox, the engines that many patients' phones have: one way to drive both, and a line that can be cut.

WebKit is Debian's MiniBrowser, driven by its WebDriver on a display of its own. Firefox is Debian's, driven by
Marionette. Playwright drives neither. No page can be told to be offline there, so the server is cut off.
"""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import socket
import subprocess
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from selenium import webdriver
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
    from marionette_driver.marionette import Marionette  # its packages use what is deprecated

MINI_BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"
#: Height in pixels of MiniBrowser's tool bar once its buttons have no padding.
TOOL_BAR = 21
#: Without it, GTK makes the window of MiniBrowser wider than a phone.
NARROW = "* { min-width: 0; min-height: 0; padding: 0; margin: 0; border-width: 0; }"
PATIENCE = 30.0

#: The visible control with these words, that of the page before that of its head, in the middle of the window.
FIND = """
const isShown = (one) => one.getClientRects().length > 0 && getComputedStyle(one).visibility === "visible";
const controls = [...document.querySelectorAll("button, a, label, summary")].filter(isShown);
const named = controls.filter((one) => one.innerText.replace(/\\s+/g, " ").trim() === arguments[0]);
const found = named.find((one) => one.closest("main")) ?? named[0] ?? null;
found?.scrollIntoView({ behavior: "instant", block: "center" });
return found;
"""
#: Kept for the page that is open: script errors and what the content security policy refuses.
WATCH = """
if (!window.problems) {
  window.problems = [];
  const keep = (event) => window.problems.push(event.message ?? event.violatedDirective ?? String(event.reason));
  for (const name of ["error", "unhandledrejection", "securitypolicyviolation"]) addEventListener(name, keep);
}
return window.problems;
"""


class Engine(Protocol):
    """One browser with one window, the size of a phone."""

    def open(self, address: str) -> None: ...

    def run(self, script: str, *arguments: Any) -> Any:
        """Return what a script returns; `arguments` are its arguments."""

    def run_async(self, script: str, *arguments: Any) -> Any:
        """Return what a script gives to the function that is its last argument."""

    def type(self, selector: str, text: str) -> None: ...

    def screenshot(self, path: Path) -> None: ...

    def close(self) -> None: ...


class WebKit:
    """Debian's WebKit, in a window of this size in pixels."""

    def __init__(self, width: int, height: int, folder: Path) -> None:
        style = folder / "gtk-3.0/gtk.css"
        style.parent.mkdir(parents=True)
        style.write_text(NARROW, encoding="utf-8")
        read, write = os.pipe()
        self.display = subprocess.Popen(
            [installed("Xvfb"), "-displayfd", str(write), "-screen", "0", "1400x1400x24", "-nolisten", "tcp"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as answer:
            number = answer.readline().strip()
        environment = {**os.environ, "DISPLAY": f":{number}", "XDG_CONFIG_HOME": str(folder)}
        options = Options()
        options.binary_location = installed(MINI_BROWSER)
        options.add_argument("--automation")
        service = Service(installed("WebKitWebDriver"), env=environment)
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            self.driver = webdriver.WebKitGTK(options=options, service=service)
        self.driver.set_script_timeout(PATIENCE)
        self.driver.set_window_size(width, height + TOOL_BAR)

    def open(self, address: str) -> None:
        self.driver.get(address)

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def run_async(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_async_script(script, *arguments)

    def type(self, selector: str, text: str) -> None:
        self.driver.find_element("css selector", selector).send_keys(text)

    def screenshot(self, path: Path) -> None:
        self.driver.save_screenshot(str(path))

    def close(self) -> None:
        self.driver.quit()
        self.display.terminate()
        self.display.wait()


class Firefox:
    """Debian's Firefox, in a window of this size in pixels of the page."""

    def __init__(self, width: int, height: int, folder: Path) -> None:
        # While it waits for the browser, Marionette leaves sockets for the garbage collector to close.
        with warnings.catch_warnings(action="ignore", category=ResourceWarning):
            self.driver = Marionette(
                bin=installed("firefox-esr"),
                headless=True,
                port=0,
                gecko_log=str(folder / "gecko.log"),
            )
            self.driver.start_session()
            gc.collect()
        self.driver.timeout.script = PATIENCE
        with self.driver.using_context("chrome"):
            self.driver.execute_script("document.documentElement.style.minWidth = 0")
        self.driver.set_window_rect(width=width, height=height)
        bars = height - self.run("return innerHeight")
        self.driver.set_window_rect(width=width, height=height + bars)

    def open(self, address: str) -> None:
        self.driver.navigate(address)

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, script_args=arguments, sandbox=None)

    def run_async(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_async_script(script, script_args=arguments, sandbox=None)

    def type(self, selector: str, text: str) -> None:
        self.driver.find_element("css selector", selector).send_keys(text)

    def screenshot(self, path: Path) -> None:
        with path.open("wb") as file:
            self.driver.save_screenshot(file, full=False)

    def close(self) -> None:
        with warnings.catch_warnings(action="ignore", category=ResourceWarning):
            self.driver.quit()
            self.driver.cleanup()
            gc.collect()


ENGINES: dict[str, type[WebKit] | type[Firefox]] = {"WebKit": WebKit, "Firefox": Firefox}


def installed(program: str) -> str:
    """Return the path of a program; without it, the test fails and says what to install."""
    path = shutil.which(program)
    if path is None:
        pytest.fail(f"The tests of other engines need {program}: run .ci/install", pytrace=False)
    return path


class Phone:
    """A phone with one of the engines, as a person uses it."""

    def __init__(self, engine: Engine, host: str) -> None:
        self.engine, self.host = engine, host

    def open(self, path: str) -> None:
        self.engine.open(f"{self.host}{path}")
        self.engine.run(WATCH)

    def wait(self, condition: str, *arguments: Any) -> None:
        """Wait until a JavaScript expression is true."""
        end = time.monotonic() + PATIENCE
        while not self._holds(condition, *arguments):
            assert time.monotonic() < end, (
                f"{condition} {arguments} is not true at {self.path}: {self.text[:600]}"
            )
            time.sleep(0.05)

    def _holds(self, condition: str, *arguments: Any) -> bool:
        with contextlib.suppress(Exception):  # the page is being replaced
            return bool(self.engine.run(f"return Boolean({condition})", *arguments))
        return False

    def wait_for_title(self, words: str) -> None:
        """Wait until a visible first heading has these words."""
        self.wait(
            '[...document.querySelectorAll("h1")].some((one) => one.getClientRects().length > 0 && '
            'one.innerText.replace(/\\s+/g, " ").includes(arguments[0]))',
            words,
        )
        self.engine.run(WATCH)

    def wait_for_text(self, words: str) -> None:
        self.wait('document.body.innerText.replace(/\\s+/g, " ").includes(arguments[0])', words)

    def press(self, words: str) -> None:
        """Press the control with these words. The app takes no press within 600 ms of a new screen."""
        end = time.monotonic() + PATIENCE
        time.sleep(0.65)
        while (found := self.engine.run(FIND, words)) is None:
            assert time.monotonic() < end, f"No {words!r} at {self.path}: {self.text[:600]}"
            time.sleep(0.05)
        self.problems()
        found.click()

    def shows(self, words: str) -> bool:
        """Return True if a visible control has these words."""
        return self.engine.run(FIND, words) is not None

    def box(self, selector: str) -> dict[str, float]:
        """Return top, bottom, width and height of an element in pixels of the page."""
        script = """
        const { top, bottom, width, height } = document.querySelector(arguments[0]).getBoundingClientRect();
        return { top, bottom, width, height };
        """
        return dict(self.engine.run(script, selector))

    def problems(self) -> list[str]:
        """Return what went wrong on the page that is open."""
        found = list(self.engine.run(WATCH))
        assert not found, f"{self.path}: {found}"
        return found

    @property
    def path(self) -> str:
        return str(self.engine.run("return location.pathname"))

    @property
    def text(self) -> str:
        return str(self.engine.run("return document.body.innerText"))


class Line:
    """A TCP line to a server on this machine, at a port of its own, that can be cut and mended."""

    def __init__(self, port: int) -> None:
        self._server = ("localhost", port)
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("localhost", 0))
        self.port = self._listener.getsockname()[1]
        self.host = f"http://localhost:{self.port}"
        self._listen()

    def _listen(self) -> None:
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _address = listener.accept()
                far = socket.create_connection(self._server)
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=[one, other], daemon=True).start()

    @staticmethod
    def _pass_on(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while sent := source.recv(65536):
                target.sendall(sent)
            target.shutdown(socket.SHUT_WR)

    def cut(self) -> None:
        """End all connections and refuse new ones."""
        for one in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def mend(self) -> None:
        self._listener = socket.create_server(("localhost", self.port))
        self._listen()


@contextlib.contextmanager
def opened(name: str, host: str, folder: Path, *, width: int = 390, height: int = 664) -> Iterator[Phone]:
    """Yield a phone with an engine of ENGINES, whose addresses begin with `host`."""
    engine = ENGINES[name](width, height, folder)
    try:
        yield Phone(engine, host)
    finally:
        engine.close()
