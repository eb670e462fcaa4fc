"""Chromium without a window, driven over pipes by its DevTools protocol (--remote-debugging-pipe: JSON, each
message with a NUL behind)."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

PATIENCE = 60  # seconds
PROGRAM = shutil.which("chromium")


def is_packaged():
    """Ubuntu has Chromium as a snap alone, which runs in no container."""
    with open("/etc/os-release", encoding="utf-8") as file:
        return "ID=ubuntu\n" not in file.read()


class Browser:
    """One page. `events` are those since the last visit, as (method, parameters)."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        commands, self.commands = os.pipe()
        self.replies, replies = os.pipe()
        words = [PROGRAM, "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking",
                 "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe",
                 f"--user-data-dir={self.folder.name}"]
        if os.getuid() == 0:
            words.append("--no-sandbox")

        def pipes():
            """It reads from descriptor 3 and writes to 4, which may be taken by one of ours."""
            source, sink = os.dup2(commands, 100), os.dup2(replies, 101)
            os.dup2(source, 3)
            os.dup2(sink, 4)

        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, preexec_fn=pipes, close_fds=False,
                                        start_new_session=True)
        os.close(commands)
        os.close(replies)
        self.buffer = b""
        self.number = 0
        self.session = None
        self.events = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def close(self):
        try:
            self.session = None
            self.call("Browser.close")
            self.process.wait(PATIENCE)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            os.close(self.commands)
            os.close(self.replies)
            self.folder.cleanup()

    def _message(self, deadline):
        while b"\0" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.replies], [], [], left)[0]:
                raise AssertionError("no message of Chromium within the time")
            part = os.read(self.replies, 1 << 20)
            if not part:
                raise AssertionError("Chromium ended")
            self.buffer += part
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + PATIENCE
        while True:
            reply = self._message(deadline)
            if reply.get("id") == self.number:
                assert "error" not in reply, (method, reply["error"])
                return reply["result"]
            if "method" in reply:
                self.events.append((reply["method"], reply["params"]))

    def _wait_for(self, method):
        deadline = time.monotonic() + PATIENCE
        while not any(name == method for name, _ in self.events):
            message = self._message(deadline)
            if "method" in message:
                self.events.append((message["method"], message["params"]))

    def visit(self, path, width=1280, dark=False, script=True):
        """Opens a file; returns the seconds until it was loaded and painted."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)
        self.events.clear()
        began = time.monotonic()
        self.call("Page.navigate", url=f"file://{path}")
        self._wait_for("Page.loadEventFired")
        self.call("Page.captureScreenshot")  # what is laid out and painted, waits for both
        return time.monotonic() - began

    def complaints(self):
        """Errors and warnings since the visit."""
        return [event for event in self.events
                if event[0] in ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")]

    def requests(self):
        return [parameters["request"]["url"] for name, parameters in self.events if name == "Network.requestWillBeSent"]

    def value(self, expression):
        """Of JavaScript; ours is run also where the page's own is not."""
        done = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    def press(self, key, modifiers=0):
        codes = {"Tab": 9, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, modifiers=modifiers,
                      windowsVirtualKeyCode=codes[key])

    def move(self, x, y):
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def screenshot(self, path):
        """The whole page."""
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    def pdf(self):
        return base64.b64decode(self.call("Page.printToPDF")["data"])
