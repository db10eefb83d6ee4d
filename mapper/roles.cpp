// SPDX-License-Identifier: Apache-2.0
#include "mapper/roles.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernels/ir/context.h"

namespace weft::mapper {

namespace {

template <class T>
inline constexpr bool kNamesRole =
    std::same_as<T, ir::Choice<ir::Unit>> || std::same_as<T, ir::Choice<ir::Memory>> ||
    std::same_as<T, ir::Choice<ir::Transfer>> || std::same_as<T, ir::Choice<ir::MatrixUnit>> ||
    std::same_as<T, ir::Choice<ir::Exchange>>;

/// The role behind a word: the axes of a grid are one role; loads, multiply-adds and loops one
/// iteration after the other every machine has.
std::string role_of(std::string_view word) {
  if (word.starts_with("cta")) return "cta";
  if (word == "shuffle") return "lane";
  return word == "load" || word == "fma" || word == "serial" ? std::string() : std::string(word);
}

/// The roles that an option needs.
template <class T>
std::vector<std::string> roles_needed(const T& option) {
  if constexpr (std::same_as<T, ir::Exchange>) {
    std::vector<std::string> roles = {role_of(ir::text_of(option.via))};
    if (option.condition) roles.push_back(role_of(ir::text_of(option.otherwise)));
    return roles;
  } else {
    const std::string role = role_of(ir::text_of(option));
    return role.empty() ? std::vector<std::string>() : std::vector<std::string>{role};
  }
}

/// The first of these roles that a machine lacks; empty where it has all.
std::string first_missing(const std::vector<std::string>& roles, const std::set<std::string>& has) {
  const auto found =
      std::ranges::find_if(roles, [&](const std::string& role) { return !has.contains(role); });
  return found == roles.end() ? std::string() : *found;
}

/// What to write in place of a role that is missing.
std::string_view instead_of(std::string_view role) {
  if (role == "mma.sp") return "store the operand dense and say use: fma";
  if (role == "mma") return "say use: fma, the scalar lowering";
  if (role == "tma" || role == "cp_async" || role == "dma")
    return "say via: load, or fallback: load";
  if (role == "cta" || role == "warp" || role == "lane") return "say core and thread";
  if (role == "smem") return "say in: spad";
  return "name another role";
}

class RoleChecker {
 public:
  RoleChecker(const machine::MachineDescription& machine, base::Diagnostics& diagnostics)
      : machine_(machine), has_(roles_of(machine)), diagnostics_(diagnostics) {}

  /// Each missing role is told once, where it is named first.
  void check(const ir::Kernel& kernel) {
    ir::walk(kernel.schedule, {"schedule", {}, {}, "schedule"},
             [&](const auto& value, const ir::Context& context) {
               if constexpr (kNamesRole<std::remove_cvref_t<decltype(value)>>) note(value, context);
             });
    std::set<std::string> told;
    for (const Missing& each : missing_) {
      if (!falls_back(kernel, each.path) && told.insert(each.role).second) tell(each);
    }
  }

 private:
  struct Missing {
    base::Location where;
    std::string role;
    std::string word;  // "tensorize of mul"
    std::string path;
  };

  template <class T>
  void note(const ir::Choice<T>& choice, const ir::Context& context) {
    if (choice.options.empty()) return;
    // A default that nobody wrote needs no unit: the compiler puts the slice where it can.
    if (choice.where.line == 0) return;
    std::string missing;
    for (const T& option : choice.options) {
      const std::vector<std::string> roles = roles_needed(option);
      if (choice.options.size() == 1) needed_.insert(roles.begin(), roles.end());
      missing = first_missing(roles, has_);
      if (missing.empty()) return;
    }
    missing_.push_back({choice.where, missing, context.text(), context.path});
  }

  static bool falls_back(const ir::Kernel& kernel, const std::string& path) {
    if (!path.ends_with(".via")) return false;
    bool found = false;
    const std::string hold = path.substr(0, path.size() - 4);
    ir::walk(kernel.schedule, {"schedule", {}, {}, "schedule"},
             [&](const auto& value, const ir::Context& context) {
               if constexpr (std::same_as<std::remove_cvref_t<decltype(value)>, ir::Transfer>)
                 found |= context.path == hold + ".fallback";
             });
    return found;
  }

  void tell(const Missing& missing) {
    ir::report(diagnostics_, missing.where,
               fmt::format("{} needs role '{}', for which {} has no unit: the kernel needs {}, the "
                           "machine has {}; {}",
                           missing.word, missing.role, machine_.id, fmt::join(needed_, " "),
                           fmt::join(has_, " "), instead_of(missing.role)));
  }

  const machine::MachineDescription& machine_;
  std::set<std::string> has_;
  base::Diagnostics& diagnostics_;
  std::set<std::string> needed_;
  std::vector<Missing> missing_;
};

/// Two names that documents give one kind of unit for the sake of machines of both kinds: where the
/// first is among the choices of a list, the second says nothing new.
constexpr std::pair<std::string_view, std::string_view> kSameUnit[] = {
    {"cta", "core"},  {"warp", "thread"}, {"lane", "thread"}, {"lane", "serial"},
    {"smem", "spad"}, {"tma", "dma"},     {"cp_async", "dma"}};

template <class T>
std::string word_of(const T& option) {
  if constexpr (std::same_as<T, ir::Exchange>) {
    return option.text();
  } else {
    return std::string(ir::text_of(option));
  }
}

template <class T>
void keep_known(ir::Choice<T>& choice, const std::set<std::string>& has) {
  std::vector<T> kept;
  std::set<std::string> roles;
  for (const T& option : choice.options) {
    const std::vector<std::string> needed = roles_needed(option);
    const std::string word = word_of(option);
    const bool again = std::ranges::any_of(kSameUnit, [&](const auto& pair) {
      return pair.second == word && roles.contains(std::string(pair.first));
    });
    if (first_missing(needed, has).empty() && !again) {
      kept.push_back(option);
      roles.insert(needed.begin(), needed.end());
    }
  }
  if (!kept.empty()) choice.options = std::move(kept);
}

}  // namespace

void choose_roles(ir::Kernel& kernel, const machine::MachineDescription& machine) {
  const std::set<std::string> has = roles_of(machine);
  ir::walk(kernel.schedule, {"schedule", {}, {}, "schedule"}, [&](auto& value, const ir::Context&) {
    if constexpr (kNamesRole<std::remove_cvref_t<decltype(value)>>) {
      if (value.options.size() > 1) keep_known(value, has);
    }
  });
}

std::set<std::string> roles_of(const machine::MachineDescription& machine) {
  if (machine.kind() == machine::Kind::Fabric)
    return {"core", "thread", "spad", "reg", "dram", "dma", "atomic"};
  const machine::SmDescription& sm = machine.gpu().sm;
  std::set<std::string> roles = {"core", "thread", "lane", "cta",  "warp",
                                 "spad", "smem",   "reg",  "dram", "atomic"};
  if (sm.copy.tma) roles.insert({"tma", "dma"});
  if (sm.copy.async_copy) roles.insert("cp_async");
  if (sm.tensor.generation != machine::TensorGeneration::None) roles.insert("mma");
  if (sm.tensor.sparse_factor > 1 && roles.contains("mma")) roles.insert("mma.sp");
  return roles;
}

void check_roles(const ir::Kernel& kernel, const machine::MachineDescription& machine,
                 base::Diagnostics& diagnostics) {
  RoleChecker(machine, diagnostics).check(kernel);
}

}  // namespace weft::mapper
