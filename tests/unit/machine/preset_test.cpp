// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sim/machine/load_machine.h"
#include "sim/machine/topology.h"

namespace weft::machine {
namespace {

using testing::IsEmpty;

const std::vector<std::filesystem::path> kDirectories = {WEFT_MACHINES};

MachineDescription preset(const std::string& name, const std::vector<std::string>& settings = {}) {
  base::Diagnostics diagnostics;
  MachineDescription machine = load_machine(name, settings, kDirectories, diagnostics);
  EXPECT_THAT(diagnostics.messages(), IsEmpty());
  return machine;
}

TEST(Preset, ThreadsAreThosePublished) {
  EXPECT_EQ(preset("piuma-smash").fabric().total_threads(), 66);
  EXPECT_EQ(preset("piuma-die").fabric().total_threads(), 528);
  EXPECT_EQ(preset("piuma-node").fabric().total_threads(), 8'448);
  EXPECT_EQ(preset("piuma-node", {"topology.dies=256"}).fabric().total_threads(), 135'168);
}

TEST(Preset, SmashCoreHasTheBandwidthItsThreadsCanDraw) {
  const MachineDescription machine = preset("piuma-smash");
  const FabricDescription& smash = machine.fabric();
  EXPECT_EQ(smash.memory.gb_s_per_core, 5.7);
  EXPECT_EQ(smash.memory.latency_ns, 90);
  EXPECT_EQ(smash.memory.access_granularity_bytes, 8);
  EXPECT_EQ(smash.core.spad.bytes, 4 << 20);
}

/// By Little's law: bytes in flight = bandwidth x latency.
TEST(Preset, DmaCanFillTheMemoryOfEveryPreset) {
  for (const char* name : {"piuma-smash", "piuma-die", "piuma-node"}) {
    const MachineDescription machine = preset(name);
    const FabricDescription& fabric = machine.fabric();
    const double needed_bytes = fabric.memory.gb_s_per_core * fabric.memory.latency_ns;
    const auto possible_bytes =
        static_cast<double>(fabric.dma.outstanding * fabric.dma.request_bytes);
    EXPECT_GE(possible_bytes, 0.99 * needed_bytes) << name;
  }
}

TEST(Preset, LargestConfigurationStaysUnderThePublishedLatency) {
  const MachineDescription machine = preset("piuma-node", {"topology.dies=256"});
  const Topology topology(machine.fabric());
  const auto latency_ns =
      static_cast<double>(topology.worst_latency_cycles()) / machine.clock_ghz();
  EXPECT_LT(latency_ns, 400);
  EXPECT_GT(latency_ns, 100);
}

TEST(Preset, SmashStandsAlone) {
  std::ifstream in(std::filesystem::path(WEFT_MACHINES) / "piuma-smash.yaml");
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  EXPECT_EQ(text.find("extends"), std::string::npos);
}

/// Whether the line of a preset gives a key a number or a list.
bool gives_a_number(const std::string& line) {
  const size_t colon = line.find(": ");
  return colon != std::string::npos && line.find('#') > colon &&
         line.find_first_of("[0123456789", colon) == colon + 2;
}

bool number_has_a_source(const std::string& line) {
  for (const char* source : {"# published", "# derived", "# assumed", "# as above"}) {
    if (line.find(source) != std::string::npos) return true;
  }
  return false;
}

TEST(Preset, EveryNumberSaysItsSource) {
  int numbers = 0;
  for (const std::string name : {"piuma-smash", "piuma-die", "piuma-node"}) {
    std::ifstream in(std::filesystem::path(WEFT_MACHINES) / (name + ".yaml"));
    bool in_instructions = false;  // one comment covers that table
    for (std::string line; std::getline(in, line);) {
      if (!line.starts_with(' ')) in_instructions = line.starts_with("instructions:");
      if (!gives_a_number(line) || in_instructions || line.starts_with("machine:")) continue;
      EXPECT_TRUE(number_has_a_source(line)) << name << ": " << line;
      ++numbers;
    }
  }
  EXPECT_GT(numbers, 50);
}

TEST(Preset, SmashSpellsOutEveryParameterAtItsDefault) {
  const MachineDescription machine = preset("piuma-smash");
  FabricDescription defaults;
  defaults.name = machine.name();
  EXPECT_EQ(write_machine(machine).dump(1), write_machine({"defaults", defaults}).dump(1));
}

TEST(Preset, ResolvedMachineReadsBackTheSame) {
  for (const std::string& name : list_machines(kDirectories)) {
    const nlohmann::ordered_json json = write_machine(preset(name));
    base::Diagnostics diagnostics;
    const base::YamlNode document = base::read_yaml_text(json.dump(), "resolved", diagnostics);
    EXPECT_EQ(write_machine(read_machine(document, name, diagnostics)), json) << name;
    EXPECT_THAT(diagnostics.messages(), IsEmpty());
  }
}

}  // namespace
}  // namespace weft::machine
