// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstring>
#include <iterator>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include "base/error.h"
#include "kernels/tensor/matrix_market.h"

namespace weft::tensor {

namespace {

/// A file that becomes visible under its name only once it is complete. zlib writes plain files
/// too.
class PendingFile {
 public:
  explicit PendingFile(const std::filesystem::path& path)
      : path_(path), pending_(path.string() + fmt::format(".{}.tmp", getpid())) {
    const bool compress = path.extension() == ".gz";
    file_ = gzopen(pending_.c_str(), compress ? "wb6" : "wbT");
    if (file_ == nullptr) refuse();
  }
  ~PendingFile() {
    if (file_ != nullptr) gzclose(file_);
    std::error_code ignored;
    std::filesystem::remove(pending_, ignored);
  }
  PendingFile(const PendingFile&) = delete;
  PendingFile& operator=(const PendingFile&) = delete;

  void write(std::string_view text) {
    if (!text.empty() && gzwrite(file_, text.data(), static_cast<unsigned>(text.size())) <= 0)
      refuse();
  }

  void complete() {
    const int status = gzclose(file_);
    file_ = nullptr;
    if (status != Z_OK) refuse();
    std::error_code error;
    std::filesystem::rename(pending_, path_, error);
    if (error)
      throw base::UserError(
          fmt::format("{}: cannot be written: {}", path_.string(), error.message()));
  }

 private:
  [[noreturn]] void refuse() const {
    throw base::UserError(
        fmt::format("{}: cannot be written: {}", path_.string(), std::strerror(errno)));
  }

  std::filesystem::path path_;
  std::filesystem::path pending_;
  gzFile file_ = nullptr;
};

}  // namespace

void write_matrix_market(const std::filesystem::path& path, const CsrMatrix& matrix) {
  constexpr size_t kBlockBytes = size_t{1} << 20;
  PendingFile file(path);
  fmt::memory_buffer text;
  fmt::format_to(std::back_inserter(text),
                 "%%MatrixMarket matrix coordinate real general\n{} {} {}\n", matrix.rows,
                 matrix.cols, matrix.nnz());
  for (int64_t row = 0; row < matrix.rows; ++row) {
    for (int64_t entry = matrix.row_start[row]; entry < matrix.row_start[row + 1]; ++entry) {
      fmt::format_to(std::back_inserter(text), "{} {} {}\n", row + 1, matrix.column[entry] + 1,
                     matrix.value[entry]);
      if (text.size() < kBlockBytes) continue;
      file.write({text.data(), text.size()});
      text.clear();
    }
  }
  file.write({text.data(), text.size()});
  file.complete();
}

}  // namespace weft::tensor
