# Run through `odoo shell` (14 or later) when the lab makes its template database: a sales history of
# about 1,500 leads, always the same but for its dates, which end today, and Odoo's own scores for it.
import datetime
import random

LEADS = 1500
RANDOM = random.Random(20261121)
TODAY = datetime.datetime.now().replace(microsecond=0)
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "no_reset_password": True,
}
env = env(context=dict(env.context, **QUIET))  # noqa: F821
cr = env.cr
Lead = env["crm.lead"]


def one(model, *domain):
    return env[model].with_context(active_test=False).search(list(domain), limit=1)


def make_teams():
    """Name -> team, and how often a lead belongs to it."""
    sales = one("crm.team", ("name", "in", ("Sales", "Europe")))
    website = one("crm.team", ("name", "=", "Website"))
    rows = [("Retail", 5), ("Wholesale", 5), ("Former Partners", 1), ("Renewals", 8), ("Cold Calls", 3), ("New Region", 20)]
    made = {name: env["crm.team"].create({"name": name, "sequence": sequence}) for name, sequence in rows}
    made.update(Sales=sales, Website=website)
    shares = {"Sales": 30, "Website": 12, "Retail": 18, "Wholesale": 14, "Former Partners": 5, "Renewals": 5,
              "Cold Calls": 4, "New Region": 4, None: 8}
    return made, shares


def make_stages(teams):
    """Stages in the order a lead moves through them; two share a sequence, one belongs to a team."""
    won = one("crm.stage", ("is_won", "=", True))
    usual = env["crm.stage"].search([("is_won", "=", False)], order="sequence, id")
    usual = usual.filtered(lambda s: not (s.team_ids if "team_ids" in s._fields else s.team_id))
    survey = env["crm.stage"].create({"name": "Site Survey", "sequence": usual[1].sequence})
    negotiation = env["crm.stage"].create({"name": "Negotiation", "sequence": usual[-1].sequence + 1})
    if "team_ids" in negotiation._fields:
        negotiation.team_ids = teams["Retail"]
    else:
        negotiation.team_id = teams["Retail"]
    after = env["crm.stage"].create({"name": "Delivered", "sequence": won.sequence + 10})
    return [usual[0], usual[1], survey] + list(usual[2:]) + [negotiation], won, after


def make_tags():
    """Tags with how often a lead has them: one common, several rare."""
    rows = [("Newsletter", 0.25), ("Fair", 0.08), ("Referral", 0.07), ("Service", 0.05), ("Hot", 0.03)]
    rows += [("Rare %d" % i, 0.006) for i in range(1, 8)]
    return [(env["crm.tag"].create({"name": name}), share) for name, share in rows]


def make_people():
    """Salespersons: the administrator, the demo user, one more, nobody."""
    extra = env["res.users"].create({"name": "Sam Seller", "login": "seller", "email": "seller@example.com"})
    return [2, env.ref("base.user_demo").id, extra.id, False]


def make_places():
    """(country, its states, valid phones, e-mail domain), most frequent first."""
    rows = [
        ("us", ["+1 650-253-00%02d", "(650) 253-00%02d"], "com"),
        ("be", ["+32 2 290 34 %02d", "02 290 34 %02d"], "be"),
        ("fr", ["+33 1 41 77 20 %02d"], "fr"),
        ("de", ["+49 30 2271 00%02d"], "de"),
        ("in", ["+91 79 4050 01%02d"], "in"),
        ("br", ["+55 11 3333 44%02d"], "br"),
    ]
    places = []
    for code, phones, domain in rows:
        country = env.ref("base." + code)
        states = env["res.country.state"].search([("country_id", "=", country.id)], order="code, id", limit=6)
        places.append((country, states.ids, phones, domain))
    return places


def make_languages():
    french = one("res.lang", ("code", "=", "fr_FR"))
    french.active = True
    return [one("res.lang", ("code", "=", "en_US")).id, french.id, False]


def contact(number, place):
    """Name, e-mail and phone, some of them empty or useless."""
    first = RANDOM.choice("Anna Bram Chloe Dries Emma Felix Greta Hugo Ines Jonas Klara Liam Mona Noah".split())
    last = RANDOM.choice("Adams Bauer Claes Dubois Evans Fischer Garcia Hoorn Ivanov Jansen Keller Lopes".split())
    email = "%s.%s%d@example.%s" % (first.lower(), last.lower(), number, place[3])
    roll = RANDOM.random()
    if roll < 0.12:
        email = False
    elif roll < 0.18:
        email = RANDOM.choice(["no address", "ask the secretary", first.lower()])
    phone = RANDOM.choice(place[2]) % RANDOM.randrange(100)
    roll = RANDOM.random()
    if roll < 0.2:
        phone = False
    elif roll < 0.28:
        phone = RANDOM.choice(["123", "call after six", "0000000000000000000"])
    return "%s %s" % (first, last), email, phone


def pick(weights):
    keys = list(weights)
    return RANDOM.choices(keys, [weights[key] for key in keys])[0]


def outcome_for(team, place_rank, common_tag):
    """won, lost, open or archived (put away without being lost)."""
    if team == "Renewals":
        return pick({"won": 7, "open": 3})
    if team == "Cold Calls":
        return pick({"lost": 7, "open": 3})
    if team == "New Region":
        return "open"
    won = 26 + (8 if common_tag else 0) + (8 if team == "Retail" else 0) - 3 * place_rank
    return pick({"won": max(won, 8), "lost": 38, "open": 32, "archived": 3})


def make_history():
    teams, shares = make_teams()
    stages, won_stage, after_stage = make_stages(teams)
    tags = make_tags()
    people = make_people()
    places = make_places()
    languages = make_languages()
    sources = env["utm.source"].search([], order="id", limit=6).ids
    rows, outcomes = [], []
    for number in range(LEADS):
        team = pick(shares)
        rank = RANDOM.choices(range(len(places)), [30, 22, 18, 12, 10, 8])[0]
        place = places[rank]
        chosen = [tag.id for tag, share in tags if RANDOM.random() < share]
        outcome = outcome_for(team, rank, tags[0][0].id in chosen)
        stage = RANDOM.choices(stages + [after_stage], [24, 20, 10, 16, 8] + [0] * (len(stages) - 5) + [3])[0]
        stage = won_stage if outcome == "won" else stage
        name, email, phone = contact(number, place)
        rows.append({
            "name": "%s asks for offer %d" % (name, number),
            "contact_name": name,
            "type": "opportunity" if outcome == "won" or RANDOM.random() < 0.85 else "lead",
            "team_id": teams[team].id if team else False,
            "stage_id": False if outcome != "won" and RANDOM.random() < 0.02 else stage.id,
            "user_id": RANDOM.choices(people, [35, 30, 20, 15])[0],
            "country_id": place[0].id if RANDOM.random() < 0.85 else False,
            "state_id": RANDOM.choice(place[1]) if place[1] and RANDOM.random() < 0.5 else False,
            "source_id": RANDOM.choice(sources) if sources and RANDOM.random() < 0.7 else False,
            "lang_id": RANDOM.choices(languages, [45, 25, 30])[0],
            "email_from": email,
            "phone": phone,
            "tag_ids": [(6, 0, chosen)],
            "priority": RANDOM.choices("0123", [55, 25, 14, 6])[0],
            "expected_revenue": RANDOM.randrange(0, 40000, 250),
            "active": outcome in ("won", "open"),
            "probability": {"won": 100.0, "lost": 0.0}.get(outcome, 35.0),
        })
        outcomes.append(outcome)
    leads = Lead
    for start in range(0, len(rows), 500):
        leads += Lead.create(rows[start:start + 500])
    teams["Former Partners"].active = False
    return leads, rows, outcomes


def settle(leads, rows, outcomes):
    """What only SQL can say: dates in the past, unset stages, probabilities nobody computed."""
    for lead, row, outcome in zip(leads, rows, outcomes):
        created = TODAY - datetime.timedelta(seconds=RANDOM.randrange(3600, 365 * 86400),
                                             microseconds=RANDOM.randrange(1, 1000000))
        changed = created + (TODAY - created) * RANDOM.random()
        closed = changed if outcome in ("won", "lost") else None
        probability = automated = row["probability"]
        if outcome == "open":
            # Mostly left to Odoo; the rest somebody set by hand, also to nothing and to certainty.
            probability = RANDOM.choices([None, 15.0, 60.0, 0.0, 100.0], [85, 6, 6, 2, 1])[0]
            automated = None if probability is None else 35.0
        cr.execute(
            """UPDATE crm_lead SET create_date=%s, write_date=%s, date_closed=%s, stage_id=%s, team_id=%s,
                      active=%s, probability=%s, automated_probability=%s WHERE id=%s""",
            (created, changed, closed, row["stage_id"] or None, row["team_id"] or None, row["active"],
             probability, automated, lead.id))


def score():
    """Odoo's own full recompute over the last eight months."""
    start = (TODAY - datetime.timedelta(days=243)).strftime("%Y-%m-%d")
    env["ir.config_parameter"].sudo().set_param("crm.pls_start_date", start)
    cr.commit()
    getattr(env, "invalidate_all", env.cache.invalidate)()
    Lead._cron_update_automated_probabilities()
    cr.commit()


flush = getattr(env, "flush_all", None) or Lead.flush
env["ir.config_parameter"].sudo().set_param("crm.pls_start_date", False)
history = make_history()
flush()
settle(*history)
score()
cr.execute("SELECT count(*), count(DISTINCT automated_probability) FROM crm_lead")
print("SEEDED %d leads, %d different scores" % cr.fetchone(), flush=True)
