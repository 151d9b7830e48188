"""The host under test: configured, started, killed at random, started again."""
import json
import os
import pathlib
import random
import signal
import subprocess
import threading
import time


def children_of(pid):
    try:
        return [int(one) for one in pathlib.Path("/proc/%d/task/%d/children" % (pid, pid)).read_text().split()]
    except OSError:
        return []


class Host:
    def __init__(self, program, folder, target, port, crash_per_mille, plugins):
        self.program, self.folder = program, pathlib.Path(folder)
        self.log = open(self.folder / "host.log", "ab")
        (self.folder / "key").write_text(target.key)
        os.chmod(self.folder / "key", 0o600)
        self.config = self.folder / "outrigger.json"
        self.config.write_text(json.dumps({
            "data_folder": str(self.folder / "data"),
            "plugin_folders": [plugins],
            "databases": {"main": {
                "url": "http://127.0.0.1:%d" % port, "database": target.database, "login": target.login,
                "key": "${file:%s}" % (self.folder / "key"),
                "budget": {"rate": 200, "in_flight": 4},
                "feed": {"look_seconds": 1, "overlap_seconds": 30, "identity_seconds": 8, "content_seconds": 10,
                         "idle_calls_a_day": 1000000}}},
            "plugins": {"counter": {"enabled": True, "config": {"crash_per_mille": crash_per_mille}}}}, indent=1))
        self.process = None
        self.kills = {"host": 0, "runner": 0}
        self.releases = 0
        self.lock = threading.Lock()

    def run(self, *words, check=True):
        done = subprocess.run([self.program, *words, "--config", str(self.config)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=120)
        if check and done.returncode != 0:
            raise RuntimeError("outrigger %s: %s%s" % (" ".join(words), done.stdout, done.stderr))
        return done

    def start(self):
        with self.lock:
            self.process = subprocess.Popen([self.program, "run", "--config", str(self.config)], stdout=self.log,
                                            stderr=self.log, stdin=subprocess.DEVNULL)

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def alive_for(self, seconds):
        end = time.monotonic() + seconds
        while self.alive() and time.monotonic() < end:
            time.sleep(0.1)
        return self.alive()

    def pending(self):
        """Deliveries that wait, or None when the host cannot be asked."""
        done = self.run("status", "--json", check=False)
        if done.returncode != 0:
            return None
        return sum(one["figures"]["pending"] for one in json.loads(done.stdout)["databases"])

    def release(self):
        """What an admin does who sees a plugin in quarantine: it ended itself too often, as it was told to."""
        done = self.run("status", "--json", check=False)
        if done.returncode == 0 and any(one["state"] == "quarantined" for one in json.loads(done.stdout)["plugins"]):
            self.run("plugin", "reload", "counter", check=False)
            self.releases += 1

    def kill_something(self, lot):
        """kill -9 the whole host, or one of its runners."""
        with self.lock:
            runners = children_of(self.process.pid) if self.alive() else []
            if lot < 0.5 and runners:
                try:
                    os.kill(random.Random(lot).choice(runners), signal.SIGKILL)
                    self.kills["runner"] += 1
                except ProcessLookupError:
                    pass
                return
            if self.alive():
                self.process.kill()
                self.process.wait(30)
                self.kills["host"] += 1
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
