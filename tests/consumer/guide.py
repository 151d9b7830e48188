#!/usr/bin/env python3
"""Step 5 of the guide, as it stands there: the new plugin runs on the sandbox, and a lead that is won rings the bell.

    guide.py PREFIX README      in the folder in which `hello` was made and built

The configuration is the guide's own; only the port is the one that the sandbox took, and what is kept stays here. Ends with 1 and what was said otherwise.
"""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import xmlrpc.client

PREFIX, README = sys.argv[1:]
OUTRIGGER = f"{PREFIX}/bin/outrigger"
SECONDS = 60  # for what usually takes a few
STARTED = []


def fail(text):
    sys.exit(f"guide: {text}")


def start(*arguments, output):
    with open(output, "wb") as file:
        process = subprocess.Popen([OUTRIGGER, *arguments], stdin=subprocess.DEVNULL, stdout=file, stderr=file)
    STARTED.append(process)
    return process


def outrigger(*arguments):
    ended = subprocess.run([OUTRIGGER, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                           timeout=SECONDS, check=False)
    if ended.returncode != 0:
        fail(f"`outrigger {' '.join(arguments)}` ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
    return ended.stdout


def wait_for(what, look, process):
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        if process.poll() is not None:
            fail(f"{what}: the program has ended")
        time.sleep(0.05)
    return fail(f"{what}: not within {SECONDS} seconds; the service said:\n{read('run.log')}")


def read(path):
    return pathlib.Path(path).read_text(encoding="utf-8")


def sandbox():
    process = start("sandbox", "--leads", "200", "--port", "0", "--json", output="sandbox.log")
    line = wait_for("the sandbox", lambda: re.search(r"^{.*}$", read("sandbox.log"), re.M), process)
    return json.loads(line.group(0))


def configuration(url):
    step = re.search(r"\*\*5\. Run it\.\*\*.*?```json\n(.*?)```", read(README), re.S)
    if not step:
        fail("the guide has no step 5 with a configuration")
    text = step.group(1).replace("http://127.0.0.1:8069", url)
    data = json.dumps(str(pathlib.Path("data").absolute()))
    pathlib.Path("outrigger.json").write_text(text.replace("{", '{"data_folder": ' + data + ",", 1), encoding="utf-8")


def main():
    server = sandbox()
    admin = server["users"][0]
    os.environ["ODOO_KEY"] = admin["key"]
    configuration(server["url"])
    if "\n  loads\n" not in outrigger("plugin", "info", "hello"):
        fail("plugin info does not say that it loads")
    outrigger("plugin", "enable", "hello", "--yes")
    objects = xmlrpc.client.ServerProxy(server["url"] + "/xmlrpc/2/object", allow_none=True)

    def odoo(model, method, *arguments, **options):
        return objects.execute_kw(server["database"], 2, admin["key"], model, method, list(arguments), options)

    won = odoo("crm.lead", "search_count", [["won_status", "=", "won"]])
    if json.loads(outrigger("hello", "count", "--json"))["won"] != won or won == 0:
        fail(f"`hello count` does not count {won} won leads")

    service = start("run", output="run.log")
    wait_for("outrigger status", lambda: watched(), service)
    lead = odoo("crm.lead", "search", [["won_status", "=", "pending"]], limit=1)[0]
    stage = odoo("crm.stage", "search", [["is_won", "=", True]], limit=1)[0]
    odoo("crm.lead", "write", [lead], {"stage_id": stage})
    name = odoo("crm.lead", "read", [lead], ["name"])[0]["name"]
    about = [["model", "=", "crm.lead"], ["res_id", "=", lead], ["body", "like", "Ring the bell for " + name]]
    wait_for("the bell", lambda: odoo("mail.message", "search_count", about) == 1, service)
    service.send_signal(signal.SIGINT)
    if service.wait(timeout=SECONDS) != 0:
        fail(f"Ctrl-C ended the service with {service.returncode}:\n{read('run.log')}")
    if odoo("mail.message", "search_count", about) != 1:
        fail("the bell was rung twice")


# What is there before the first reading is taken as known: so the change comes after it.
def watched():
    said = subprocess.run([OUTRIGGER, "status", "--json"], capture_output=True, text=True, timeout=SECONDS, check=False)
    if said.returncode != 0:
        return False
    streams = json.loads(said.stdout)["databases"][0].get("streams", [])
    return bool(streams) and all(stream["looks"] > 0 and not stream["first_reading"] for stream in streams)


try:
    main()
finally:
    for each in reversed(STARTED):
        if each.poll() is None:
            each.kill()
            each.wait()
