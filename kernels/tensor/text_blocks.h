// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace weft::tensor {

/// A text file, plain or gzip (recognised by its first bytes, not by its name), as a sequence of
/// blocks that hold whole lines. Reading in blocks keeps memory constant and lets a scanner run to
/// the sentinel '\n' without asking for the end of the buffer.
class TextBlocks {
 public:
  /// Throws base::UserError where the file is missing, a directory, or unreadable.
  explicit TextBlocks(const std::filesystem::path& path);
  ~TextBlocks();
  TextBlocks(const TextBlocks&) = delete;
  TextBlocks& operator=(const TextBlocks&) = delete;

  /// The next lines, each ended by '\n' (added to the last one where the file lacks it). Empty at
  /// the end of the file and after a defect; valid until the next call.
  std::string_view next();

  /// What keeps the rest of the file from being read, as "expected ..., found ..."; empty where
  /// nothing does.
  const std::string& defect() const { return defect_; }

  /// An estimate of the bytes of text, for reserving memory: exact for plain files.
  int64_t estimated_text_bytes() const { return estimated_text_bytes_; }

 private:
  void fill();

  void* file_ = nullptr;  // a gzFile, which also reads plain files
  std::unique_ptr<char[]> buffer_;
  size_t begin_ = 0;  // where the unfinished line begins
  size_t end_ = 0;    // where the bytes that were read end
  bool ended_ = false;
  std::string defect_;
  int64_t estimated_text_bytes_ = 0;
};

}  // namespace weft::tensor
