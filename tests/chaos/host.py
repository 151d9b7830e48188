"""The host under test: configured, started, killed, started again; also at an exact step, by stepper/."""
import json
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time


def children_of(pid):
    """Whichever of its threads started them."""
    found = []
    for task in pathlib.Path("/proc/%d/task" % pid).glob("*/children"):
        try:
            found += [int(one) for one in task.read_text().split()]
        except OSError:
            pass  # that thread is gone
    return found


class Host:
    def __init__(self, program, folder, target, port, plugins, plugin_folder, feed=None, settle_seconds=5,
                 stepper=None):
        self.program, self.folder, self.stepper = program, pathlib.Path(folder), stepper
        self.log = open(self.folder / "host.log", "ab")
        (self.folder / "key").write_text(target.key)
        os.chmod(self.folder / "key", 0o600)
        self.config = self.folder / "outrigger.json"
        self.journal = self.folder / "data" / "databases" / "main" / "journal.db"
        watching = {"look_seconds": 1, "overlap_seconds": 30, "identity_seconds": 8, "content_seconds": 10,
                    "idle_calls_a_day": 1000000}
        watching.update(feed or {})
        self.config.write_text(json.dumps({
            "data_folder": str(self.folder / "data"),
            "plugin_folders": [plugin_folder],
            "databases": {"main": {
                "url": "http://127.0.0.1:%d" % port, "database": target.database, "login": target.login,
                "key": "${file:%s}" % (self.folder / "key"), "settle_seconds": settle_seconds,
                "budget": {"rate": 200, "in_flight": 4}, "feed": watching}},
            "plugins": plugins}, indent=1))
        self.process = None
        self.pid = None
        self.said = {}  # by the stepper: armed, steps, killed
        self.heard = threading.Condition()
        self.kills = {"host": 0, "runner": 0}
        self.releases = 0
        self.confirmed = 0
        self.lock = threading.Lock()

    def run(self, *words, check=True):
        done = subprocess.run([self.program, *words, "--config", str(self.config)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=120)
        if check and done.returncode != 0:
            raise RuntimeError("outrigger %s: %s%s" % (" ".join(words), done.stdout, done.stderr))
        return done

    def start(self):
        words = [self.program, "run", "--config", str(self.config)]
        with self.lock:
            if self.stepper is None:
                self.process = subprocess.Popen(words, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
                self.pid = self.process.pid
                return
            self.said = {}
            self.process = subprocess.Popen([self.stepper] + words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=self.log, text=True, bufsize=1)
            first = self.process.stdout.readline().split()
            if not first:
                sys.exit(self.process.wait())  # 77: it has said why
            self.pid = int(first[1])
            threading.Thread(target=self.listen, args=(self.process, self.said), daemon=True).start()

    def listen(self, process, said):
        for line in process.stdout:
            word, _, rest = line.strip().partition(" ")
            with self.heard:
                said[word] = rest
                self.heard.notify_all()

    def order(self, text, answer="armed"):
        """Tells the stepper, and waits for its answer; None when the host is gone."""
        with self.heard:
            self.said.pop(answer, None)
        try:
            self.process.stdin.write(text + "\n")
            self.process.stdin.flush()
        except (OSError, ValueError):
            return None
        with self.heard:
            self.heard.wait_for(lambda: answer in self.said or "ended" in self.said, 10)
            return self.said.get(answer)

    def steps(self):
        return int(self.order("steps", "steps"))

    def killed_where(self):
        """The step at which the stepper killed this process, which is gone; empty: it did not."""
        with self.heard:
            self.heard.wait_for(lambda: "ended" in self.said, 10)
        return self.said.get("killed", "").partition(" ")[2]

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def alive_for(self, seconds):
        end = time.monotonic() + seconds
        while self.alive() and time.monotonic() < end:
            time.sleep(0.1)
        return self.alive()

    def status(self):
        """What an admin sees, or None when the host cannot be asked."""
        done = self.run("status", "--json", check=False)
        return json.loads(done.stdout) if done.returncode == 0 and self.alive() else None

    def figures(self):
        """Deliveries by what they are up to, or None when the host cannot be asked."""
        status = self.status()
        return status["databases"][0]["figures"] if status and status["databases"] else None

    def watches(self):
        """Waits until what was there before has been read."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            status = self.status()
            streams = [one for database in (status or {"databases": []})["databases"] for one in database["streams"]]
            if streams and all(not one["first_reading"] and one["lag"] >= 0 for one in streams):
                return
            time.sleep(0.2)
        raise RuntimeError("the host has not read everything within a minute; see host.log")

    def stored(self, plugin, prefix):
        """Keys of a plugin's store, read from the journal's file past the host."""
        try:
            file = sqlite3.connect("file:%s?mode=ro" % self.journal, uri=True, timeout=10)
            try:
                keys = file.execute("SELECT key FROM store WHERE plugin = ?", (plugin,)).fetchall()
            finally:
                file.close()
        except sqlite3.OperationalError:
            return []
        texts = [key.decode() if isinstance(key, bytes) else key for (key,) in keys]
        return [text[len(prefix):] for text in texts if text.startswith(prefix)]

    def release(self):
        """What an admin does who sees a plugin in quarantine: it ended itself too often, as it was told to."""
        done = self.run("status", "--json", check=False)
        if done.returncode == 0 and any(one["state"] == "quarantined" for one in json.loads(done.stdout)["plugins"]):
            self.run("plugin", "reload", "counter", check=False)
            self.releases += 1

    def confirm_deletions(self):
        """What an admin does who knows that six hundred leads were deleted on purpose."""
        if self.run("database", "confirm-deletions", "crm.lead", check=False).returncode == 0:
            self.confirmed += 1

    def kill(self):
        with self.lock:
            if self.alive():
                try:
                    os.kill(self.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
                self.process.wait(30)

    def kill_something(self, lot):
        """kill -9 the whole host, or one of its runners."""
        with self.lock:
            runners = children_of(self.pid) if self.alive() else []
            if lot < 0.5 and runners:
                try:
                    os.kill(random.Random(lot).choice(runners), signal.SIGKILL)
                    self.kills["runner"] += 1
                except ProcessLookupError:
                    pass
                return
            was_alive = self.alive()
        self.kill()
        self.kills["host"] += was_alive
        self.start()

    def stop(self):
        with self.lock:
            if self.alive():
                self.process.terminate()
                try:
                    self.process.wait(30)
                except subprocess.TimeoutExpired:
                    self.process.kill()

    def dump(self):
        """What the counting plugin has in its store."""
        deadline = time.monotonic() + 60
        while True:
            done = self.run("counter", "dump", "--json", check=False)
            if done.returncode == 0:
                return json.loads(done.stdout)
            if time.monotonic() > deadline:
                raise RuntimeError("counter dump: " + done.stderr)
            time.sleep(0.5)
