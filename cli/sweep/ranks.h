// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>

namespace weft::cli::sweep {

/// This process' place among those that an engine such as mpirun started together.
struct Ranks {
  size_t rank = 0;
  size_t size = 1;
};

/// What the environment of OpenMPI (OMPI_COMM_WORLD_*), of PMI (MPICH, Intel) or of MVAPICH says;
/// nothing where the process was started alone. No MPI library is needed: ranks meet in the sweep's
/// file.
std::optional<Ranks> ranks_of_environment();

}  // namespace weft::cli::sweep
