"""The Odoo that chaos is let loose on: the sandbox, or a real one that tests/real/lab starts."""
import json
import os
import pathlib
import subprocess
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

    def sql(self, text):
        raise NotImplementedError("the sandbox has no SQL")

    def stop(self):
        pass


class Sandbox(Target):
    def __init__(self, program, seed):
        self.process = subprocess.Popen([program, "sandbox", "--leads", "120", "--seed", str(seed), "--json"],
                                        stdout=subprocess.PIPE, text=True)
        said = json.loads(self.process.stdout.readline())
        self.url, self.database = said["url"], said["database"]
        admin = said["users"][0]
        self.login, self.key = admin["login"], admin["key"]

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


class RealOdoo(Target):
    real = True

    def __init__(self, version):
        self.lab = str(ROOT / "tests" / "real" / "lab")
        self.env = subprocess.run([self.lab, "start", version], check=True, stdout=subprocess.PIPE,
                                  text=True).stdout.strip()
        found = dict(line.split("=", 1) for line in pathlib.Path(self.env).read_text().splitlines() if "=" in line)
        self.url, self.database = found["OUTRIGGER_REAL_URL"], found["OUTRIGGER_REAL_DB"]
        self.login, self.key = found["OUTRIGGER_REAL_LOGIN"], found["OUTRIGGER_REAL_KEY"]

    def psql(self):
        """The words of a psql that speaks to this database."""
        return [str(ROOT / "tests" / "chaos" / "psql"), self.database]

    def sql(self, text, wait=True):
        process = subprocess.Popen(self.psql() + ["-c", text], stdout=subprocess.DEVNULL)
        if wait:
            process.wait(120)
        return process

    def stop(self):
        subprocess.run([self.lab, "stop", self.env], check=False, env=dict(os.environ))


def open_target(kind, program, seed):
    return Sandbox(program, seed) if kind == "sandbox" else RealOdoo(kind)
