// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace weft::cli::sweep {

class Statement;

/// An open SQLite file. Every failure is a UserError "FILE: ..." with SQLite's own words: the file
/// is no database, is read-only, or the disk is full.
class Sqlite {
 public:
  enum class Mode { Read, Create };
  Sqlite(const std::filesystem::path& file, Mode mode);

  /// Runs commands that answer nothing.
  void run(const std::string& commands);
  /// Keeps the journal of changes as SQLite's journal_mode says.
  void use_journal(const char* mode);
  Statement prepare(const std::string& command);
  const std::filesystem::path& file() const { return file_; }

 private:
  friend class Statement;
  [[noreturn]] void fail() const;
  struct Close {
    void operator()(sqlite3* handle) const;
  };

  std::filesystem::path file_;
  std::unique_ptr<sqlite3, Close> handle_;
};

/// A command whose parameters ?1, ?2, ... are bound before each use.
class Statement {
 public:
  Statement& bind(int parameter, const std::string& text);
  Statement& bind(int parameter, double number);

  /// The next row; false after the last one, and the statement is ready for use again.
  bool step();
  /// Runs a command that answers nothing.
  void run();

  std::string text(int column) const;
  int64_t integer(int column) const;

 private:
  friend class Sqlite;
  Statement(Sqlite& database, const std::string& command);
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const;
  };

  Sqlite* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// Takes the right to write at once, so that what is read inside stays true; undone unless
/// committed.
class Transaction {
 public:
  explicit Transaction(Sqlite& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Sqlite& database_;
  bool open_ = true;
};

/// True for a file that begins as SQLite's do.
bool is_sqlite_file(const std::filesystem::path& file);

}  // namespace weft::cli::sweep
