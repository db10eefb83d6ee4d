// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/error.h"
#include "cli/document_reader.h"
#include "cli/sweep/resolve.h"
#include "cli/sweep/scope.h"

namespace weft::cli::sweep {

namespace {

/// "path=value" in a list: in the place of the one with that path, else at its end.
void assign(std::vector<std::string>& list, const std::string& path, const std::string& value) {
  const auto found = std::ranges::find_if(
      list, [&](const std::string& entry) { return entry.starts_with(path + "="); });
  const std::string entry = path + "=" + value;
  if (found == list.end()) {
    list.push_back(entry);
  } else {
    *found = entry;
  }
}

void put(SimulateRequest& request, const std::string& name, const std::string& value) {
  const std::string path = name.substr(name.find('.') + 1);
  if (name == "machine") {
    request.machine = value;
  } else if (name == "kernel") {
    request.kernel = value;
  } else if (name == "mapping") {
    request.mapping_file = value;
  } else if (name.starts_with("machine.")) {
    assign(request.settings, path, value);
  } else if (name.starts_with("kernel.")) {
    assign(request.kernel_settings, path, value);
  } else if (name.starts_with("param.")) {
    assign(request.params, path, value);
  } else if (name.starts_with("input.")) {
    assign(request.inputs, path, value);
  }
}

/// Puts values for every ${EXPRESSION} of a text.
class Template {
 public:
  explicit Template(const AxisValues& values) : values_(values), axes_(axes_json(values)) {}

  void fill(std::string& text) const {
    for (size_t begin = text.find("${"); begin != std::string::npos; begin = text.find("${")) {
      const size_t end = text.find('}', begin);
      if (end == std::string::npos)
        throw base::UserError(fmt::format("{}: expected a closing '}}' after '${{'", text));
      const std::string value = value_of(text.substr(begin + 2, end - begin - 2));
      text.replace(begin, end + 1 - begin, value);
    }
  }

 private:
  /// The text of an axis as it was written, or the number of an expression.
  std::string value_of(const std::string& written) const {
    for (const auto& [name, text] : values_) {
      // A value that holds a ${} itself could ask for itself again and again.
      if (name == written && text.find("${") == std::string::npos) return text;
    }
    const nlohmann::ordered_json none;
    const double value = Expression(written).number(Scope(axes_, none, none));
    if (std::isfinite(value)) return fmt::format("{:.12g}", value);
    std::vector<std::string> names;
    for (const auto& [name, text] : values_) names.push_back(name);
    throw base::UserError(
        fmt::format("${{{}}}: expected an expression of the axes {}, which has a "
                    "value",
                    written, fmt::join(names, ", ")));
  }

  const AxisValues& values_;
  nlohmann::ordered_json axes_;
};

}  // namespace

SimulateRequest request_of(const Sweep& sweep, const AxisValues& values) {
  SimulateRequest request = sweep.base;
  for (const auto& [name, value] : values) put(request, name, value);
  const Template filled(values);
  for (std::string* text : {&request.machine, &request.kernel, &request.mapping_file})
    filled.fill(*text);
  for (std::vector<std::string>* list :
       {&request.settings, &request.kernel_settings, &request.params, &request.inputs}) {
    for (std::string& text : *list) filled.fill(text);
  }
  base::Diagnostics unused;
  const DocumentReader names(sweep.file.parent_path(), unused);
  request.machine = names.document(request.machine);
  request.kernel = names.document(request.kernel);
  request.mapping_file = names.file(request.mapping_file);
  for (std::string& input : request.inputs) {
    const size_t equals = input.find('=');
    input = input.substr(0, equals + 1) + names.source(input.substr(equals + 1));
  }
  return request;
}

}  // namespace weft::cli::sweep
