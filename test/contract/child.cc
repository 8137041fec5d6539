#include "contract/child.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <system_error>

namespace agent {

namespace {
// Allocates nothing: another thread may have held the heap's lock when this process was forked.
[[noreturn]] void become(char* const* argv, const std::string& directory, int in, int out) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  std::signal(SIGPIPE, SIG_DFL);
  if (directory.empty() || chdir(directory.c_str()) == 0) {
    execvp(argv[0], argv);
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
  std::vector<char*> argv;
  for (const auto& word : command) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) {
    become(argv.data(), directory, to_child[0], from_child[1]);
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

bool Child::has_ended() const {
  siginfo_t ended{};
  return waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid == pid_;
}

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

namespace {
// The port that was bound; nothing when it is taken. 0: any.
std::optional<int> try_port(const std::string& ip, int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  inet_pton(AF_INET, ip.c_str(), &address.sin_addr);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = bind(fd, generic, size) == 0 && getsockname(fd, generic, &size) == 0;
  close(fd);
  return bound ? std::optional(int{ntohs(address.sin_port)}) : std::nullopt;
}
}  // namespace

int free_port(const std::string& ip) {
  if (const auto port = try_port(ip, 0)) {
    return *port;
  }
  throw failed("bind");
}

int lasting_port() {
  constexpr unsigned kFirst = 10'000;
  constexpr unsigned kCount = 22'000;  // up to where Linux begins to give them to connections
  static std::atomic<unsigned> next = static_cast<unsigned>(getpid()) * 211;
  for (unsigned tried = 0; tried < kCount; ++tried) {
    const auto port = static_cast<int>(kFirst + next++ % kCount);
    if (try_port("0.0.0.0", port)) {
      return port;
    }
  }
  throw std::runtime_error("every port is taken");
}

}  // namespace agent
