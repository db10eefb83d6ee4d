// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weft::tensor {

/// A parameter of a generator, declared once: the same line checks it, fills it in and explains it.
struct SpecParameter {
  enum class Kind { Integer, Real, File };
  enum class Presence { Required, Optional };

  std::string name;
  Kind kind = Kind::Integer;
  double least = 0;  ///< of a number
  double most = 0;
  Presence presence = Presence::Required;
  std::optional<double> fallback;  ///< for optional ones; without it the parameter may be absent
  std::string meaning;
};

/// Parameters of one generator call, checked and with fallbacks filled in. Integers up to 2^53 are
/// exact.
class SpecValues {
 public:
  SpecValues(std::map<std::string, double> values, std::map<std::string, std::string> files)
      : values_(std::move(values)), files_(std::move(files)) {}

  bool has(const std::string& name) const {
    return values_.contains(name) || files_.contains(name);
  }
  /// Precondition: has(name).
  double real(const std::string& name) const;
  /// Precondition: has(name).
  int64_t integer(const std::string& name) const { return static_cast<int64_t>(real(name)); }
  /// The name of a file. Precondition: has(name).
  const std::string& text(const std::string& name) const;

 private:
  std::map<std::string, double> values_;
  std::map<std::string, std::string> files_;
};

/// Reads "key=value,key=value" against the declared parameters. Throws base::UserError with every
/// defect, each beginning with `name`: unknown key, missing key, key given twice, not a number, out
/// of range.
SpecValues read_spec(const std::string& name, std::string_view text,
                     std::span<const SpecParameter> parameters);

/// `text` with every file that it names replaced by what `renamed` makes of the name.
std::string rename_files(std::string_view text, std::span<const SpecParameter> parameters,
                         const std::function<std::string(const std::string&)>& renamed);

}  // namespace weft::tensor
