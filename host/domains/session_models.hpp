// A session with Odoo as the database of a DomainEngine: fields from fields_get, trees and names by search().
//
//     services->add(std::make_unique<DomainEngine>(database_of(session)));
//
// Cost: one fields_get a model, kept by the session; one call for each tree or name in a domain. Threads: any.
#pragma once

#include <memory>

#include "host/domains/domain_engine.hpp"
#include "integration/odoo/session.hpp"

namespace outrigger::host {

// The session lives as long as what it is asked by.
DomainEngine::Database database_of(const std::shared_ptr<odoo::Session>& session);

}  // namespace outrigger::host
