// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "kernels/ir/write_value.h"

namespace weft::ir {

namespace {

using Json = nlohmann::ordered_json;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// Words that begin with a letter, and sizes with a unit, stand for themselves as long as they hold
/// nothing that YAML gives a meaning; all others are quoted, in JSON's way, which YAML reads.
bool is_plain(const std::string& text) {
  static const std::string safe = "0123456789._+-*/%()";
  if (text.empty()) return false;
  const bool size = text[0] >= '1' && text[0] <= '9' && is_letter(text.back());
  if (!size && !is_letter(text[0])) return false;
  for (char c : text) {
    if (!is_letter(c) && safe.find(c) == std::string::npos) return false;
  }
  return true;
}

std::string joined(const Json& list) {
  std::string text;
  for (const Json& item : list) text += (text.empty() ? "" : ", ") + yaml_text(item);
  return text;
}

}  // namespace

std::string yaml_text(const Json& value) {
  if (value.is_array()) return fmt::format("[{}]", joined(value));
  if (value.is_object()) {
    std::string text;
    for (const auto& [key, item] : value.items()) {
      text +=
          fmt::format("{}{}: {}", text.empty() ? "" : ", ", yaml_text(Json(key)), yaml_text(item));
    }
    return fmt::format("{{{}}}", text);
  }
  if (value.is_string() && is_plain(value.get_ref<const std::string&>())) {
    return value.get<std::string>();
  }
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace weft::ir
