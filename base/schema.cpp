// SPDX-License-Identifier: Apache-2.0
#include "base/schema.h"

namespace weft::base {

nlohmann::ordered_json schema_document(const RecordType& record) {
  using Json = nlohmann::ordered_json;
  Json document{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                {"title", record.title()}};
  Json body = record.json_schema();
  body["properties"]["extends"] = {
      {"type", "string"},
      {"description", "file, relative to this one, whose values are the defaults"}};
  // What a document must have may come from the one that it extends.
  if (body.contains("required")) {
    body["anyOf"] = Json::array({{{"required", {"extends"}}}, {{"required", body["required"]}}});
    body.erase("required");
  }
  document.update(body);
  return document;
}

}  // namespace weft::base
