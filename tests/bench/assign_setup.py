# Run through `odoo shell`: four teams with twelve members, and LEADS leads that wait for a team and a salesperson; one in
# twenty shares its address with another. Always the same. LEADS is set by who runs it.
import random

RANDOM = random.Random(20261122)
QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True, "mail_notrack": True,
         "no_reset_password": True}
env = env(context=dict(env.context, **QUIET))  # noqa: F821
Team = env["crm.team"]
env["ir.config_parameter"].set_param("crm.lead.auto.assignment", "True")
env["ir.config_parameter"].set_param("sales_team.membership_multi", "True")
Team.search([]).write({"assignment_optout": True})
# What waits already is no part of it.
env["crm.lead"].search([("user_id", "=", False)]).write({"active": False})
DAILY = LEADS // 12 + 10  # noqa: F821
rules = ["[('probability', '>=', 20)]", "[('country_id', '!=', False)]", "[('priority', 'in', ['1', '2', '3'])]", "[]"]
for number, rule in enumerate(rules):
    team = Team.create({"name": "Bench %d" % number, "assignment_domain": rule, "sequence": number})
    for place in range(3):
        login = "bench%d%d" % (number, place)
        user = env["res.users"].create({"name": login, "login": login,
                                        "group_ids": [(4, env.ref("sales_team.group_sale_salesman").id)]})
        env["crm.team.member"].create({"crm_team_id": team.id, "user_id": user.id, "assignment_max": 30 * DAILY,
                                       "assignment_domain": ["[]", "[('phone', '!=', False)]", "[('name', 'ilike', 'e')]"][place]})
countries = env["res.country"].search([], limit=40).ids
sources = env["utm.source"].search([]).ids
rows = []
for number in range(LEADS):  # noqa: F821
    twin = number % 20 == 0 and number > 0
    rows.append({"name": "Waiting %d" % number, "type": "lead", "team_id": False, "user_id": False,
                 "email_from": "person%d@bench.example" % (number - 1 if twin else number),
                 "phone": "+32 2 555 %04d" % number if RANDOM.random() < 0.8 else False,
                 "country_id": RANDOM.choice(countries) if RANDOM.random() < 0.8 else False,
                 "source_id": RANDOM.choice(sources) if sources and RANDOM.random() < 0.7 else False,
                 "priority": RANDOM.choice("0123"), "expected_revenue": RANDOM.randrange(100, 50000)})
for first in range(0, len(rows), 500):
    env["crm.lead"].create(rows[first:first + 500])
env.cr.commit()
print("READY %d" % env["crm.lead"].search_count([("user_id", "=", False), ("name", "like", "Waiting %")]), flush=True)
