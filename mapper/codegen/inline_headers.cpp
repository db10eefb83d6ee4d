// SPDX-License-Identifier: Apache-2.0
#include "mapper/codegen/inline_headers.h"

#include <fstream>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "base/error.h"

namespace weft::mapper {

namespace {

class Inliner {
 public:
  explicit Inliner(std::filesystem::path sources) : sources_(std::move(sources)) {}

  void add(const std::string& header) {
    if (!seen_.insert(header).second) return;
    std::ifstream file(sources_ / header);
    if (!file)
      throw base::UserError(
          fmt::format("{}: cannot read the device code", (sources_ / header).string()));
    for (std::string line; std::getline(file, line);) add_line(line);
  }

  std::string str() const {
    std::string text;
    for (const std::string& line : system_) text += line + "\n";
    return text + joined(body_);
  }

 private:
  /// One namespace that goes on where headers meet.
  static std::string joined(std::string body) {
    constexpr std::string_view kSeam = "}  // namespace weft_cuda\n\nnamespace weft_cuda {\n\n";
    for (size_t at = body.find(kSeam); at != std::string::npos; at = body.find(kSeam, at))
      body.erase(at, kSeam.size());
    return body;
  }

  void add_line(const std::string& line) {
    constexpr std::string_view kOwn = "#include \"";
    if (line.starts_with(kOwn)) return add(line.substr(kOwn.size(), line.size() - kOwn.size() - 1));
    if (line.starts_with("#include <")) {
      system_.insert(line);
    } else if (line != "#pragma once" && !line.starts_with("// SPDX-")) {
      if (line.empty() && blank_) return;  // what went leaves no gap
      blank_ = line.empty();
      body_ += line + "\n";
    }
  }

  std::filesystem::path sources_;
  std::set<std::string> seen_, system_;
  std::string body_;
  bool blank_ = false;
};

}  // namespace

std::string inline_headers(const std::filesystem::path& sources, const std::string& header) {
  Inliner inliner(sources);
  inliner.add(header);
  return inliner.str();
}

}  // namespace weft::mapper
