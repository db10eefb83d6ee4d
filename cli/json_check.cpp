// SPDX-License-Identifier: Apache-2.0
#include "cli/json_check.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;

/// A value as a message shows it: short ones whole, long ones by their type.
std::string found(const Json& value) {
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() <= 40) return text;
  return value.is_object() ? "an object" : value.is_array() ? "an array" : "a long string";
}

bool has_type(const Json& value, const std::string& type) {
  if (type == "number") return value.is_number();
  if (type == "integer") return value.is_number_integer();
  if (type == "null") return value.is_null();
  return type == value.type_name();
}

std::string with_article(const std::string& type) {
  const bool vowel = std::string_view("aeiou").find(type.front()) != std::string_view::npos;
  return (vowel ? "an " : "a ") + type;
}

class Checker {
 public:
  Checker(const Json& schema, const std::string& file, base::Diagnostics& diagnostics)
      : root_(schema), file_(file), diagnostics_(diagnostics) {}

  void check(const Json& value, const Json& schema, const std::string& path) {
    if (const auto ref = schema.find("$ref"); ref != schema.end()) {
      return check(value, root_.at(Json::json_pointer(ref->get<std::string>().substr(1))), path);
    }
    if (!check_type(value, schema, path) || !check_choice(value, schema, path)) return;
    if (value.is_object()) check_members(value, schema, path);
    if (value.is_array() && schema.contains("items")) {
      for (size_t i = 0; i < value.size(); ++i)
        check(value[i], schema["items"], fmt::format("{}[{}]", path, i));
    }
    const auto minimum = schema.find("minimum");
    if (minimum != schema.end() && value.is_number() &&
        value.get<double>() < minimum->get<double>()) {
      report(path, fmt::format("a number of at least {}", minimum->dump()), found(value));
    }
  }

 private:
  void report(const std::string& path, const std::string& expected, const std::string& what) {
    const std::string at = path.empty() ? std::string{} : path + ": ";
    diagnostics_.error({file_, 0, 0}, fmt::format("{}expected {}, found {}", at, expected, what));
  }

  bool check_type(const Json& value, const Json& schema, const std::string& path) {
    const auto type = schema.find("type");
    if (type == schema.end()) return true;
    const Json types = type->is_array() ? *type : Json::array({*type});
    std::vector<std::string> names;
    for (const Json& name : types) {
      if (has_type(value, name.get<std::string>())) return true;
      names.push_back(with_article(name.get<std::string>()));
    }
    report(path, fmt::format("{}", fmt::join(names, " or ")), found(value));
    return false;
  }

  bool check_choice(const Json& value, const Json& schema, const std::string& path) {
    const auto constant = schema.find("const");
    if (constant != schema.end() && value != *constant)
      return report(path, constant->dump(), found(value)), false;
    const auto choices = schema.find("enum");
    if (choices == schema.end() ||
        std::find(choices->begin(), choices->end(), value) != choices->end())
      return true;
    report(path, "one of " + choices->dump(), found(value));
    return false;
  }

  void check_members(const Json& object, const Json& schema, const std::string& path) {
    const std::string prefix = path.empty() ? std::string{} : path + ".";
    for (const Json& key : schema.value("required", Json::array())) {
      const auto name = key.get<std::string>();
      if (!object.contains(name)) report(prefix + name, "this key", "nothing");
    }
    const Json properties = schema.value("properties", Json::object());
    for (const auto& [name, member] : object.items()) {
      if (const auto known = properties.find(name); known != properties.end()) {
        check(member, *known, prefix + name);
      } else if (const auto other = schema.find("additionalProperties"); other != schema.end()) {
        if (other->is_object()) check(member, *other, prefix + name);
      }
    }
  }

  const Json& root_;
  const std::string& file_;
  base::Diagnostics& diagnostics_;
};

}  // namespace

void check_json(const Json& document, const Json& schema, const std::string& file,
                base::Diagnostics& diagnostics) {
  Checker(schema, file, diagnostics).check(document, schema, "");
}

}  // namespace weft::cli
