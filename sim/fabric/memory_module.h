// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "sim/fabric/transport.h"
#include "sim/memory/memory_model.h"

namespace weft::sim {

/// A memory controller as a SystemC module: a socket in front of a plain memory model.
template <class Model>
class MemoryModule : public sc_core::sc_module, public FabricSocketTarget<MemoryModule<Model>> {
 public:
  MemoryModule(sc_core::sc_module_name name, Model model)
      : sc_module(name), socket("socket"), model_(std::move(model)) {
    socket.bind(*this);
  }

  tlm::tlm_target_socket<> socket;

  Model& model() { return model_; }

  void transport(FabricPayload& request) {
    request.done_ps =
        model_.access(request.arrival_ps, request.kind, request.address, request.bytes);
    if (request.next.bytes == 0) return;
    request.done_ps =
        model_.access(request.done_ps, request.kind, request.next.address, request.next.bytes);
  }

 private:
  Model model_;
};

}  // namespace weft::sim
