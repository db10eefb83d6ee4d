// SPDX-License-Identifier: Apache-2.0
#include "kernels/native/cpu/gemm_library.h"

namespace weft::native {

std::string name_of(GemmLibrary library) {
  return library == GemmLibrary::OpenBlas ? "openblas" : "libxsmm";
}

std::string version_of(GemmLibrary library) {
  return library == GemmLibrary::OpenBlas ? openblas_version() : xsmm_version();
}

}  // namespace weft::native
