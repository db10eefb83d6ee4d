// SPDX-License-Identifier: Apache-2.0
// The command as its users meet it: arguments in; text, files and an exit status out.
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/weft_command.h"

namespace weft {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;
using tests::Command;
using tests::Outcome;
using tests::text_of;

constexpr const char* kSmallMatrix =
    "%%MatrixMarket matrix coordinate real general\n3 3 4\n1 1 1.0\n1 2 2.0\n2 3 3.0\n3 1 4.0\n";

constexpr const char* kReferenceRun =
    "reference run -k spgemm_row_hash --target cpu --threads 1 --repetitions 2 -i A=a.mtx";

TEST_F(Command, HelpNamesEverySubcommandAndSucceeds) {
  const Outcome help = weft("--help");
  EXPECT_EQ(help.status, 0);
  EXPECT_EQ(help.err, "");
  for (const char* name : {"run", "simulate", "sweep", "reference", "compare", "report", "validate",
                           "occupancy", "show", "check", "list", "schema"}) {
    EXPECT_THAT(help.out, HasSubstr(std::string("\n  ") + name + " "));
    const Outcome own = weft(std::string(name) + " --help");
    EXPECT_EQ(own.status, 0);
    EXPECT_THAT(own.out, HasSubstr("Examples:"));
  }
}

TEST_F(Command, HelpIsAWordToo) {
  EXPECT_EQ(weft("help simulate").out, weft("simulate --help").out);
  EXPECT_EQ(weft("help").out, weft("--help").out);
}

TEST_F(Command, NothingAskedIsAnErrorThatShowsHelp) {
  const Outcome nothing = weft("");
  EXPECT_EQ(nothing.status, 2);
  EXPECT_EQ(nothing.out, "");
  EXPECT_THAT(nothing.err, HasSubstr("Subcommands:"));
}

TEST_F(Command, MistypedWordsGetASuggestion) {
  EXPECT_EQ(weft("simulat").err, "weft: unknown command 'simulat'; did you mean 'simulate'?\n");
  EXPECT_EQ(weft("reference rum").err, "weft: unknown command 'rum'; did you mean 'run'?\n");
  EXPECT_EQ(weft("compare --tolerence 5 a b").err,
            "compare: unknown option '--tolerence'; did you mean '--tolerance'?\n");
  EXPECT_EQ(weft("simulate --kernle=x").err,
            "simulate: unknown option '--kernle'; did you mean '--kernel'?\n");
  EXPECT_EQ(weft("list kernls").err,
            "list: expected one of machines, kernels, mapspaces, workloads, inputs, suites, "
            "parameters, found "
            "'kernls'; did you mean 'kernels'?\n");
  EXPECT_EQ(weft("list kernls").status, 2);
  EXPECT_THAT(weft("run gtp2").err, HasSubstr("did you mean 'gpt2'?"));
  EXPECT_THAT(
      weft("structure eval -i W=gaussian:rows=16,cols=16 --as lowrank -m h20 --tokens 16").err,
      HasSubstr("did you mean 'h200'?"));
}

TEST_F(Command, MissingArgumentsAreNamed) {
  const Outcome outcome = weft("run");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.err, "weft: EXPERIMENT is required (see --help)\n");
}

TEST_F(Command, NumbersOutOfRangeAreSaidBriefly) {
  const auto refused = [&](const std::string& arguments, const std::string& message) {
    const Outcome run = weft(arguments);
    EXPECT_EQ(run.status, 2) << arguments;
    EXPECT_EQ(run.err, message + " (see --help)\n");
  };
  for (const char* tolerance : {"nan", "inf", "-1"})
    refused(std::string("compare a b --tolerance ") + tolerance,
            std::string("--tolerance: expected at least 0, found '") + tolerance + "'");
  refused("run x -j 0", "--jobs: expected at least 1, found '0'");
  refused("validate spgemm --data x --limit 0", "--limit: expected at least 1, found '0'");
  refused("validate spgemm --data x --seed -1", "--seed: expected at least 0, found '-1'");
  refused("structure fit -i W=w.npy --as armor --learning-rate nan",
          "--learning-rate: expected a number above 0, found 'nan'");
  refused("simulate -k gemm -m h200 --json ''", "--json: expected a value, found an empty one");
}

TEST_F(Command, SchemasAreJson) {
  for (const char* kind : {"experiment", "workload", "sweep", "result", "reference"}) {
    const Outcome schema = weft(std::string("schema ") + kind);
    EXPECT_EQ(schema.status, 0);
    EXPECT_EQ(nlohmann::json::parse(schema.out).at("type"), "object");
  }
}

TEST_F(Command, InputsAreListedWithTheirKeys) {
  const std::string list = weft("list inputs").out;
  EXPECT_THAT(list, HasSubstr("rmat: "));
  EXPECT_THAT(list,
              HasSubstr("  edges=          edges drawn, before duplicates merge, required\n"));
  EXPECT_THAT(list, HasSubstr("  seed=           selects the random numbers [1]\n"));
  EXPECT_THAT(list, HasSubstr("  joint=          edges by out-degree and in-degree"));
}

TEST_F(Command, GpusAreMachinesLikeOthers) {
  const Outcome list = weft("list machines");
  EXPECT_THAT(list.out, HasSubstr("\nh200\n"));
  EXPECT_THAT(list.out, testing::Not(HasSubstr("hopper"))) << "families are no machines";
  write("mine.yaml", "extends: " WEFT_MACHINES "/h200.yaml\nname: half\nsms: 66\n");
  EXPECT_EQ(weft("check mine.yaml").out, "mine.yaml: ok\n");
  EXPECT_THAT(weft("show mine.yaml").out,
              testing::AllOf(HasSubstr("machine       mine (half)\n"),
                             HasSubstr("SMs           66, compute capability 9.0, ")));
  EXPECT_EQ(nlohmann::json::parse(weft("schema machine").out).at("anyOf").size(), 2U);
}

TEST_F(Command, ShowCountsAMatrixAndItsProduct) {
  write("a.mtx", kSmallMatrix);
  EXPECT_EQ(weft("show a.mtx").out,
            "a.mtx\n"
            "  rows          3\n"
            "  cols          3\n"
            "  nnz           4\n"
            "  entries/row   mean 1.33, longest 2, empty 0\n"
            "  product       A * A: 6 products, 6 entries, 184 B at least\n");
}

TEST_F(Command, CheckPrintsEveryErrorOfEveryFile) {
  write("good.yaml",
        "experiment: 1\nname: x\nmachines: [piuma-smash]\nkernels: [smash_v1]\ninputs: {i: {A: "
        "a.mtx}}\n");
  write("a.mtx", "%%MatrixMarket matrix coordinate real general\n1 1 1\n1 1 1\n");
  write("bad.yaml",
        "experiment: 1\nnam: x\nmachines: [piuma-smash]\nkernels: [smash_v1]\ninputs: 7\n");
  write("other.yaml", "experimant: 1\n");
  const Outcome check = weft("check good.yaml bad.yaml other.yaml none.yaml");
  EXPECT_EQ(check.status, 2);
  EXPECT_EQ(check.out, "good.yaml: ok\n");
  EXPECT_THAT(check.err,
              StartsWith("bad.yaml:2:1: nam: unknown key 'nam'; did you mean 'name'?\n"
                         "bad.yaml:1:1: missing key 'name'\n"
                         "bad.yaml:5:9: inputs: expected a map from name to tensors, found '7'\n"
                         "other.yaml:1:1: expected a document whose first key is one of "));
  EXPECT_THAT(check.err, HasSubstr("found 'experimant'; did you mean 'experiment'?\nnone.yaml: "));
}

TEST_F(Command, CheckFollowsTheNamesAndSourcesOfAnExperiment) {
  write("e.yaml",
        "experiment: 1\nname: e\nnam: x\n"
        "machines: [piuma-smsh, {machine: piuma-smash, set: {core.mtc.threds: 4}}]\n"
        "kernels: [smash_v4, {kernel: smash_v3, params: {Q: 3}}]\n"
        "inputs: {a: {A: nofile.mtx}, b: {A: \"rmat:scale=7,edges=-600,seed=1\"}}\n");
  const Outcome run = weft("check e.yaml");
  EXPECT_EQ(run.status, 2);
  for (const char* message :
       {"e.yaml:3:1: nam: unknown key 'nam'; did you mean 'name'?\n",
        "e.yaml:4:12: machine 'piuma-smsh': expected a file or one of ",
        "e.yaml:4:53: core.mtc.threds: unknown key 'threds'; did you mean 'threads'?\n",
        "e.yaml:5:11: kernel: unknown name 'smash_v4'; did you mean 'smash_v1'?",
        "e.yaml:5:21: params of smash_v3: expected one of M, K, N, found 'Q'",
        "e.yaml:6:17: inputs.a: nofile.mtx: no such file\n",
        "e.yaml:6:37: inputs.b: rmat: edges: expected"})
    EXPECT_THAT(run.err, HasSubstr(message));
}

TEST_F(Command, CheckKnowsEveryDocumentOfTheRepository) {
  for (const char* folder : {"dram", "machines", "mapspaces", "experiments", "sweeps", "workloads"})
    EXPECT_EQ(weft(std::string("check " WEFT_SOURCE_DIR "/configs/") + folder + "/*.yaml").err, "");
  EXPECT_THAT(weft("show " WEFT_SOURCE_DIR "/configs/dram/hbm2.yaml").out,
              HasSubstr("dram          HBM2\n"));
}

TEST_F(Command, ReferenceRunsAreVerifiedAndComparable) {
  write("a.mtx", kSmallMatrix);
  const Outcome run = weft(std::string(kReferenceRun) + " -o a.json");
  EXPECT_EQ(run.status, 0) << run.err;
  const auto json = nlohmann::json::parse(text_of(folder_ / "a.json"));
  EXPECT_EQ(json.at("work").at("products"), 6);
  EXPECT_EQ(json.at("verified").at("passed"), true);
  EXPECT_EQ(weft("compare a.json a.json --tolerance 0").status, 0);
  EXPECT_EQ(weft("check a.json").out, "a.json: ok\n");
}

TEST_F(Command, CompareFailsPastTheTolerance) {
  write("a.mtx", kSmallMatrix);
  ASSERT_EQ(weft(std::string(kReferenceRun) + " -o a.json").status, 0);
  auto json = nlohmann::json::parse(text_of(folder_ / "a.json"));
  json["time_s"] = json["time_s"].get<double>() * 1.5;
  write("b.json", json.dump());
  EXPECT_EQ(weft("compare a.json b.json").status, 0);
  EXPECT_EQ(weft("compare a.json b.json --tolerance 60").status, 0);
  const Outcome past = weft("compare a.json b.json --tolerance 40");
  EXPECT_EQ(past.status, 1);
  EXPECT_THAT(past.out, HasSubstr("+50.0 %"));
}

TEST_F(Command, BrokenResultsAreUserErrors) {
  write("a.json", "{\"schema\": \n");
  const Outcome broken = weft("compare a.json a.json");
  EXPECT_EQ(broken.status, 2);
  EXPECT_THAT(broken.err, StartsWith("a.json:2:1: expected JSON, found a syntax error"));
  EXPECT_EQ(weft("report none.json").err, "none.json: cannot read: No such file or directory\n");
}

TEST_F(Command, NothingIsWrittenOverWhatIsRead) {
  write("k.yaml", text_of(fs::path(WEFT_SOURCE_DIR) / "kernels/library/gemm.yaml"));
  const std::string before = text_of(folder_ / "k.yaml");
  const std::string map = "map -m h200 -p M=64 -p N=64 -p K=64 -k k.yaml ";
  EXPECT_EQ(weft(map + "-o k.yaml").err,
            "--out k.yaml: expected another file than --kernel reads\n");
  EXPECT_EQ(text_of(folder_ / "k.yaml"), before);
  EXPECT_EQ(weft(map + "-o new.yaml --json ./new.yaml").status, 2);
  EXPECT_THAT(weft(map + "-o - --json -").err, HasSubstr("expected another place than that of"));
  EXPECT_EQ(weft(map + "--budget 1sims -o - --json /dev/null").status, 0);
}

TEST_F(Command, ADefectOfOneEntryHidesNoOther) {
  write("m.yaml", "machine: 1\nextends: " WEFT_SOURCE_DIR
                  "/configs/machines/h200.yaml\nsms: 4\nsms: 5\nsmz: 3\npower: {limit_w: fast}\n");
  const std::string err = weft("check m.yaml").err;
  EXPECT_THAT(err, HasSubstr("duplicate key 'sms'"));
  EXPECT_THAT(err, HasSubstr("did you mean 'sms'?"));
  EXPECT_THAT(err, HasSubstr("power.limit_w"));
  write("f.yaml", "machine: 1\nextends: " WEFT_SOURCE_DIR
                  "/configs/machines/piuma-die.yaml\nmemory: {standard: ddr9}\n");
  EXPECT_THAT(weft("check f.yaml").err, StartsWith("f.yaml:3:20: memory.standard: "));
  write("k.yaml", "kir: 1\nkernel: ../x\n");
  EXPECT_THAT(weft("check k.yaml").err, HasSubstr("k.yaml:2:9: error: kernel: expected a name of"));
}

TEST_F(Command, WrongNamesInAnExperimentShowBeforeTheFirstRun) {
  write("x.yaml",
        "experiment: 1\nname: try\nmachines: [piuma-smahs]\nkernels: [smash_v4]\ninputs: {tiny: "
        "{A: a.mtx}}\n");
  const Outcome run = weft("run x.yaml");
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, HasSubstr("did you mean 'piuma-smash'?"));
  EXPECT_THAT(run.err, HasSubstr("smash_v4"));
  EXPECT_FALSE(fs::exists(folder_ / "results"));
}

TEST_F(Command, AFullDiskIsExplained) {
  const std::string line =
      "'" WEFT_BINARY "' schema result >/dev/full 2>'" + (folder_ / "err").string() + "'";
  EXPECT_EQ(WEXITSTATUS(std::system(line.c_str())), 2);
  EXPECT_THAT(text_of(folder_ / "err"), HasSubstr("No space left on device"));
}

TEST_F(Command, RepeatedOptionsTakeOneValueEach) {
  const Outcome outcome = weft(
      "simulate -k smash_v1 -m piuma-smash -i A=none.mtx -i B=A^T --set clock_ghz=1 --set "
      "core.mtc.threads=8");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, testing::Not(HasSubstr("--help"))) << "the arguments are well formed";
}

TEST_F(Command, AFailedRunIsARowAndTheOthersGoOn) {
  write("a.mtx", kSmallMatrix);
  write("x.yaml",
        "experiment: 1\nname: try\nmachines: [piuma-smash]\nkernels: [spgemm_row_hash]\n"
        "inputs: {tiny: {A: a.mtx}, absent: {A: none.mtx}}\nreferences: [cpu]\nrepetitions: 1\n");
  const Outcome run = weft("run x.yaml");
  EXPECT_EQ(run.status, 2);
  const auto json = nlohmann::json::parse(text_of(folder_ / "results" / "try" / "results.json"));
  EXPECT_EQ(json.at("results").size(), 2U);
  EXPECT_EQ(json.at("results").at(1).at("input"), "absent");
  EXPECT_EQ(json.at("results").at(1).at("status"), "failed");
  EXPECT_EQ(json.at("references").at(0).at("status"), "ok");
  EXPECT_EQ(json.at("references").at(1).at("status"), "failed");
  EXPECT_THAT(run.out, HasSubstr("tiny    spgemm"));
  EXPECT_THAT(text_of(folder_ / "results" / "try" / "report.html"),
              HasSubstr("<h2>Without a result</h2>"));
}

TEST_F(Command, CtrlCStopsAtOnceAndKeepsWhatIsDone) {
  // The native run would take minutes.
  write("x.yaml",
        "experiment: 1\nname: long\nmachines: [piuma-smash]\nkernels: [spgemm_row_hash]\n"
        "inputs: {grid: {A: \"poisson2d:n=300\"}}\nreferences: [cpu]\nrepetitions: 1000\n");
  const Outcome run = weft("run x.yaml", "timeout --preserve-status -s INT 3");
  EXPECT_EQ(run.status, 130);
  EXPECT_THAT(run.err, HasSubstr("weft: stopped; what was done is kept\n"));
  const fs::path out = folder_ / "results" / "long";
  const auto json = nlohmann::json::parse(text_of(out / "results.json"));
  EXPECT_EQ(json.at("complete"), false);
  EXPECT_EQ(json.at("references").size(), 0U);
  EXPECT_EQ(std::distance(fs::directory_iterator(out), fs::directory_iterator()), 2)
      << "no temporary file is left";
}

TEST_F(Command, AKilledRunLeavesWhatItHadDone) {
  write("x.yaml",
        "experiment: 1\nname: long\nmachines: [piuma-smash]\nkernels: [spgemm_row_hash]\n"
        "inputs: {small: {A: \"poisson2d:n=20\"}, large: {A: \"poisson2d:n=2000\"}}\n");
  const fs::path partial = folder_ / "results" / "long" / "results.partial.json";
  for (const char* delay :
       {"0.5", "2", "10"}) {  // how long the small one takes depends on the host
    weft("run x.yaml -j 1", std::string("timeout -s KILL ") + delay);
    if (fs::exists(partial)) break;
  }
  const auto json = nlohmann::json::parse(text_of(partial));
  EXPECT_EQ(json.at("complete"), false);
  EXPECT_EQ(json.at("results").size(), 1U);
  EXPECT_EQ(json.at("results").at(0).at("input"), "small");
  EXPECT_EQ(weft("compare '" + partial.string() + "' '" + partial.string() + "'").status, 0)
      << "it reads as any other results";
}

}  // namespace
}  // namespace weft
