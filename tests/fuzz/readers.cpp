// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/readers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "base/yaml.h"
#include "cli/report/page.h"
#include "cli/report/sweep_page.h"
#include "cli/run.h"
#include "kernels/dense/npy.h"
#include "kernels/ir/read_kernel.h"
#include "kernels/ir/write_kernel.h"
#include "kernels/structure/safetensors.h"
#include "kernels/tensor/matrix_market.h"

namespace weft::tests {

namespace {

/// Bytes under a file name, without a disk.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : descriptor_(memfd_create("fuzz", 0)) {
    if (descriptor_ < 0) std::abort();
    for (size_t done = 0; done < bytes.size();) {
      const ssize_t wrote = write(descriptor_, bytes.data() + done, bytes.size() - done);
      if (wrote <= 0) std::abort();
      done += static_cast<size_t>(wrote);
    }
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

void read_yaml(std::string_view bytes) {
  base::Diagnostics diagnostics;
  base::read_yaml_text(bytes, "fuzz.yaml", diagnostics);
  diagnostics.throw_if_any();
}

/// A kernel without defects must also come back from what is written of it.
void read_kernel(std::string_view bytes) {
  base::Diagnostics diagnostics;
  const ir::Kernel kernel =
      ir::read_kernel(base::read_yaml_text(bytes, "fuzz.yaml", diagnostics), diagnostics);
  diagnostics.throw_if_any();
  const std::string text = ir::write_kernel(kernel);
  const ir::Kernel again =
      ir::read_kernel(base::read_yaml_text(text, "again.yaml", diagnostics), diagnostics);
  if (!diagnostics.empty() || ir::write_kernel(again) != text) std::abort();
}

void read_matrix_market(std::string_view bytes) {
  const tensor::CsrMatrix matrix = tensor::read_matrix_market(MemoryFile(bytes).path());
  WEFT_CHECK(std::ssize(matrix.row_start) == matrix.rows + 1 && matrix.row_start.front() == 0 &&
                 matrix.row_start.back() == matrix.nnz() &&
                 matrix.column.size() == matrix.value.size() &&
                 std::ranges::is_sorted(matrix.row_start),
             "rows that do not fit the entries");
  const auto outside = [&](int32_t column) { return column < 0 || column >= matrix.cols; };
  WEFT_CHECK(std::ranges::none_of(matrix.column, outside), "an entry outside of the matrix");
  WEFT_CHECK(std::ranges::all_of(matrix.value, [](double x) { return std::isfinite(x); }),
             "an entry that is no number");
}

void check_tensor(const dense::DenseTensor& tensor) {
  WEFT_CHECK(std::ssize(tensor.values) == tensor.size(), "values that do not fit the shape");
  WEFT_CHECK(std::ranges::all_of(tensor.values, [](double x) { return std::isfinite(x); }),
             "a value that is no number");
}

void read_npy(std::string_view bytes) {
  check_tensor(dense::read_npy(MemoryFile(bytes).path()));
}

void read_safetensors(std::string_view bytes) {
  check_tensor(structure::read_safetensors(MemoryFile(bytes).path(), ""));
}

/// Results and references are read to be drawn.
void read_results(std::string_view bytes) {
  cli::report::page(cli::load_run_file(MemoryFile(bytes).path()));
}

/// SQLite writes beside its file, so this one has a folder; without a disk where that can be.
void read_sweep(std::string_view bytes) {
  namespace fs = std::filesystem;
  const fs::path memory = "/dev/shm";
  const fs::path folder = (fs::is_directory(memory) ? memory : fs::temp_directory_path()) /
                          fmt::format("weft_fuzz_{}", getpid());
  const struct Remove {
    const fs::path& folder;
    ~Remove() { fs::remove_all(folder); }
  } at_end{folder};
  fs::create_directories(folder);
  const fs::path file = folder / "s.sqlite";
  std::ofstream(file, std::ios::binary) << bytes;
  cli::report::sweep_page(cli::sweep::analyse(file, {}));
}

constexpr std::array<FuzzedReader, 7> kReaders = {{{"yaml", read_yaml},
                                                   {"kernel", read_kernel},
                                                   {"matrix_market", read_matrix_market},
                                                   {"npy", read_npy},
                                                   {"safetensors", read_safetensors},
                                                   {"results", read_results},
                                                   {"sweep", read_sweep}}};

}  // namespace

std::span<const FuzzedReader> fuzzed_readers() {
  return kReaders;
}

const FuzzedReader& fuzzed_reader(std::string_view name) {
  const auto found = std::ranges::find(kReaders, name, &FuzzedReader::name);
  WEFT_CHECK(found != kReaders.end(), "a fuzz target without a reader");
  return *found;
}

}  // namespace weft::tests
