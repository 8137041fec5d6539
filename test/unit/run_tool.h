// Runs a tool of the system on a text, so that what we write is read by those it is written for. Not a shell.
#pragma once

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace agent::test {

struct ToolResult {
  int code = -1;  // 127: there is no such tool
  std::string output;
};

inline ToolResult run_tool(std::vector<std::string> command, const std::string& input) {
  const int in = memfd_create("in", 0);
  const int out = memfd_create("out", 0);
  if (write(in, input.data(), input.size()) != static_cast<ssize_t>(input.size()) || lseek(in, 0, SEEK_SET) != 0) {
    return {};
  }
  const auto child = fork();
  if (child == 0) {
    std::vector<char*> argv;
    for (auto& word : command) {
      argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    dup2(in, 0);
    dup2(out, 1);
    dup2(out, 2);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ToolResult result{.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1, .output = {}};
  result.output.resize(static_cast<std::size_t>(lseek(out, 0, SEEK_END)));
  lseek(out, 0, SEEK_SET);
  const auto got = read(out, result.output.data(), result.output.size());
  result.output.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  close(in);
  close(out);
  return result;
}

}  // namespace agent::test
