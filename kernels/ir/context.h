// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include "kernels/ir/bind.h"
#include "kernels/ir/schedule.h"
#include "kernels/ir/traits.h"

namespace weft::ir {

/// Where a walk over a document is, in words for messages ("hold of A in mul", "order of mul",
/// "bind") and as a path ("schedule.mul.hold.A.at").
struct Context {
  std::string word;
  std::string owner;    ///< the statement; empty outside statements
  std::string subject;  ///< the entry of the word's table; empty for the word itself
  std::string path;

  std::string text() const {
    std::string text = word;
    if (!subject.empty()) text += " of " + subject;
    if (!owner.empty()) text += (subject.empty() ? " of " : " in ") + owner;
    return text;
  }
};

/// The context of one field of a record of type `R`.
template <Record R>
Context field_context(const Context& record, const std::string& key) {
  const std::string path = key.empty() ? record.path : record.path + "." + key;
  if constexpr (std::same_as<R, StatementSchedule>) return {key, record.owner, {}, path};
  Context field = record;
  field.path = path;
  if constexpr (std::same_as<R, Schedule>) {
    if (key == "all") field.owner = key;
    if (key == "fuse_at" || key == "rewrite") field.word = key;
  } else if constexpr (std::same_as<R, Bind>) {
    field.word = key;
    field.owner = "bind";
  }
  return field;
}

/// The context of one entry of a table of `Value`.
template <class Value>
Context entry_context(const Context& table, const std::string& key) {
  const std::string path = table.path + "." + key;
  if constexpr (std::same_as<Value, StatementSchedule>) return {"schedule", key, {}, path};
  Context entry = table;
  entry.path = path;
  if constexpr (Record<Value> || TableValue<Value>) entry.subject = key;
  return entry;
}

/// Calls `visit(value, context)` for every choice and every leaf below `value`, in document order;
/// a choice comes before its options.
template <class T, class Visit>
void walk(T& value, const Context& context, Visit&& visit) {
  using Value = std::remove_cvref_t<T>;
  if constexpr (Record<Value>) {
    for_each_field<Value>([&](const auto& each) {
      walk(value.*each.member, field_context<Value>(context, each.key), visit);
    });
  } else if constexpr (ChoiceValue<Value>) {
    visit(value, context);
    for (auto& option : value.options) walk(option, context, visit);
  } else if constexpr (OptionalValue<Value>) {
    if (value) walk(*value, context, visit);
  } else if constexpr (TableValue<Value>) {
    for (auto& entry : value.entries) {
      visit(entry.key, context);
      walk(entry.value,
           entry_context<std::remove_cvref_t<decltype(entry.value)>>(context, entry.key.text),
           visit);
    }
  } else if constexpr (VectorValue<Value>) {
    for (auto& item : value) walk(item, context, visit);
  } else {
    visit(value, context);
  }
}

}  // namespace weft::ir
