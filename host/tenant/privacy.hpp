// What is kept of one person in one database: found, shown, forgotten.
//
//     Result<Belongings> all = find_belongings(tenant, {.partner = 42});
//     for (const Belonging& one : all->records) export_belonging(tenant, one.model, one.id);    // or erase_belonging
//
// A person is a contact (res.partner) or an e-mail address. What is theirs here:
//   - the contact itself, and not the contacts of a company that it is: they are persons of their own;
//   - a record of which a kept field links to the contact: partner_id, author_id, what ends with partner_id or
//     partner_ids, and, while Odoo can be asked, whatever it says relates to res.partner (leads, orders, attendees,
//     ...);
//   - of an address: a record of which a kept text is that address, or has it as <address>; and what links to a contact
//     that was found so;
//   - of an address: what was posted to a plugin's endpoint with it, and no plugin has taken yet (model "webhook");
//   - a record that says by (model, res_id) or (res_model, res_id) that it is about one of those (messages,
//   activities).
// Looked at are the shadow, what is undelivered, skipped, dead or held, expected echoes, and images of writes.
// Of each of those records belong to it: all of that, facts that plugins publish of it, and what plugins keep under a
// key "MODEL:ID" or "MODEL:ID:..." (host/store/store.hpp); a plugin that keeps personal data keeps it so.
//
// Forgetting leaves no value behind, in the file or its log: rows stay without values where the next reading would else
// take the record for a new one. What Odoo still has is read again by the next sweep: it comes first. Copies of the
// file are not touched; Belongings::copies names those that lie in its folder.
//
// Threads: any. All of the journal is read, in pages, beside what goes on.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "host/tenant/tenant.hpp"

namespace outrigger::host {

struct Person {
  int64_t partner = 0;
  std::string email = {};  // one of both
};

struct Belonging {
  std::string model;
  int64_t id = 0;
  std::string why;  // "the contact", "partner_id", "email_from", "res_id of crm.lead 7"
};

struct Belongings {
  std::vector<Belonging> records;
  bool asked_odoo = false;  // what relates to contacts was not told by names alone
  std::vector<std::string> copies;
};

// kLimit: more than 100,000 records.
Result<Belongings> find_belongings(Tenant& tenant, const Person& person);
// {kept: [...], store: [...], writes: [...]}, each as its room shows it.
Result<Document> export_belonging(Tenant& tenant, std::string_view model, int64_t id);
// {kept, store, writes, open}: how many rows were emptied; open: writes whose arguments had to stay, since their
// outcome is not known.
Result<Document> erase_belonging(Tenant& tenant, std::string_view model, int64_t id);

// The requests privacy.find {partner, email}, privacy.export and privacy.erase {model, id}.
Result<Document> privacy_request(Tenant& tenant, Value request);

}  // namespace outrigger::host
