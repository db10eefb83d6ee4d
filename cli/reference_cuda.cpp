// SPDX-License-Identifier: Apache-2.0
#include "cli/reference_cuda.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/child_process.h"
#include "cli/commands.h"
#include "cli/cuda_source.h"
#include "cli/dense_operands.h"
#include "cli/documents.h"
#include "cli/files.h"
#include "cli/mixed_operands.h"
#include "cli/operands.h"
#include "cli/reference_document.h"
#include "cli/sources.h"
#include "kernels/dense/operands.h"
#include "kernels/native/cpu/product_form.h"
#include "kernels/structure/source.h"
#include "kernels/tensor/spgemm_count.h"
#include "mapper/gpu/rows/lower_dense.h"
#include "sim/machine/device_names.h"
#include "sim/machine/load_machine.h"

namespace weft::cli {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using mapper::RowKernel;

constexpr int64_t kDefaultRepetitions = 20;

/// The program with the vendor libraries: beside this executable where Weft is installed, in the
/// build's folder otherwise. WEFT_CUDA_LIBRARIES names another.
fs::path libraries_program() {
  if (const char* given = std::getenv("WEFT_CUDA_LIBRARIES")) return given;
  std::error_code ignored;
  const fs::path folder = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const fs::path& place : {folder / "weft_cuda_libraries",
                                folder.parent_path() / "kernels/native/cuda/weft_cuda_libraries"}) {
    if (fs::exists(place, ignored)) return place;
  }
  return {};
}

int64_t card_repetitions(const ReferenceRequest& request) {
  return request.repetitions > 0 ? request.repetitions : kDefaultRepetitions;
}

/// What a measuring program printed. Its own messages about the card and the inputs are the user's.
Json measurement_of(const std::vector<std::string>& command) {
  const ChildOutcome child = run_child(command);
  std::string message = child.err;
  while (message.ends_with('\n')) message.pop_back();
  if (child.status == kUserError) throw base::UserError(fmt::format("--target cuda: {}", message));
  if (child.status != kOk && child.status != kFailedCheck)
    throw base::UserError(fmt::format("--target cuda: {} ended with status {}: {}",
                                      fs::path(command[0]).filename().string(), child.status,
                                      message));
  try {
    Json json = Json::parse(child.out);
    json["mismatch"] = message;
    return json;
  } catch (const Json::exception&) {
    throw base::UserError(fmt::format("--target cuda: {} printed no measurement", command[0]));
  }
}

native::NativeRun run_of(const Json& measured, const std::string& name,
                         const std::string& version) {
  native::NativeRun run;
  run.implementation = name;
  run.version = version;
  for (const Json& ms : measured.at("times_ms")) run.times_s.push_back(ms.get<double>() * 1e-3);
  run.best_s = *std::ranges::min_element(run.times_s);
  std::vector<double> sorted = run.times_s;
  std::ranges::sort(sorted);
  run.median_s = sorted[sorted.size() / 2];
  run.verified.passed = measured.at("verified").at("passed").get<bool>();
  run.verified.max_rel_error = measured.at("verified").at("max_rel_error").get<double>();
  run.verified.first_mismatch = measured.at("mismatch").get<std::string>();
  return run;
}

std::string version_text(int number) {
  return fmt::format("CUDA {}.{}", number / 1000, number % 1000 / 10);
}

/// The second and later calls of a chain, one after the other.
void add_call(native::NativeRun& chain, const native::NativeRun& call) {
  for (size_t i = 0; i < chain.times_s.size(); ++i)
    chain.times_s[i] += call.times_s[std::min(i, call.times_s.size() - 1)];
  chain.best_s += call.best_s;
  chain.median_s += call.median_s;
  chain.verified.passed = chain.verified.passed && call.verified.passed;
  chain.verified.max_rel_error =
      std::max(chain.verified.max_rel_error, call.verified.max_rel_error);
  if (chain.verified.first_mismatch.empty())
    chain.verified.first_mismatch = call.verified.first_mismatch;
}

/// One product for the program with the libraries. Products of a batch lie at even distances.
std::vector<std::string> product_words(const ir::Kernel& kernel, const ir::Statement& statement,
                                       const ReferenceRequest& request) {
  const native::ProductForm form = native::product_form(kernel, statement);
  const native::PerRole first = form.batch.front();
  const native::PerRole second = form.batch.size() > 1 ? form.batch[1] : first;
  for (size_t i = 0; i < form.batch.size(); ++i) {
    for (const native::Role role : native::kRoles) {
      const int64_t even = static_cast<int64_t>(i) * (second.of(role) - first.of(role));
      if (form.batch[i].of(role) != first.of(role) + even)
        throw base::UserError(
            fmt::format("--target cuda: the products of {} lie at uneven distances in {}; cuBLAS "
                        "takes even ones",
                        statement.name, form.tensor(role)));
    }
  }
  std::vector<std::string> words = {libraries_program().string(), "product"};
  const auto add = [&words](const char* name, int64_t value) {
    words.push_back(fmt::format("{}={}", name, value));
  };
  add("batch", static_cast<int64_t>(form.batch.size()));
  add("m", form.m.extent);
  add("n", form.n.extent);
  add("k", form.k.extent);
  add("a_batch", second.a - first.a);
  add("a_m", std::max<int64_t>(1, form.m.step.a));
  add("a_k", std::max<int64_t>(1, form.k.step.a));
  add("b_batch", second.b - first.b);
  add("b_n", std::max<int64_t>(1, form.n.step.b));
  add("b_k", std::max<int64_t>(1, form.k.step.b));
  add("c_batch", second.c - first.c);
  add("c_m", std::max<int64_t>(1, form.m.step.c));
  add("c_n", std::max<int64_t>(1, form.n.step.c));
  words.push_back(fmt::format("dtype={}", ir::text_of(kernel.find_tensor(form.a)->dtype)));
  add("repetitions", card_repetitions(request));
  return words;
}

/// A folder of its own that goes with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "weft-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw base::UserError(fmt::format("{}: cannot create a folder", name));
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// The kernel as Weft maps it to the card's preset, compiled by nvcc. Adds nothing where there is
/// no preset, no nvcc, or no CUDA form of the kernel: the vendor's libraries are the reference.
void add_own_kernel(ReferenceParts& parts, const ReferenceRequest& request, ir::Kernel kernel,
                    const Json& card) {
  try {
    base::Diagnostics diagnostics;
    const std::string preset = machine::find_machine_by_device(card.at("gpu").get<std::string>(),
                                                               machine_folders(), diagnostics);
    diagnostics.throw_if_any();
    const machine::MachineDescription machine =
        machine::load_machine(preset, {}, machine_folders(), diagnostics);
    diagnostics.throw_if_any();
    const TemporaryFolder folder;
    const std::string source = (folder.path() / "kernel.cu").string();
    const std::string program = (folder.path() / "kernel").string();
    write_text(source, cuda_source_of(kernel, machine));
    std::string architecture = machine.gpu().compute_capability;
    std::erase(architecture, '.');
    const ChildOutcome compiled =
        run_child({"nvcc", "-std=c++17", "-O3", "-arch=sm_" + architecture, "-o", program, source});
    if (compiled.status != 0) return;
    const Json measured = measurement_of({program, fmt::format("{}", card_repetitions(request))});
    native::NativeRun run = run_of(measured, "weft", fmt::format("mapped to {}", preset));
    parts.implementations.push_back(implementation_json(run, parts));
  } catch (const base::UserError&) {
    return;
  }
}

void describe_card(ReferenceParts& parts, const Json& card) {
  parts.machine = card.at("gpu").get<std::string>();
  parts.host = {{"compute_capability", card.at("compute_capability")},
                {"driver", version_text(card.at("driver").get<int>())},
                {"runtime", version_text(card.at("runtime").get<int>())},
                {"boost_ghz", card.at("clock_khz").get<double>() * 1e-6},
                {"timing", "CUDA events, warm, operands in turn over more than the L2"}};
}

Json finish(const ReferenceRequest& request, ReferenceParts parts) {
  size_t fastest = 0;
  for (size_t i = 1; i < parts.implementations.size(); ++i) {
    const Json& best = parts.implementations[fastest];
    const Json& other = parts.implementations[i];
    const bool sound = other.at("verified").at("passed").get<bool>();
    const bool better = other.at("best_s").get<double>() < best.at("best_s").get<double>();
    if (sound && (better || !best.at("verified").at("passed").get<bool>())) fastest = i;
  }
  parts.fastest = fastest;
  return reference_document(request, std::move(parts));
}

Json dense_on_card(const ReferenceRequest& request, ir::Kernel& kernel) {
  if (!request.inputs.empty())
    throw base::UserError("--target cuda: dense operands are made by the program; expected no -i");
  base::Diagnostics diagnostics;
  set_sizes(kernel, {}, request.params, diagnostics);
  diagnostics.throw_if_any();
  ReferenceParts parts;
  parts.operation = kernel.name;
  parts.params = params_json(kernel);
  parts.inputs = dense_inputs_json(kernel, {});
  const ir::Dtype dtype = dense::operands_of(kernel).front()->dtype;
  parts.asked_dtype = parts.measured_dtype = ir::text_of(dtype);
  parts.against = "sums in fp64 on the host, 2048 elements of every product";
  native::NativeRun chain;
  Json card;
  bool pruned = false;
  for (const ir::Statement& statement : kernel.statements) {
    const native::ProductForm form = native::product_form(kernel, statement);
    parts.work.products += form.multiply_adds() * kept_share(*kernel.find_tensor(form.a));
    pruned = pruned || form.structured_a;
    card = measurement_of(product_words(kernel, statement, request));
    const native::NativeRun call =
        run_of(card, "cublas", version_text(card.at("runtime").get<int>()));
    if (chain.times_s.empty())
      chain = call;
    else
      add_call(chain, call);
  }
  parts.work.flops = 2 * parts.work.products;
  for (const auto& list : {dense::operands_of(kernel), dense::results_of(kernel)}) {
    for (const ir::Tensor* tensor : list)
      parts.work.compulsory_bytes += stored_bytes(kernel, *tensor);
  }
  for (const ir::Tensor* tensor : dense::results_of(kernel))
    parts.work.results += elements_of(kernel, *tensor);
  if (kernel.statements.size() > 1) chain.note = "one call a statement, times added";
  if (pruned) chain.note += chain.note.empty() ? "2:4 operand as dense" : "; 2:4 operand as dense";
  describe_card(parts, card);
  parts.implementations.push_back(implementation_json(chain, parts));
  add_own_kernel(parts, request, kernel, card);
  return finish(request, std::move(parts));
}

/// The libraries' program reads matrices itself and makes dense operands.
void check_card_inputs(const ReferenceRequest& request, const std::vector<std::string>& sparse) {
  for (const auto& [name, source] : named_sources(request.inputs, sparse)) {
    if (!structure::is_dense_file(source)) continue;
    throw base::UserError(fmt::format(
        "--input {}={}: expected FILE.mtx, FILE.mtx.gz or a generator with --target cuda, found "
        "another file",
        name, source));
  }
}

Json spgemm_on_card(const ReferenceRequest& request, ir::Kernel& kernel) {
  check_card_inputs(request, {"A", "B"});
  const tensor::ProductOperands operands = load_operands(kernel, request.inputs);
  base::Diagnostics diagnostics;
  set_product_sizes(kernel, request.params, operands, diagnostics);
  diagnostics.throw_if_any();
  const tensor::SpgemmWork work = tensor::count_spgemm(operands.a->matrix, operands.b->matrix);
  ReferenceParts parts;
  parts.operation = "spgemm";
  parts.work = {static_cast<double>(work.flops), static_cast<double>(work.products),
                static_cast<double>(work.nnz_out), static_cast<double>(work.compulsory_bytes)};
  parts.asked_dtype = parts.measured_dtype = "f64";
  parts.inputs = {input_json("A", *operands.a), input_json("B", *operands.b)};
  parts.against = "host product, dense accumulator per row";
  const Json measured =
      measurement_of({libraries_program().string(), "spgemm", "a=" + operands.a->source,
                      "b=" + (operands.b == operands.a ? std::string("A") : operands.b->source),
                      fmt::format("repetitions={}", card_repetitions(request))});
  describe_card(parts, measured);
  native::NativeRun run =
      run_of(measured, "cusparse", version_text(measured.at("runtime").get<int>()));
  run.note = "estimate, compute, copy and their buffers";
  parts.implementations.push_back(implementation_json(run, parts));
  return finish(request, std::move(parts));
}

Json mixed_on_card(const ReferenceRequest& request, ir::Kernel& kernel) {
  const RowKernel kind = mapper::row_kernel_of(kernel);
  check_card_inputs(request, {kind == RowKernel::Sddmm ? "S" : "A"});
  base::Diagnostics diagnostics;
  const MixedOperands operands =
      load_mixed_operands(kernel, request.inputs, request.params, false, diagnostics);
  const char* operation = kind == RowKernel::Spmm   ? "spmm"
                          : kind == RowKernel::Spmv ? "spmv"
                                                    : "sddmm";
  ReferenceParts parts;
  parts.operation = kernel.name;
  const double products = operands.products();
  parts.work = {2 * products, products, static_cast<double>(operands.result.size()),
                operands.compulsory_bytes()};
  parts.asked_dtype = parts.measured_dtype = "f32";
  parts.params = params_json(kernel);
  parts.inputs = mixed_inputs_json(kernel, operands);
  parts.against = "sums in fp64 on the host";
  const Json measured =
      measurement_of({libraries_program().string(), operation, "a=" + operands.sparse.source,
                      fmt::format("width={}", operands.width),
                      fmt::format("repetitions={}", card_repetitions(request))});
  describe_card(parts, measured);
  parts.implementations.push_back(implementation_json(
      run_of(measured, "cusparse", version_text(measured.at("runtime").get<int>())), parts));
  return finish(request, std::move(parts));
}

}  // namespace

std::string cuda_target_text() {
  return libraries_program().empty() ? "not in this build: CMake found no CUDA toolkit"
                                     : "cuBLAS, cuSPARSE; Weft's kernels where nvcc is at hand";
}

Json run_cuda_reference(const ReferenceRequest& request, ir::Kernel& kernel) {
  if (libraries_program().empty())
    throw base::UserError(
        "--target cuda: this build has no CUDA references, CMake found no CUDA toolkit; --target "
        "cpu "
        "is here");
  switch (mapper::row_kernel_of(kernel)) {
    case RowKernel::Spgemm:
      return spgemm_on_card(request, kernel);
    case RowKernel::None:
      return dense_on_card(request, kernel);
    default:
      return mixed_on_card(request, kernel);
  }
}

}  // namespace weft::cli
