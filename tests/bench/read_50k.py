#!/usr/bin/env python3
"""Reads leads from a real Odoo with nothing but Python's standard library, as a script of one's own would.

    read_50k.py ENVFILE [xmlrpc|jsonrpc|json2 ...] [--rows N] [--page N] [--repeat N]
    read_50k.py ENVFILE --record FILE [--rows N]      keeps one JSON-2 reply of all rows as it came

ENVFILE is what `tests/real/lab start 19` prints. One JSON line per transport, each read by a process of its own:
wall seconds, own CPU seconds, bytes of the replies, peak memory. Page by page by id, load=None, as bench_read does.
"""
import argparse
import json
import resource
import subprocess
import sys
import time
import urllib.request
import xmlrpc.client

FIELDS = ["name", "stage_id", "team_id", "user_id", "country_id", "probability", "automated_probability", "active",
          "email_from", "create_date", "priority", "color"]
TRANSPORTS = ["xmlrpc", "jsonrpc", "json2"]


def settings(path):
    with open(path) as lines:
        pairs = dict(line.rstrip("\n").split("=", 1) for line in lines if "=" in line)
    return {key.removeprefix("OUTRIGGER_REAL_").lower(): value for key, value in pairs.items()}


class CountingTransport(xmlrpc.client.Transport):
    """Keeps the connection where the server does, and counts the bytes of the replies."""
    received = 0

    def parse_response(self, response):
        read = response.read

        def counted(*arguments):
            data = read(*arguments)
            self.received += len(data)
            return data

        response.read = counted
        return super().parse_response(response)


class Xmlrpc:
    def __init__(self, odoo):
        self.odoo = odoo
        self.transport = CountingTransport()
        common = xmlrpc.client.ServerProxy(odoo["url"] + "/xmlrpc/2/common")
        self.uid = common.authenticate(odoo["db"], odoo["login"], odoo["key"], {})
        self.object = xmlrpc.client.ServerProxy(odoo["url"] + "/xmlrpc/2/object", self.transport, allow_none=True)

    def search_read(self, **arguments):
        return self.object.execute_kw(self.odoo["db"], self.uid, self.odoo["key"], "crm.lead", "search_read", [],
                                      arguments)

    def received(self):
        return self.transport.received


class Json:
    def __init__(self):
        self.size = 0

    def post_raw(self, url, body, headers=()):
        headers = {"Content-Type": "application/json", **dict(headers)}
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request) as reply:
            text = reply.read()
        self.size += len(text)
        return text

    def post(self, url, body, headers=()):
        return json.loads(self.post_raw(url, body, headers))

    def received(self):
        return self.size


class Jsonrpc(Json):
    def __init__(self, odoo):
        super().__init__()
        self.odoo = odoo
        self.uid = self.call("common", "authenticate", odoo["db"], odoo["login"], odoo["key"], {})
        self.size = 0

    def call(self, service, method, *arguments):
        params = {"service": service, "method": method, "args": arguments}
        body = {"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}
        reply = self.post(self.odoo["url"] + "/jsonrpc", body)
        if "error" in reply:
            raise RuntimeError(reply["error"]["data"]["message"])
        return reply.get("result")

    def search_read(self, **arguments):
        return self.call("object", "execute_kw", self.odoo["db"], self.uid, self.odoo["key"], "crm.lead", "search_read",
                         [], arguments)


class Json2(Json):
    def __init__(self, odoo):
        super().__init__()
        self.url = odoo["url"] + "/json/2/crm.lead/search_read"
        self.headers = {"Authorization": "bearer " + odoo["key"], "X-Odoo-Database": odoo["db"]}

    def search_read(self, **arguments):
        return self.post(self.url, arguments, self.headers)


def record(odoo, wanted, path):
    client = Json2(odoo)
    arguments = {"domain": [], "fields": FIELDS, "limit": wanted, "order": "id", "load": None,
                 "context": {"active_test": False}}
    with open(path, "wb") as out:
        out.write(client.post_raw(client.url, arguments, client.headers))


def read(client, wanted, page):
    rows, last = [], 0
    while len(rows) < wanted:
        found = client.search_read(domain=[["id", ">", last]], fields=FIELDS, limit=min(page, wanted - len(rows)),
                                   order="id", load=None, context={"active_test": False})
        if not found:
            break
        rows += found
        last = found[-1]["id"]
    return rows


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(odoo, transport, wanted, page):
    client = {"xmlrpc": Xmlrpc, "jsonrpc": Jsonrpc, "json2": Json2}[transport](odoo)
    start_mb, wall, cpu = peak_mb(), time.monotonic(), time.process_time()
    rows = read(client, wanted, page)
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    if len(rows) < wanted:
        raise SystemExit("only %d leads are there; see make_leads.sql" % len(rows))
    return {"program": "python", "transport": transport, "rows": len(rows), "wall_s": round(wall, 3),
            "cpu_s": round(cpu, 4), "cpu_us_per_row": round(cpu / len(rows) * 1e6, 2),
            "cpu_percent_of_wall": round(cpu / wall * 100, 1), "bytes": client.received(),
            "peak_over_start_mb": round(peak_mb() - start_mb, 1), "peak_rss_mb": round(peak_mb(), 1)}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("envfile")
    parser.add_argument("transports", nargs="*", metavar="transport", help="of %s (all)" % ", ".join(TRANSPORTS))
    parser.add_argument("--rows", type=int, default=50000)
    parser.add_argument("--page", type=int, default=2000)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--record", metavar="FILE")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    unknown = set(given.transports) - set(TRANSPORTS)
    if unknown:
        parser.error("no such transport: " + ", ".join(sorted(unknown)))
    return given


def main():
    given = arguments()
    if given.here:
        print(json.dumps(measure(settings(given.envfile), given.transports[0], given.rows, given.page)), flush=True)
        return
    if given.record:
        record(settings(given.envfile), given.rows, given.record)
        return
    for _ in range(given.repeat):
        for transport in given.transports or TRANSPORTS:
            # A process each: peak memory is that of a process.
            subprocess.run([sys.executable, __file__, given.envfile, transport, "--here", "--rows", str(given.rows),
                            "--page", str(given.page)], check=True)


if __name__ == "__main__":
    main()
