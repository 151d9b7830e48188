"""Changes a live Odoo at random, reproducibly: what a seed did once it does again, in the same order."""
import random
import time
import xmlrpc.client


def micros():
    return time.time_ns() // 1000


def stamp(word, seconds=0):
    """Of a change that can be seen from now on, or in so many seconds; the plugin says how late it heard of it."""
    return "%s %d" % (word, micros() + seconds * 1000000)


class Writer:
    def __init__(self, target, seed, longest_hold):
        self.target = target
        self.call = target.connect()
        self.random = random.Random(seed)
        self.longest_hold = longest_hold
        self.stages = self.call("crm.stage", "search", [])
        self.tags = self.call("crm.tag", "search", [])
        self.counts = {}
        self.holding = []    # transactions that are open
        self.locked = {}     # lead -> until when, at least
        self.unstamped = []  # (word, lead, when) of changes that cannot carry a stamp

    def leads(self):
        # Whoever touches one that an open transaction has written waits for its end.
        now = time.monotonic()
        return [one for one in self.call("crm.lead", "search", [], context={"active_test": False})
                if self.locked.get(one, 0) < now]

    def some(self, most):
        leads = self.leads()
        return self.random.sample(leads, min(len(leads), self.random.randint(1, most))) if leads else []

    def step(self):
        actions = [(self.create, 6), (self.write, 10), (self.write_many, 3), (self.move, 6), (self.archive, 3),
                   (self.delete, 2), (self.ring, 4), (self.tag, 2), (self.cascade, 1), (self.sql_update, 1),
                   (self.sql_silent, 1), (self.sql_delete, 1), (self.hold, 1), (self.burst, 1)]
        if self.target.real:
            actions += [(self.tangle, 1), (self.merge, 1)]
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
        self.call("crm.lead", "create", {"name": "made %d" % self.random.randrange(10 ** 6), "type": "opportunity",
                                         "contact_name": stamp("created"), "priority": self.random.choice("0123")})

    def write(self):
        for lead in self.some(3):
            self.call("crm.lead", "write", [lead], {"expected_revenue": self.random.randrange(10 ** 5),
                                                    "priority": self.random.choice("0123"),
                                                    "contact_name": stamp("written")})

    def write_many(self):
        self.call("crm.lead", "write", self.some(60), {"email_from": "m%d@example.com" % self.random.randrange(999),
                                                       "contact_name": stamp("written_at_once")})

    def burst(self):
        """A thousand rows in one second: they share their write_date."""
        quiet = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}
        mark = stamp("thousand_created")
        self.call("crm.lead", "create", [{"name": "burst %d" % i, "type": "opportunity", "contact_name": mark}
                                         for i in range(1000)], context=quiet)
        new = [lead for lead in self.call("crm.lead", "search", [["name", "=like", "burst %"]])
               if lead not in self.locked]
        self.call("crm.lead", "write", new[:500], {"priority": "3", "contact_name": stamp("five_hundred_written")},
                  context=quiet)
        self.remove("six_hundred_deleted", new[400:])

    def move(self):
        for lead in self.some(2):
            self.call("crm.lead", "write", [lead], {"stage_id": self.random.choice(self.stages),
                                                    "contact_name": stamp("moved")})

    def ring(self):
        self.call("crm.lead", "write", self.some(3), {"name": "bell %d" % self.random.randrange(10 ** 6),
                                                      "contact_name": stamp("rung")})

    def tag(self):
        if self.tags:
            self.call("crm.lead", "write", self.some(2), {"tag_ids": [[6, 0, self.random.sample(self.tags, 1)]],
                                                          "contact_name": stamp("tagged")})

    def archive(self):
        self.call("crm.lead", "write", self.some(2), {"active": self.random.random() < 0.5,
                                                      "contact_name": stamp("archived")})

    def remove(self, word, leads):
        self.call("crm.lead", "unlink", leads)
        self.gone(word, leads)

    def gone(self, word, leads):
        self.unstamped += [(word, lead, micros()) for lead in leads]

    def delete(self):
        self.remove("deleted", self.some(2))

    def merge(self):
        leads = self.some(3)
        if len(leads) > 1:
            self.call("crm.lead", "merge_opportunity", leads)
            left = self.call("crm.lead", "search", [["id", "in", leads]], context={"active_test": False})
            self.gone("merged_and_deleted", [lead for lead in leads if lead not in left])

    def cascade(self):
        """A tag goes, and with it, by the database, its rows of the leads that carry it; their write_date stays."""
        name = "tag %d" % self.random.randrange(10 ** 9)
        [tag] = self.call("crm.tag", "create", [{"name": name}])
        leads = self.some(3)
        self.call("crm.lead", "write", leads, {"tag_ids": [[4, tag]]})
        time.sleep(1.5)  # perhaps they are seen with it
        self.call("crm.tag", "unlink", [tag])
        self.unstamped += [("cascade", lead, micros()) for lead in leads]

    # --- past Odoo's own code

    def sql_update(self):
        self.target.update(self.some(2), {"expected_revenue": self.random.randrange(10 ** 5),
                                          "contact_name": stamp("sql_with_write_date")}, "now")

    def sql_silent(self):
        """No write_date: only a sweep over the contents finds it."""
        self.target.update(self.some(3), {"contact_name": stamp("sql_without_write_date")}, "")

    def sql_delete(self):
        leads = self.some(2)
        self.target.erase(leads)
        self.gone("sql_deleted", leads)

    def hold(self, seconds=0):
        """A transaction that commits long after its write_date."""
        seconds = seconds or self.random.randint(2, self.longest_hold)
        word = "committed_late_%ds" % seconds if seconds > self.longest_hold else "committed_late"
        self.open_transaction(self.some(1), word, seconds)

    def open_transaction(self, leads, word, seconds):
        for lead in leads:
            self.locked[lead] = time.monotonic() + seconds + 2
        self.holding.append(self.target.hold(leads, {"contact_name": stamp(word, seconds)}, seconds))

    def tangle(self):
        """Transactions that run at the same time and end in another order than they began."""
        for lead in self.some(6):
            self.open_transaction([lead], "tangled", self.random.randint(0, 3))

    def finish(self):
        for process in self.holding:
            process.wait(600)
