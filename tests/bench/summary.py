#!/usr/bin/env python3
"""Prints Markdown tables of what tests/bench/run left in a folder: summary.py build/bench/results"""
import json
import pathlib
import statistics
import sys

NAMES = {"xmlrpc": "XML-RPC", "jsonrpc": "JSON-RPC", "json2": "JSON-2"}
MILLISECONDS = {"ns": 1e-6, "us": 1e-3, "ms": 1, "s": 1e3}


def json_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def table(title, head, rows):
    if not rows:
        return
    print("\n%s\n\n| %s |\n|%s" % (title, " | ".join(head), "---|" * len(head)))
    for row in rows:
        print("| %s |" % " | ".join(row))


def number(value, digits=2):
    if value is None:
        return "–"
    return "{:,.{}f}".format(value, digits if abs(value) < 100 else 0)


def benchmarks(folder):
    """(program, name) -> milliseconds of CPU, which other work on the machine disturbs least."""
    found = {}
    for path in sorted(folder.glob("bench_*.json")):
        for one in json.loads(path.read_text())["benchmarks"]:
            if one.get("run_type") == "aggregate" and one.get("aggregate_name") != "median":
                continue
            found[path.stem, one.get("run_name", one["name"])] = one["cpu_time"] * MILLISECONDS[one["time_unit"]]
    return found


def counters(folder, program, counter):
    """Number of leads -> the counter that a benchmark of this program reports."""
    path = folder / (program + ".json")
    found = json.loads(path.read_text())["benchmarks"] if path.exists() else []
    return {int(one["name"].split("/")[1]): one[counter] for one in found if counter in one}


def medians(lines, keys):
    """key values -> field -> median over the lines that share them."""
    groups = {}
    for line in lines:
        groups.setdefault(tuple(line[key] for key in keys), []).append(line)
    return {key: {field: statistics.median(line[field] for line in group)
                  for field in group[0] if isinstance(group[0][field], (int, float))}
            for key, group in groups.items()}


def scoring_row(leads, ours, one_pass, memory, odoo):
    fields = ("odoo_user_s", "odoo_system_s", "postgres_cpu_s")
    cpu = sum(odoo[field] for field in fields) if odoo else None
    return ["{:,}".format(leads), number(ours), number(one_pass and ours and ours / one_pass, 1),
            number(ours and leads / ours / 1000, 1), *(number(one, 1) for one in memory), number(odoo.get("odoo_wall_s")), number(odoo.get("odoo_user_s")),
            number(odoo.get("postgres_cpu_s")), number(cpu and ours and cpu * 1000 / ours, 0),
            number(odoo.get("odoo_peak_rss_mb"))]


def print_scoring(folder, times, recomputes):
    odoo = {line["leads"]: line for line in recomputes}
    # The name of a benchmark ends in its number of leads.
    ours = {int(name.split("/")[1]): time for (_, name), time in times.items() if name.startswith("rebuild_and_score/")}
    passes = {int(name.split("/")[1]): time for (_, name), time in times.items() if name.startswith("one_pass_over")}
    columns, peak = (counters(folder, "bench_scoring", name) for name in ("columns_mb", "peak_mb"))
    rows = [scoring_row(leads, ours.get(leads), passes.get(leads), (columns.get(leads), peak.get(leads)),
                        odoo.get(leads, {}))
            for leads in sorted({*ours, *odoo})]
    table("Rebuild the table and score every open lead. Ours is the engine alone on generated leads in memory; Odoo's "
          "figures include reading other leads from its database and writing the scores:",
          ["leads", "ours, ms", "passes over the columns", "million leads/s", "columns, MB", "peak beside them, MB",
           "Odoo's wall, s", "its Python, s", "its PostgreSQL, s", "times our CPU", "its peak, MB"], rows)


def print_reading(lines):
    rows = []
    for (transport, program), one in medians(lines, ["transport", "program"]).items():
        rows.append([NAMES[transport], program, number(one["wall_s"]), number(one["cpu_s"], 3),
                     number(one["cpu_us_per_row"]), number(one["cpu_percent_of_wall"], 1),
                     number(one["bytes"] / 1e6 if "bytes" in one else None, 1), number(one.get("columns_mb"), 1),
                     number(one["peak_over_start_mb"], 1), number(one["peak_rss_mb"], 1)])
    count = lines[0]["rows"] if lines else 0
    table("Reading {:,} leads x 12 fields:".format(count),
          ["transport", "program", "wall, s", "own CPU, s", "µs per row", "CPU % of wall", "received, MB",
           "columns, MB", "peak over start, MB", "peak, MB"], rows)


def print_rest(times):
    shown = ("rebuild_and_score/", "one_pass_over")
    rows = [[program, name, number(time, 3)] for (program, name), time in times.items() if not name.startswith(shown)]
    table("Other benchmarks:", ["program", "benchmark", "ms"], rows)


def main():
    folder = pathlib.Path(sys.argv[1])
    machine = dict(line.split("=", 1) for line in (folder / "machine").read_text().splitlines())
    print("Measured on {date} on {cores} cores ({model}), commit {commit}; load before it {load}.".format(**machine))
    times = benchmarks(folder)
    print_scoring(folder, times, json_lines(folder / "recompute.jsonl"))
    print_reading(json_lines(folder / "read.jsonl"))
    print_rest(times)


if __name__ == "__main__":
    main()
