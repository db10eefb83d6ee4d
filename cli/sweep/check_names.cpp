// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/check_names.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "cli/schema.h"
#include "cli/sweep/scope.h"

namespace weft::cli::sweep {

namespace {

using Json = nlohmann::ordered_json;

bool is_target(const std::string& name) {
  constexpr std::array<const char*, 4> kPrefixes = {"machine.", "kernel.", "param.", "input."};
  return name == "machine" || name == "kernel" || name == "mapping" ||
         std::ranges::any_of(kPrefixes, [&](const char* prefix) {
           return name.starts_with(prefix) && name.size() > std::string(prefix).size();
         });
}

/// Whether a text of the sweep has `name` inside a ${}.
bool is_used(const std::string& text, const std::string& name) {
  for (size_t begin = text.find("${"); begin != std::string::npos;
       begin = text.find("${", begin + 2)) {
    const size_t end = text.find('}', begin);
    const std::vector<std::string> names =
        Expression(text.substr(begin + 2, end - begin - 2)).names();
    if (std::ranges::count(names, name) > 0) return true;
  }
  return false;
}

std::vector<std::string> texts_of(const Sweep& sweep) {
  const SimulateRequest& base = sweep.base;
  std::vector<std::string> texts = {base.machine, base.kernel, base.mapping_file};
  for (const auto* list : {&base.settings, &base.kernel_settings, &base.params, &base.inputs})
    texts.insert(texts.end(), list->begin(), list->end());
  for (const ZippedAxes& zipped : sweep.axes) {
    for (const Axis& axis : zipped)
      texts.insert(texts.end(), axis.values.begin(), axis.values.end());
  }
  return texts;
}

void check_axis_names(const Sweep& sweep, base::Diagnostics& diagnostics) {
  const std::vector<std::string> texts = texts_of(sweep);
  for (const ZippedAxes& zipped : sweep.axes) {
    for (const Axis& axis : zipped) {
      const auto uses = [&](const std::string& text) { return is_used(text, axis.name); };
      if (is_target(axis.name) || std::ranges::any_of(texts, uses)) continue;
      diagnostics.error(
          axis.where,
          fmt::format("axes: expected machine, kernel, mapping, machine.PATH, kernel.PATH, "
                      "param.NAME, input.TENSOR or a name that is used as ${{{0}}}, found '{0}'",
                      axis.name));
    }
  }
}

/// The schema that `schema` refers to, or itself.
const Json& resolved(const Json& schema) {
  constexpr std::string_view kDefinitions = "#/$defs/";
  const auto ref = schema.find("$ref");
  if (ref == schema.end()) return schema;
  return result_schema().at("$defs").at(ref->get<std::string>().substr(kDefinitions.size()));
}

/// What a path into a result probably means, "; did you mean 'x'?", where one of its words is near
/// one that the schema names there; empty where it is one, or may be a name of the run's own.
std::string meant_word(const std::string& path) {
  const Json* schema = &result_schema();
  for (size_t begin = 0; begin < path.size();) {
    const size_t end = std::min(path.find('.', begin), path.size());
    const std::string word = path.substr(begin, path.substr(begin, end - begin).find('['));
    std::vector<std::string> names;
    if (const auto properties = schema->find("properties"); properties != schema->end()) {
      for (const auto& [name, of] : properties->items()) names.push_back(name);
      if (properties->contains(word)) {
        schema = &resolved(properties->at(word));
        begin = end + 1;
        continue;
      }
    }
    if (const auto required = schema->find("required"); required != schema->end())
      names.insert(names.end(), required->begin(), required->end());
    if (std::ranges::count(names, word) == 0) return base::did_you_mean(word, names);
    return {};
  }
  return {};
}

/// Which names stand for something, before there is a result and after.
class Names {
 public:
  Names(const Sweep& sweep, const Point& first, const Json& machine)
      : sweep_(sweep), first_(first), machine_(machine), axes_(sweep.axis_names()) {}

  void check(const Expression& expression, size_t objectives, bool has_result,
             base::Diagnostics& diagnostics) const {
    for (const std::string& name : expression.names()) {
      if (is_known(name, objectives, has_result)) continue;
      std::vector<std::string> near = axes_;
      for (const auto& [key, schema] : result_schema().at("properties").items())
        near.push_back(key);
      for (const Objective& objective : sweep_.objectives) near.push_back(objective.name);
      const std::string word = meant_word(name);
      diagnostics.error(place_of(expression),
                        fmt::format("expression '{}': unknown name '{}'{}", expression.text(), name,
                                    word.empty() ? base::did_you_mean(name, near) : word));
    }
  }

 private:
  bool is_known(const std::string& name, size_t objectives, bool has_result) const {
    const Json none;
    // A defective machine is told apart from an unknown name.
    if (name.starts_with("machine.") && machine_.is_null()) return true;
    if (Scope(first_.axes, machine_, none)(name).index() != 0) return true;
    if (!has_result) return false;
    for (size_t i = 0; i < objectives; ++i) {
      if (sweep_.objectives[i].name == name) return true;
    }
    const std::string head = name.substr(0, name.find_first_of(".["));
    if (head == "param") return true;
    return result_schema().at("properties").contains(head) && meant_word(name).empty();
  }

  base::Location place_of(const Expression& expression) const {
    if (expression.where().line > 0) return expression.where();
    return {sweep_.file.string(), 0, 0};
  }

  const Sweep& sweep_;
  const Point& first_;
  const Json& machine_;
  std::vector<std::string> axes_;
};

}  // namespace

void check_names(const Sweep& sweep, const Point& first, const Json& machine) {
  base::Diagnostics diagnostics;
  check_axis_names(sweep, diagnostics);
  const Names names(sweep, first, machine);
  for (const Expression& expression : sweep.exclusions)
    names.check(expression, 0, false, diagnostics);
  for (size_t i = 0; i < sweep.objectives.size(); ++i)
    names.check(sweep.objectives[i].expression, i, true, diagnostics);
  for (const Expression& expression : sweep.constraints)
    names.check(expression, sweep.objectives.size(), true, diagnostics);
  diagnostics.throw_if_any();
}

}  // namespace weft::cli::sweep
