// SPDX-License-Identifier: Apache-2.0
// The subcommands that look at documents: check, show, list, schema.
#include <functional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/yaml.h"
#include "cli/commands.h"
#include "cli/experiment.h"
#include "cli/files.h"
#include "cli/run.h"
#include "cli/schema.h"
#include "cli/show.h"
#include "cli/terminal.h"

namespace weft::cli {

namespace {

/// A kind of document, by the key that names it: how to find every error of one.
struct DocumentKind {
  std::string key;
  std::function<void(const base::YamlNode& root, base::Diagnostics& diagnostics)> check;
};

const std::vector<DocumentKind>& document_kinds() {
  static const std::vector<DocumentKind> kinds = {
      {"experiment",
       [](const auto& root, auto& diagnostics) { read_experiment(root, diagnostics); }},
  };
  return kinds;
}

const DocumentKind* kind_of(const base::YamlNode& root) {
  for (const DocumentKind& kind : document_kinds()) {
    if (root.find(kind.key) != nullptr) return &kind;
  }
  return nullptr;
}

void refuse_unknown_kind(const base::YamlNode& root, base::Diagnostics& diagnostics) {
  std::vector<std::string> keys;
  for (const DocumentKind& kind : document_kinds()) keys.push_back(kind.key);
  const bool has_key = root.is_map() && !root.entries().empty();
  const std::string found = has_key ? root.entries().front().key : std::string{};
  diagnostics.error(
      has_key ? root.entries().front().key_where : root.where(),
      fmt::format("expected a document whose first key is one of {}, found {}{}",
                  fmt::join(keys, ", "), has_key ? fmt::format("'{}'", found) : "none",
                  base::did_you_mean(found, keys)));
}

/// Every error of one document, wherever it is found.
std::vector<std::string> errors_of(const std::string& file) {
  base::Diagnostics diagnostics;
  try {
    if (file.ends_with(".json")) {
      load_run_file(file);
      return {};
    }
    const base::YamlNode root = base::read_yaml_file(file, diagnostics);
    if (!diagnostics.empty()) return diagnostics.messages();
    if (const DocumentKind* kind = kind_of(root)) {
      kind->check(root, diagnostics);
    } else {
      refuse_unknown_kind(root, diagnostics);
    }
    return diagnostics.messages();
  } catch (const base::UserError& error) {
    return error.messages();
  }
}

}  // namespace

int check_command(const std::vector<std::string>& files) {
  int status = kOk;
  for (const std::string& file : files) {
    const std::vector<std::string> errors = errors_of(file);
    if (errors.empty()) {
      fmt::print("{}: ok\n", file);
      continue;
    }
    print_user_error(errors);
    status = kUserError;
  }
  return status;
}

int show_command(const std::vector<std::string>& files) {
  for (size_t i = 0; i < files.size(); ++i) {
    fmt::print("{}{}", i > 0 ? "\n" : "", show(files[i], wants_colour(stdout)));
  }
  return kOk;
}

int list_command(const std::string& what) {
  const std::vector<std::string> lists = {"machines", "kernels", "suites"};
  std::vector<std::string> names;
  if (what == "machines") {
    names = yaml_stems(source_root() / "configs" / "machines");
  } else if (what == "kernels") {
    names = yaml_stems(source_root() / "kernels" / "library");
  } else if (what == "suites") {
    names = {};
  } else {
    throw base::UserError(fmt::format("list: expected one of {}, found '{}'{}",
                                      fmt::join(lists, ", "), what,
                                      base::did_you_mean(what, lists)));
  }
  for (const std::string& name : names) fmt::print("{}\n", name);
  return kOk;
}

int schema_command(const std::string& kind) {
  fmt::print("{}\n", json_text(schema_of(kind), 2));
  return kOk;
}

int reference_list_command() {
  namespace fs = std::filesystem;
  const fs::path folder = source_root() / "traces";
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == ".json") fmt::print("{}\n", entry.path().stem().string());
  }
  return kOk;
}

}  // namespace weft::cli
