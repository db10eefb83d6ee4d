// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include "sim/fabric/transport.h"
#include "sim/memory/memory_model.h"

namespace weft::sim {

/// A memory controller as a SystemC module: a socket in front of a plain memory model.
class MemoryModule : public sc_core::sc_module, public BlockingTarget {
 public:
  MemoryModule(sc_core::sc_module_name name, std::unique_ptr<MemoryModel> model)
      : sc_module(name), socket("socket"), model_(std::move(model)) {
    socket.bind(*this);
  }

  tlm::tlm_target_socket<> socket;

  MemoryModel& model() { return *model_; }

 private:
  void transport(FabricPayload& request) override {
    request.done_ps = model_->access(request.arrival_ps, request.kind, request.address, request.bytes);
  }

  std::unique_ptr<MemoryModel> model_;
};

}  // namespace weft::sim
