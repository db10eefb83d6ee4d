// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/fabric/transport.h"
#include "sim/memory/memory_model.h"

namespace weft::sim {

/// A memory controller as a SystemC module: a socket in front of a plain memory model.
template <class Model>
class MemoryModule : public sc_core::sc_module, public FabricSocketTarget<MemoryModule<Model>> {
 public:
  /// Builds its model of `arguments`.
  template <class... Arguments>
  explicit MemoryModule(sc_core::sc_module_name name, const Arguments&... arguments)
      : sc_module(name), socket("socket"), model_(arguments...) {
    socket.bind(*this);
  }

  tlm::tlm_target_socket<> socket;

  Model& model() { return model_; }

  void transport(FabricPayload& request) {
    const Place place{request.address, request.bytes};
    request.done_ps =
        request.next.bytes == 0
            ? model_.access(request.arrival_ps, request.kind, place.address, place.bytes)
            : model_.access_pair(request.arrival_ps, request.kind, place, request.next);
  }

 private:
  Model model_;
};

}  // namespace weft::sim
