#include "contract/child.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

namespace agent {

namespace {
[[noreturn]] void become(const std::vector<std::string>& command, const std::string& directory, int in, int out) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  std::signal(SIGPIPE, SIG_DFL);
  std::vector<char*> argv;
  for (const auto& word : command) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  if (directory.empty() || chdir(directory.c_str()) == 0) {
    execvp(argv[0], argv.data());
  }
  _exit(127);
}

std::system_error failed(const std::string& what) { return {errno, std::generic_category(), what}; }
}  // namespace

Child::Child(const std::vector<std::string>& command, const std::string& directory) {
  std::array<int, 2> to_child{};
  std::array<int, 2> from_child{};
  if (pipe2(to_child.data(), O_CLOEXEC) != 0 || pipe2(from_child.data(), O_CLOEXEC) != 0) {
    throw failed("pipe");
  }
  pid_ = fork();
  if (pid_ == 0) {
    become(command, directory, to_child[0], from_child[1]);
  }
  close(to_child[0]);
  close(from_child[1]);
  in_ = to_child[1];
  out_ = from_child[0];
  if (pid_ < 0) {
    throw failed("fork");
  }
}

void Child::write_line(const std::string& line) {
  const auto bytes = line + "\n";
  if (::write(in_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    throw failed("write to child");
  }
}

std::string Child::read_line() {
  for (;;) {
    if (const auto end = buffer_.find('\n'); end != std::string::npos) {
      auto line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    pollfd readable{out_, POLLIN, 0};
    std::array<char, 4096> bytes{};
    const auto got = poll(&readable, 1, 10'000) == 1 ? ::read(out_, bytes.data(), bytes.size()) : 0;
    if (got <= 0) {
      throw std::runtime_error("the child process said nothing for 10 s, or ended");
    }
    buffer_.append(bytes.data(), static_cast<std::size_t>(got));
  }
}

void Child::signal(int number) const { kill(pid_, number); }

void Child::end() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    close(in_);
    close(out_);
    pid_ = -1;
  }
}

TempDir::TempDir() {
  std::string name = std::filesystem::temp_directory_path() / "redis-agent-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) {
    throw failed("mkdtemp");
  }
  path_ = name;
}

TempDir::~TempDir() { std::filesystem::remove_all(path_); }

void put_file(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

int free_port(const std::string& ip) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  inet_pton(AF_INET, ip.c_str(), &address.sin_addr);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = bind(fd, generic, size) == 0 && getsockname(fd, generic, &size) == 0;
  close(fd);
  if (!bound) {
    throw failed("bind");
  }
  return ntohs(address.sin_port);
}

}  // namespace agent
