// SPDX-License-Identifier: Apache-2.0
#include "cli/report/loop_picture.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/report/html.h"

namespace weft::cli::report {

namespace {

using Json = nlohmann::ordered_json;

/// The member of an object, or null.
const Json& at(const Json& object, const std::string& key) {
  static const Json null;
  if (!object.is_object()) return null;
  const auto found = object.find(key);
  return found == object.end() ? null : *found;
}

std::string words(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// "in smem, via tma, buf 3": what an entry says besides where it stands.
std::string details(const Json& entry) {
  std::string out;
  for (const auto& [key, value] : entry.items()) {
    if (key == "at" || value.is_structured()) continue;
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", key, words(value));
  }
  return out;
}

/// Tensors that `part` of a statement's schedule keeps at a loop, one line each.
std::string kept_at(const Json& schedule, const char* part, const char* verb,
                    const std::string& loop) {
  std::string out;
  for (const auto& [tensor, entry] : at(schedule, part).items()) {
    if (!entry.is_object() || words(at(entry, "at")) != loop) continue;
    const std::string how = details(entry);
    out += element("p", "",
                   escape(fmt::format("{} {}{}{}", verb, tensor, how.empty() ? "" : ": ", how)));
  }
  return out;
}

/// The colour of what runs a loop; loops that nobody shares have none.
std::string colour_of(const std::string& unit) {
  if (unit.empty()) return "loop";
  const bool outer = unit == "core" || unit == "cta" || unit == "die";
  return outer ? "loop outer" : "loop inner";
}

std::string loop_box(const Json& schedule, const std::string& loop, const std::string& content) {
  const Json& par = at(at(schedule, "par"), loop);
  const std::string unit = par.is_null() ? std::string{} : words(par);
  const Json& tile = at(at(schedule, "tiles"), loop);
  const Json& over = at(at(schedule, "tensorize"), "over");
  const bool tensorized = std::ranges::find(over, Json(loop)) != over.end();
  std::string title = "for " + loop;
  if (!tile.is_null()) title += fmt::format(" of {}", words(tile));
  if (!unit.empty()) title += fmt::format(", by {}", unit);
  if (tensorized) title += fmt::format(", in {}", words(at(at(schedule, "tensorize"), "use")));
  return element("li", fmt::format("class=\"{}\"", colour_of(unit)),
                 element("b", "", escape(title)) + kept_at(schedule, "hold", "hold", loop) +
                     kept_at(schedule, "accum", "accumulate", loop) + element("ul", "", content));
}

}  // namespace

std::string draw_loops(const std::string& mapping) {
  const Json document = Json::parse(mapping, nullptr, false);
  std::string out;
  for (const auto& [statement, schedule] : at(document, "schedule").items()) {
    const Json& order = at(schedule, "order");
    if (!order.is_array() || order.empty()) continue;
    std::string boxes = element("li", "class=\"statement\"", escape(statement));
    for (auto loop = order.rbegin(); loop != order.rend(); ++loop)
      boxes = loop_box(schedule, words(*loop), boxes);
    out += element("ul", "class=\"loops\"", boxes);
  }
  return out;
}

}  // namespace weft::cli::report
