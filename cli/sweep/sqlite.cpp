// SPDX-License-Identifier: Apache-2.0
#include "cli/sweep/sqlite.h"

#include <fstream>

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/error.h"

namespace weft::cli::sweep {

namespace {

// Another process may hold the file for as long as it writes one row.
constexpr int kBusyMilliseconds = 60'000;
constexpr std::string_view kMagic{"SQLite format 3\0", 16};

}  // namespace

void Sqlite::Close::operator()(sqlite3* handle) const {
  sqlite3_close(handle);
}

void Statement::Finalize::operator()(sqlite3_stmt* handle) const {
  sqlite3_finalize(handle);
}

Sqlite::Sqlite(const std::filesystem::path& file, Mode mode) : file_(file) {
  const bool exists = std::filesystem::exists(file);
  if (mode == Mode::Read && !exists)
    throw base::UserError(fmt::format("{}: no such file", file.string()));
  if (exists && std::filesystem::file_size(file) > 0 && !is_sqlite_file(file))
    throw base::UserError(fmt::format("{}: expected an SQLite database", file.string()));
  std::error_code failure;
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), failure);
  sqlite3* handle = nullptr;
  const int result = sqlite3_open_v2(
      file.c_str(), &handle,
      SQLITE_OPEN_READWRITE | (mode == Mode::Create ? SQLITE_OPEN_CREATE : 0), nullptr);
  handle_.reset(handle);
  if (result != SQLITE_OK) fail();
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
}

void Sqlite::fail() const {
  throw base::UserError(fmt::format("{}: {}", file_.string(),
                                    handle_ ? sqlite3_errmsg(handle_.get()) : "out of memory"));
}

void Sqlite::run(const std::string& commands) {
  if (sqlite3_exec(handle_.get(), commands.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}

void Sqlite::use_journal(const char* mode) {
  constexpr int kPauseMilliseconds = 10;
  const std::string command = fmt::format("PRAGMA journal_mode={}", mode);
  // SQLite does not wait here as it does elsewhere when another process changes the mode as well.
  for (int waited = 0;; waited += kPauseMilliseconds) {
    const int result = sqlite3_exec(handle_.get(), command.c_str(), nullptr, nullptr, nullptr);
    if (result == SQLITE_OK) return;
    if (result != SQLITE_BUSY || waited >= kBusyMilliseconds) fail();
    sqlite3_sleep(kPauseMilliseconds);
  }
}

Statement Sqlite::prepare(const std::string& command) {
  return {*this, command};
}

Statement::Statement(Sqlite& database, const std::string& command) : database_(&database) {
  sqlite3_stmt* handle = nullptr;
  const int result =
      sqlite3_prepare_v2(database.handle_.get(), command.c_str(), -1, &handle, nullptr);
  handle_.reset(handle);
  if (result != SQLITE_OK) database.fail();
}

Statement& Statement::bind(int parameter, const std::string& text) {
  const int result = sqlite3_bind_text(handle_.get(), parameter, text.data(),
                                       static_cast<int>(text.size()), SQLITE_TRANSIENT);
  if (result != SQLITE_OK) database_->fail();
  return *this;
}

Statement& Statement::bind(int parameter, double number) {
  if (sqlite3_bind_double(handle_.get(), parameter, number) != SQLITE_OK) database_->fail();
  return *this;
}

bool Statement::step() {
  const int result = sqlite3_step(handle_.get());
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) database_->fail();
  sqlite3_reset(handle_.get());
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

std::string Statement::text(int column) const {
  const unsigned char* const text = sqlite3_column_text(handle_.get(), column);
  const auto bytes = static_cast<size_t>(sqlite3_column_bytes(handle_.get(), column));
  return text == nullptr ? std::string{} : std::string(reinterpret_cast<const char*>(text), bytes);
}

int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

Transaction::Transaction(Sqlite& database) : database_(database) {
  database_.run("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.run("ROLLBACK");
  } catch (const base::UserError&) {
    // The first failure is on its way already, and has undone the transaction.
  }
}

void Transaction::commit() {
  database_.run("COMMIT");
  open_ = false;
}

bool is_sqlite_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string begin(kMagic.size(), ' ');
  stream.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return stream.good() && begin == kMagic;
}

}  // namespace weft::cli::sweep
