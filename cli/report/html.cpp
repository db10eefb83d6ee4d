// SPDX-License-Identifier: Apache-2.0
#include "cli/report/html.h"

#include <cctype>

#include <fmt/format.h>

#include "cli/report/plot_script.h"
#include "cli/report/style.h"

namespace weft::cli::report {

namespace {

std::string cell_class(const Table::Column& column, Emphasis emphasis) {
  std::string names = column.align == Align::Right ? "n" : "";
  if (emphasis == Emphasis::Good) names += " good";
  if (emphasis == Emphasis::Bad) names += " bad";
  return names.empty() ? names : fmt::format(" class=\"{}\"", names);
}

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default: {
        const bool control = static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
        out += control ? "\xEF\xBF\xBD" : std::string(1, c);
      }
    }
  }
  return out;
}

std::string breakable(std::string_view text) {
  constexpr std::string_view kJoints = "_.,=/:";
  const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  std::string out;
  size_t written = 0;
  for (size_t i = 1; i < text.size(); ++i) {
    if (!letter(text[i]) || kJoints.find(text[i - 1]) == std::string_view::npos) continue;
    out += escape(text.substr(written, i - written)) + "<wbr>";
    written = i;
  }
  return out + escape(text.substr(written));
}

std::string element(std::string_view tag, std::string_view attributes, std::string_view content) {
  const std::string_view space = attributes.empty() ? "" : " ";
  return fmt::format("<{0}{1}{2}>{3}</{0}>\n", tag, space, attributes, content);
}

std::string html_table(const Table& table, std::string_view caption) {
  constexpr size_t kFitsAPhone = 3;
  const bool cards = table.columns().size() > kFitsAPhone;
  std::string head, body;
  for (const Table::Column& column : table.columns()) {
    head += fmt::format("<th scope=\"col\"{}>{}</th>", cell_class(column, Emphasis::None),
                        escape(column.heading));
  }
  for (const auto& row : table.rows()) {
    body += "<tr>";
    for (size_t c = 0; c < row.size(); ++c) {
      const Table::Column& column = table.columns()[c];
      const std::string label =
          cards ? fmt::format(" data-label=\"{}\"", escape(column.heading)) : std::string();
      body += fmt::format("<td{}{}>{}</td>", cell_class(column, row[c].emphasis), label,
                          breakable(row[c].text));
    }
    body += "</tr>\n";
  }
  return fmt::format(
      "<div class=\"{3}\" tabindex=\"0\" role=\"region\" "
      "aria-label=\"{0}\"><table><caption>{0}</caption>\n"
      "<thead><tr>{1}</tr></thead>\n<tbody>\n{2}</tbody></table></div>\n",
      escape(caption), head, body, cards ? "wide cards" : "wide");
}

std::string folded(std::string_view summary, std::string_view content) {
  return fmt::format("<details><summary>{}</summary>\n{}</details>\n", escape(summary), content);
}

std::string html_page(std::string_view title, std::string_view body) {
  // The policy forbids every fetch: a page that wants anything from outside fails visibly.
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}: "
      "Weft</title>\n"
      "<style>{}</style>\n</head>\n<body>\n<main>\n{}</main>\n"
      "<noscript>The plots of this page need its script; their tables do not.</noscript>\n"
      "<script>{}</script>\n</body>\n</html>\n",
      escape(title), kStyle, body, plot_script());
}

}  // namespace weft::cli::report
