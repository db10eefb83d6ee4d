// SPDX-License-Identifier: Apache-2.0
// The subcommands that look at documents: check, show, list, schema.
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/documents.h"
#include "cli/explain.h"
#include "cli/files.h"
#include "cli/parameter_page.h"
#include "cli/schema.h"
#include "cli/show.h"
#include "cli/terminal.h"
#include "cli/validate/suite.h"
#include "kernels/tensor/generate.h"

namespace weft::cli {

namespace {

struct List {
  std::string name;
  std::filesystem::path folder;  // whose documents it names, below the source root
};

/// Inputs and suites are code, not documents, and parameters are a page.
constexpr const char* kInputs = "inputs";
constexpr const char* kSuites = "suites";
constexpr const char* kParameters = "parameters";

const std::vector<List>& lists() {
  static const std::vector<List> all = {{"machines", "configs/machines"},
                                        {"kernels", "kernels/library"},
                                        {"mapspaces", "configs/mapspaces"},
                                        {"workloads", "configs/workloads"}};
  return all;
}

}  // namespace

int check_command(const std::vector<std::string>& files) {
  int status = kOk;
  for (const std::string& file : files) {
    const std::vector<std::string> errors = document_errors(file);
    if (errors.empty()) {
      fmt::print("{}: ok\n", file);
      continue;
    }
    print_user_error(errors);
    status = kUserError;
  }
  return status;
}

namespace {

/// What `weft show` prints of one document.
std::string shown(const ShowOptions& options, const std::string& file) {
  if (options.explain) {
    SimulateRequest request = options.request;
    request.kernel = file;
    return explain(request, options.resimulate, wants_colour(stdout));
  }
  if (options.stage.empty()) return show(file, wants_colour(stdout));
  StageRequest request{
      .stage = options.stage, .inputs = options.request.inputs, .params = options.request.params};
  if (!options.request.machine.empty()) request.machine = options.request.machine;
  return show_stage(file, request);
}

/// Every generator of sparse matrices with what its keys mean.
std::string generator_list() {
  std::string text;
  for (const tensor::Generator& generator : tensor::generators()) {
    text += fmt::format("{}{}: {}\n", text.empty() ? "" : "\n", generator.name, generator.summary);
    for (const tensor::SpecParameter& key : generator.parameters) {
      const bool required = key.presence == tensor::SpecParameter::Presence::Required;
      std::string note = required ? ", required" : "";
      if (key.fallback) note = fmt::format(" [{}]", *key.fallback);
      text += fmt::format("  {:<16}{}{}\n", key.name + "=", key.meaning, note);
    }
  }
  return text;
}

}  // namespace

int show_command(const ShowOptions& options) {
  if (options.explain && options.request.machine.empty())
    throw base::UserError("--explain: expected -m MACHINE, found none");
  if (options.resimulate && !options.explain)
    throw base::UserError("--resimulate: expected --explain, found none");
  if (!options.stage.empty() && !options.request.settings.empty())
    throw base::UserError("--stage: expected no --set; write a machine document that extends one");
  for (size_t i = 0; i < options.files.size(); ++i)
    fmt::print("{}{}", i > 0 ? "\n" : "", shown(options, options.files[i]));
  return kOk;
}

int list_command(const std::string& what) {
  if (what == kInputs) {
    fmt::print("{}", generator_list());
    return kOk;
  }
  if (what == kSuites) {
    for (const validate::SuiteEntry& suite : validate::suites())
      fmt::print("{:<12}{}\n", suite.name, suite.description);
    return kOk;
  }
  if (what == kParameters) {
    fmt::print("{}", machine_parameter_page(source_root() / "configs" / "machines"));
    return kOk;
  }
  std::vector<std::string> known;
  for (const List& list : lists()) {
    known.push_back(list.name);
    if (list.name != what) continue;
    for (const std::string& name : yaml_stems(source_root() / list.folder))
      fmt::print("{}\n", name);
    return kOk;
  }
  known.emplace_back(kInputs);
  known.emplace_back(kSuites);
  known.emplace_back(kParameters);
  throw base::UserError(fmt::format("list: expected one of {}, found '{}'{}",
                                    fmt::join(known, ", "), what, base::did_you_mean(what, known)));
}

int schema_command(const std::string& kind) {
  fmt::print("{}\n", json_text(schema_of(kind), 2));
  return kOk;
}

}  // namespace weft::cli
