// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "base/scalar.h"
#include "cli/document_reader.h"
#include "cli/sweep/sweep.h"

namespace weft::cli::sweep {

namespace {

using base::Diagnostics;
using base::YamlEntry;
using base::YamlNode;

constexpr int64_t kMostSamples = 1'000'000;

struct NamedObjective {
  const char* name;
  const char* expression;
};

constexpr std::array<NamedObjective, 4> kObjectives = {{{"time", "time_s"},
                                                        {"energy", "energy_j.total"},
                                                        {"edp", "time_s * energy_j.total"},
                                                        {"area", "area_mm2"}}};

class Reader : public DocumentReader {
 public:
  Reader(const std::filesystem::path& folder, Diagnostics& diagnostics)
      : DocumentReader(folder, diagnostics), diagnostics_(diagnostics) {}

  void machine(const YamlNode& node, SimulateRequest& request) {
    if (!node.is_map()) {
      request.machine = text(node, "a machine: a name, a file, or a map with the key 'machine'");
      return;
    }
    refuse_unknown_keys(node, {"machine", "set"});
    request.machine = required(node, "machine");
    request.settings = assignments(node, "set", "a map of machine values");
  }

  void kernel(const YamlNode& node, SimulateRequest& request) {
    if (!node.is_map()) {
      request.kernel = text(node, "a kernel: a name, a file, or a map with the key 'kernel'");
      return;
    }
    refuse_unknown_keys(node, {"kernel", "params", "mapping", "set", "values"});
    request.kernel = required(node, "kernel");
    request.params = assignments(node, "params", "a map of kernel parameters");
    request.kernel_settings = assignments(node, "set", "a map of values of the kernel document");
    if (const YamlNode* mapping = node.find("mapping"))
      request.mapping_file = text(*mapping, "a mapping file");
    if (const YamlNode* values = node.find("values")) request.values = boolean(*values);
  }

  /// A map of axes, all crossed; or a list of maps, of which each moves its axes together.
  std::vector<ZippedAxes> axes(const YamlNode& node) {
    std::vector<ZippedAxes> result;
    if (node.is_map()) {
      for (const YamlEntry& entry : node.entries())
        result.push_back({read_axis(entry, diagnostics_)});
      return result;
    }
    if (!node.is_sequence()) expected(node, "a map from axis to values, or a list of such maps");
    for (const YamlNode& item : node.is_sequence() ? node.items() : std::vector<YamlNode>{}) {
      if (!item.is_map() || item.entries().empty()) {
        expected(item, "a map from axis to values");
        continue;
      }
      ZippedAxes zipped;
      for (const YamlEntry& entry : item.entries())
        zipped.push_back(read_axis(entry, diagnostics_));
      check_lengths(item, zipped);
      result.push_back(std::move(zipped));
    }
    return result;
  }

  Sample sample(const YamlNode& node) {
    Sample sample;
    if (!node.is_map()) {
      expected(node, "a map with random or latin_hypercube, the number of points, and seed");
      return sample;
    }
    refuse_unknown_keys(node, {"random", "latin_hypercube", "seed"});
    const YamlNode* random = node.find("random");
    const YamlNode* latin = node.find("latin_hypercube");
    if ((random == nullptr) == (latin == nullptr)) {
      expected(node, "either random or latin_hypercube with the number of points");
      return sample;
    }
    sample.method = random != nullptr ? Sample::Method::Random : Sample::Method::LatinHypercube;
    sample.points = count(random != nullptr ? *random : *latin, 1, kMostSamples);
    if (const YamlNode* seed = node.find("seed")) {
      sample.seed = static_cast<uint64_t>(count(*seed, 0, std::numeric_limits<int64_t>::max()));
    }
    return sample;
  }

  std::vector<Expression> expressions(const YamlNode& root, const char* key) {
    std::vector<Expression> result;
    for (const YamlNode& node : list(root, key)) {
      if (auto found = expression(node)) result.push_back(std::move(*found));
    }
    return result;
  }

  /// A list of the words that have an expression of their own, or a map from a name to an
  /// expression, alone or under minimize or maximize.
  std::vector<Objective> objectives(const YamlNode& node) {
    std::vector<Objective> result;
    if (node.is_map()) {
      for (const YamlEntry& entry : node.entries()) add_objective(entry, result);
      return result;
    }
    for (const YamlNode& item : node.is_sequence() ? node.items() : std::vector<YamlNode>{node})
      add_named(text(item, "the name of an objective"), item, result);
    return result;
  }

 private:
  void check_lengths(const YamlNode& item, const ZippedAxes& zipped) {
    if (zipped.size() == 1) return;
    for (const Axis& axis : zipped) {
      if (axis.span) {
        diagnostics_.error(axis.where, fmt::format("{}: expected values that can be zipped, found "
                                                   "a range without steps",
                                                   axis.name));
      } else if (axis.values.size() != zipped.front().values.size()) {
        base::report(
            item,
            fmt::format("expected as many values of {} as of {}, {}, found {}", axis.name,
                        zipped.front().name, zipped.front().values.size(), axis.values.size()),
            diagnostics_);
      }
    }
  }

  std::optional<Expression> expression(const YamlNode& node) {
    const std::string written = text(node, "an expression");
    if (written.empty()) return std::nullopt;
    try {
      return Expression(written, node.where());
    } catch (const base::UserError& error) {
      base::report(node, error.what(), diagnostics_);
      return std::nullopt;
    }
  }

  void add_objective(const YamlEntry& entry, std::vector<Objective>& result) {
    const YamlNode* node = &entry.value;
    bool maximize = false;
    if (node->is_map()) {
      refuse_unknown_keys(*node, {"minimize", "maximize"});
      maximize = node->find("maximize") != nullptr;
      const YamlNode* inner = node->find(maximize ? "maximize" : "minimize");
      if (inner == nullptr || node->entries().size() != 1)
        return expected(*node, "an expression under minimize or maximize");
      node = inner;
    }
    if (auto found = expression(*node)) result.push_back({entry.key, std::move(*found), maximize});
  }

  void add_named(const std::string& name, const YamlNode& node, std::vector<Objective>& result) {
    if (name.empty()) return;
    if (auto known = named_objective(name)) return result.push_back(std::move(*known));
    base::report(node,
                 fmt::format("expected one of {}, or a map from a name to an expression, found "
                             "'{}'{}",
                             fmt::join(objective_words(), ", "), name,
                             base::did_you_mean(name, objective_words())),
                 diagnostics_);
  }

  Diagnostics& diagnostics_;
};

void check_axes(const Sweep& sweep, Diagnostics& diagnostics) {
  std::set<std::string> known;
  for (const ZippedAxes& zipped : sweep.axes) {
    for (const Axis& axis : zipped) {
      if (!known.insert(axis.name).second) {
        diagnostics.error(axis.where, fmt::format("axes: '{}' is an axis already", axis.name));
      }
      if (axis.span && sweep.sample.method == Sample::Method::Grid) {
        diagnostics.error(axis.where, fmt::format("{}: expected one of step, steps, factor and "
                                                  "log_steps, since the sweep has no sample",
                                                  axis.name));
      }
    }
  }
}

/// Remembers where the entries under a key are: as parts "PREFIX.NAME".
void add_places(const YamlNode& map, const char* key, const std::string& prefix, Sweep& sweep) {
  const YamlNode* node = map.find(key);
  if (node == nullptr) return;
  for (const YamlEntry& entry : DocumentReader::entries_of(*node))
    sweep.places[prefix + "." + entry.key] = entry.value.where();
}

/// Of a part that is varied, where its axis is.
void find_places(const YamlNode& root, Sweep& sweep) {
  for (const char* key : {"machine", "kernel"}) {
    const YamlNode* node = root.find(key);
    if (node == nullptr) continue;
    sweep.places[key] = node->where();
    add_places(*node, "set", key, sweep);
  }
  add_places(root, "inputs", "input", sweep);
  for (const ZippedAxes& zipped : sweep.axes) {
    for (const Axis& axis : zipped) sweep.places[axis.name] = axis.where;
  }
}

void read_parts(const YamlNode& root, Reader& reader, Sweep& sweep) {
  if (const YamlNode* node = root.find("machine")) reader.machine(*node, sweep.base);
  if (const YamlNode* node = root.find("kernel")) reader.kernel(*node, sweep.base);
  sweep.base.inputs = reader.assignments(root, "inputs", "a map from tensor to source");
  if (const YamlNode* node = root.find("axes")) sweep.axes = reader.axes(*node);
  if (const YamlNode* node = root.find("sample")) sweep.sample = reader.sample(*node);
  sweep.exclusions = reader.expressions(root, "exclude");
  sweep.constraints = reader.expressions(root, "constraints");
  if (const YamlNode* node = root.find("objectives")) sweep.objectives = reader.objectives(*node);
  if (sweep.objectives.empty()) {
    sweep.objectives = {{"time", Expression("time_s"), false},
                        {"energy", Expression("energy_j.total"), false}};
  }
  if (const YamlNode* node = root.find("timeout_s")) sweep.timeout_s = reader.seconds(*node);
}

}  // namespace

std::vector<std::string> objective_words() {
  std::vector<std::string> words;
  words.reserve(std::size(kObjectives));
  for (const NamedObjective& known : kObjectives) words.emplace_back(known.name);
  return words;
}

std::optional<Objective> named_objective(const std::string& word) {
  for (const NamedObjective& known : kObjectives) {
    if (word == known.name) return Objective{word, Expression(known.expression), false};
  }
  return std::nullopt;
}

std::vector<std::string> Sweep::axis_names() const {
  std::vector<std::string> names;
  for (const ZippedAxes& zipped : axes) {
    for (const Axis& axis : zipped) names.push_back(axis.name);
  }
  return names;
}

Sweep read_sweep(const YamlNode& root, Diagnostics& diagnostics) {
  Sweep sweep;
  sweep.file = root.where().file;
  Reader reader(sweep.file.parent_path(), diagnostics);
  if (!root.is_map()) {
    reader.expected(root, "a sweep");
    return sweep;
  }
  reader.refuse_unknown_keys(root, {"sweep", "name", "about", "machine", "kernel", "inputs", "axes",
                                    "sample", "exclude", "objectives", "constraints", "timeout_s"});
  reader.require_version_1(root, "sweep");
  sweep.name = reader.name_of(root, "the file of results");
  if (const YamlNode* about = root.find("about")) sweep.about = reader.text(*about, "text");
  for (const char* key : {"machine", "kernel", "axes"}) {
    if (root.find(key) == nullptr) reader.required(root, key);
  }
  read_parts(root, reader, sweep);
  find_places(root, sweep);
  check_axes(sweep, diagnostics);
  return sweep;
}

}  // namespace weft::cli::sweep
