// SPDX-License-Identifier: Apache-2.0
#include "cli/named_documents.h"

#include <algorithm>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "cli/documents.h"
#include "cli/named_kernel.h"
#include "cli/sources.h"
#include "sim/machine/load_machine.h"

namespace weft::cli {

namespace {

using base::Diagnostics;

constexpr std::string_view kSetting = "--set ";

/// What is wrong with a document, whether it is reported or thrown.
std::vector<std::string> defects_of(const std::function<void(Diagnostics&)>& load) {
  Diagnostics diagnostics;
  try {
    load(diagnostics);
  } catch (const base::UserError& error) {
    return error.messages();
  }
  return diagnostics.messages();
}

void check_machine(const ExperimentMachine& machine, Diagnostics& diagnostics) {
  if (machine.machine.empty()) return;  // reported where it was read
  const auto load = [&](Diagnostics& found) {
    machine::load_machine(machine.machine, machine.settings, machine_folders(), found);
  };
  for (const std::string& defect : defects_of(load)) {
    const SettingMessage message = split_setting_message(defect);
    base::Location where = machine.where;
    for (size_t i = 0; i < machine.settings_where.size(); ++i) {
      if (machine.settings[i].starts_with(message.path + "=")) where = machine.settings_where[i];
    }
    diagnostics.error(where, message.what);
  }
}

/// Every parameter that an experiment sets must be one of its kernel's.
void check_params(const ir::Kernel& kernel, const ExperimentKernel& named,
                  Diagnostics& diagnostics) {
  std::vector<std::string> known;
  for (const ir::Param& param : kernel.params) known.push_back(param.name);
  for (const ir::TypeParam& param : kernel.type_params) known.push_back(param.name);
  if (known.empty()) return;  // a kernel with defects of its own
  std::map<std::string, std::string> values;
  for (const std::string& param : named.params) {
    const std::string name = param.substr(0, param.find('='));
    if (std::ranges::find(known, name) != known.end()) {
      values[name] = param.substr(name.size() + 1);
      continue;
    }
    diagnostics.error(named.where,
                      fmt::format("params of {}: expected one of {}, found '{}'{}", kernel.name,
                                  fmt::join(known, ", "), name, base::did_you_mean(name, known)));
  }
  const auto read = [&](Diagnostics& found) { ir::check_param_texts(kernel, values, found); };
  for (const std::string& defect : defects_of(read))
    diagnostics.error(named.where, defect.substr(std::string_view("-p ").size()));
}

void check_kernel(const ExperimentKernel& named, Diagnostics& diagnostics) {
  if (named.kernel.empty()) return;
  ir::Kernel kernel;
  const auto load = [&](Diagnostics& found) {
    kernel = load_named_kernel(named.kernel, named.mapping_file, {}, found);
  };
  for (const std::string& defect : defects_of(load)) diagnostics.error(named.where, defect);
  check_params(kernel, named, diagnostics);
}

}  // namespace

SettingMessage split_setting_message(const std::string& message) {
  const size_t equals = message.find('=');
  const size_t end = message.find(": ", std::min(equals, message.size()));
  if (!message.starts_with(kSetting) || end == std::string::npos) return {"", message};
  return {message.substr(kSetting.size(), equals - kSetting.size()), message.substr(end + 2)};
}

void check_named_documents(const Experiment& experiment, Diagnostics& diagnostics) {
  for (const ExperimentMachine& machine : experiment.machines) check_machine(machine, diagnostics);
  for (const ExperimentKernel& kernel : experiment.kernels) check_kernel(kernel, diagnostics);
}

void check_sources(const Experiment& experiment, Diagnostics& diagnostics) {
  for (const ExperimentInput& input : experiment.inputs) {
    for (size_t i = 0; i < input.sources_where.size(); ++i) {
      const size_t equals = input.sources[i].find('=');
      for (const std::string& error : source_errors(input.sources[i].substr(equals + 1)))
        diagnostics.error(input.sources_where[i], fmt::format("inputs.{}: {}", input.name, error));
    }
  }
}

}  // namespace weft::cli
