// SPDX-License-Identifier: Apache-2.0
#include "kernels/ir/schema.h"

#include <nlohmann/json.hpp>

#include "kernels/ir/bind.h"
#include "kernels/ir/schedule.h"
#include "kernels/ir/traits.h"

namespace weft::ir {

namespace {

using Json = nlohmann::ordered_json;

/// Builds the schema of any member of a record from its type, with or without holes.
class SchemaBuilder {
 public:
  explicit SchemaBuilder(bool holes) : holes_(holes) {}

  template <class T>
  Json of() const {
    if constexpr (Record<T>) {
      return record<T>();
    } else if constexpr (ChoiceValue<T>) {
      using Value = typename decltype(T::options)::value_type;
      Json holes = {"any"};
      if constexpr (requires { Vocabulary<Value>::kHoleWord; })
        holes.push_back(Vocabulary<Value>::kHoleWord);
      return choice(of<Value>(), holes);
    } else if constexpr (OptionalValue<T>) {
      return of<typename T::value_type>();
    } else if constexpr (TableValue<T>) {
      return {{"type", "object"}, {"additionalProperties", of<EntryOf<T>>()}};
    } else if constexpr (VectorValue<T>) {
      return {{"type", "array"}, {"items", of<typename T::value_type>()}};
    } else if constexpr (Keyword<T>) {
      return words<T>();
    } else if constexpr (std::same_as<T, Formula>) {
      return {{"type", {"integer", "string"}}, {"description", T::kSyntax}};
    } else if constexpr (TextValue<T>) {
      return {{"type", "string"}, {"description", T::kSyntax}};
    } else if constexpr (std::same_as<T, int64_t>) {
      return {{"type", "integer"}, {"minimum", 1}};
    } else if constexpr (std::same_as<T, double>) {
      return {{"type", "number"}, {"exclusiveMinimum", 0}, {"maximum", 1}};
    } else {
      return {{"type", "string"}};
    }
  }

 private:
  template <TableValue T>
  using EntryOf = decltype(T::Entry::value);

  /// No key is required: a document that extends another has the rest from there.
  template <Record R>
  Json record() const {
    Json schema = {
        {"type", "object"}, {"properties", Json::object()}, {"additionalProperties", false}};
    for_each_field<R>([&]<class M>(const Field<R, M>& each) {
      if constexpr (TableValue<M>) {
        if (*each.key == '\0') {
          schema["additionalProperties"] = of<EntryOf<M>>();
          return;
        }
      }
      Json& property = schema["properties"][each.key] = of<M>();
      property["description"] = each.about;
    });
    return schema;
  }

  Json choice(const Json& one, const Json& holes) const {
    if (!holes_) return one;
    const Json list = {{"type", "array"}, {"items", one}, {"minItems", 1}};
    return {{"anyOf", {one, list, {{"enum", holes}}}}};
  }

  template <Keyword E>
  static Json words() {
    Json list = Json::array();
    for (const Word<E>& word : Vocabulary<E>::kWords) {
      list.push_back(word.text);
      // YAML reads these two as booleans before an editor sees them.
      if (word.text == "true") list.push_back(true);
      if (word.text == "false") list.push_back(false);
    }
    return {{"enum", std::move(list)}};
  }

  bool holes_;
};

Json text(const char* about) {
  return {{"type", "string"}, {"description", about}};
}

Json formula(const char* about) {
  return {{"type", {"integer", "string"}}, {"description", about}};
}

Json map_of(Json values, const char* about) {
  return {{"type", "object"}, {"description", about}, {"additionalProperties", std::move(values)}};
}

Json list_of(Json items, const char* about) {
  return {{"type", "array"}, {"description", about}, {"items", std::move(items)}};
}

Json data_schema() {
  return {{"type", "object"},
          {"description", "values that come with the document"},
          {"minProperties", 1},
          {"maxProperties", 1},
          {"additionalProperties", false},
          {"properties",
           {{"mtx", text("Matrix Market file")},
            {"file", text("NumPy file")},
            {"const", list_of(Json::object(), "nested lists of numbers")}}}};
}

Json tensor_schema() {
  const Json formats = text("csr, csc, coo, dcsr, bsr(16), ell(8), 2:4 or blockdiag(64)");
  const Json levels = list_of({{"type", "string"}}, "levels, outermost first");
  return {{"type", "object"},
          {"additionalProperties", false},
          {"properties",
           {{"dims", list_of(formula("an index, or an extent"), "dims in the order of subscripts")},
            {"dtype",
             {{"anyOf",
               {SchemaBuilder(false).of<Dtype>(), text("a dtype parameter, or sum(PARAMETER)")}}}},
            {"levels", {{"anyOf", {formats, levels}}}},
            {"data", data_schema()},
            {"pattern", text("tensor whose stored positions this one shares")}}}};
}

Json compute_schema() {
  const Json repeat =
      map_of(list_of({{"type", "string"}}, "statements, in order"), "repeated index");
  return {{"type", "object"},
          {"minProperties", 1},
          {"maxProperties", 1},
          {"properties", {{"repeat", repeat}}},
          {"additionalProperties", text("such as Z[m,n] += A[m,k] * B[k,n]")}};
}

Json document_schema(const char* version_key, bool holes) {
  const SchemaBuilder builder(holes);
  const Json size = {{"type", "integer"}, {"minimum", 1}};
  Json properties;
  properties[version_key] = {{"const", 1}, {"description", "version of the language"}};
  properties["extends"] = text("document that this one changes, relative to its own file");
  properties["kernel"] = text("name");
  properties["about"] = text("one sentence for people");
  const Json param = {{"anyOf", {size, SchemaBuilder(false).of<Dtype>()}}};
  properties["params"] = map_of(param, "sizes and dtypes with their defaults");
  properties["on_fabric"] =
      map_of(size, "defaults of sizes on a fabric, which executes operations one by one");
  properties["index"] = map_of(formula("extent"), "indices and their extents");
  properties["tensors"] = map_of(tensor_schema(), "what is stored");
  properties["compute"] = list_of(compute_schema(), "what is computed");
  properties["schedule"] = builder.of<Schedule>();
  properties["bind"] = builder.of<Bind>();
  return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
          {"type", "object"},
          {"properties", std::move(properties)},
          {"additionalProperties", false}};
}

Json required(std::initializer_list<const char*> keys) {
  return {{"required", keys}};
}

}  // namespace

Json kernel_schema() {
  Json schema = document_schema("kir", true);
  schema["title"] = "Weft kernel";
  schema["anyOf"] = {required({"extends"}),
                     required({"kir", "kernel", "index", "tensors", "compute"})};
  return schema;
}

Json mapping_schema() {
  Json schema = document_schema("mapping", false);
  schema["title"] = "Weft mapping";
  schema["required"] = {"mapping"};
  schema["anyOf"] = {required({"extends"}), required({"kernel", "schedule"})};
  return schema;
}

}  // namespace weft::ir
