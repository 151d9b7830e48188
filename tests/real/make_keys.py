# Run through `odoo shell`: API keys that open every interface of the series, for the administrator
# and for the salesperson of Odoo's demo data. The lab keeps what this prints out of its logs.
import inspect


def make_key(login):
    user = env["res.users"].search([("login", "=", login)])  # noqa: F821
    keys = env(user=user.id)["res.users.apikeys"].sudo()  # noqa: F821
    arguments = [None, "outrigger tests"]
    if "expiration_date" in inspect.signature(keys._generate).parameters:
        arguments.append(None)
    return keys._generate(*arguments)


print("ADMIN_KEY=%s" % make_key("admin"), flush=True)
print("DEMO_KEY=%s" % make_key("demo"), flush=True)
env.cr.commit()  # noqa: F821
