// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <complex>  // GraphBLAS.h includes it too, which must not happen first inside extern "C"
#include <string>

extern "C" {
#include <GraphBLAS.h>
}

/// What the runs of SuiteSparse:GraphBLAS share. The library keeps its own state for the process
/// and is used from one thread at a time.
namespace weft::native::graphblas {

/// Starts the library where it is not yet, and sets the threads of its next calls. It cannot be
/// started again after its end, so it never ends.
void start(int threads);

/// InternalError where a call failed.
void check(GrB_Info status, const char* call);

/// The library and its version, "SuiteSparse:GraphBLAS 7.4.0".
std::string version();

}  // namespace weft::native::graphblas
