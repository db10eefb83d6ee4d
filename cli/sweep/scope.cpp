// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/scope.h"

#include <charconv>

#include "base/scalar.h"
#include "cli/sweep/area.h"
#include "cli/sweep/axis.h"

namespace weft::cli::sweep {

namespace {

using Json = nlohmann::ordered_json;

/// The item that "key" or "key[2]" names; null where there is none.
const Json* step(const Json& from, std::string part) {
  size_t index = 0;
  const size_t bracket = part.find('[');
  const bool indexed = bracket != std::string::npos;
  if (indexed) {
    const char* const begin = part.data() + bracket + 1;
    if (std::from_chars(begin, part.data() + part.size(), index).ec != std::errc{}) return nullptr;
    part.resize(bracket);
  }
  if (!from.is_object()) return nullptr;
  const auto found = from.find(part);
  if (found == from.end()) return nullptr;
  if (!indexed) return &*found;
  return found->is_array() && index < found->size() ? &(*found)[index] : nullptr;
}

/// Texts that state a quantity count as their number: "4GiB", "0.5".
Value value_of(const Json& json) {
  if (json.is_number()) return json.get<double>();
  if (json.is_boolean()) return json.get<bool>() ? 1.0 : 0.0;
  if (!json.is_string()) return {};
  const auto number = number_of(json.get_ref<const std::string&>());
  return number ? Value(*number) : Value(json.get<std::string>());
}

}  // namespace

Json axes_json(const AxisValues& values) {
  Json json = Json::object();
  for (const auto& [name, text] : values) {
    int64_t whole = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), whole);
    if (problem == std::errc{} && end == text.data() + text.size()) {
      json[name] = whole;
    } else if (const auto number = base::parse_real(text)) {
      json[name] = *number;
    } else {
      json[name] = text;
    }
  }
  return json;
}

Value value_at(const Json& document, const std::string& path) {
  const Json* at = &document;
  for (size_t begin = 0; at != nullptr;) {
    const size_t dot = path.find('.', begin);
    at = step(*at, path.substr(begin, dot - begin));
    if (dot == std::string::npos) break;
    begin = dot + 1;
  }
  return at == nullptr ? Value() : value_of(*at);
}

Value Scope::operator()(const std::string& name) const {
  // The machine knows its values in the units that expressions use, whatever an axis was given in.
  if (name.starts_with("machine.")) {
    Value value = value_at(configuration_, name.substr(8));
    if (value.index() != 0) return value;
  }
  if (const auto found = axes_.find(name); found != axes_.end()) return value_of(*found);
  if (name == "area_mm2") return area_mm2(configuration_);
  if (name.starts_with("param.")) return value_at(result_, "params." + name.substr(6));
  return value_at(result_, name);
}

}  // namespace weft::cli::sweep
