// SPDX-License-Identifier: Apache-2.0
#include "cli/files.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/interrupt.h"

namespace weft::cli {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannot(const char* action, const fs::path& file, int error_number) {
  throw base::UserError(
      fmt::format("{}: cannot {}: {}", file.string(), action, std::strerror(error_number)));
}

using Stream = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

Stream open_for_writing(const fs::path& opened, const fs::path& named) {
  Stream stream(std::fopen(opened.c_str(), "wb"), std::fclose);
  if (!stream) cannot("write", named, errno);
  return stream;
}

void write_all(std::FILE* stream, std::string_view text, const fs::path& file) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stream) == text.size();
  if (!written || std::fflush(stream) != 0) cannot("write", file, errno);
}

/// The place of byte `offset` (from 1, as the JSON library counts) in `text`.
base::Location place_of(const fs::path& file, std::string_view text, size_t offset) {
  const std::string_view before =
      text.substr(0, std::min(text.size(), offset == 0 ? 0 : offset - 1));
  const size_t last_break = before.rfind('\n');
  const size_t line_begin = last_break == std::string_view::npos ? 0 : last_break + 1;
  return {file.string(), 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n')),
          1 + static_cast<int>(before.size() - line_begin)};
}

/// What the library says after its own position, which is of no use once ours is printed.
std::string_view complaint(std::string_view what) {
  const size_t colon = what.find(": ");
  return colon == std::string_view::npos ? what : what.substr(colon + 2);
}

}  // namespace

std::string read_text(const fs::path& file) {
  if (fs::is_directory(file)) {
    throw base::UserError(fmt::format("{}: expected a file, found a directory", file.string()));
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) cannot("read", file, errno);
  return {std::istreambuf_iterator<char>(stream), {}};
}

nlohmann::ordered_json read_json(const fs::path& file) {
  const std::string text = read_text(file);
  try {
    return nlohmann::ordered_json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    throw base::UserError(fmt::format("{}: expected JSON, found a {}",
                                      place_of(file, text, error.byte).str(),
                                      complaint(error.what())));
  } catch (const nlohmann::json::out_of_range& error) {  // a number that no double holds
    throw base::UserError(fmt::format("{}: expected JSON: {}", file.string(), error.what()));
  }
}

void write_text(const fs::path& file, std::string_view text) {
  if (file == "-") return write_all(stdout, text, "standard output");
  if (fs::is_directory(file)) {
    throw base::UserError(fmt::format("{}: cannot write: it is a directory", file.string()));
  }
  std::error_code failure;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), failure);
  if (failure) cannot("create the folder of", file, failure.value());

  // A device or pipe is written in place: a rename would put a plain file where it was.
  if (fs::exists(file) && !fs::is_regular_file(file)) {
    return write_all(open_for_writing(file, file).get(), text, file);
  }
  const TemporaryFile temporary(file);
  write_all(open_for_writing(temporary.path(), file).get(), text, file);
  fs::rename(temporary.path(), file, failure);
  if (failure) cannot("write", file, failure.value());
}

std::string json_text(const nlohmann::ordered_json& document, int indent) {
  return document.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

nlohmann::ordered_json number_or_null(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
}

nlohmann::ordered_json count_json(double count) {
  constexpr double kMostExact = 9007199254740992.0;  // 2^53
  const double whole = std::round(count);
  if (std::abs(whole) > kMostExact) return whole;
  return static_cast<int64_t>(whole);
}

void write_json(const fs::path& file, const nlohmann::ordered_json& document) {
  write_text(file, json_text(document, 1) + "\n");
}

fs::path source_root() {
  std::error_code ignored;
  if (const char* root = std::getenv("WEFT_ROOT")) {
    if (fs::exists(fs::path(root) / "configs" / "machines", ignored)) return root;
    throw base::UserError(fmt::format(
        "WEFT_ROOT={}: expected a folder that has configs/machines, found none there", root));
  }
  for (fs::path folder = fs::read_symlink("/proc/self/exe", ignored).parent_path();
       folder.has_relative_path(); folder = folder.parent_path()) {
    for (const fs::path& root : {folder, folder / "share" / "weft"}) {
      if (fs::exists(root / "configs" / "machines")) return root;
    }
  }
  throw base::UserError(
      "cannot find configs/machines above the executable; set WEFT_ROOT to the folder that has it");
}

std::vector<std::string> yaml_stems(const fs::path& folder) {
  std::vector<std::string> stems;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == ".yaml") stems.push_back(entry.path().stem().string());
  }
  std::sort(stems.begin(), stems.end());
  return stems;
}

}  // namespace weft::cli
