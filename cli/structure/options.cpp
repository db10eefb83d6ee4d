// SPDX-License-Identifier: Apache-2.0
#include "cli/structure/options.h"

#include <fmt/format.h>

#include "cli/validators.h"
#include "kernels/structure/synthetic.h"

namespace weft::cli {

namespace {

/// What may stand behind `-i W=`.
std::string sources_help() {
  std::string help =
      "\n\nSources:\n  FILE.npy\n  FILE.safetensors:TENSOR, or FILE.safetensors with one tensor";
  for (const structure::SyntheticFamily& family : structure::synthetic_families()) {
    std::vector<std::string> keys;
    for (const tensor::SpecParameter& key : family.parameters) keys.push_back(key.name + "=");
    help += fmt::format("\n  {}:{}  {}", family.name, fmt::join(keys, ","), family.summary);
  }
  return help;
}

void add_structure_options(CLI::App& sub, structure::StructureRequest& request) {
  sub.add_option(
         "--as", request.name,
         fmt::format("{}, or N:M such as 4:8", fmt::join(structure::structure_names(), ", ")))
      ->required();
  sub.add_option(
         "--blocks", request.blocks,
         "Blocks of monarch, mm*, blockdense, blockshuffle, blockdiag [4; of the first two: "
         "balanced]; the first two also K,L, of the first and the last product")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(at_least(1));
  sub.add_option("--rank", request.rank,
                 "Of lowrank and blockdense [half of the dense parameters], or of each slice of "
                 "monarch");
  sub.add_option("--block-size", request.block_size,
                 "Side of a block of armor's A and B [128, or the next below that divides the "
                 "weight]");
}

void add_fit(CLI::App& group, Action& action) {
  const auto [sub, options] = add_subcommand<StructureFitOptions>(
      group, action, "fit", "Fit a structure to a dense weight: factors, sizes and error",
      "  weft structure fit -i W=gaussian:rows=1024,cols=1024 --as monarch\n"
      "  weft structure fit -i W=model.safetensors:mlp.up.weight --as blockdense --blocks 4 "
      "--rank 768 -o factors\n"
      "  weft structure fit -i W=w.npy -i X=x.npy --as 2:4 --score wanda --json -\n"
      "  weft structure fit -i W=w.npy -i X=x.npy --as armor --iterations 2500",
      structure_fit_command);
  sub->add_option(
         "-i,--input", options->inputs,
         "W=SOURCE, the weight (outputs x inputs); X=SOURCE, activations (tokens x inputs, or the "
         "length of each column)")
      ->required()
      ->allow_extra_args(false);
  sub->footer(sub->get_footer() + sources_help());
  add_structure_options(*sub, options->structure);
  sub->add_option("--score", options->score,
                  "What N:M keeps: magnitude, wanda or nowag [magnitude]");
  sub->add_option("--iterations", options->armor.iterations, "Of armor [500; the paper: 20000]")
      ->check(at_least(0));
  sub->add_option("--learning-rate", options->armor.learning_rate, "Of armor's Adam [1e-4]")
      ->check(positive());
  sub->add_option("--seed", options->armor.seed, "Chooses armor's groups [1]")->check(at_least(0));
  sub->add_option("--dtype", options->dtype, "Type whose bytes are counted [f16]");
  sub->add_option("-o,--out", options->out,
                  "Folder for the factors, NAME.npy in f4 each, and fit.json");
  sub->add_option("--json", options->json_file,
                  "Write the figures there; - is the standard output");
}

void add_eval(CLI::App& group, Action& action) {
  const auto [sub, options] = add_subcommand<StructureEvalOptions>(
      group, action, "eval",
      "Simulate the forward pass of structures beside the dense weight: time, energy and error",
      "  weft structure eval -i W=gaussian:rows=1024,cols=1024 --as lowrank --as monarch -m h200 "
      "--tokens 128,4096\n"
      "  weft structure eval -i W=w.npy -i X=x.npy --as blockdense,blocks=4,rank=768 --as 2:4 -m "
      "h200 -m rtx4090 --tokens 2048 --max-error 0.3 --report front.html",
      structure_eval_command);
  sub->add_option("-i,--input", options->inputs,
                  "W=SOURCE, the weight; X=SOURCE, activations, which weight the error")
      ->required()
      ->allow_extra_args(false);
  sub->footer(sub->get_footer() + sources_help());
  sub->add_option("--as", options->structures,
                  fmt::format("NAME[,blocks=B][,rank=R][,block-size=D] with NAME of {}; may be "
                              "repeated",
                              fmt::join(structure::structure_names(), ", ")))
      ->required()
      ->allow_extra_args(false);
  sub->add_option("-m,--machine", options->machines,
                  "A name from `weft list machines`, or a file; may be repeated")
      ->required()
      ->allow_extra_args(false);
  sub->add_option("--tokens", options->tokens, "Vectors to apply the weight to: 128,1024")
      ->required()
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(at_least(1));
  sub->add_option("--max-error", options->max_error,
                  "Say which structure is the fastest of those that lose no more than this: 0.1")
      ->check(at_least(0));
  sub->add_option("--score", options->score,
                  "What N:M keeps: magnitude, wanda or nowag [magnitude]");
  sub->add_option("--iterations", options->armor.iterations, "Of armor [500; the paper: 20000]")
      ->check(at_least(0));
  sub->add_option("--dtype", options->dtype, "Type of weights and activations [f16]");
  sub->add_option("-j,--jobs", options->jobs, "Simulations at a time [one for each processor]")
      ->check(at_least(1));
  sub->add_option("--json", options->json_file,
                  "Write the figures there; - is the standard output");
  sub->add_option("--report", options->report_file, "Write a page with the fronts there");
}

}  // namespace

void add_structure(CLI::App& app, Action& action) {
  CLI::App* group =
      app.add_subcommand("structure", "Structured matrices in place of dense weights");
  group->require_subcommand(1);
  group->footer("\nExamples:\n  weft structure fit --help\n  weft structure eval --help");
  add_fit(*group, action);
  add_eval(*group, action);
}

}  // namespace weft::cli
