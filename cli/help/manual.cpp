// SPDX-License-Identifier: Apache-2.0
// The manual page. roff gives a meaning to lines that begin with a dot or an apostrophe, and to
// backslashes and hyphens everywhere.
#include <sstream>

#include <fmt/format.h>

#include "cli/help/help_pages.h"

namespace weft::cli {

namespace {

std::string escaped(const std::string& text) {
  std::string roff;
  for (const char letter : text) {
    const bool begins_line = roff.empty() || roff.back() == '\n';
    if (begins_line && (letter == '.' || letter == '\'')) roff += "\\&";
    if (letter == '\\') {
      roff += "\\e";
    } else if (letter == '-') {
      roff += "\\-";
    } else {
      roff += letter;
    }
  }
  return roff;
}

/// `-k,--kernel NAME`; positionals by their name alone.
std::string invocation(const CLI::Option& option) {
  const std::string value = option.get_items_expected_max() > 0 && !option.get_positional()
                                ? " " + option.get_type_name()
                                : "";
  return option.get_name(option.get_positional(), true) + value;
}

std::string options_section(const CLI::App& app) {
  std::string text;
  for (const CLI::Option* option : options_of(app)) {
    text += fmt::format(".TP\n\\fB{}\\fR\n{}\n", escaped(invocation(*option)),
                        escaped(option->get_description()));
  }
  return text;
}

/// The footer of a command: its examples, line for line.
std::string examples_section(const CLI::App& app) {
  std::istringstream footer(app.get_footer());
  std::string text;
  for (std::string line; std::getline(footer, line);) {
    if (line.starts_with("  ")) text += escaped(line.substr(2)) + "\n";
  }
  return text.empty() ? text : ".PP\n.nf\n.RS\n" + text + ".RE\n.fi\n";
}

std::string command_sections(const CLI::App& app, const std::string& path) {
  std::string text;
  for (const CLI::App* sub : subcommands_of(app)) {
    const std::string name = path + " " + sub->get_name();
    text += fmt::format(".SS {}\n{}.\n", escaped(name), escaped(sub->get_description()));
    text += options_section(*sub) + examples_section(*sub) + command_sections(*sub, name);
  }
  return text;
}

}  // namespace

std::string manual_page(const CLI::App& app, const std::string& version) {
  return fmt::format(".TH WEFT 1 \"\" \"weft {}\" \"User Commands\"\n", version) +
         ".SH NAME\nweft \\- simulator and mapper of sparse and structured matrix kernels\n"
         ".SH SYNOPSIS\n.B weft\n.I COMMAND\n[\\fIOPTIONS\\fR]\n.SH DESCRIPTION\n" +
         escaped(app.get_description()) + "\n.SH COMMANDS\n" + command_sections(app, "weft") +
         ".SH ENVIRONMENT\n.TP\n.B WEFT_ROOT\nThe folder that holds configs and kernels/library, "
         "where it is not found from the place of the program.\n"
         ".TP\n.B NO_COLOR\nNo colours on the terminal.\n"
         ".SH EXIT STATUS\n.TP\n0\nDone.\n.TP\n1\nA verification or comparison failed.\n"
         ".TP\n2\nThe input is wrong; every error is named.\n.TP\n70\nA fault of Weft.\n";
}

}  // namespace weft::cli
