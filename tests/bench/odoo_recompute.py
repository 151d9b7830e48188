# Run through `odoo shell` with RUNS set: times Odoo's own full recompute of all lead scores. The CPU of PostgreSQL is
# that of the one backend which serves this process.
import json
import os
import resource
import time

cr = env.cr  # noqa: F821
Lead = env["crm.lead"]  # noqa: F821


def backend_cpu():
    cr.execute("SELECT pg_backend_pid()")
    with open("/proc/%d/stat" % cr.fetchone()) as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def clocks():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return time.monotonic(), usage.ru_utime, usage.ru_stime, backend_cpu()


def recompute():
    env.invalidate_all()  # noqa: F821
    before = clocks()
    Lead._cron_update_automated_probabilities()
    cr.commit()
    return [after - start for start, after in zip(before, clocks())]


# Every lead counts, however old.
env["ir.config_parameter"].sudo().set_param("crm.pls_start_date", "2000-01-01")  # noqa: F821
cr.commit()
runs = sorted(recompute() for _ in range(RUNS))  # noqa: F821
wall, user, system, postgres = runs[(len(runs) - 1) // 2]
cr.execute("SELECT count(*) FROM crm_lead")
leads = cr.fetchone()[0]
cr.execute("SELECT count(*), count(DISTINCT automated_probability) FROM crm_lead"
           " WHERE won_status = 'pending' AND stage_id IS NOT NULL")
scored, distinct = cr.fetchone()
print("RECOMPUTED " + json.dumps({
    "leads": leads, "scored": scored, "distinct_scores": distinct, "runs": RUNS,  # noqa: F821
    "odoo_wall_s": round(wall, 3), "odoo_user_s": round(user, 3), "odoo_system_s": round(system, 3),
    "postgres_cpu_s": round(postgres, 3),
    "fastest_wall_s": round(runs[0][0], 3), "slowest_wall_s": round(runs[-1][0], 3),
    "odoo_peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
}), flush=True)
