#include "host/cli/asked.hpp"

#include "host/grants/conditional.hpp"

namespace outrigger::host {

Result<Permissions> asked_by(const Manifest& manifest, const Config& config) {
  const PluginConfig* configured = config.plugin(manifest.id);
  const Document none = Document::build(
      [](Arena& arena) { return arena.object(std::initializer_list<std::pair<std::string_view, Item>>{}); });
  const Result<Document> settings =
      check_config(manifest, configured == nullptr ? none.root() : configured->config.root());
  // A mistake in the configuration is told where it is used, with its line.
  if (!settings) return asked_by(manifest, configured == nullptr ? none.root() : configured->config.root());
  return asked_by(manifest, settings->root());
}

Result<Permissions> asked_by(const Manifest& manifest, Value settings) {
  const Document now = permissions_under(manifest.document.root()["permissions"], settings);
  return Permissions::parse(now.root(), manifest.id);
}

}  // namespace outrigger::host
