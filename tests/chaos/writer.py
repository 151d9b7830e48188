"""Changes a live Odoo at random, reproducibly: what a seed did once it does again, in the same order."""
import random
import time
import xmlrpc.client


def stamp():
    return str(time.time_ns() // 1000)


class Writer:
    def __init__(self, target, seed):
        self.target = target
        self.call = target.connect()
        self.random = random.Random(seed)
        self.stages = self.call("crm.stage", "search", [])
        self.tags = self.call("crm.tag", "search", [])
        self.counts = {}
        self.holding = []

    def leads(self):
        return self.call("crm.lead", "search", [], context={"active_test": False})

    def some(self, most):
        leads = self.leads()
        return self.random.sample(leads, min(len(leads), self.random.randint(1, most))) if leads else []

    def step(self):
        actions = [(self.create, 6), (self.write, 10), (self.write_many, 3), (self.move, 6), (self.archive, 3),
                   (self.delete, 2), (self.ring, 4), (self.tag, 2)]
        if self.target.real:
            actions += [(self.sql_update, 1), (self.sql_silent, 1), (self.hold, 1), (self.merge, 1), (self.burst, 1)]
        action = self.random.choices([one for one, _ in actions], [weight for _, weight in actions])[0]
        try:
            action()
        except (xmlrpc.client.Fault, OSError) as error:
            # Odoo says no to some of it (a merge of one, a lead that is gone); that is no fault of the host.
            self.counts["refused"] = self.counts.get("refused", 0) + 1
            if isinstance(error, OSError):
                time.sleep(0.2)
            return
        self.counts[action.__name__] = self.counts.get(action.__name__, 0) + 1

    def create(self):
        self.call("crm.lead", "create", {"name": "made %d" % self.random.randrange(10 ** 6), "contact_name": stamp(),
                                         "type": "opportunity", "priority": self.random.choice("0123")})

    def write(self):
        for lead in self.some(3):
            self.call("crm.lead", "write", [lead], {"expected_revenue": self.random.randrange(10 ** 5),
                                                    "priority": self.random.choice("0123"), "contact_name": stamp()})

    def write_many(self):
        self.call("crm.lead", "write", self.some(60), {"email_from": "m%d@example.com" % self.random.randrange(999),
                                                       "contact_name": stamp()})

    def burst(self):
        """A thousand rows in one second: they share their write_date."""
        self.call("crm.lead", "create", [{"name": "burst %d" % i, "type": "opportunity"} for i in range(1000)],
                  context={"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True})
        new = self.call("crm.lead", "search", [["name", "=like", "burst %"]])
        self.call("crm.lead", "write", new[:500], {"priority": "3"})
        self.call("crm.lead", "unlink", new[400:])

    def move(self):
        for lead in self.some(2):
            self.call("crm.lead", "write", [lead], {"stage_id": self.random.choice(self.stages), "contact_name": stamp()})

    def ring(self):
        self.call("crm.lead", "write", self.some(3), {"name": "bell %d" % self.random.randrange(10 ** 6),
                                                      "contact_name": stamp()})

    def tag(self):
        if self.tags:
            self.call("crm.lead", "write", self.some(2), {"tag_ids": [[6, 0, self.random.sample(self.tags, 1)]]})

    def archive(self):
        self.call("crm.lead", "write", self.some(2), {"active": self.random.random() < 0.5, "contact_name": stamp()})

    def delete(self):
        self.call("crm.lead", "unlink", self.some(2))

    def merge(self):
        leads = self.some(3)
        if len(leads) > 1:
            self.call("crm.lead", "merge_opportunity", leads)

    # --- past Odoo's own code

    def sql_update(self):
        self.target.sql("UPDATE crm_lead SET expected_revenue = %d, write_date = now() AT TIME ZONE 'UTC'"
                        " WHERE id = (SELECT max(id) FROM crm_lead)" % self.random.randrange(10 ** 5))

    def sql_silent(self):
        """No write_date: only a sweep over the contents finds it."""
        self.target.sql("UPDATE crm_lead SET contact_name = 'silent %d' WHERE id IN (SELECT id FROM crm_lead ORDER BY id"
                        " DESC LIMIT 3)" % self.random.randrange(10 ** 6))

    def hold(self):
        """A transaction that commits long after its write_date."""
        seconds = self.random.randint(2, 12)
        text = ("BEGIN; UPDATE crm_lead SET contact_name = 'held %d', write_date = now() AT TIME ZONE 'UTC' WHERE id ="
                " (SELECT min(id) FROM crm_lead); SELECT pg_sleep(%d); COMMIT" % (self.random.randrange(10 ** 6), seconds))
        self.holding.append(self.target.sql(text, wait=False))

    def finish(self):
        for process in self.holding:
            process.wait(60)
