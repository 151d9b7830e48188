"""The Odoo that chaos is let loose on: the sandbox, or a real one that tests/real/lab starts."""
import json
import os
import pathlib
import subprocess
import sys
import threading
import time
import urllib.request
import xmlrpc.client

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Target:
    url = database = login = key = None
    real = False

    def connect(self):
        """A caller of its own, straight to Odoo and not through the host's connection: call(model, method, *args)."""
        common = xmlrpc.client.ServerProxy(self.url + "/xmlrpc/2/common")
        uid = common.authenticate(self.database, self.login, self.key, {})
        proxy = xmlrpc.client.ServerProxy(self.url + "/xmlrpc/2/object", allow_none=True)

        def call(model, method, *args, **named):
            return proxy.execute_kw(self.database, uid, self.key, model, method, list(args), named)

        return call

    # Past Odoo's own code. write_date: "now", or empty: it stays. Each raises OSError when it was refused.

    def update(self, ids, values, write_date):
        raise NotImplementedError

    def erase(self, ids):
        raise NotImplementedError

    def hold(self, ids, values, seconds):
        """A transaction that writes now and commits so much later; has wait(seconds)."""
        raise NotImplementedError

    def stop(self):
        pass


def utc():
    now = time.time()
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now)) + ".%06d" % (now % 1 * 1e6)


class Later(threading.Thread):
    """What a transaction that stays open does to those who look: nothing, until it commits."""

    def __init__(self, seconds, act, *args):
        super().__init__(daemon=True)
        self.seconds, self.act, self.args = seconds, act, args
        self.start()

    def run(self):
        time.sleep(self.seconds)
        try:
            self.act(*self.args)
        except OSError:
            pass  # the lead is gone

    def wait(self, seconds):
        self.join(seconds)


class Sandbox(Target):
    def __init__(self, program, seed):
        self.process = subprocess.Popen([program, "sandbox", "--port", "0", "--leads", "120", "--seed", str(seed), "--json"],
                                        stdout=subprocess.PIPE, text=True)
        said = json.loads(self.process.stdout.readline())
        self.url, self.database = said["url"], said["database"]
        admin = said["users"][0]
        self.login, self.key = admin["login"], admin["key"]

    def sql(self, change):
        request = urllib.request.Request(self.url + "/sandbox/sql", json.dumps(change).encode(),
                                         {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=30).close()

    def update(self, ids, values, write_date):
        change = {"model": "crm.lead", "ids": ids, "values": values}
        if write_date:
            change["write_date"] = utc() if write_date == "now" else write_date
        self.sql(change)

    def erase(self, ids):
        self.sql({"model": "crm.lead", "ids": ids, "erase": True})

    def hold(self, ids, values, seconds):
        return Later(seconds, self.update, ids, values, utc())

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


class RealOdoo(Target):
    real = True

    def __init__(self, version):
        self.lab = str(ROOT / "tests" / "real" / "lab")
        started = subprocess.run([self.lab, "start", version], stdout=subprocess.PIPE, text=True)
        if started.returncode != 0:
            sys.exit(started.returncode)  # 77: this machine cannot run it, as the lab has said
        self.env = started.stdout.strip()
        found = dict(line.split("=", 1) for line in pathlib.Path(self.env).read_text().splitlines() if "=" in line)
        self.url, self.database = found["OUTRIGGER_REAL_URL"], found["OUTRIGGER_REAL_DB"]
        self.login, self.key = found["OUTRIGGER_REAL_LOGIN"], found["OUTRIGGER_REAL_KEY"]

        self.program = found["OUTRIGGER_REAL_PSQL"]
        self.environment = dict(os.environ, PGHOST="127.0.0.1", PGDATABASE=self.database,
                                **{name: found["OUTRIGGER_REAL_" + name] for name in ("PGPORT", "PGUSER", "PGPASSWORD")})

    def psql(self, text):
        return subprocess.Popen([self.program, "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", text], env=self.environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def sql(self, text):
        if self.psql(text).wait(120) != 0:
            raise OSError("PostgreSQL refused: " + text)

    @staticmethod
    def update_of(ids, values, write_date):
        sets = ["%s = %s" % (name, value if isinstance(value, (int, float)) else "'%s'" % value)
                for name, value in values.items()]
        if write_date:
            sets.append("write_date = now() AT TIME ZONE 'UTC'")
        return "UPDATE crm_lead SET %s WHERE id IN (%s)" % (", ".join(sets), ", ".join(map(str, ids)))

    def update(self, ids, values, write_date):
        self.sql(self.update_of(ids, values, write_date))

    def erase(self, ids):
        self.sql("DELETE FROM crm_lead WHERE id IN (%s)" % ", ".join(map(str, ids)))

    def hold(self, ids, values, seconds):
        return self.psql("BEGIN; %s; SELECT pg_sleep(%d); COMMIT" % (self.update_of(ids, values, "now"), seconds))

    def stop(self):
        subprocess.run([self.lab, "stop", self.env], check=False, env=dict(os.environ))


def open_target(kind, program, seed):
    return Sandbox(program, seed) if kind == "sandbox" else RealOdoo(kind)
