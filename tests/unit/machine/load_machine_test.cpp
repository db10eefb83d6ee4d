// SPDX-License-Identifier: Apache-2.0
#include "sim/machine/load_machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/unit/machine/directories.h"

namespace weft::machine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;

std::vector<std::string> messages_of_settings(const std::vector<std::string>& settings) {
  base::Diagnostics diagnostics;
  load_machine("piuma-smash", settings, kDirectories, diagnostics);
  return diagnostics.messages();
}

std::vector<std::string> messages_of_text(std::string_view text) {
  base::Diagnostics diagnostics;
  read_machine(base::read_yaml_text(text, "m.yaml", diagnostics), "m", diagnostics);
  return diagnostics.messages();
}

TEST(LoadMachine, NamesAndPathsAreTheSameMachine) {
  base::Diagnostics diagnostics;
  const MachineDescription by_name = load_machine("piuma-die", {}, kDirectories, diagnostics);
  const MachineDescription by_path =
      load_machine(std::string(WEFT_MACHINES) + "/piuma-die.yaml", {}, {}, diagnostics);
  EXPECT_THAT(diagnostics.messages(), IsEmpty());
  EXPECT_EQ(by_name.id, "piuma-die");
  EXPECT_EQ(by_path.id, "piuma-die");
  EXPECT_EQ(write_machine(by_name), write_machine(by_path));
  EXPECT_THAT(list_machines(kDirectories),
              IsSupersetOf({"piuma-die", "piuma-node", "piuma-smash"}));
}

TEST(LoadMachine, UnknownNamesListTheKnownOnes) {
  base::Diagnostics diagnostics;
  load_machine("piuma-smsh", {}, kDirectories, diagnostics);
  ASSERT_EQ(diagnostics.messages().size(), 1U);
  EXPECT_THAT(diagnostics.messages()[0],
              HasSubstr("machine 'piuma-smsh': expected a file or one of "));
  EXPECT_THAT(diagnostics.messages()[0], HasSubstr("; did you mean 'piuma-smash'?"));
}

TEST(LoadMachine, MissingFilesAreNamed) {
  base::Diagnostics diagnostics;
  load_machine("none/such.yaml", {}, kDirectories, diagnostics);
  EXPECT_THAT(diagnostics.messages(),
              ElementsAre("none/such.yaml: expected a YAML document, found nothing readable "
                          "(No such file or directory)"));
}

TEST(LoadMachine, SettingsReachEveryValue) {
  base::Diagnostics diagnostics;
  const std::vector<std::string> settings = {"core.mtc.threads=32", "clock_ghz=1.5GHz",
                                             "memory.latency_ns=0.72us", "instructions.hash=5",
                                             "energy.fma_pj=3pJ"};
  const MachineDescription machine =
      load_machine("piuma-smash", settings, kDirectories, diagnostics);
  EXPECT_THAT(diagnostics.messages(), IsEmpty());
  const FabricDescription& fabric = machine.fabric();
  EXPECT_EQ(fabric.core.mtc.threads, 32);
  EXPECT_EQ(machine.clock_ghz(), 1.5);
  EXPECT_EQ(fabric.memory.latency_ns, 720);
  EXPECT_EQ(fabric.instructions.at("hash"), 5);
  EXPECT_EQ(fabric.energy.fma_pj, 3);
}

TEST(LoadMachine, WrongSettingsAreNamedWithWhatWasMeant) {
  EXPECT_THAT(
      messages_of_settings(
          {"core.mtc.thread=32", "core.mtc.threads=sixteen", "instructions.laod=2", "clock_ghz=0"}),
      testing::UnorderedElementsAre(
          "--set core.mtc.thread=32: core.mtc.thread: unknown key 'thread'; did you mean "
          "'threads'?",
          "--set core.mtc.threads=sixteen: core.mtc.threads: expected an integer in [1, 1024], "
          "found 'sixteen' "
          "(hardware threads per pipeline)",
          "--set instructions.laod=2: instructions.laod: unknown key 'laod'; did you mean 'load'?",
          "--set clock_ghz=0: clock_ghz: expected a frequency in [0.001, 100] GHz, such as 100 or "
          "100GHz, found '0' "
          "(clock of cores and mesh)"));
}

TEST(LoadMachine, ValuesMustFitTogether) {
  EXPECT_THAT(
      messages_of_settings({"topology.cores_per_die=8", "topology.dies=40",
                            "topology.offdie.ports=4", "core.spad.banks=12", "core.dcache.ways=3",
                            "memory.interleave.default_bytes=128"}),
      ElementsAre(
          HasSubstr("topology.mesh: expected at least 8 routers, one for each core of a die, found "
                    "1 x 1"),
          "--set topology.dies=40: topology.dies: expected at most 16 dies (one node) or a "
          "multiple of 16, found 40",
          "--set topology.offdie.ports=4: topology.offdie.ports: expected at least 16, a port to "
          "each peer of a die "
          "(the other dies of its node and its counterparts in the other nodes), found 4",
          "--set core.spad.banks=12: core.spad.banks: expected a power of two, found 12",
          HasSubstr("core.spad.bytes: expected a multiple of 96B (12 banks of 8B), found 4MiB"),
          HasSubstr(
              "core.dcache.bytes: expected 192B (3 ways of 64B) times a power of two, found 16KiB"),
          "--set memory.interleave.default_bytes=128: memory.interleave.default_bytes: expected "
          "one of 8, 64, 512, "
          "4096, found 128"));
}

TEST(LoadMachine, TheHeaderNamesTheKind) {
  EXPECT_THAT(
      messages_of_text(""),
      ElementsAre("m.yaml:1:1: expected a document that begins with 'machine: 1', found nothing"));
  EXPECT_THAT(messages_of_text("name: x\nmachine: 1\n"),
              ElementsAre("m.yaml:1:1: expected 'machine: 1' as the first key, found 'name'"));
  EXPECT_THAT(
      messages_of_text("machine: 1\nkind: fabrik\n"),
      ElementsAre("m.yaml:2:7: kind: expected one of fabric, gpu, found 'fabrik'; did you mean "
                  "'fabric'? (kind of "
                  "machine)"));
  EXPECT_THAT(messages_of_text("machine: 1\n"),
              ElementsAre("m.yaml:1:1: missing key 'kind' (kind of machine: fabric, gpu)"));
  EXPECT_THAT(
      messages_of_text("machine: 2\nkind: fabric\n"),
      ElementsAre(
          "m.yaml:1:10: machine: expected an integer in [1, 1], found '2' (version of the form of "
          "machine documents)",
          "m.yaml:1:1: missing key 'name' (what reports call the machine)",
          "m.yaml:1:1: missing key 'clock_ghz' (clock of cores and mesh)"));
}

TEST(LoadMachine, SchemaAndParameterPageNameEveryParameter) {
  const nlohmann::ordered_json schema = machine_json_schema();
  ASSERT_EQ(schema["anyOf"].size(), 2U);
  const auto& fabric = schema["anyOf"][0]["properties"];
  EXPECT_EQ(fabric["kind"]["const"], "fabric");
  EXPECT_EQ(fabric["core"]["properties"]["mtc"]["properties"]["threads"]["maximum"], 1024);
  const auto& gpu = schema["anyOf"][1]["properties"];
  EXPECT_EQ(gpu["kind"]["const"], "gpu");
  EXPECT_EQ(gpu["sm"]["properties"]["pipes"]["properties"]["fp32_lanes"]["minimum"], 1);
  EXPECT_THAT(machine_parameters_markdown(),
              HasSubstr("| `core.mtc.threads` | an integer in [1, 1024] | 16 | hardware threads "
                        "per pipeline |\n"));
  EXPECT_THAT(machine_parameters_markdown(), HasSubstr("| `instructions.hash` |"));
  EXPECT_THAT(machine_parameters_markdown(), HasSubstr("| `sm.tensor.fma_per_cycle.fp16` |"));
}

}  // namespace
}  // namespace weft::machine
