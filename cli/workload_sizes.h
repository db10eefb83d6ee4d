// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"

namespace weft::cli {

/// The parameters of a workload by name: integers and words, such as a dtype or a source.
class WorkloadSizes {
 public:
  explicit WorkloadSizes(base::Diagnostics& diagnostics) : diagnostics_(&diagnostics) {}

  void set(const std::string& name, const std::string& value) { values_[name] = value; }
  bool contains(const std::string& name) const { return values_.contains(name); }
  std::vector<std::string> names() const;

  /// What the value of a kernel's parameter comes to: an expression of parameters is evaluated, a
  /// parameter that is a word stands for it, a dtype for itself. Anything else is an error at the
  /// node.
  std::string value(const base::YamlNode& node) const;

  /// A source whose parts in braces are expressions of parameters: "uniform:rows={d},cols={2*d}".
  std::string text(const base::YamlNode& node) const;

 private:
  std::string resolve(const std::string& text, const base::YamlNode& node) const;

  base::Diagnostics* diagnostics_;
  std::map<std::string, std::string> values_;
};

}  // namespace weft::cli
