// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/spec.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"

namespace weft::tensor {

namespace {

std::vector<std::string_view> split_at_commas(std::string_view text) {
  std::vector<std::string_view> items;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    items.push_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

std::optional<double> number_of_kind(std::string_view text, SpecParameter::Kind kind) {
  double number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc{} || end != text.data() + text.size() || !std::isfinite(number))
    return {};
  if (kind == SpecParameter::Kind::Integer && number != std::floor(number)) return {};
  return number;
}

class SpecReader {
 public:
  SpecReader(const std::string& name, std::span<const SpecParameter> parameters)
      : where_{name, 0, 0}, parameters_(parameters) {}

  SpecValues read(std::string_view text) {
    for (const std::string_view item : split_at_commas(text)) read_item(item);
    for (const SpecParameter& parameter : parameters_) complete(parameter);
    diagnostics_.throw_if_any();
    return {std::move(values_), std::move(files_)};
  }

 private:
  void read_item(std::string_view item) {
    const size_t equals = item.find('=');
    if (equals == std::string_view::npos) {
      return diagnostics_.error(where_, fmt::format("expected key=value, found '{}'", item));
    }
    const std::string key(item.substr(0, equals));
    const auto parameter = std::ranges::find(parameters_, key, &SpecParameter::name);
    if (parameter == parameters_.end()) return refuse_key(key);
    if (!given_.insert(key).second) {
      return diagnostics_.error(where_, fmt::format("key '{}' is given twice", key));
    }
    read_value(*parameter, item.substr(equals + 1));
  }

  void refuse_key(const std::string& key) {
    std::vector<std::string> names;
    for (const SpecParameter& parameter : parameters_) names.push_back(parameter.name);
    std::string suggestion = base::did_you_mean(key, names);
    if (suggestion.empty()) suggestion = fmt::format(" (known: {})", fmt::join(names, ", "));
    diagnostics_.error(where_, fmt::format("unknown key '{}'{}", key, suggestion));
  }

  void read_value(const SpecParameter& parameter, std::string_view text) {
    if (parameter.kind == SpecParameter::Kind::File) return read_file_name(parameter, text);
    const std::optional<double> number = number_of_kind(text, parameter.kind);
    if (number && *number >= parameter.least && *number <= parameter.most) {
      values_[parameter.name] = *number;
      return;
    }
    const bool whole = parameter.kind == SpecParameter::Kind::Integer;
    diagnostics_.error(
        where_, fmt::format("{}: expected {} in [{}, {}], found '{}' ({})", parameter.name,
                            whole ? "an integer" : "a number", parameter.least, parameter.most,
                            text, parameter.meaning));
  }

  void read_file_name(const SpecParameter& parameter, std::string_view text) {
    if (!text.empty()) {
      files_[parameter.name] = text;
      return;
    }
    diagnostics_.error(where_, fmt::format("{}: expected a file, found nothing ({})",
                                           parameter.name, parameter.meaning));
  }

  void complete(const SpecParameter& parameter) {
    if (given_.contains(parameter.name)) return;
    if (parameter.fallback) values_[parameter.name] = *parameter.fallback;
    if (parameter.presence == SpecParameter::Presence::Optional) return;
    diagnostics_.error(where_,
                       fmt::format("missing key '{}' ({})", parameter.name, parameter.meaning));
  }

  base::Location where_;
  std::span<const SpecParameter> parameters_;
  base::Diagnostics diagnostics_;
  std::map<std::string, double> values_;
  std::map<std::string, std::string> files_;
  std::set<std::string> given_;
};

}  // namespace

double SpecValues::real(const std::string& name) const {
  const auto found = values_.find(name);
  WEFT_CHECK(found != values_.end(), "generator asks for an undeclared parameter: " + name);
  return found->second;
}

const std::string& SpecValues::text(const std::string& name) const {
  const auto found = files_.find(name);
  WEFT_CHECK(found != files_.end(), "generator asks for an undeclared file: " + name);
  return found->second;
}

SpecValues read_spec(const std::string& name, std::string_view text,
                     std::span<const SpecParameter> parameters) {
  return SpecReader(name, parameters).read(text);
}

std::string rename_files(std::string_view text, std::span<const SpecParameter> parameters,
                         const std::function<std::string(const std::string&)>& renamed) {
  std::vector<std::string> items;
  for (const std::string_view item : split_at_commas(text)) {
    const size_t equals = std::min(item.find('='), item.size());
    const auto parameter =
        std::ranges::find(parameters, item.substr(0, equals), &SpecParameter::name);
    const bool names_file = parameter != parameters.end() && equals + 1 < item.size() &&
                            parameter->kind == SpecParameter::Kind::File;
    items.push_back(names_file ? fmt::format("{}={}", parameter->name,
                                             renamed(std::string(item.substr(equals + 1))))
                               : std::string(item));
  }
  return fmt::format("{}", fmt::join(items, ","));
}

}  // namespace weft::tensor
