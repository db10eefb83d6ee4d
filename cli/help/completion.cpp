// SPDX-License-Identifier: Apache-2.0
// Completion scripts. They hold the tree of commands and options as text, and ask the program only
// for names that depend on the installation: kernels, machines and suites.
#include <functional>

#include <fmt/format.h>

#include "base/error.h"
#include "cli/help/help_pages.h"

namespace weft::cli {

namespace {

/// The names of an option as typed: `-k`, `--kernel`. None for a positional.
std::vector<std::string> names_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

using Visit = std::function<void(const std::string& path, const CLI::App&)>;

void visit_commands(const CLI::App& app, const std::string& path, const Visit& visit) {
  visit(path, app);
  for (const CLI::App* sub : subcommands_of(app))
    visit_commands(*sub, path + " " + sub->get_name(), visit);
}

/// What `weft list` calls the values of an option or positional; empty for other values.
std::string listed_values(const CLI::Option& option) {
  for (const char* name : {"kernel", "machine"}) {
    if (option.check_lname(name)) return std::string(name) + "s";
  }
  return option.get_name(true) == "SUITE" ? "suites" : "";
}

constexpr const char* kBashHead =
    R"(# Completes weft: put it where bash-completion looks, or source it.
_weft_names() { command "${COMP_WORDS[0]}" list "$1" 2>/dev/null | cut -d ' ' -f 1; }

_weft() {
  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path=weft words= word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
)";

constexpr const char* kBashTail = R"(  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _weft weft ./weft
)";

std::string bash_script(const CLI::App& app) {
  std::string paths, values, words;
  visit_commands(app, "weft", [&](const std::string& path, const CLI::App& command) {
    if (path != "weft") paths += fmt::format("      '{0}') path='{0}' ;;\n", path);
    std::string known;
    for (const CLI::App* sub : subcommands_of(command)) known += " " + sub->get_name();
    for (const CLI::Option* option : options_of(command)) {
      const std::string listed = listed_values(*option);
      if (option->get_positional() && !listed.empty()) known += " $(_weft_names " + listed + ")";
      for (const std::string& name : names_of(*option)) {
        known += " " + name;
        if (listed.empty()) continue;
        values += fmt::format("    '{} {}') words=$(_weft_names {}) ;;\n", path, name, listed);
      }
    }
    words += fmt::format("    '{}') words=\"{}\" ;;\n", path, known.empty() ? "" : known.substr(1));
  });
  return kBashHead + paths + "    esac\n  done\n  case \"$path $before\" in\n" + values +
         "  esac\n  [ -n \"$words\" ] || case $path in\n" + words + kBashTail;
}

std::string shell_quoted(const std::string& text) {
  std::string result = "'";
  for (const char letter : text) result += letter == '\'' ? "\\'" : std::string(1, letter);
  return result + "'";
}

/// fish knows a command by the words before the cursor: all of the path, no deeper command.
std::string fish_condition(const std::string& path, const CLI::App& command) {
  std::string condition;
  for (size_t at = path.find(' '); at != std::string::npos; at = path.find(' ', at + 1)) {
    const std::string word = path.substr(at + 1, path.find(' ', at + 1) - at - 1);
    condition += "__fish_seen_subcommand_from " + word + "; and ";
  }
  std::string deeper;
  for (const CLI::App* sub : subcommands_of(command)) deeper += " " + sub->get_name();
  return condition + (deeper.empty() ? "true" : "not __fish_seen_subcommand_from" + deeper);
}

std::string fish_script(const CLI::App& app) {
  std::string text = "# Completes weft: put it where fish looks for completions.\n";
  visit_commands(app, "weft", [&](const std::string& path, const CLI::App& command) {
    const std::string rule = "complete -c weft -n " + shell_quoted(fish_condition(path, command));
    for (const CLI::App* sub : subcommands_of(command))
      text += fmt::format("{} -f -a {} -d {}\n", rule, sub->get_name(),
                          shell_quoted(sub->get_description()));
    for (const CLI::Option* option : options_of(command)) {
      std::string names;
      for (const std::string& name : option->get_snames()) names += " -s " + name;
      for (const std::string& name : option->get_lnames()) names += " -l " + name;
      const std::string listed = listed_values(*option);
      if (names.empty() && listed.empty()) continue;
      if (!names.empty() && option->get_items_expected_max() > 0) names += " -r";
      if (!listed.empty())
        names += fmt::format(" -f -a '(weft list {} | string split -f 1 \" \")'", listed);
      text += fmt::format("{}{} -d {}\n", rule, names, shell_quoted(option->get_description()));
    }
  });
  return text;
}

}  // namespace

const std::vector<std::string>& completion_shells() {
  static const std::vector<std::string> shells = {"bash", "zsh", "fish"};
  return shells;
}

std::string completion_script(const CLI::App& app, const std::string& shell) {
  if (shell == "bash") return bash_script(app);
  if (shell == "zsh") {
    return "#compdef weft\nautoload -U +X bashcompinit && bashcompinit\n" + bash_script(app);
  }
  if (shell == "fish") return fish_script(app);
  throw base::UserError(
      fmt::format("SHELL: expected {}, found '{}'", fmt::join(completion_shells(), ", "), shell));
}

}  // namespace weft::cli
