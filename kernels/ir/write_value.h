// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "kernels/ir/schedule.h"
#include "kernels/ir/traits.h"

namespace weft::ir {

/// The value in the syntax of documents, in one line of YAML's flow style.
std::string yaml_text(const nlohmann::ordered_json& value);

/// Any member of a record as a document would write it. Fields that have their default are left
/// out, so that reading gives an equal value and documents stay short.
template <class T>
nlohmann::ordered_json to_json(const T& value);

/// Adds the fields of a record to a JSON object.
template <Record R>
void add_fields(nlohmann::ordered_json& json, const R& record) {
  static const R defaults;
  for_each_field<R>([&](const auto& each) {
    const auto& member = record.*each.member;
    if (!each.required && member == defaults.*each.member) return;
    if constexpr (TableValue<std::remove_cvref_t<decltype(member)>>) {
      if (*each.key == '\0') {
        for (const auto& entry : member.entries) json[entry.key.text] = to_json(entry.value);
        return;
      }
    }
    json[each.key] = to_json(member);
  });
}

// Records by their fields, a hole as the list of its options.
template <class T>
nlohmann::ordered_json to_json(const T& value) {
  if constexpr (Record<T>) {
    auto json = nlohmann::ordered_json::object();
    add_fields(json, value);
    return json;
  } else if constexpr (ChoiceValue<T>) {
    if (value.any) return "any";
    if (value.fixed()) return to_json(value.options.front());
    return to_json(value.options);
  } else if constexpr (OptionalValue<T>) {
    return to_json(*value);
  } else if constexpr (TableValue<T>) {
    auto json = nlohmann::ordered_json::object();
    for (const auto& entry : value.entries) json[entry.key.text] = to_json(entry.value);
    return json;
  } else if constexpr (VectorValue<T>) {
    auto json = nlohmann::ordered_json::array();
    for (const auto& item : value) json.push_back(to_json(item));
    return json;
  } else if constexpr (Keyword<T>) {
    return text_of(value);
  } else if constexpr (std::same_as<T, Formula>) {
    const Expression& formula = value.expression;
    if (formula.kind == Expression::Kind::Number)
      return nlohmann::ordered_json::parse(formula.text());
    return formula.text();
  } else if constexpr (TextValue<T>) {
    return value.text();
  } else if constexpr (NameValue<T>) {
    return value.text;
  } else {
    return value;  // a number or a text
  }
}

}  // namespace weft::ir
