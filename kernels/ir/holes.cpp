// SPDX-License-Identifier: Apache-2.0
#include "kernels/ir/holes.h"

#include <fmt/format.h>

#include "base/yaml.h"
#include "kernels/ir/read_value.h"
#include "kernels/ir/write_value.h"

namespace weft::ir {

namespace {

/// Calls `visit(choice, context)` for every open choice of a kernel's schedule and bind.
/// `KernelType` is const or not.
template <class KernelType, class Visit>
void for_each_hole(KernelType& kernel, Visit&& visit) {
  const auto& shared_order = kernel.schedule.all.order;
  const bool shares_order = shared_order != decltype(kernel.schedule.all.order)::all();
  const auto visit_open = [&](auto& value, const Context& context) {
    using Value = std::remove_cvref_t<decltype(value)>;
    if constexpr (ChoiceValue<Value>) {
      if constexpr (std::same_as<Value, std::remove_cvref_t<decltype(shared_order)>>) {
        // An order under `all` counts once it is written, and then stands for those that are not.
        const bool shared = static_cast<const void*>(&value) == &shared_order;
        if (shared ? !shares_order : shares_order && value.any) return;
      }
      if (value.hole()) visit(value, context);
    }
  };
  walk(kernel.schedule, {"schedule", {}, {}, "schedule"}, visit_open);
  walk(kernel.bind, {"bind", {}, {}, "bind"}, visit_open);
}

/// Every word that could stand in place of an option; none where options are no words.
template <class T>
std::vector<std::string> words_of(const Choice<T>&) {
  std::vector<std::string> words;
  if constexpr (Keyword<T>) {
    for (const Word<T>& word : Vocabulary<T>::kWords) words.emplace_back(word.text);
  }
  return words;
}

}  // namespace

std::vector<Hole> holes(const Kernel& kernel) {
  std::vector<Hole> found;
  for_each_hole(kernel, [&](const auto& choice, const Context& context) {
    Hole hole{.path = context.path,
              .options = {},
              .words = words_of(choice),
              .any = choice.any,
              .where = choice.where};
    for (const auto& option : choice.options) hole.options.push_back(yaml_text(to_json(option)));
    found.push_back(std::move(hole));
  });
  return found;
}

void fill_hole(Kernel& kernel, std::string_view path, std::string_view value,
               base::Diagnostics& diagnostics) {
  bool filled = false;
  for_each_hole(kernel, [&](auto& choice, const Context& context) {
    if (filled || context.path != path) return;
    filled = true;
    const size_t before = diagnostics.messages().size();
    const base::YamlNode node = base::read_yaml_text(value, std::string(path), diagnostics);
    if (diagnostics.messages().size() != before) return;
    auto read = choice;
    ValueReader(diagnostics).read(node, read, context);
    if (diagnostics.messages().size() != before) return;
    if (read.fixed()) {
      choice.options = std::move(read.options);
      choice.any = false;
    } else {
      report(diagnostics, node.where(), fmt::format("'{}' leaves '{}' open", value, path));
    }
  });
  if (!filled) report(diagnostics, kernel.where, fmt::format("'{}' is no hole", path));
}

void report_open(const Kernel& kernel, const Hole& hole, base::Diagnostics& diagnostics) {
  const bool written = hole.where.line > 0;  // an order that is not given stands nowhere
  report(diagnostics, written ? hole.where : kernel.where,
         fmt::format("{}: a hole without a list of choices; name a value", hole.path));
}

}  // namespace weft::ir
