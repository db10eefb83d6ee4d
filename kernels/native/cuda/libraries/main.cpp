// SPDX-License-Identifier: Apache-2.0
// Vendor libraries on this machine's first card, one measurement a call. `weft reference run
// --target cuda` runs it as a process of its own: neither the libraries' start-up nor their faults
// are Weft's.
#include <charconv>
#include <exception>

#include <cublas_v2.h>
#include <cusparse.h>

#include "kernels/native/cuda/libraries/library_runs.h"

namespace weft_cuda {

Arguments::Arguments(int count, char** words) {
  for (int i = 2; i < count; ++i) {
    const std::string word = words[i];
    const size_t equals = word.find('=');
    if (equals == std::string::npos) fail(kNoDevice, "expected NAME=VALUE, found '" + word + "'");
    values_[word.substr(0, equals)] = word.substr(equals + 1);
  }
}

std::string Arguments::text(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) fail(kNoDevice, "expected " + name + "=VALUE, found none");
  return found->second;
}

int64_t Arguments::integer(const std::string& name) const {
  const std::string value = text(name);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size() || number < 0)
    fail(kNoDevice, name + ": expected a whole number, found '" + value + "'");
  return number;
}

int64_t Arguments::integer(const std::string& name, int64_t fallback) const {
  return values_.contains(name) ? integer(name) : fallback;
}

int run(int count, char** words) {
  const std::string operation = count > 1 ? words[1] : "";
  const Arguments arguments(count, words);
  try {
    if (operation == "product")
      return print(run_cublas_product(arguments), "product", "cuBLAS", "");
    if (operation == "spgemm")
      return print(run_cusparse_spgemm(arguments), "spgemm", "cuSPARSE", "");
    if (operation == "spmm") return print(run_cusparse_spmm(arguments), "spmm", "cuSPARSE", "");
    if (operation == "spmv") return print(run_cusparse_spmv(arguments), "spmv", "cuSPARSE", "");
    if (operation == "sddmm") return print(run_cusparse_sddmm(arguments), "sddmm", "cuSPARSE", "");
  } catch (const std::exception& error) {
    fail(kNoDevice, error.what());
  }
  fail(kNoDevice, "expected product, spgemm, spmm, spmv or sddmm, found '" + operation + "'");
}

}  // namespace weft_cuda

int main(int count, char** words) {
  return weft_cuda::run(count, words);
}
