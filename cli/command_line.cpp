// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <functional>
#include <iostream>
#include <new>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/help/help_pages.h"
#include "cli/outputs.h"
#include "cli/schema.h"
#include "cli/structure/options.h"
#include "cli/subcommand.h"
#include "cli/subcommands.h"
#include "cli/validators.h"

namespace weft::cli {

namespace {

void add_inspection(CLI::App& app, Action& action) {
  using Files = std::vector<std::string>;
  const auto [show, shown] = add_subcommand<ShowOptions>(
      app, action, "show", "Summarize machines, kernels, matrices and results; explain mappings",
      "  weft show configs/machines/piuma-smash.yaml web.mtx.gz\n"
      "  weft show --stage stage gemm -p M=256\n"
      "  weft show --explain gemm.yaml -m h200 --resimulate",
      show_command);
  show->add_option("FILES", shown->files,
                   "Documents, matrices (.mtx, .mtx.gz) or results; with --stage and --explain, "
                   "kernels or mappings")
      ->required();
  CLI::Option* stage = show->add_option(
      "--stage", shown->stage,
      "Kernels after a pass of the compiler of -m (piuma-die): loops, levels, meet, "
      "share, accumulate, stage or program; sparse products on a fabric: plan or "
      "program; tile kernels on a GPU: tiles or launches");
  show->add_flag("--explain", shown->explain,
                 "The bound of every resource of -m MACHINE, and with twice as much of it")
      ->excludes(stage);
  show->add_flag("--resimulate", shown->resimulate,
                 "With --explain: also simulate it, and with each resource twice as fast");
  SimulateRequest& request = shown->request;
  show->add_option("-m,--machine", request.machine,
                   "Machine to explain for; fabric to compile for [piuma-die]");
  show->add_option("-i,--input", request.inputs,
                   "NAME=SOURCE of an operand; with --stage, others are random");
  show->add_option("-p,--param", request.params, "PARAMETER=VALUE");
  show->add_option("--set", request.settings, "path=value of the machine, for --explain");
  const auto [check, check_files] =
      add_subcommand<Files>(app, action, "check", "Print every error of documents, else `FILE: ok`",
                            "  weft check configs/machines/*.yaml", check_command);
  check->add_option("FILES", *check_files, "Documents of any kind")->required();
  const auto [list, what] = add_subcommand<std::string>(app, action, "list", "Name what Weft knows",
                                                        "  weft list kernels", list_command);
  list->add_option("WHAT", *what,
                   "machines, kernels, mapspaces, workloads, inputs, suites or parameters")
      ->required();
  const auto [schema, kind] = add_subcommand<std::string>(
      app, action, "schema", "Print the JSON schema of a document, for editors",
      "  weft schema experiment > experiment.schema.json", schema_command);
  schema->add_option("KIND", *kind, fmt::format("{}", fmt::join(schema_kinds(), ", ")))->required();
}

std::vector<std::string> names_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(sub->get_name());
  return names;
}

std::vector<std::string> long_options_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// Refuses a word that names no subcommand or option before the parser sees it: the parser would
/// complain first about what is missing, and knows no near names.
void refuse_unknown_words(CLI::App& app, const std::vector<std::string>& arguments) {
  CLI::App* level = &app;
  for (const std::string& argument : arguments) {
    if (argument == "--") return;
    const std::vector<std::string> subcommands = names_of(*level);
    const bool has_positionals =
        !level->get_options([](const CLI::Option* option) { return option->get_positional(); })
             .empty();
    if (!argument.starts_with("-") && !subcommands.empty()) {
      if (std::find(subcommands.begin(), subcommands.end(), argument) != subcommands.end()) {
        level = level->get_subcommand(argument);
        continue;
      }
      if (has_positionals) continue;
      throw base::UserError(fmt::format("unknown command '{}'{}", argument,
                                        base::did_you_mean(argument, subcommands)));
    }
    const std::string name = argument.substr(0, argument.find('='));
    if (argument.starts_with("--") && level->get_option_no_throw(name) == nullptr) {
      throw base::UserError(fmt::format("{}: unknown option '{}'{}", level->get_name(), name,
                                        base::did_you_mean(name, long_options_of(*level))));
    }
  }
}

/// `weft help simulate` is `weft simulate --help`.
std::vector<std::string> without_help_word(std::vector<std::string> arguments) {
  if (arguments.empty() || arguments.front() != "help") return arguments;
  arguments.erase(arguments.begin());
  arguments.push_back("--help");
  return arguments;
}

/// Parses and runs. CLI::ParseError carries requests for help as well as mistakes.
int parse_and_run(const std::vector<std::string>& given) {
  const std::vector<std::string> arguments = without_help_word(given);
  CLI::App app(
      "Maps sparse and structured matrix kernels onto simulated machines and says how fast they "
      "run there and why.",
      "weft");
  Action action;
  app.require_subcommand(1);
  app.set_version_flag("--version", "weft " WEFT_VERSION);
  app.footer(
      "\n`weft COMMAND --help` shows the options and examples of each. Start with:\n"
      "  ./weft run configs/experiments/demo.yaml");
  add_run(app, action);
  add_simulate(app, action);
  add_map(app, action);
  add_reference(app, action);
  add_sweep(app, action);
  add_compare(app, action);
  add_report(app, action);
  add_validate(app, action);
  add_calibrate(app, action);
  add_occupancy(app, action);
  add_codegen(app, action);
  add_structure(app, action);
  add_inspection(app, action);
  add_help_pages(app, action);
  refuse_empty_values(app);
  if (arguments.empty()) {
    std::cerr << app.help();
    return kUserError;
  }
  refuse_unknown_words(app, arguments);
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(),
                                       arguments.rend()));  // it takes them from the back
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    throw base::UserError(fmt::format("{} (see --help)", error.what()));
  }
  refuse_clashing_outputs(app);
  const int status = action();
  if (std::fflush(stdout) != 0)
    throw std::system_error(errno, std::generic_category(), "standard output: cannot write");
  return status;
}

bool has_place(const std::string& message) {
  const std::string first_word = message.substr(0, message.find(' '));
  return first_word.starts_with("--") || first_word.ends_with(':') ||
         message.find(".yaml: ") != std::string::npos;
}

/// Of the last words nothing may be thrown: standard error may be full as well.
void say(const std::string& text) {
  std::fputs(text.c_str(), stderr);
}

int report_fault(const char* what) {
  say(fmt::format(
      "weft: internal error: {}\nThis is a fault of Weft, not of your input; please report it.\n",
      what));
  return kFault;
}

}  // namespace

void print_user_error(const std::vector<std::string>& messages) {
  for (const std::string& message : messages) {
    say(fmt::format("{}{}\n", has_place(message) ? "" : "weft: ", message));
  }
}

int run_command_line(const std::vector<std::string>& arguments) {
  try {
    return parse_and_run(arguments);
  } catch (const base::UserError& error) {
    print_user_error(error.messages());
    return kUserError;
  } catch (const std::system_error& error) {  // the computer's: a full disk, no more processes
    print_user_error({error.what()});
    return kUserError;
  } catch (const std::bad_alloc&) {
    print_user_error({"out of memory: this needs more than the computer, or its limit, has"});
    // Threads that could not begin for lack of memory are still waited for when a process ends.
    std::fflush(nullptr);
    _exit(kUserError);
  } catch (const std::exception& error) {
    return report_fault(error.what());
  } catch (...) {
    return report_fault("unknown exception");
  }
}

}  // namespace weft::cli
