// A session with Odoo as the database of a DomainEngine: fields from fields_get, trees and names by search().
//
//     services->add(std::make_unique<DomainEngine>(database_of([live] { return live->get(); })));
//
// `session` is called for each question, so that a session may be replaced; it never gives nothing. Cost: one
// fields_get a model, kept by the session; one call for each tree or name in a domain. Threads: any.
#pragma once

#include <functional>
#include <memory>

#include "host/domains/domain_engine.hpp"
#include "integration/odoo/session.hpp"

namespace outrigger::host {

DomainEngine::Database database_of(std::function<std::shared_ptr<odoo::Session>()> session);

}  // namespace outrigger::host
