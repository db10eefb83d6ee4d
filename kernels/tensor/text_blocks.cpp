// SPDX-License-Identifier: Apache-2.0
#include "kernels/tensor/text_blocks.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <zlib.h>

#include "base/error.h"

namespace weft::tensor {

namespace {

constexpr size_t kBlockBytes = size_t{1} << 20;
constexpr unsigned kReadBytes = 1u << 18;

// Matrix Market text shrinks to a third or less of its size; more is seen only in artificial files,
// and an estimate that is too low costs a few reallocations.
constexpr int64_t kGzipRatio = 4;

std::string similar_file_in_same_directory(const std::filesystem::path& path) {
  std::vector<std::string> names;
  std::error_code ignored;
  const std::filesystem::path directory = path.has_parent_path() ? path.parent_path() : ".";
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    names.push_back(entry.path().filename().string());
  }
  return base::did_you_mean(path.filename().string(), names);
}

void require_regular_file(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    throw base::UserError(fmt::format("{}: expected a file, found nothing of that name{}",
                                      path.string(), similar_file_in_same_directory(path)));
  }
  if (error)
    throw base::UserError(fmt::format("{}: cannot be read: {}", path.string(), error.message()));
  if (status.type() == std::filesystem::file_type::directory) {
    throw base::UserError(fmt::format("{}: expected a file, found a directory", path.string()));
  }
}

gzFile as_gzip(void* file) {
  return static_cast<gzFile>(file);
}

}  // namespace

TextBlocks::TextBlocks(const std::filesystem::path& path)
    : buffer_(std::make_unique_for_overwrite<char[]>(kBlockBytes + 1)) {
  require_regular_file(path);
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) {
    throw base::UserError(
        fmt::format("{}: cannot be read: {}", path.string(), std::strerror(errno)));
  }
  file_ = file;
  gzbuffer(file, kReadBytes);
  std::error_code unsized;
  const auto file_bytes = static_cast<int64_t>(std::filesystem::file_size(path, unsized));
  estimated_text_bytes_ = unsized ? 0 : file_bytes * (gzdirect(file) ? 1 : kGzipRatio);
}

TextBlocks::~TextBlocks() {
  gzclose(as_gzip(file_));
}

std::string_view TextBlocks::next() {
  std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  while (!ended_) {
    fill();
    const void* newline = memrchr(buffer_.get(), '\n', end_);
    if (newline != nullptr) {
      begin_ = static_cast<size_t>(static_cast<const char*>(newline) - buffer_.get()) + 1;
      return {buffer_.get(), begin_};
    }
    if (end_ == kBlockBytes) {
      defect_ = fmt::format("expected a line of at most {} bytes, found a longer one", kBlockBytes);
      ended_ = true;
    }
  }
  // A last line without a newline counts, unless the data stopped in the middle of it.
  const size_t rest = defect_.empty() ? end_ : 0;
  end_ = 0;
  if (rest == 0) return {};
  buffer_[rest] = '\n';
  return {buffer_.get(), rest + 1};
}

/// Fills the buffer as far as the file goes. zlib reports a cut gzip stream only after handing out
/// what it could decode, so the error is asked for at every short read.
void TextBlocks::fill() {
  const int read =
      gzread(as_gzip(file_), buffer_.get() + end_, static_cast<unsigned>(kBlockBytes - end_));
  if (read > 0) end_ += static_cast<size_t>(read);
  if (end_ == kBlockBytes) return;
  ended_ = true;
  int code = Z_OK;
  const std::string_view reason = gzerror(as_gzip(file_), &code);
  if (code == Z_BUF_ERROR) {
    defect_ = "expected the rest of the gzip stream, found the end of the file (it is cut off)";
  } else if (code == Z_ERRNO) {
    defect_ = fmt::format("expected more data, found that reading fails: {}", std::strerror(errno));
  } else if (code != Z_OK) {
    defect_ = fmt::format("expected a valid gzip stream, found a corrupt one ({})",
                          reason.substr(reason.rfind(": ") + 2));  // zlib puts the path before it
  }
}

}  // namespace weft::tensor
