// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/readers.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "base/yaml.h"
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
}

/// A kernel without defects must also come back from what is written of it.
void read_kernel(std::string_view bytes) {
  base::Diagnostics diagnostics;
  const ir::Kernel kernel =
      ir::read_kernel(base::read_yaml_text(bytes, "fuzz.yaml", diagnostics), diagnostics);
  if (!diagnostics.empty()) return;
  const std::string text = ir::write_kernel(kernel);
  const ir::Kernel again =
      ir::read_kernel(base::read_yaml_text(text, "again.yaml", diagnostics), diagnostics);
  if (!diagnostics.empty() || ir::write_kernel(again) != text) std::abort();
}

void read_matrix_market(std::string_view bytes) {
  tensor::read_matrix_market(MemoryFile(bytes).path());
}

void read_npy(std::string_view bytes) {
  dense::read_npy(MemoryFile(bytes).path());
}

void read_safetensors(std::string_view bytes) {
  structure::read_safetensors(MemoryFile(bytes).path(), "");
}

constexpr std::array<FuzzedReader, 5> kReaders = {{{"yaml", read_yaml},
                                                   {"kernel", read_kernel},
                                                   {"matrix_market", read_matrix_market},
                                                   {"npy", read_npy},
                                                   {"safetensors", read_safetensors}}};

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
