// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "sim/machine/load_machine.h"

namespace weft::machine {
namespace {

std::string preset_text() {
  std::ifstream in(std::filesystem::path(WEFT_MACHINES) / "piuma-smash.yaml");
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// Cuts out, doubles or overwrites a few short stretches of the text.
std::string mutated(std::string text) {
  const int edits = *rc::gen::inRange(1, 6);
  for (int i = 0; i < edits; ++i) {
    const auto at = *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<size_t>(0, text.size()));
    const auto length = *rc::gen::inRange<size_t>(1, 20);
    const std::string stretch = text.substr(at, length);
    switch (*rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, 3))) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, stretch);
        break;
      default:
        text.replace(at, 1, 1, *rc::gen::elementOf(std::string("0-9:[]{}\n #x'\"&*\t~")));
        break;
    }
  }
  return text;
}

RC_GTEST_PROP(LoadMachine, DamagedDocumentsGiveErrorsWithAPlaceOrAMachine, ()) {
  static const std::string kPreset = preset_text();
  RC_PRE(!kPreset.empty());
  base::Diagnostics diagnostics;
  read_machine(base::read_yaml_text(mutated(kPreset), "m.yaml", diagnostics), "m", diagnostics);
  for (const std::string& message : diagnostics.messages())
    RC_ASSERT(message.starts_with("m.yaml:"));
}

/// A GPU with every parameter in one text, without the documents that its preset extends.
std::string gpu_text() {
  const std::vector<std::filesystem::path> directories = {WEFT_MACHINES};
  base::Diagnostics diagnostics;
  return write_machine(load_machine("h200", {}, directories, diagnostics)).dump(1);
}

RC_GTEST_PROP(LoadMachine, DamagedGpusGiveErrorsWithAPlaceOrAMachine, ()) {
  static const std::string kGpu = gpu_text();
  base::Diagnostics diagnostics;
  read_machine(base::read_yaml_text(mutated(kGpu), "m.yaml", diagnostics), "m", diagnostics);
  for (const std::string& message : diagnostics.messages())
    RC_ASSERT(message.starts_with("m.yaml:"));
}

}  // namespace
}  // namespace weft::machine
