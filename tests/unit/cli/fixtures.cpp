// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/cli/fixtures.h"

namespace weft::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kResult = R"json({
  "schema": "weft.result/1", "kernel": "", "machine": "piuma-smash", "mapping": {"mapping": 1, "schedule": {"mul": {"order": ["m", "k"], "par": {"m": "thread"}}}},
  "inputs": [{"name": "A", "rows": 4096, "cols": 4096, "nnz": 49000, "source": "rmat:scale=12,edges=50000,seed=1"},
             {"name": "B", "rows": 4096, "cols": 4096, "nnz": 49100, "source": "rmat:scale=12,edges=50000,seed=2"}],
  "verified": {"passed": true, "max_rel_error": 1.5e-16, "against": "host product"},
  "time_s": 0, "cycles": 2000000, "clock_ghz": 1.0,
  "work": {"flops": 2400000, "products": 1200000, "nnz_out": 700000, "compulsory_bytes": 9600000},
  "gflops": 0,
  "dram": {"read_bytes": 8000000, "write_bytes": 4000000, "bandwidth_gb_s": 3.0, "peak_gb_s": 5.7, "utilisation": 0.526},
  "memory": {"spad": {"accesses": 5000000, "hits": 5000000, "bytes": 40000000, "gb_s": 10.0},
             "dram": {"accesses": 1500000, "hits": 900000, "bytes": 12000000, "gb_s": 3.0}},
  "network": {"bytes": 0, "mean_hops": null, "max_link_utilisation": null},
  "issue": {"instructions": 6000000, "ipc": 2.5, "utilisation": 0.42},
  "tensor": {"utilisation": null},
  "occupancy": {"theoretical": 1.0, "achieved": 0.9, "limiter": "threads", "blocks_per_sm": null},
  "stalls": {"busy": 0.4, "memory": 0.35, "atomic": 0.15, "barrier": 0.1},
  "roofline": {"bound_by": "dram", "attained_fraction": 0.5, "floor_s": 0.0005, "memory_floor_s": 0.0006,
               "issue_floor_s": 0.0004},
  "energy_j": {"total": 0.01, "dram": 0.006, "core": 0.004},
  "phases": [{"name": "hash", "begin_s": 0, "end_s": 0}, {"name": "write-back", "begin_s": 0, "end_s": 0}],
  "by_source": [{"file": "smash_v1.yaml", "line": 7, "statement": "Z[m,n] += A[m,k] * B[k,n]", "tensor": "B", "bytes": 7000000, "cycles": 900000,
                 "stalls": {"memory": 600000, "busy": 300000}},
                {"file": "smash_v1.yaml", "line": 7, "statement": "Z[m,n] += A[m,k] * B[k,n]", "tensor": "Z", "bytes": 5000000, "cycles": 300000,
                 "stalls": {"memory": 300000}}],
  "simulator": {"wall_s": 0.5, "simulate_s": 0.2, "peak_rss_mib": 100, "products_per_s": 6000000,
                "instructions_per_s": 30000000},
  "configuration": {"machine": 1, "clock_ghz": 1.0}
})json";

// What only machines of several cores say.
constexpr const char* kParts = R"json({
  "units": [{"name": "core 0", "stalls": {"busy": 0.5, "memory": 0.5}},
            {"name": "core 1", "stalls": {"busy": 0.3, "memory": 0.7}}],
  "network": {"bytes": 4000, "mean_hops": 1.0, "max_link_utilisation": 0.5, "mesh": {"columns": 2, "rows": 1},
              "links": [{"from": 0, "to": 1, "utilisation": 0.5}, {"from": 1, "to": 0, "utilisation": 0.25}]}
})json";

constexpr const char* kReference = R"json({
  "schema": "weft.reference/1", "kernel": "spgemm", "target": "cpu", "machine": "Test CPU", "threads": 2,
  "inputs": [{"name": "A", "rows": 4096, "cols": 4096, "nnz": 49000, "source": "a.mtx"}],
  "verified": {"passed": true, "max_rel_error": 0.0, "against": "host product"},
  "time_s": 0, "work": {"flops": 2400000, "products": 1200000, "nnz_out": 700000, "compulsory_bytes": 9600000},
  "gflops": 2.4,
  "implementations": [{"name": "hash", "version": "1", "best_s": 0.001, "median_s": 0.001, "times_s": [0.001],
    "sorted": true, "verified": {"passed": true, "max_rel_error": 0.0, "against": "host product"}}]
})json";

Json entry(const Json& document, const std::string& input) {
  Json json = document;
  json["label"] = document.at("machine");
  json["input"] = input;
  json["status"] = "ok";
  return json;
}

}  // namespace

Json result_fixture(const std::string& kernel, double time_s) {
  Json json = Json::parse(kResult);
  json["kernel"] = kernel;
  json["time_s"] = time_s;
  json["gflops"] = json["work"]["flops"].get<double>() / time_s * 1e-9;
  json["phases"][0]["end_s"] = 0.75 * time_s;
  json["phases"][1]["begin_s"] = 0.75 * time_s;
  json["phases"][1]["end_s"] = time_s;
  return json;
}

Json reference_fixture(double time_s) {
  Json json = Json::parse(kReference);
  json["time_s"] = time_s;
  return json;
}

Json experiment_fixture() {
  const Json crashed = {{"kernel", "smash_v3"},   {"machine", "piuma-smash"},
                        {"label", "piuma-smash"}, {"input", "rmat12"},
                        {"status", "crashed"},    {"error", "the worker was ended by Killed"}};
  Json of_two_cores = entry(result_fixture("smash_v1", 0.004), "rmat12");
  of_two_cores.update(Json::parse(kParts));
  return {{"schema", "weft.experiment/1"},
          {"experiment", {{"name", "demo"}}},
          {"command", "./weft run demo.yaml"},
          {"complete", true},
          {"results", {of_two_cores, entry(result_fixture("smash_v2", 0.002), "rmat12"), crashed}},
          {"references", {entry(reference_fixture(0.001), "rmat12")}}};
}

}  // namespace weft::cli
