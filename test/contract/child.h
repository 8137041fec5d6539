// A real server as a child process with its stdin and stdout in our hands; ended by its pid, at the latest with us.
// And a directory of its own for what it writes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace agent {

class Child {
 public:
  // With stderr where ours is. Throws when it cannot be started.
  Child(const std::vector<std::string>& command, const std::string& directory = "");
  ~Child() { end(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void write_line(const std::string& line);
  // Waits for it, at most 10 s. Throws when none comes.
  std::string read_line();
  void signal(int number) const;
  bool has_ended() const;
  // SIGKILL and reaped.
  void end();
  int pid() const { return pid_; }

 private:
  int pid_ = -1;
  int in_ = -1;
  int out_ = -1;
  std::string buffer_;
};

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  std::string path(const std::string& name = "") const { return name.empty() ? path_ : path_ + "/" + name; }

 private:
  std::string path_;
};

void put_file(const std::string& path, const std::string& text);
std::string file_text(const std::string& path);

// Free a moment ago, for TCP on `ip`.
int free_port(const std::string& ip = "127.0.0.1");
// One that stays free while nobody listens there: the system gives it to no connection, and this process once.
int lasting_port();

}  // namespace agent
