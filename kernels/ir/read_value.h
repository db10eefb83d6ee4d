// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/yaml.h"
#include "kernels/ir/context.h"
#include "kernels/ir/schedule.h"
#include "kernels/ir/traits.h"

namespace weft::ir {

/// Reads any member of a record from a node of a document, guided by its type. Every defect is
/// recorded and the rest is still read.
class ValueReader {
 public:
  explicit ValueReader(base::Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  template <class T>
  void read(const base::YamlNode& node, T& out, const Context& context);

 private:
  template <Record T>
  void read_record(const base::YamlNode& node, T& out, const Context& context);
  template <Record T, class Member>
  void read_field(const base::YamlNode& node, T& out, const Field<T, Member>& each,
                  const Context& context);
  template <TableValue T>
  void read_entry(const base::YamlEntry& entry, T& table, const Context& context);
  /// Options with a defect are told and left out.
  template <class T>
  void read_choice(const base::YamlNode& node, Choice<T>& out, const Context& context);
  template <Keyword E>
  void read_word(const base::YamlNode& node, E& out, const Context& context);
  template <VectorValue T>
  void read_list(const base::YamlNode& node, T& out, const Context& context);

  void read_integer(const base::YamlNode& node, int64_t& out, const Context& context);
  void read_share(const base::YamlNode& node, double& out, const Context& context);

  /// True for a scalar; otherwise reports "WHAT must be...".
  bool scalar(const base::YamlNode& node, std::string_view expected, const Context& context);
  bool map(const base::YamlNode& node, const Context& context);
  void expected(const base::YamlNode& node, std::string_view expected, const Context& context);
  void unknown_key(const base::YamlEntry& entry, const std::vector<std::string>& known,
                   const Context& context);
  void missing_key(const base::YamlNode& node, std::string_view key, const Context& context);
  /// Takes back the options of an accumulator that its kind has no use for: inherited ones
  /// silently, ones written beside the kind with a message.
  void fit_to_kind(const base::YamlNode& node, Accum& accum, const Context& context);

  base::Diagnostics& diagnostics_;
};

template <class T>
void ValueReader::read(const base::YamlNode& node, T& out, const Context& context) {
  if constexpr (Record<T>) {
    if (map(node, context)) read_record(node, out, context);
  } else if constexpr (ChoiceValue<T>) {
    read_choice(node, out, context);
  } else if constexpr (OptionalValue<T>) {
    read(node, out.emplace(), context);
  } else if constexpr (TableValue<T>) {
    if (!map(node, context)) return;
    for (const base::YamlEntry& entry : node.entries()) read_entry(entry, out, context);
  } else if constexpr (VectorValue<T>) {
    read_list(node, out, context);
  } else if constexpr (Keyword<T>) {
    read_word(node, out, context);
  } else if constexpr (TextValue<T>) {
    if (!scalar(node, T::kSyntax, context)) return;
    if (auto value = T::parse(node.scalar(), text_begin(node), diagnostics_))
      out = std::move(*value);
  } else if constexpr (NameValue<T>) {
    if (!scalar(node, "a name", context)) return;
    out.text = node.scalar();
    out.where = Origin{node.where()};
  } else if constexpr (std::same_as<T, std::string>) {
    if (scalar(node, "a text", context)) out = node.scalar();
  } else if constexpr (std::same_as<T, int64_t>) {
    read_integer(node, out, context);
  } else {
    static_assert(std::same_as<T, double>, "a member that documents cannot write");
    read_share(node, out, context);
  }
}

template <Record T>
void ValueReader::read_record(const base::YamlNode& node, T& out, const Context& context) {
  std::vector<std::string> known;
  bool open = false;
  for_each_field<T>([&](const auto& each) {
    if (*each.key == '\0') {
      open = true;
    } else {
      known.emplace_back(each.key);
    }
  });
  for (const base::YamlEntry& entry : node.entries()) {
    bool taken = open;
    for (const std::string& key : known) taken = taken || key == entry.key;
    if (!taken) unknown_key(entry, known, context);
  }
  for_each_field<T>([&](const auto& each) { read_field(node, out, each, context); });
  if constexpr (std::same_as<T, Accum>) fit_to_kind(node, out, context);
}

template <Record T, class Member>
void ValueReader::read_field(const base::YamlNode& node, T& out, const Field<T, Member>& each,
                             const Context& context) {
  if (*each.key == '\0') {
    for (const base::YamlEntry& entry : node.entries()) {
      bool named = false;
      for_each_field<T>([&](const auto& other) { named = named || entry.key == other.key; });
      if constexpr (TableValue<Member>) {
        if (!named) read_entry(entry, out.*each.member, context);
      }
    }
    return;
  }
  if (const base::YamlNode* value = node.find(each.key)) {
    read(*value, out.*each.member, field_context<T>(context, each.key));
  } else if (each.required) {
    missing_key(node, each.key, context);
  }
}

template <TableValue T>
void ValueReader::read_entry(const base::YamlEntry& entry, T& table, const Context& context) {
  auto& added = table.entries.emplace_back();
  added.key.text = entry.key;
  added.key.where = Origin{entry.key_where};
  using Value = decltype(added.value);
  read(entry.value, added.value, entry_context<Value>(context, entry.key));
}

template <class T>
void ValueReader::read_choice(const base::YamlNode& node, Choice<T>& out, const Context& context) {
  out = {};
  out.where = Origin{node.where()};
  if (node.is_scalar()) {
    out.any = node.scalar() == "any";
    if constexpr (requires { Vocabulary<T>::kHoleWord; }) {
      out.any = out.any || node.scalar() == Vocabulary<T>::kHoleWord;
    }
    if (out.any) return;
  }
  bool list = node.is_sequence();
  if constexpr (VectorValue<T>) {
    list = list && !node.items().empty() && node.items().front().is_sequence();
  }
  const auto read_option = [&](const base::YamlNode& option) {
    const size_t before = diagnostics_.messages().size();
    read(option, out.options.emplace_back(), context);
    if (diagnostics_.messages().size() != before) out.options.pop_back();
  };
  if (!list) return read_option(node);
  for (const base::YamlNode& item : node.items()) read_option(item);
  if (node.items().empty()) expected(node, "a value, a list of choices, or any", context);
}

template <Keyword E>
void ValueReader::read_word(const base::YamlNode& node, E& out, const Context& context) {
  const std::string kind(Vocabulary<E>::kKind);
  if (!scalar(node, kind, context)) return;
  if (const auto word = find_word<E>(node.scalar())) {
    out = *word;
  } else {
    report_unknown(diagnostics_, node.where(), kind, node.scalar(), context.text(), all_words<E>());
  }
}

template <VectorValue T>
void ValueReader::read_list(const base::YamlNode& node, T& out, const Context& context) {
  if (!node.is_sequence()) return expected(node, "a list", context);
  for (const base::YamlNode& item : node.items()) read(item, out.emplace_back(), context);
}

}  // namespace weft::ir
