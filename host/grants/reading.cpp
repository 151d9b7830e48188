#include "host/grants/reading.hpp"

namespace outrigger::host {

Permissions reads_only(const Permissions& asked) {
  Permissions reading;
  reading.json = asked.json;
  for (const ModelPermission& one : asked.models) {
    if (!one.reads()) continue;
    ModelPermission bare;
    bare.model = one.model;
    bare.read_all = one.read_all;
    bare.read = one.read;
    bare.why_en = one.why_en;
    bare.why_vi = one.why_vi;
    reading.models.push_back(std::move(bare));
  }
  for (const std::string& one : asked.host)
    if (one.starts_with("parameter:") || one.starts_with("group:")) reading.host.push_back(one);
  reading.read_facts = asked.read_facts;
  return reading;
}

}  // namespace outrigger::host
