// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/error.h"
#include "kernels/ir/report.h"

namespace weft::ir {

/// A value of a schedule that may still be open. One option: the value is fixed. Several, or `any`:
/// a hole that the mapper fills from the list, or from everything that is legal. Neither: the word
/// was not given.
template <class T>
struct Choice {
  std::vector<T> options;
  bool any = false;
  Origin where;

  Choice() = default;
  /// A fixed value, also the way to state a default.
  Choice(T value) { options.push_back(std::move(value)); }  // NOLINT(google-explicit-constructor)

  static Choice all() {
    Choice choice;
    choice.any = true;
    return choice;
  }

  bool given() const { return any || !options.empty(); }
  bool fixed() const { return !any && options.size() == 1; }
  bool hole() const { return given() && !fixed(); }
  /// Precondition: fixed().
  const T& value() const {
    WEFT_CHECK(fixed(), "the value of a hole was asked for");
    return options.front();
  }
  bool operator==(const Choice&) const = default;
};

/// A name that the document writes, and where.
struct Name {
  std::string text;
  Origin where;
  bool operator==(const Name&) const = default;
};

/// Names a loop of a statement, after its `fuse` and `split`.
struct LoopName : Name {
  bool operator==(const LoopName&) const = default;
};
/// Names an index of a statement or one of its loops.
struct IndexName : Name {
  bool operator==(const IndexName&) const = default;
};
/// Names an index or a fused loop: what a split takes apart.
struct SplitName : Name {
  bool operator==(const SplitName&) const = default;
};
/// Names a tensor.
struct TensorName : Name {
  bool operator==(const TensorName&) const = default;
};
/// Names a loop that the word itself makes.
struct FreshName : Name {
  bool operator==(const FreshName&) const = default;
};
/// Names a role of `bind`.
struct RoleName : Name {
  bool operator==(const RoleName&) const = default;
};
/// Names a statement.
struct StatementName : Name {
  bool operator==(const StatementName&) const = default;
};

/// A map of a document, in the order written.
template <class Key, class Value>
struct Table {
  struct Entry {
    Key key;
    Value value;
    bool operator==(const Entry&) const = default;
  };
  std::vector<Entry> entries;

  bool empty() const { return entries.empty(); }
  const Entry* find_entry(std::string_view name) const {
    for (const Entry& entry : entries) {
      if (entry.key.text == name) return &entry;
    }
    return nullptr;
  }
  const Value* find(std::string_view name) const {
    const Entry* entry = find_entry(name);
    return entry == nullptr ? nullptr : &entry->value;
  }
  Value* find(std::string_view name) { return const_cast<Value*>(std::as_const(*this).find(name)); }
  bool operator==(const Table&) const = default;
};

/// One key of a record: which member it fills and what it means. A record lists its fields once,
/// and the reader, the writer, the name checker, the enumeration of holes and the JSON schema all
/// walk that list. An empty key takes every key that no other field names.
template <class Record, class Member>
struct Field {
  const char* key;
  Member Record::*member;
  const char* about;
  bool required = false;
};

/// A key that may be left out.
template <class Record, class Member>
constexpr Field<Record, Member> field(const char* key, Member Record::*member, const char* about) {
  return {key, member, about, false};
}

/// A key that may not.
template <class Record, class Member>
constexpr Field<Record, Member> required(const char* key, Member Record::*member,
                                         const char* about) {
  return {key, member, about, true};
}

/// A struct that lists its fields.
template <class T>
concept Record = requires {
  T::fields();
};

/// Calls `visit(field)` for every field of a record, in order.
template <Record R, class Visit>
void for_each_field(Visit&& visit) {
  std::apply([&](const auto&... each) { (visit(each), ...); }, R::fields());
}

}  // namespace weft::ir
