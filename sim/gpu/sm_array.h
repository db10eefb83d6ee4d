// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/gpu/gpu_timeline.h"

namespace weft::sim {

/// The modules of a card: its SMs, each bound to its port of the L2 that they share. `Sm` and `L2`
/// are the SystemC modules of one kind of kernel.
template <typename Sm, typename L2>
struct SmArray {
  using Model = std::remove_cvref_t<decltype(std::declval<Sm>().model())>;

  explicit SmArray(const machine::GpuDescription& gpu)
      : l2(sc_core::sc_gen_unique_name("l2"), static_cast<unsigned>(gpu.sms)) {
    for (unsigned i = 0; i < static_cast<unsigned>(gpu.sms); ++i) {
      sms.push_back(std::make_unique<Sm>(sc_core::sc_gen_unique_name("sm"), i));
      sms.back()->socket.bind(l2.from_sm(i));
    }
  }

  /// Tracks of the SMs by `causes` of their cycles, of places for CTAs, DRAM channels and what
  /// moved.
  void add_tracks(Timeline& timeline, const machine::GpuDescription& gpu,
                  SmCauseCycles (*causes)(const Model& sm, uint64_t cycle),
                  const std::function<MovedBytes()>& moved) {
    for (unsigned i = 0; i < sms.size(); ++i) {
      const Model& sm = sms[i]->model();
      add_sm_track(timeline, i, [&sm, causes](uint64_t cycle) { return causes(sm, cycle); });
    }
    add_slot_tracks(timeline, gpu, [this](unsigned sm, unsigned place, uint64_t cycle) {
      return sms[sm]->model().slot_at(place, cycle);
    });
    for (unsigned i = 0; i < static_cast<unsigned>(gpu.dram.channels); ++i)
      add_channel_track(timeline, i, [this, i] { return l2.memory().channel_bytes()[i]; });
    add_residency_track(timeline, [this] {
      double ctas = 0;
      for (const auto& sm : sms) ctas += sm->model().resident();
      return ctas;
    });
    add_moved_tracks(timeline, moved);
  }

  L2 l2;
  std::vector<std::unique_ptr<Sm>> sms;
};

}  // namespace weft::sim
